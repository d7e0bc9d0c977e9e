"""One session: log in, read the lists, leave."""

import pytest

from acd.names import Moment
from telephony.session import AmiSettings, AuthRefused, look, open_session
from tests.fakes import FakeAsterisk

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
