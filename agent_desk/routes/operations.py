"""For those who run it: /healthz and /metrics."""

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from acd.agent import Presence
from acd.call import Stage, stage
from agent_desk.alarm_words import ALARM_WORDS, Level
from agent_desk.answers import answer, documented
from agent_desk.auth import TheHouse
from agent_desk.house import House
from agent_desk.metrics import Metrics
from agent_desk.wire_views import Alarm

router = APIRouter(tags=["operations"])

_PARTS = ("asterisk", "inbox", "journal", "database", "recorder")


@router.get("/healthz", responses=documented(dict[str, Any], "Every dependency's state, with the alarms of each"))
async def health_route(house: TheHouse) -> Response:
    """Tell whether calls are heard, kept and written: 200 when nothing of it fails, else 503.

    The status is `ok`, or `degraded` with the reasons in the parts; a part that only warns is still ok. What is wrong
    with single telephones and agents is on the board, not here.
    """
    alarms = list(house.alarms.look().values())
    parts = {name: _part([alarm for alarm in alarms if ALARM_WORDS[alarm.key].part == name]) for name in _PARTS}
    reached, why = await _database(house)
    parts["database"] |= {"ok": reached, "why": why}
    parts["recorder"]["backlog"] = house.recorder.state.backlog
    well = all(part["ok"] for part in parts.values())
    quiet = well and not any(part["alarms"] for part in parts.values())
    return answer({"status": "ok" if quiet else "degraded", "parts": parts}, 200 if well else 503)


def _part(alarms: Iterable[Alarm]) -> dict[str, Any]:
    told = list(alarms)
    return {
        "ok": not any(alarm.level is Level.CRITICAL for alarm in told),
        "why": "; ".join(f"{alarm.en} ({alarm.why})" if alarm.why else alarm.en for alarm in told),
        "alarms": [alarm.key for alarm in told],
    }


async def _database(house: House) -> tuple[bool, str]:
    try:
        async with house.database.reading() as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError) as error:
        return False, type(error).__name__
    return True, ""


@router.get("/metrics")
async def metrics_route(house: TheHouse) -> Response:
    """Tell Prometheus."""
    _house(house, house.metrics)
    _floor(house, house.metrics)
    return Response(house.metrics.text(), media_type="text/plain; version=0.0.4")


def _house(house: House, metrics: Metrics) -> None:
    health = house.health.look()
    labels = [{"key": alarm.key.value, "subject": alarm.subject} for alarm in house.alarms.on().values()]
    metrics.set_only("jietong_alarm", "1 while an alarm is on", labels)
    metrics.set("jietong_asterisk_up", "1 when Asterisk is heard", float(health.pbx_up))
    metrics.set("jietong_asterisk_standby", "1 when another bridge holds Asterisk", float(health.standby))
    metrics.set("jietong_event_age_worst_seconds", "Oldest arrival of 10 s", health.worst_event_age / 1000)
    metrics.set("jietong_clocks_apart_seconds", "How far our clock was off in 10 min", health.clocks_apart / 1000)
    metrics.set("jietong_inbox_waiting", "Facts not folded yet", health.waiting)
    metrics.set("jietong_inbox_limit", "Facts that may wait; 0: no limit", health.waiting_limit)
    metrics.set("jietong_inbox_refused", "Facts that could not be folded", health.facts_refused)
    metrics.set("jietong_journal_sequence", "Newest fact's number", house.journal.last)
    metrics.set("jietong_journal_durable", "Newest number on disk", house.journal.durable)
    metrics.set("jietong_journal_blocked", "1 while the journal cannot be written", float(bool(health.journal_error)))
    metrics.set("jietong_journal_unkept", "Facts folded and not kept: the disk was full", house.journal.unkept)
    metrics.set("jietong_recorder_backlog", "Effects not written yet", health.recorder_backlog)
    metrics.set("jietong_recorder_failures", "Attempts to write failed in a row", health.recorder_failures)
    metrics.set("jietong_recorder_rejected", "Effects the database refused", health.recorder_rejected)


def _floor(house: House, metrics: Metrics) -> None:
    state = house.runtime.state
    presences = [agent.presence for agent in state.agents.values()]
    for presence in Presence:
        metrics.set("jietong_agents", "Agents by presence", presences.count(presence), presence=presence)
    stages = [stage(call) for call in state.calls.values() if call.ended_at is None]
    for one in (Stage.IVR, Stage.QUEUE, Stage.RINGING, Stage.TALKING):
        metrics.set("jietong_calls", "Live calls by stage", stages.count(one), stage=one)
