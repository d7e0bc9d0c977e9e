"""For those who run it: /healthz and /metrics."""

from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from acd.agent import Presence
from acd.call import stage
from agent_desk.answers import answer, documented
from agent_desk.auth import TheHouse
from agent_desk.house import House

router = APIRouter(tags=["operations"])


@router.get("/healthz", responses=documented(dict[str, Any], "Every dependency's state"))
async def health_route(house: TheHouse) -> Response:
    """Tell whether calls are heard, kept and written: 200 when all is well, else 503."""
    recorder = house.recorder.state
    parts = {
        "asterisk": _part(house.link.up, house.link.why),
        "journal": _part(house.journal.error is None, house.journal.error or ""),
        "database": _part(*await _database(house)),
        "recorder": {**_part(recorder.failures == 0, recorder.last_error or ""), "backlog": recorder.backlog},
    }
    well = all(part["ok"] for part in parts.values())
    return answer({"status": "ok" if well else "degraded", "parts": parts}, 200 if well else 503)


def _part(well: bool, why: str) -> dict[str, Any]:
    return {"ok": well, "why": why}


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
    metrics, state, recorder = house.metrics, house.runtime.state, house.recorder.state
    metrics.set("jietong_asterisk_up", "1 when Asterisk is heard", float(house.link.up))
    metrics.set("jietong_inbox_waiting", "Facts not folded yet", house.inbox.waiting)
    metrics.set("jietong_inbox_refused", "Facts that could not be folded", house.inbox.refused)
    metrics.set("jietong_journal_sequence", "Newest fact's number", house.journal.last)
    metrics.set("jietong_journal_durable", "Newest number on disk", house.journal.durable)
    metrics.set("jietong_journal_unkept", "Facts folded and not kept: the disk was full", house.journal.unkept)
    metrics.set("jietong_recorder_backlog", "Effects not written yet", recorder.backlog)
    metrics.set("jietong_recorder_rejected", "Effects the database refused", recorder.rejected)
    presences = [agent.presence for agent in state.agents.values()]
    for presence in Presence:
        metrics.set("jietong_agents", "Agents by presence", presences.count(presence), presence=presence)
    stages = [stage(call) for call in state.calls.values() if call.ended_at is None]
    for one in ("ivr", "queue", "ringing", "talking"):
        metrics.set("jietong_calls", "Live calls by stage", stages.count(one), stage=one)  # type: ignore[arg-type]
    return Response(metrics.text(), media_type="text/plain; version=0.0.4")
