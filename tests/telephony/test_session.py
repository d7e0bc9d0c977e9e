"""One session: log in, read the lists, leave."""

import asyncio

import pytest

from acd.names import Moment
from telephony.session import AmiSettings, AuthRefused, look, open_session
from telephony.wire import LinkDown
from tests.fakes import FakeAsterisk, event
from tests.telephony.test_link import MEMBER

AT = Moment(1_795_219_200_000)


def settings(fake: FakeAsterisk, secret: str = "secret") -> AmiSettings:
    return AmiSettings(host="127.0.0.1", port=fake.port, user="jietong", secret=secret, installation="b")


async def test_a_look_returns_what_asterisk_holds_and_claims_nothing() -> None:
    async with FakeAsterisk() as fake:
        fake.lists["CoreShowChannels"] = [{"Channel": "PJSIP/trunk-1", "Uniqueid": "jt1-1.1", "AccountCode": "jt1-1.1"}]
        seen = await look(settings(fake), AT)
        assert (seen.at, len(seen.legs), seen.members) == (AT, 1, ())
        assert not [one for one in fake.heard if one["Action"] in ("UserEvent", "DBPut")]


async def test_a_wrong_password_is_named_with_its_user() -> None:
    async with FakeAsterisk() as fake:
        with pytest.raises(AuthRefused, match="'jietong'.*Authentication failed"):
            await open_session(settings(fake, "wrong"), lambda _: None, lambda _: None)


async def test_nobody_there_is_an_error_at_once() -> None:
    with pytest.raises(OSError):
        await look(AmiSettings(host="127.0.0.1", port=1, user="u", secret="s", installation="b"), AT)


async def test_an_asterisk_that_is_still_starting_is_waited_for() -> None:
    """Its queues come late: lists read before would lack every member."""
    async with FakeAsterisk() as fake:
        fake.booted = False
        async with asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(look(settings(fake), AT))
            await fake.until_heard("Login")
            fake.lists["QueueStatus"] = [MEMBER]
            assert not [one for one in fake.heard if one["Action"] == "QueueStatus"]
            await fake.say(event("FullyBooted", Status="Fully Booted"))
        assert len(looking.result().members) == 1


async def test_a_session_lost_before_asterisk_is_whole_is_an_error() -> None:
    async with FakeAsterisk() as fake:
        fake.booted = False
        async with asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(_lost(fake))
            await fake.until_heard("Login")
            fake.drop()
        assert looking.result()


async def _lost(fake: FakeAsterisk) -> bool:
    with pytest.raises(LinkDown):
        await look(settings(fake), AT)
    return True
