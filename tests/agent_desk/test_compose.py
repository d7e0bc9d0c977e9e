"""The house is put together from settings, and a second start finds what the first left."""

import asyncio
import os
import stat
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from acd.agent import Presence
from acd.events import CallEnded, CallOffered
from acd.names import AgentId, CallId, Moment, QueueName
from agent_desk.cli import main
from agent_desk.compose import LOCAL_TOKEN, Plan
from agent_desk.segments import segments
from agent_desk.snapshots import snapshot_files
from config.places import SHIPPED
from core.calls import calls_since
from tests.acd.playbook import A1, C1, T0, member_added, offered, resumed
from tests.agent_desk.a_house import a_house, a_plan, told
from tests.agent_desk.test_segments import segment
from tests.agent_desk.test_snapshots import kept


def test_everything_we_write_is_under_the_data_directory(plan: Plan) -> None:
    data = plan.settings.data_directory
    assert plan.secrets.is_relative_to(data)
    assert plan.pbx().base.is_relative_to(data)
    assert str(data) in plan.database.url


def test_catalogues_and_recordings_beside_the_settings_are_ours_and_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = tmp_path / "ours"
    (ours / "recorded").mkdir(parents=True)
    (ours / "hotline.toml").write_text("[web]\nport = 9001\n", encoding="utf-8")
    shipped = (SHIPPED / "states.toml").read_text(encoding="utf-8")
    (ours / "states.toml").write_text(shipped.replace("小休", "茶歇"), encoding="utf-8")
    plan = a_plan(tmp_path / "var", monkeypatch, JIETONG_SETTINGS=str(ours / "hotline.toml"))
    assert plan.settings.web.port == 9001
    assert "茶歇" in {reason.zh for reason in plan.catalogue.reasons}
    assert plan.recorded_prompts == ours / "recorded"
    main(["doctor"])
    assert f"catalogues             states.toml of {ours}, 7 as shipped in {SHIPPED}\n" in capsys.readouterr().out


def test_secrets_are_generated_once_and_differ(plan: Plan) -> None:
    assert plan.pbx() == plan.pbx()
    assert plan.pbx().ami_secret != plan.pbx().citizen_password


def test_an_experts_seat_serves_its_field_while_the_posting_lasts_by_local_days(plan: Plan) -> None:
    first, *others = plan.catalogue.experts
    posted = replace(first, valid_to=date(2026, 11, 22))
    queues_of = replace(plan, catalogue=replace(plan.catalogue, experts=(posted, *others))).queues_of()
    last_moment = Moment(1_795_363_199_999)
    """23:59:59.999 of that day in China."""
    assert queues_of(AgentId(first.seat), last_moment) == ("expert-law",)
    assert queues_of(AgentId(first.seat), Moment(last_moment + 1)) == ()
    assert "expert-law" not in queues_of(AgentId("6001"), last_moment)


async def test_seats_of_experts_that_are_not_there_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    small = a_plan(tmp_path / "var", monkeypatch, JIETONG_SEATS_COUNT="231")
    async with a_house(small):
        told = [record.__dict__ for record in caplog.records if "has seats that are not there" in record.message]
    assert ("expert-law", "6232") in {(one["queue"], one["seats"]) for one in told}


async def test_the_local_token_is_private_and_survives_a_restart(plan: Plan) -> None:
    async with a_house(plan):
        first = (plan.secrets / LOCAL_TOKEN).read_text()
    assert stat.S_IMODE((plan.secrets / LOCAL_TOKEN).stat().st_mode) == 0o600
    async with a_house(plan):
        assert (plan.secrets / LOCAL_TOKEN).read_text() == first


async def test_a_restart_folds_the_journal_and_writes_what_was_not_written(plan: Plan) -> None:
    """The first house dies between the journal and the ticket core."""
    at = Moment(1_795_219_200_000)
    async with a_house(plan) as house:
        told(house, offered(C1, at), CallEnded(at=Moment(at + 900), call=C1, cause=16))
        told(
            house, CallOffered(at=at, call=CallId("x"), node="jt1", number="1", queue=QueueName("hotline"), caller="1")
        )
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(house.journal.run())
            await asyncio.sleep(0)
            writing.cancel()  # it writes what is left, and hands nothing on
    async with a_house(plan) as again:
        assert list(again.runtime.state.calls) == ["x"]
        batch = [again.core_queue.get_nowait() for _ in range(again.core_queue.qsize())]
        await again.recorder.apply([one for one in batch if one is not None])
        async with again.database.reading() as session:
            lines = [line async for line in calls_since(session, Moment(0))]
    assert [(line.call_id, line.outcome, line.loss_stage) for line in lines] == [(C1, "lost", "IVR_ABANDON")]


async def test_a_third_start_folds_nothing_again_and_has_the_new_rules(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = Moment(1_795_219_200_000)
    for number in (1, 2):
        async with a_house(plan) as house:
            told(house, offered(CallId(f"jt1-{number}"), Moment(at + number)))
            async with asyncio.TaskGroup() as tasks:
                writing = tasks.create_task(house.journal.run())
                await asyncio.sleep(0)
                writing.cancel()
    (snapshot,) = snapshot_files(plan.journal)
    assert int(snapshot.stem) == 2
    monkeypatch.setattr("agent_desk.runtime.fold", None)  # it would be called for any fact after the snapshot
    other = a_plan(tmp_path / "var", monkeypatch, JIETONG_FLOOR_ACW_SECONDS="7")
    async with a_house(other) as again:
        assert sorted(again.runtime.state.calls) == ["jt1-1", "jt1-2"]
        assert again.runtime.state.policy.acw == 7_000


async def test_old_facts_are_forgotten_by_a_chore(plan: Plan) -> None:
    async with a_house(plan) as house:
        old = segment(plan.journal, *range(1, 11))
        kept(plan.journal, 12, 15)
        segment(plan.journal, *range(11, 21))
        os.utime(old, (0, 0))
        for chore in house.chores:
            await chore()
        assert not old.exists()
        assert [int(path.stem) for path in segments(plan.journal)] == [11]


async def test_a_foreign_file_in_the_journal_does_not_end_the_house(
    plan: Plan, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_house(plan) as house:
        (plan.journal / "copy.journal").touch()
        (plan.journal / "copy.snapshot").touch()
        for chore in house.chores:
            await chore()
    assert "old facts cannot be forgotten" in caplog.text


async def test_what_waits_to_be_folded_is_not_told_again_by_the_logs(plan: Plan) -> None:
    """The floor lags behind a long outage: a pause and its end told twice over would count twice."""
    log = plan.pbx().base / "log"
    (log / "cel-custom").mkdir(parents=True)
    (log / "cel-custom" / "Master.csv").touch()
    second = T0 // 1000
    (log / "queue_log").write_text(
        f"{second + 10}|NONE|general|6001|PAUSE|meal\n{second + 20}|NONE|general|6001|UNPAUSE|\n"
    )
    async with a_house(plan) as house:
        told(house, member_added(A1, T0), resumed(A1, Moment(T0 + 1000)))
        for _ in ("first look", "second look"):
            await house.link._missed(Moment(T0 + 30_000))
        async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
            folding = tasks.create_task(house.inbox.run(house.runtime, lambda: Moment(T0 + 30_000)))
            while house.inbox.waiting:  # noqa: ASYNC110 # bounded by the timeout
                await asyncio.sleep(0)
            folding.cancel()
        assert house.runtime.state.agents[A1].presence is Presence.READY
        assert house.runtime.state.agents[A1].day.not_ready_ms["meal"] == 10_000
