"""The register in Asterisk's database, and beats as messages."""

import pytest

from telephony.actions import heartbeat
from telephony.fence import Beat, Register
from telephony.register import beat_of, put_down, read_register, write_holder
from telephony.session import AmiSettings, open_session
from telephony.wire import AmiWire
from tests.fakes import FakeAsterisk


async def a_wire(fake: FakeAsterisk) -> AmiWire:
    settings = AmiSettings(host="127.0.0.1", port=fake.port, user="jietong", secret="secret", installation="b")
    return await open_session(settings, lambda _: None, lambda _: None)


async def test_what_is_put_down_is_read_again() -> None:
    async with FakeAsterisk() as fake:
        fake.database.clear()
        wire = await a_wire(fake)
        assert await read_register(wire) == Register()
        await put_down(wire, "b")
        await write_holder(wire, "b/17", 4)
        assert await read_register(wire) == Register(holder="b/17", token=4, installations=frozenset("b"))
        wire.abort("done")


@pytest.mark.parametrize("entry", ["", "b/17", "b/17 x", "b/17 -4", "b/17 ٤"])
async def test_a_holder_that_makes_no_sense_is_none(entry: str) -> None:
    async with FakeAsterisk() as fake:
        fake.database = {"/jt/bridge/holder": entry}
        wire = await a_wire(fake)
        assert await read_register(wire) == Register()
        wire.abort("done")


def test_a_beat_is_the_same_after_its_way() -> None:
    beat = Beat(bridge="b/17", token=4, number=9)
    assert beat_of(dict(heartbeat(beat))) == beat


@pytest.mark.parametrize("headers", [{}, {"Bridge": "b", "Token": "x", "Beat": "1"}])
def test_a_strangers_beat_is_an_error(headers: dict[str, str]) -> None:
    with pytest.raises((KeyError, ValueError)):
        beat_of(headers)
