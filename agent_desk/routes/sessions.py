"""Logging in and out."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Body, Request, Response

from acd.names import Millis
from agent_desk.answers import ApiError, answer, documented
from agent_desk.auth import COOKIE, LoggedIn, TheHouse, came_by_tls
from agent_desk.house import House
from agent_desk.wire_http import Who
from core import ledger
from core.log_in import LogInRefusal, log_in
from core.sessions import close_session, open_session

router = APIRouter(prefix="/api", tags=["log-in"])

_REFUSALS = {
    LogInRefusal.WRONG: ApiError(401, "wrong", "用户名或密码不正确。", "The user name or the password is wrong."),
    LogInRefusal.LOCKED: ApiError(
        429, "locked", "密码错误次数过多,请五分钟后再试。", "Too many wrong passwords; try again in five minutes."
    ),
}


class LogIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person types."""

    user: str
    password: str


@router.post("/login", responses=documented(Who, "Logged in; the cookie jt_session is set"))
async def log_in_route(house: TheHouse, request: Request, body: Annotated[dict[str, str], Body()]) -> Response:
    """Log in with user name and password."""
    try:
        typed = msgspec.convert(body, LogIn)
        f"{typed.user}{typed.password}".encode()  # half a surrogate pair is JSON, but no text that can be kept
    except (msgspec.ValidationError, UnicodeEncodeError) as error:
        raise ApiError(422, "invalid", "请求无效。", f"The request is not valid: {error}.") from error
    now = house.clock.now()
    person = await log_in(house.database, typed.user, typed.password, now)
    if isinstance(person, LogInRefusal):
        await _note(house, typed.user[:64], "", "log_in_refused", person)
        raise _REFUSALS[person]
    lifetime = Millis(house.session_hours * 3_600_000)
    async with house.database.writing() as session, session.begin():
        opened = await open_session(session, person.user, now=now, lifetime=lifetime)
    await _note(house, person.user, person.role, "log_in", person.user)
    response = answer(Who(user=person.user, name=person.name, role=person.role, agent=person.agent, csrf=opened.csrf))
    response.set_cookie(
        COOKIE,
        opened.cookie,
        max_age=house.session_hours * 3600,
        httponly=True,
        samesite="strict",
        secure=came_by_tls(request),
    )
    return response


@router.post("/logout", responses=documented(dict[str, bool], "Logged out"))
async def log_out_route(house: TheHouse, visitor: LoggedIn, request: Request) -> Response:
    """Log out."""
    async with house.database.writing() as session, session.begin():
        await close_session(session, request.cookies.get(COOKIE, ""))
    await _note(house, visitor.user, visitor.role, "log_out", visitor.user)
    response = answer({"ok": True})
    response.delete_cookie(COOKIE)
    return response


@router.get("/me", responses=documented(Who, "Who is logged in"))
async def me_route(visitor: LoggedIn) -> Response:
    """Tell who is logged in."""
    return answer(Who(user=visitor.user, name=visitor.name, role=visitor.role, agent=visitor.agent, csrf=visitor.csrf))


async def _note(house: House, actor: str, role: str, action: str, subject: str) -> None:
    async with house.database.writing() as session, session.begin():
        await ledger.append(session, at=house.clock.now(), actor=actor, role=role, action=action, subject=subject)
