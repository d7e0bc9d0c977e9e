"""Calls of both directions: who ended them, when, and what happens when both are quick."""

import asyncio

import pytest

from agent_desk.demo.sip_call import EndedBy, Ending, SipCall
from agent_desk.demo.sip_message import SipRequest
from tests.agent_desk.demo.switchboard import now, rung, soon, switched


async def over(call: SipCall) -> Ending:
    async with asyncio.timeout(5):
        return await call.over


async def taken(calls: "asyncio.Queue[SipCall]") -> SipCall:
    async with asyncio.timeout(5):
        return await calls.get()


async def test_a_call_is_answered_and_ended_by_the_caller() -> None:
    async with switched() as (telephones, switchboard):
        calls = await rung(switchboard, "12345")
        before = now()
        call = telephones.call("13800000001", "12345")
        other = await taken(calls)
        other.accept()
        assert before <= call.began_at <= await soon(call.up) <= now()
        assert call.remote_media == ("127.0.0.1", 9)
        call.hang_up()
        assert (await over(call)).by is EndedBy.US
        assert (await over(other)).by is EndedBy.THEM


async def test_a_call_is_ended_by_the_other_side() -> None:
    async with switched() as (telephones, switchboard):
        calls = await rung(telephones, "6001-sip")
        call = switchboard.call("13800000001", "6001-sip")
        agent = await taken(calls)
        agent.accept()
        await soon(call.up)
        agent.hang_up()
        assert (await over(agent)).by is EndedBy.US
        assert (await over(call)).by is EndedBy.THEM


async def test_a_caller_who_leaves_while_it_rings_takes_the_ring_away() -> None:
    async with switched() as (telephones, switchboard):
        calls = await rung(telephones, "6001-sip")
        call = switchboard.call("13800000001", "6001-sip")
        agent = await taken(calls)
        call.hang_up()
        assert (await over(call)) == Ending(by=EndedBy.US, at=(await over(call)).at, status=487)
        assert (await over(agent)).by is EndedBy.THEM
        agent.accept()
        assert agent.up.cancelled()


async def test_a_caller_who_leaves_at_once_is_not_left_hanging() -> None:
    async with switched() as (telephones, switchboard):
        calls = await rung(telephones, "6001-sip")
        call = switchboard.call("13800000001", "6001-sip")
        call.hang_up()
        agent = await taken(calls)
        assert (await over(call)).by is EndedBy.US
        assert (await over(agent)).by is EndedBy.THEM


async def test_an_answer_that_crosses_a_good_bye_is_hung_up() -> None:
    async with switched() as (telephones, switchboard):
        calls = await rung(telephones, "6001-sip")
        call = switchboard.call("13800000001", "6001-sip")
        agent = await taken(calls)
        agent.accept()
        call.hang_up()  # the 200 is under way
        assert (await over(call)).by is EndedBy.US
        assert (await over(agent)).by is EndedBy.THEM


async def test_an_agent_may_turn_a_ring_down() -> None:
    async with switched() as (telephones, switchboard):
        calls = await rung(telephones, "6001-sip")
        call = switchboard.call("13800000001", "6001-sip")
        (await taken(calls)).hang_up()
        ending = await over(call)
        assert (ending.by, ending.status) == (EndedBy.REFUSED, 486)
        assert call.settled.is_set()


async def test_hanging_up_twice_is_once() -> None:
    async with switched() as (telephones, switchboard):
        calls = await rung(switchboard, "12345")
        call = telephones.call("13800000001", "12345")
        (await taken(calls)).accept()
        await soon(call.up)
        call.hang_up()
        call.hang_up()
        first = await over(call)
        call.hang_up()
        assert await over(call) is first


async def test_each_side_knows_who_dialled_whom() -> None:
    async with switched() as (telephones, switchboard):
        calls = await rung(switchboard, "12345")
        call = telephones.call("13800000001", "12345")
        other = await taken(calls)
        assert [(one.caller, one.user) for one in (call, other)] == [("13800000001", "12345")] * 2
        call.hang_up()
        await over(other)


async def test_a_key_is_pressed_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    async with switched() as (telephones, switchboard):
        calls = await rung(switchboard, "12345")
        call = telephones.call("13800000001", "12345")
        other = await taken(calls)
        call.press("1")  # nobody is there yet to hear it
        other.accept()
        await soon(call.up)
        heard: asyncio.Queue[SipRequest] = asyncio.Queue()
        take = other.asked

        def asked(request: SipRequest) -> None:
            heard.put_nowait(request)
            take(request)

        monkeypatch.setattr(other, "asked", asked)
        call.press("5")
        async with asyncio.timeout(5):
            pressed = await heard.get()
            while pressed.method == "ACK":
                pressed = await heard.get()
        assert (pressed.method, pressed.body) == ("INFO", b"Signal=5\r\nDuration=160\r\n")
        call.hang_up()
        await over(other)
