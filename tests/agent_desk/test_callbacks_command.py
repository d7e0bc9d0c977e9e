"""`jietong callbacks` as people run it: who is owed one, what the ledger says, and the note that one was reached."""

import asyncio

import msgspec
import pytest

from acd.names import Millis, Moment, TicketId
from agent_desk.callbacks_command import in_words
from agent_desk.cli import main
from agent_desk.compose import Plan
from core.callbacks import OwedCallback
from core.ledger import entries
from core.lifecycle import EventKind, Stage
from core.tickets import history
from tests.agent_desk.a_house import a_house
from tests.core.samples import CITIZEN, NEIGHBOUR, NOON, ended, lost, opening, ringing_back, saving

CHINA = Millis(28_800_000)


@pytest.fixture
def owed(plan: Plan) -> None:
    """T1's caller was never answered; T2's was, and then lost while they waited again, earlier."""

    async def fill() -> None:
        async with a_house(plan) as house:
            missed = opening("T1", "c1", missed=True, at=90_000), lost("c1", "T1")
            again = opening("T2", "c2", caller=NEIGHBOUR), saving("c2"), ended("c2", "T2"), ringing_back("c2", 60_000)
            await house.recorder.apply([(number, effect) for number, effect in enumerate((*missed, *again), start=1)])

    asyncio.run(fill())


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(("callbacks", *arguments))
    told = capsys.readouterr()
    return status, told.out, told.err


def noted(plan: Plan) -> list[tuple[str, str]]:
    async def read() -> list[tuple[str, str]]:
        async with a_house(plan) as house, house.database.reading() as session:
            return [(line.action, line.subject) for line in reversed(await entries(session))]

    return asyncio.run(read())


def kinds(plan: Plan, ticket: str) -> list[EventKind]:
    async def read() -> list[EventKind]:
        async with a_house(plan) as house, house.database.reading() as session:
            return [line.kind for line in await history(session, TicketId(ticket))]

    return asyncio.run(read())


@pytest.mark.parametrize(
    ("after_talk", "why"), [(False, "未接听 never answered"), (True, "接听后再等待时离开 lost after a talk")]
)
def test_a_line_says_who_is_owed_it_since_when_and_why(after_talk: bool, why: str) -> None:
    one = OwedCallback(
        ticket_id=TicketId("T1"),
        caller="138****1111",
        number="12345",
        stage=Stage.ACCEPTED,
        since=Moment(NOON + 60_000),
        after_talk=after_talk,
    )
    assert in_words([one], CHINA) == [
        f"工单 ticket T1: 138****1111, 拨打 dialled 12345, 2026-11-21 12:01 起应予回拨 owed since: {why}"
    ]


@pytest.mark.usefixtures("owed")
def test_the_longest_owed_comes_first_and_numbers_are_masked(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = said(capsys)
    assert (status, err) == (0, "")
    assert [line.split(",")[0] for line in out.splitlines()] == [
        "工单 ticket T2: 139****2222",
        "工单 ticket T1: 138****1111",
    ]
    told = msgspec.json.decode(said(capsys, "--json")[1])
    assert [(one["ticket_id"], one["caller"], one["after_talk"]) for one in told] == [
        ("T2", "139****2222", True),
        ("T1", "138****1111", False),
    ]
    assert noted(plan) == [("callbacks", "masked"), ("callbacks", "masked")]


@pytest.mark.usefixtures("owed")
def test_whole_numbers_are_shown_on_demand_and_the_ledger_knows(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    told = msgspec.json.decode(said(capsys, "--full", "--json")[1])
    assert [one["caller"] for one in told] == [NEIGHBOUR, CITIZEN]
    assert noted(plan) == [("callbacks", "full")]


@pytest.mark.usefixtures("owed")
def test_who_was_reached_is_owed_nothing_more(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "--done", "T2") == (0, "工单 ticket T2: 已回拨 the caller was reached\n", "")
    assert noted(plan) == [("called_back", "T2")]
    assert kinds(plan, "T2")[-1] is EventKind.CALLED_BACK
    assert "T2" not in said(capsys)[1]
    said(capsys, "--done", "T1")
    assert said(capsys)[1] == "没有待回拨的来电 nobody is owed a call back\n"


@pytest.mark.usefixtures("owed")
@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--done", "T9"), "ticket T9: there is no such ticket; `jietong callbacks` lists"),
        (("--done", "T1", "--full"), "neither --full nor --json"),
    ],
)
def test_what_cannot_be_noted_is_refused_in_one_sentence(
    plan: Plan, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], why: str
) -> None:
    status, out, err = said(capsys, *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert why in err
    assert noted(plan) == []


@pytest.mark.usefixtures("owed")
def test_a_call_back_is_noted_once(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "--done", "T1")
    assert "ticket T1: no call back is owed (done)" in said(capsys, "--done", "T1")[2]
    assert kinds(plan, "T1").count(EventKind.CALLED_BACK) == 1
