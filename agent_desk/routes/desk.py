"""What a desk asks besides its websocket: a telephone's password, and who is calling."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Body, Response

from acd.call import talked
from acd.names import CallId, Phone, interface_of
from agent_desk.answers import NOT_FOUND, ApiError, answer, documented
from agent_desk.auth import TheAgent, TheHouse
from agent_desk.wire_http import Contact, ExpertAnswerLine, PhoneCredentials, ScreenPop, TicketLine
from core import ledger
from core.calls import call_by_id
from core.screen_pop import CallerPicture, TicketBrief, caller_picture
from telephony.actions import hand_out
from telephony.wire import ActionRefused, LinkDown

router = APIRouter(prefix="/api/desk", tags=["desk"])

_NO_PBX = ApiError(503, "pbx_lost", "与电话系统的连接中断,请稍候再试。", "The telephone system cannot be reached.")


@router.post("/phone", responses=documented(PhoneCredentials, "Good until the next hand-out"))
async def phone_route(house: TheHouse, who: TheAgent, phone: Annotated[Phone, Body(embed=True)]) -> Response:
    """Give the agent's telephone a fresh password and tell it."""
    visitor, agent = who
    endpoint = interface_of(agent, phone).partition("/")[2]
    password = secrets.token_urlsafe(24)
    try:
        await house.ami.ask(hand_out(endpoint, password))
    except (LinkDown, ActionRefused, TimeoutError) as error:
        raise _NO_PBX from error
    async with house.database.writing() as session, session.begin():
        await ledger.append(
            session,
            at=house.clock.now(),
            actor=visitor.user,
            role=visitor.role,
            action="phone_credentials",
            subject=endpoint,
        )
    return answer(house.credentials(endpoint, password))


@router.get("/calls/{call_id}/pop", responses=documented(ScreenPop, "Who is calling"))
async def pop_route(house: TheHouse, who: TheAgent, call_id: str) -> Response:
    """Tell what is known about the caller of a call that rings at this agent, or that this agent took."""
    visitor, agent = who
    live = house.runtime.state.calls.get(CallId(call_id))
    async with house.database.reading() as session:
        if live is not None:
            ringing = {ring.agent for ring in live.rings if ring.ended_at is None}
            handed = {one.third_agent for one in live.transfers if one.ended_at is None}
            mine = ringing | handed | talked(live)
            caller = live.caller
        else:
            row = await call_by_id(session, CallId(call_id))
            if row is None:
                raise NOT_FOUND
            mine, caller = set() if row.agent is None else {row.agent}, row.caller
        if agent not in mine:
            raise NOT_FOUND
        picture = await caller_picture(session, CallId(call_id), caller, house.areas)
    async with house.database.writing() as session, session.begin():
        await ledger.append(
            session,
            at=house.clock.now(),
            actor=visitor.user,
            role=visitor.role,
            action="screen_pop",
            subject=call_id,
        )
    return answer(_pop(picture))


def _pop(picture: CallerPicture) -> ScreenPop:
    return ScreenPop(
        call=picture.call,
        caller=picture.caller,
        area_zh=picture.area_zh,
        area_en=picture.area_en,
        calls_total=picture.calls_total,
        contacts=tuple(
            Contact(
                call=one.call, at=one.at, number=one.number, outcome=one.outcome, agent=one.agent, ticket=one.ticket
            )
            for one in picture.contacts
        ),
        open_tickets=tuple(_line(brief) for brief in picture.open_tickets),
        ticket=None if picture.ticket is None else _line(picture.ticket),
        form=picture.form,
    )


def _line(brief: TicketBrief) -> TicketLine:
    return TicketLine(
        ticket=brief.ticket,
        opened_at=brief.opened_at,
        stage=brief.stage,
        domain=brief.domain,
        demand_type=brief.demand_type,
        urgent=brief.urgent,
        text=brief.text,
        missed=brief.missed,
        expert_answers=tuple(
            ExpertAnswerLine(field=one.field, due_at=one.due_at, awaited=one.awaited) for one in brief.expert_answers
        ),
    )
