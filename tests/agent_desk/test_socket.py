"""The two websockets, over a real web server: who may, what is asked, what is answered, who left."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from acd.events import TicketForm
from acd.names import AgentId, CallId
from agent_desk.demo.desk_client import DeskClient, DeskRefused
from core.lifecycle import Role
from core.people import update_user
from core.sessions import close_session
from tests.agent_desk.served import Served, served


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Served]:
    async with served(tmp_path / "var", monkeypatch) as running:
        yield running


@asynccontextmanager
async def desk_of(running: Served, user: str = "6001") -> AsyncIterator[DeskClient]:
    """A desk page that is open."""
    desk = DeskClient(running.web)
    await desk.log_in(user, running.plan.demo_password)
    await desk.open()
    async with asyncio.TaskGroup() as tasks:
        following = tasks.create_task(desk.follow())
        try:
            yield desk
        finally:
            following.cancel()
            await desk.close()


async def cookie_of(running: Served, user: str) -> str:
    async with httpx.AsyncClient(base_url=f"http://{running.web}", trust_env=False) as client:
        reply = await client.post("/api/login", json={"user": user, "password": running.plan.demo_password})
        return reply.cookies["jt_session"]


async def close_code(socket: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed):
        async with asyncio.timeout(5):
            while True:
                await socket.recv()
    assert socket.close_code is not None
    return socket.close_code


async def heard(socket: ClientConnection, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(5):
        while True:
            message: dict[str, Any] = msgspec.json.decode(await socket.recv())
            if message["type"] == kind:
                return message


async def test_a_stranger_may_not_sit_at_a_desk(running: Served) -> None:
    async with connect(f"ws://{running.web}/ws/desk", proxy=None) as socket:
        assert await close_code(socket) == 4401


async def test_who_has_no_position_has_no_desk(running: Served) -> None:
    cookie = await cookie_of(running, "admin")
    headers = {"Cookie": f"jt_session={cookie}"}
    async with connect(f"ws://{running.web}/ws/desk", additional_headers=headers, proxy=None) as socket:
        assert await close_code(socket) == 4403


async def test_a_page_of_another_site_is_turned_away_and_the_log_names_both(
    running: Served, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {"Cookie": f"jt_session={await cookie_of(running, '6001')}"}
    for path in ("board", "desk"):
        async with connect(
            f"ws://{running.web}/ws/{path}", additional_headers=headers, origin="http://evil.example", proxy=None
        ) as socket:
            assert await close_code(socket) == 4401
    told = [vars(record) for record in caplog.records if "of another address" in record.message]
    assert [(one["origin"], one["host"]) for one in told] == [("http://evil.example", running.web)] * 2


@pytest.mark.parametrize("nonsense", ["hello", "{}", '{"type":"ready"}', '{"type":"ready","request":"r","more":1}'])
async def test_what_we_do_not_know_ends_the_conversation(running: Served, nonsense: str) -> None:
    headers = {"Cookie": f"jt_session={await cookie_of(running, '6001')}"}
    async with connect(f"ws://{running.web}/ws/desk", additional_headers=headers, proxy=None) as socket:
        await socket.send(nonsense)
        assert await close_code(socket) == 4400


async def test_the_board_begins_with_everything_and_answers_a_ping(running: Served) -> None:
    async with connect(f"ws://{running.web}/ws/board", proxy=None) as socket:
        first = await heard(socket, "board_snapshot")
        assert first["view"]["system"]["system"]["pbx"] == "up"
        await socket.send('{"type":"ping","n":3}')
        assert (await heard(socket, "pong"))["n"] == 3
        await socket.send('{"type":"snapshot"}')
        assert (await heard(socket, "board_snapshot"))["seq"] == first["seq"]


async def test_nobody_works_at_the_board(running: Served) -> None:
    async with connect(f"ws://{running.web}/ws/board", proxy=None) as socket:
        await socket.send('{"type":"sign_in","request":"r1","phone":"sip"}')
        await socket.send('{"type":"ping","n":1}')
        await heard(socket, "pong")
    assert not [one for one in running.asterisk.heard if one["Action"] == "QueueAdd"]


async def test_a_new_call_is_on_the_board_at_once(running: Served) -> None:
    async with connect(f"ws://{running.web}/ws/board", proxy=None) as socket:
        await heard(socket, "board_snapshot")
        await running.says(
            "UserEvent", UserEvent="JtOffered", Call="jt1-1.1", Number="12345", Queue="hotline", Caller="13800000001"
        )
        delta = await heard(socket, "delta")
        assert delta["changes"]["calls"]["set"]["jt1-1.1"]["caller"] == "138****0001"
        assert delta["seq"] == 1


async def test_a_sign_in_is_accepted_when_asterisk_says_so_and_not_before(running: Served) -> None:
    async with desk_of(running) as desk, asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(desk.sign_in())
        await running.asterisk.until_heard("QueueAdd", len(running.queues))
        assert desk.me is None or desk.me.presence == "out"
        assert not asking.done()
        await running.performs("QueueAdd", len(running.queues))
        await asking
        assert await desk.until(lambda: desk.presence == "not_ready", 5)


async def test_an_experts_seat_signs_in_to_its_fields_queue_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(tmp_path / "expert", monkeypatch, JIETONG_SEATS_FIRST="6230") as running:
        for user, wanted in (("6231", ["expert-law"]), ("6230", list(running.queues))):
            async with desk_of(running, user) as desk, asyncio.TaskGroup() as tasks:
                running.asterisk.heard.clear()
                tasks.create_task(desk.sign_in())
                await running.performs("QueueAdd", len(wanted))
                assert await desk.until(lambda desk=desk: desk.presence == "not_ready", 5)
                assert [one["Queue"] for one in running.asterisk.heard if one["Action"] == "QueueAdd"] == wanted


async def test_what_asterisk_refuses_is_refused_with_its_words(running: Served) -> None:
    running.asterisk.answers["QueueAdd"] = {"Response": "Error", "Message": "No such queue"}
    async with desk_of(running) as desk:
        with pytest.raises(DeskRefused, match="No such queue"):
            await desk.sign_in()


async def test_ready_without_a_sign_in_is_refused(running: Served) -> None:
    async with desk_of(running) as desk:
        with pytest.raises(DeskRefused, match="not signed in"):
            await desk.ready()


@pytest.mark.parametrize(
    ("user", "text", "why"),
    [
        ("6002", "演练", "may_not"),
        ("6003", "演练", "not_signed_in_there"),
        ("6003", "演练\\r\\nAction: x", "bad_text"),
        ("6003", "长" * 61, "bad_text"),
    ],
)
async def test_only_a_supervisor_may_force_a_state_and_says_why_in_one_line(
    running: Served, user: str, text: str, why: str
) -> None:
    await make_a_supervisor(running)
    headers = {"Cookie": f"jt_session={await cookie_of(running, user)}"}
    async with connect(f"ws://{running.web}/ws/desk", additional_headers=headers, proxy=None) as socket:
        await socket.send(f'{{"type":"force","request":"f1","target":"6001","to":"not_ready","why":"{text}"}}')
        refused = await heard(socket, "refused")
    assert (refused["request"], refused["key"]) == ("f1", why)


async def make_a_supervisor(running: Served) -> None:
    """Let 6003 be one."""
    async with running.house.database.writing() as session, session.begin():
        agent = AgentId("6003")
        await update_user(session, "6003", name="值班长", role=Role.SUPERVISOR, agent=agent, disabled=False)


@pytest.mark.parametrize(("user", "why"), [("6002", "may_not"), ("6003", "no_call_there")])
async def test_only_a_supervisor_may_listen(running: Served, user: str, why: str) -> None:
    await make_a_supervisor(running)
    headers = {"Cookie": f"jt_session={await cookie_of(running, user)}"}
    async with connect(f"ws://{running.web}/ws/desk", additional_headers=headers, proxy=None) as socket:
        await socket.send('{"type":"watch","request":"w1","target":"6001","how":"monitor","phone":"web"}')
        refused = await heard(socket, "refused")
    assert (refused["request"], refused["key"]) == ("w1", why)


async def test_the_floor_knows_whose_desk_is_open(running: Served) -> None:
    async with desk_of(running) as desk, asyncio.TaskGroup() as tasks:
        tasks.create_task(desk.sign_in())
        await running.performs("QueueAdd", len(running.queues))
        assert await desk.until(lambda: running.house.runtime.state.agents["6001"].desk, 5)  # type: ignore[index]
    async with connect(f"ws://{running.web}/ws/board", proxy=None) as socket:
        while (await heard(socket, "board_snapshot"))["view"]["agents"]["6001"]["desk"]:
            await socket.send('{"type":"snapshot"}')


async def test_a_ticket_of_an_unknown_call_is_refused(running: Served) -> None:
    async with desk_of(running) as desk:
        with pytest.raises(DeskRefused, match="ended too long ago"):
            await desk.save(CallId("jt1-1.404"), TicketForm(text="路灯不亮"))


async def test_a_transfer_without_a_call_is_refused_in_both_ways_of_asking(running: Served) -> None:
    headers = {"Cookie": f"jt_session={await cookie_of(running, '6001')}"}
    async with desk_of(running) as desk, asyncio.TaskGroup() as tasks:
        tasks.create_task(desk.sign_in())
        await running.performs("QueueAdd", len(running.queues))
    async with connect(f"ws://{running.web}/ws/desk", additional_headers=headers, proxy=None) as socket:
        await socket.send('{"type":"transfer","request":"t1","to":"tax","mode":"transfer_conference"}')
        refused = await heard(socket, "refused")
        assert (refused["request"], refused["key"]) == ("t1", "not_talking")
        await socket.send('{"type":"transfer_command","request":"t2","command":"merge"}')
        refused = await heard(socket, "refused")
        assert (refused["request"], refused["key"]) == ("t2", "not_talking")
        await socket.send('{"type":"transfer_command","request":"t3","command":"explode"}')
        assert await close_code(socket) == 4400


async def test_a_phone_gets_a_password_that_asterisk_knows(running: Served) -> None:
    async with desk_of(running) as desk:
        phone = await desk.hand_out_phone()
        put = await running.asterisk.until_heard("DBPut")
        assert put["Key"] == phone.endpoint == "6001-sip"
        assert phone.password in put["Val"]


async def test_a_log_out_elsewhere_closes_an_open_desk(running: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent_desk.socket.CHECK_SECONDS", 0.05)
    cookie = await cookie_of(running, "6001")
    headers = {"Cookie": f"jt_session={cookie}"}
    async with connect(f"ws://{running.web}/ws/desk", additional_headers=headers, proxy=None) as socket:
        await heard(socket, "desk_snapshot")
        async with running.house.database.writing() as session, session.begin():
            await close_session(session, cookie)
        assert await close_code(socket) == 4401
