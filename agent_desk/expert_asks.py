"""A desk asks for an expert's written answer as nobody of the line is there; the core says at once what came of it."""

import asyncio
import logging
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from acd.names import AgentId, DestinationKey
from acd.on_requests import not_theirs
from acd.refusal import SENTENCES, Refusal
from acd.state import State
from agent_desk.auth import Visitor
from agent_desk.directory_view import directory_lines
from agent_desk.house import House
from agent_desk.wire import Accepted, AskExpert, Refused
from core.expert_answers import AskRefused, WhyNot, ask_expert

log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 3.0
"""How long the recorder may take for what was saved before the question."""

_SOMEBODY_THERE: Final = "expert_there"
_DATABASE_AWAY: Final = "database_away"

_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    _SOMEBODY_THERE: ("现在有专家空闲,请直接转接。", "An expert is free now; hand the call on instead."),
    _DATABASE_AWAY: (
        "工单系统暂时写不进去,请稍候再试。",
        "The ticket system cannot be written just now; try again soon.",
    ),
    WhyNot.NO_TICKET: ("工单还没有建好,请稍候再试。", "The ticket is not there yet; try again soon."),
    WhyNot.NO_CONTENT: (
        "工单还没有内容,请先写下市民的问题。",
        "The ticket says nothing yet; write down the citizen's question first.",
    ),
    WhyNot.NOT_OPEN: (
        "这张工单已答复或已办结,不能再请专家答复。",
        "This ticket is replied to or closed; experts cannot be asked about it any more.",
    ),
}
"""For each refusal that is not one of the rules': Chinese, English."""


async def asked(house: House, visitor: Visitor, agent: AgentId, wish: AskExpert) -> Accepted | Refused:
    """Ask, and return the answer for the browser; what is already asked for is accepted again."""
    now = house.clock.now()
    state = house.runtime.state
    why = not_theirs(state, agent, wish.call)
    if why is not None:
        return _refused(wish, why)
    terms = house.expert_terms(wish.to, now)
    if terms is None:
        return _refused(wish, Refusal.NO_SUCH_DESTINATION)
    if _somebody_there(state, wish.to):
        return _refused(wish, _SOMEBODY_THERE)
    try:
        # The question is what was saved a moment ago: the recorder may still have that before it.
        async with asyncio.timeout(PATIENCE_SECONDS):
            await house.recorder.reached(house.runtime.newest_wish)
        await house.database.write(
            lambda session: ask_expert(
                session, call=wish.call, agent=agent, terms=terms, at=now, actor=visitor.user, role=visitor.role
            )
        )
    except AskRefused as refused:
        return _refused(wish, refused.why)
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        log.warning("an expert's answer could not be asked for", extra={"error": type(error).__name__})
        return _refused(wish, _DATABASE_AWAY)
    return Accepted(request=wish.request)


def _somebody_there(state: State, to: DestinationKey) -> bool:
    return directory_lines(state, {})[to].why_en == ""


def _refused(wish: AskExpert, key: str) -> Refused:
    zh, en = _SENTENCES[key] if key in _SENTENCES else SENTENCES[Refusal(key)]
    return Refused(request=wish.request, key=key, zh=zh, en=en)
