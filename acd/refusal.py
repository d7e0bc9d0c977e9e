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
    NOT_TALKING = "not_talking"
    HELD = "held"
    TRANSFER_UNDER_WAY = "transfer_under_way"
    NO_TRANSFER = "no_transfer"
    NO_SUCH_DESTINATION = "no_such_destination"
    NOT_CONNECTED = "not_connected"
    MODE_NOT_ALLOWED = "mode_not_allowed"
    CLOSED_NOW = "closed_now"
    NOBODY_READY = "nobody_ready"
    NOT_IN_THIS_STEP = "not_in_this_step"
    NO_CALL_THERE = "no_call_there"
    NOT_YOURSELF = "not_yourself"
    NOT_WATCHING = "not_watching"
    WATCHING_ANOTHER = "watching_another"
    LISTEN_FIRST = "listen_first"
    STILL_RINGING = "still_ringing"
    MAY_NOT = "may_not"
    USE_YOUR_DESK = "use_your_desk"
    NOT_SIGNED_IN_THERE = "not_signed_in_there"
    TALKS_NOW = "talks_now"


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
    Refusal.NOT_TALKING: ("通话中才能转接。", "Only a call you are talking on can be transferred."),
    Refusal.HELD: ("市民在保持中,请先恢复通话。", "The citizen is on hold; take them off hold first."),
    Refusal.TRANSFER_UNDER_WAY: (
        "正在转接中,请先完成或收回。",
        "A transfer is under way; complete it or take it back first.",
    ),
    Refusal.NO_TRANSFER: ("现在没有转接。", "There is no transfer now."),
    Refusal.NO_SUCH_DESTINATION: ("通讯录里没有这个单位。", "There is no such line in the directory."),
    Refusal.NOT_CONNECTED: (
        "这个单位的线路还没有接入,可改用派发工单。",
        "This line is not connected yet; dispatch a ticket instead.",
    ),
    Refusal.MODE_NOT_ALLOWED: ("这个单位不能这样转接。", "This line cannot be transferred to in this way."),
    Refusal.CLOSED_NOW: ("这个单位现在不在服务时间。", "This line is closed at this hour."),
    Refusal.NOBODY_READY: (
        "对方现在没有空闲的人,可改为派发工单。",
        "Nobody is free there now; dispatch a ticket instead.",
    ),
    Refusal.NOT_IN_THIS_STEP: ("转接到这一步还不能这样做。", "This cannot be done at this step of the transfer."),
    Refusal.NO_CALL_THERE: ("这个坐席现在没有与市民通话。", "This agent is not talking with a citizen now."),
    Refusal.NOT_YOURSELF: ("不能监听自己。", "You cannot listen to yourself."),
    Refusal.NOT_WATCHING: ("您现在没有监听。", "You are listening to nobody now."),
    Refusal.WATCHING_ANOTHER: (
        "您正在监听另一位坐席,请先停止。",
        "You are listening to another agent; stop that first.",
    ),
    Refusal.STILL_RINGING: ("您的话机还在振铃,请先接听。", "Your telephone still rings; answer it first."),
    Refusal.LISTEN_FIRST: ("请先监听,再拦截。", "Listen first, then take over."),
    Refusal.MAY_NOT: ("您没有这个权限。", "You may not do this."),
    Refusal.USE_YOUR_DESK: ("您自己的状态请在工作台切换。", "Change your own state at your desk."),
    Refusal.NOT_SIGNED_IN_THERE: ("这个坐席没有签入。", "This agent is not signed in."),
    Refusal.TALKS_NOW: (
        "这个坐席正在振铃或通话,结束后才能签出;可先置为示忙。",
        "A call rings or runs there: sign out after it, or set to not ready, which begins then.",
    ),
    Refusal.NOT_YOUR_CALL: ("这不是您接的电话。", "This is not a call you took."),
}
"""For each refusal: Chinese, English."""
