"""Transfers as desks and boards show them: the directory's lines as they stand, and calls in every step."""

from msgspec.structs import replace

from acd.agent import Presence
from acd.call import Stage
from acd.names import AgentId, DestinationKey, Phone, RingResult
from acd.transfer import COMMANDS, Command, Step, TransferMode
from agent_desk.wire_transfers import DirectoryLine, Hears, LastTransfer, Passed, Source, TransferView
from agent_desk.wire_views import DeskCall, DeskView
from tests.browser import views

TAX = DestinationKey("tax")
THREE = (Hears.CITIZEN_AGENT, Hears.AGENT_OTHER, Hears.CITIZEN_OTHER)
CLOSED = ("这个单位现在不在服务时间。", "This line is closed at this hour.")
NOBODY = ("对方现在没有空闲的人,可改为派发工单。", "Nobody is free there now; dispatch a ticket instead.")


def line(key: str, **changes: object) -> DirectoryLine:
    """A line that nobody tells anything of."""
    return replace(
        DirectoryLine(
            key=DestinationKey(key),
            open=True,
            source=Source.UNKNOWN,
            connected=True,
            reachable=True,
            ready=None,
            waiting=None,
            signed_in=None,
            told_at=None,
            last_answered=None,
            why_zh="",
            why_en="",
        ),
        **changes,
    )


def lines() -> dict[str, DirectoryLine]:
    """The shipped directory on an ordinary day: something free, busy, closed, silent, stale and not connected."""
    told = {"source": Source.TOLD, "ready": 5, "waiting": 0, "told_at": views.ago(1_500)}
    here = {"source": Source.HERE, "ready": 2, "waiting": 0, "signed_in": 2}
    known: dict[str, dict[str, object]] = {
        "tax": told | {"last_answered": views.ago(312_000)},
        "customs": told | {"told_at": views.ago(42_000)},
        "tobacco": told | {"ready": 0, "waiting": 3},
        "immigration": told | {"reachable": False},
        "post": told | {"open": False, "why_zh": CLOSED[0], "why_en": CLOSED[1]},
    }
    shown = {}
    for entry in views.catalogue().destinations:
        changes: dict[str, object] = dict(known.get(entry.key, {}))
        if entry.kind == "EXPERT":
            nobody = {"ready": 0, "signed_in": 0, "why_zh": NOBODY[0], "why_en": NOBODY[1]}
            changes = here | (nobody if entry.number == "12333" else {})
        if entry.kind == "CITY":
            changes = {"connected": False, "why_zh": "这个单位的线路还没有接入。", "why_en": "Not connected yet."}
        shown[entry.key] = line(entry.key, **changes)
    return shown


def transfer(
    step: Step, mode: TransferMode, *hears: Hears, to: DestinationKey = TAX, third_agent: AgentId | None = None
) -> TransferView:
    """A transfer under way."""
    return TransferView(
        number=1,
        mode=mode,
        to=to,
        step=step,
        since=views.ago(7_000),
        asked_at=views.ago(21_000),
        rung_at=views.ago(19_000),
        answered_at=None if step is Step.CALLING else views.ago(9_000),
        third_agent=third_agent,
        hears=hears,
        commands=tuple(command for command in Command if command in COMMANDS[step]),
    )


def last(
    result: RingResult | None,
    *,
    completed: bool = False,
    mode: TransferMode = TransferMode.ATTENDED,
    to: DestinationKey = TAX,
    answer: str | None = None,
) -> LastTransfer:
    """A transfer that is over."""
    return LastTransfer(
        number=1, mode=mode, to=to, result=result, completed=completed, answer=answer, ended_at=views.ago(4_000)
    )


def call(
    under_way: TransferView | None = None,
    over: LastTransfer | None = None,
    from_agent: Passed | None = None,
    stage: Stage = Stage.TALKING,
) -> DeskCall:
    """The call at hand, somewhere in a transfer."""
    return replace(views.desk_call(stage), transfer=under_way, last_transfer=over, passed=from_agent)


def desk(shown: DeskCall, presence: Presence = Presence.TALKING, *, phone: Phone = Phone.SIP) -> DeskView:
    """The desk of an agent who has such a call."""
    directory = lines() if presence is Presence.TALKING else {}
    return replace(views.desk(views.me(presence, phone=phone), shown), directory=directory)


def passed(mode: TransferMode, *hears: Hears, alone: bool = False) -> Passed:
    """Agent 6033 passed the call on."""
    return Passed(by=AgentId("6033"), mode=mode, hears=hears, alone=alone)


STEPS: dict[str, TransferView] = {
    "calling": transfer(Step.CALLING, TransferMode.ATTENDED),
    "calling-together": transfer(Step.CALLING, TransferMode.SUCCESS, Hears.CITIZEN_AGENT),
    "consulting": transfer(Step.CONSULTING, TransferMode.ATTENDED, Hears.AGENT_OTHER),
    "swapped": transfer(Step.SWAPPED, TransferMode.ATTENDED, Hears.CITIZEN_AGENT),
    "joined": transfer(Step.JOINED, TransferMode.CONFERENCE, *THREE),
    "step": transfer(Step.AWAY, TransferMode.SUSPEND, to=DestinationKey("identity-check")),
}
"""Every picture of a transfer under way."""
