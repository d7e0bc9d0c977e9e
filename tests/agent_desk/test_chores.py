"""Old things are forgotten; what stands in the way is told and ends nothing."""

from pathlib import Path

import pytest

from acd.names import Moment
from agent_desk.chores import forget_facts, forget_sessions
from agent_desk.house import House
from core.lifecycle import Role
from core.sessions import open_token, token_of

NOW = Moment(1_795_219_200_000)


async def test_a_token_whose_time_is_over_is_removed(house: House) -> None:
    async with house.database.writing() as session, session.begin():
        old = await open_token(session, role=Role.AGENT, label="old", now=NOW, expires_at=Moment(NOW + 1_000))
        good = await open_token(session, role=Role.AGENT, label="good", now=NOW, expires_at=Moment(NOW + 9_000))
    await forget_sessions(house.database, Moment(NOW + 5_000))
    async with house.database.reading() as session:
        assert await token_of(session, old, NOW) is None
        assert await token_of(session, good, NOW) is not None


async def test_a_foreign_file_in_the_journal_is_told_and_ends_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "copy.journal").touch()
    await forget_facts(tmp_path, recorded=0, keep_days=7, now=NOW)
    assert "old facts cannot be forgotten" in caplog.text
