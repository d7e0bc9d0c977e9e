"""The commands' own token: made once, made anew when it is no good any more."""

from pathlib import Path

from acd.names import Moment
from agent_desk.house import House
from agent_desk.local_token import LOCAL_TOKEN, keep_local_token
from core.sessions import token_of

NOW = Moment(1_795_219_200_000)


async def test_a_good_token_stays_and_a_bad_one_is_replaced(house: House, tmp_path: Path) -> None:
    path = tmp_path / LOCAL_TOKEN

    async def made() -> str:
        await keep_local_token(house.database, tmp_path, NOW)
        return path.read_text().strip()

    first = await made()
    assert await made() == first
    path.write_text("somebody wrote this")
    second = await made()
    assert second not in (first, "somebody wrote this")
    async with house.database.reading() as session:
        assert await token_of(session, second, NOW) is not None
