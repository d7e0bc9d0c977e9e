"""panoramisk's defects P7 to P11, each shown on the stock library and shown not to be ours; P1 to P6 are next door."""

import asyncio
from pathlib import Path
from typing import Any

import panoramisk
import pytest
from panoramisk.call_manager import CallManager

from acd.events import ActionFailed, AnyEvent, CallEnded, CallQueued
from acd.fold import fold
from acd.state import State
from telephony import link as link_module
from telephony.link import AmiLink
from telephony.render import render
from telephony.session import AmiSettings
from tests.fakes import INSTALLATION, FakeAsterisk, FakeClock, event
from tests.telephony.plans import small_plan
from tests.telephony.stock_panoramisk import HANG_UP, count, impatient, stock, until
from tests.telephony.test_link import Ear, linked, snapshots
from tests.telephony.test_wire import connected, heard, joined


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(monkeypatch)


# --- P7: coming back without end and without patience ---


async def test_p7_stock_knocks_for_ever_with_a_wrong_password() -> None:
    assert panoramisk.Manager.defaults["reconnect_timeout"] == 2, "always the same pause"
    async with FakeAsterisk() as fake, stock(fake, secret="wrong") as manager:
        await fake.until_heard("Login", times=6)
        assert manager.reconnect_timeout == 0.02


async def test_p7_ours_stops_at_a_wrong_password_and_says_so() -> None:
    async with FakeAsterisk() as fake, linked(fake, secret="wrong") as (link, ear):
        await ear.until(lambda facts: bool(facts))
        assert link.refused
        assert "Authentication failed" in link.why
        assert count(fake, "Login") == 1


async def test_p7_ours_waits_longer_each_time_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "FIRST_PAUSE", 0.2)
    monkeypatch.setattr(link_module, "LONGEST_PAUSE", 5.0)
    pauses: list[float] = []
    enough, real = asyncio.Event(), asyncio.sleep

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 8:
            enough.set()
        await real(0)

    monkeypatch.setattr(link_module.asyncio, "sleep", sleep)
    ear = Ear()
    settings = AmiSettings(host="127.0.0.1", port=1, user="jietong", secret="secret", installation=INSTALLATION)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(AmiLink(settings, tell=ear.tell, now=FakeClock().now).run())
        await enough.wait()
        running.cancel()
    whole = [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0]
    assert all(most / 2 <= pause <= most for pause, most in zip(pauses, whole, strict=False))
    assert len(ear.facts) == 1, "and tells of it once"


# --- P8: handlers that are tasks ---


async def test_p8_stock_finishes_events_in_another_order() -> None:
    async with FakeAsterisk() as fake, stock(fake) as manager:
        finished: list[str] = []
        gates = {number: asyncio.Event() for number in "123"}

        async def take(_: Any, said: Any) -> None:
            await gates[said.queue].wait()
            finished.append(said.queue)

        manager.register_event("QueueCallerJoin", take)
        await fake.say(b"".join(event("QueueCallerJoin", Queue=number) for number in "123"))
        for number in "231":
            gates[number].set()
            await until(lambda: bool(finished) and finished[-1] == number)  # noqa: B023 # awaited here
        assert finished == ["2", "3", "1"]


async def test_p8_ours_tells_facts_one_by_one() -> None:
    """By construction: what takes a fact is a plain function, called in order and finished before the next."""
    async with FakeAsterisk() as fake, connected(fake) as (_, facts, _):
        await fake.say(b"".join(joined(number) for number in range(200)))
        calls = [fact.call for fact in await heard(facts, 200) if isinstance(fact, CallQueued)]
        assert calls == [f"jt1-100.{number}" for number in range(200)]


# --- P9: calls that are one because they began in the same second ---


async def test_p9_stock_merges_two_calls_and_forgets_none() -> None:
    async with FakeAsterisk() as fake, stock(fake, kind=CallManager) as manager:
        for number in ("1700000000.1", "1700000000.2"):
            await fake.say(event("Newchannel", Uniqueid=number) + event("Hangup", Uniqueid=number))
        await until(lambda: "1700000000" in manager.calls_queues)
        await until(lambda: manager.calls_queues["1700000000"].queue.qsize() == 4)
        assert list(manager.calls_queues) == ["1700000000"], "one for two, and still there"


async def test_p9_ours_keeps_them_apart_and_forgets_both() -> None:
    """By construction: a call is named by its whole id, and what the floor remembers of it ends with it."""
    numbers = ("jt1-1700000000.1", "jt1-1700000000.2")
    says = [
        event("UserEvent", UserEvent="JtOffered", Call=call, Number="12345", Queue="hotline", Caller="13800000001")
        for call in numbers
    ]
    async with FakeAsterisk() as fake, connected(fake) as (_, facts, _):
        await fake.say(b"".join(says))
        state = State()
        for fact in await heard(facts, 2):
            state = fold(state, fact).state
        assert sorted(state.calls) == sorted(numbers)
        await fake.say(b"".join(event("Hangup", AccountCode=call, Uniqueid=call, Cause="16") for call in numbers))
        ends: list[AnyEvent] = await heard(facts, 2)
        assert all(isinstance(fact, CallEnded) for fact in ends)
        for fact in ends:
            state = fold(state, fact).state
        assert not state.calls


# --- P10: the password on the wire ---


async def test_p10_stock_has_no_other_log_in_than_the_password_itself() -> None:
    async with FakeAsterisk() as fake, stock(fake):
        (login,) = (one for one in fake.heard if one["Action"] == "Login")
        assert login["Secret"] == "secret"
        assert not [one for one in fake.heard if one["Action"] == "Challenge"]


def test_p10_ours_never_leaves_the_machine(tmp_path: Path) -> None:
    """By construction: our Asterisk hears its manager on one address of its own and admits nobody from another.

    With `pbx.managed = false` and an Asterisk elsewhere this does not hold: such a link belongs into a tunnel.
    """
    manager = (render(small_plan(tmp_path)) / "manager.conf").read_text(encoding="utf-8").splitlines()
    assert "bindaddr = 127.0.0.1" in manager
    assert [line for line in manager if line.startswith(("deny", "permit"))] == [
        "deny = 0.0.0.0/0.0.0.0",
        "permit = 127.0.0.1/255.255.255.255",
    ]


# --- P11: an action that leads to nothing ---


async def test_p11_stock_waits_for_ever_for_a_call_that_nobody_takes() -> None:
    """The answer "successfully queued" is taken for a list's start, and no time is too long."""
    async with FakeAsterisk() as fake, stock(fake) as manager:
        fake.answers["Originate"] = {"Response": "Success", "Message": "Originate successfully queued"}
        placed = manager.send_action({"Action": "Originate", "Channel": "PJSIP/13800000001", "Async": "true"})
        assert (await manager.send_action({"Action": "Ping"})).success
        assert not placed.done()


async def test_p11_ours_has_a_limit_for_everything_it_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """It originates nothing; whatever it asks is answered, or told as failed when its time is over."""
    async with FakeAsterisk() as fake, linked(fake) as (link, ear):
        await ear.until(snapshots(1))
        monkeypatch.setattr(link_module, "ANSWER_SECONDS", 0.05)
        fake.answers["Hangup"] = None
        link.perform(HANG_UP)
        await ear.until(lambda facts: any(isinstance(fact, ActionFailed) for fact in facts))
        (failed,) = ear.of(ActionFailed)
        assert isinstance(failed, ActionFailed)
        assert failed.why == "Asterisk did not answer Hangup"
