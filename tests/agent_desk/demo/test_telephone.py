"""Telephones register with their password, ring and are rung."""

import asyncio

import pytest

from agent_desk.demo.telephone import RegistrationRefused
from tests.agent_desk.demo.switchboard import rung, soon, switched


async def test_a_telephone_registers_with_its_password() -> None:
    async with switched() as (telephones, switchboard):
        switchboard.passwords = {"6001-sip": "right"}
        await telephones.register("6001-sip", "right", 120)
        assert switchboard.registered == {"6001-sip": 120}
        await telephones.register("6001-sip", "right", 0)
        assert switchboard.registered == {"6001-sip": 0}


async def test_a_wrong_password_is_refused() -> None:
    async with switched() as (telephones, switchboard):
        switchboard.passwords = {"6001-sip": "right"}
        with pytest.raises(RegistrationRefused, match="403"):
            await telephones.register("6001-sip", "wrong", 120)


async def test_many_telephones_share_one_socket() -> None:
    async with switched() as (telephones, switchboard):
        queues = {f"60{number:02d}-sip": await rung(telephones, f"60{number:02d}-sip") for number in range(20)}
        calls = {user: switchboard.call("13800000001", user) for user in queues}
        for user, queue in queues.items():
            async with asyncio.timeout(5):
                taken = await queue.get()
            assert taken.user == user
            taken.accept()
        for call in calls.values():
            assert await soon(call.up)


async def test_who_is_not_there_is_busy() -> None:
    async with switched() as (telephones, switchboard):
        call = switchboard.call("13800000001", "6009-sip")
        async with asyncio.timeout(5):
            ending = await call.over
        assert (ending.by, ending.status) == ("refused", 486)
        assert telephones.address[0] == "127.0.0.1"
