"""Why a request was refused, as keys with the sentence a person reads in both languages."""

from enum import StrEnum


class Refusal(StrEnum):
    """Reasons for saying no to a desk."""

    ALREADY_SIGNED_IN = "already_signed_in"
    NOT_SIGNED_IN = "not_signed_in"
    ON_A_CALL = "on_a_call"
    NO_CALL = "no_call"
    UNKNOWN_REASON = "unknown_reason"
    NO_SUCH_QUEUE = "no_such_queue"
    PBX_LOST = "pbx_lost"
    PBX_SILENT = "pbx_silent"
    PBX_REFUSED = "pbx_refused"
    NOT_YOUR_CALL = "not_your_call"
    CALL_TOO_OLD = "call_too_old"


SENTENCES: dict[Refusal, tuple[str, str]] = {
    Refusal.ALREADY_SIGNED_IN: (
        "您已签入;请先签出再换话机。",
        "You are signed in already; sign out first to change the phone.",
    ),
    Refusal.NOT_SIGNED_IN: ("您还没有签入。", "You are not signed in."),
    Refusal.ON_A_CALL: ("通话或振铃中不能这样做。", "This cannot be done while a call rings or runs."),
    Refusal.NO_CALL: ("现在没有通话。", "There is no call now."),
    Refusal.UNKNOWN_REASON: ("没有这个示忙原因。", "There is no such not-ready reason."),
    Refusal.NO_SUCH_QUEUE: ("没有可签入的队列。", "There is no queue to sign in to."),
    Refusal.PBX_LOST: (
        "与电话系统的连接中断,请稍候再试。",
        "The link to the telephone system is down; try again soon.",
    ),
    Refusal.PBX_SILENT: ("电话系统没有回应,请再试一次。", "The telephone system did not answer; try again."),
    Refusal.PBX_REFUSED: ("电话系统拒绝了这个操作。", "The telephone system refused."),
    Refusal.CALL_TOO_OLD: (
        "这通电话结束已久,请在工单系统中补记。",
        "This call ended too long ago; write it into the ticket system instead.",
    ),
    Refusal.NOT_YOUR_CALL: ("这不是您接的电话。", "This is not a call you took."),
}
"""For each refusal: Chinese, English."""
