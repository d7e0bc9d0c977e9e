"""The second hotline: everything of its own, nothing of the first one's, started and stopped with its Asterisk."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agent_desk.command_errors import CommandRefused
from agent_desk.compose import Plan
from agent_desk.demo import sub_centre as module
from agent_desk.demo.sub_centre import CARRIER_HOST, HOST, SubCentre, data_directory, environment, numbers_of
from config.lines import DEMO_CARRIER_HOST, DEMO_SUB_CENTRE_HOST
from config.load import load_settings
from tests.agent_desk.a_house import a_plan
from tests.agent_desk.demo.switchboard import free_port

Make = Callable[..., Plan]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    return lambda **variables: a_plan(tmp_path / "var", monkeypatch, **variables)


def test_addresses_are_those_the_trunks_lead_to(plan: Plan) -> None:
    assert (HOST, CARRIER_HOST) == (DEMO_SUB_CENTRE_HOST, DEMO_CARRIER_HOST)
    trunks = {trunk.name: (trunk.host, trunk.port) for trunk in plan.pbx().trunks}
    second = load_settings(None, environment(plan, {}, 3))
    assert trunks["sub-centre"] == (second.sip.host, second.sip.port)
    assert numbers_of(plan, "sub-centre") == ("12360", "12366", "12313", "12367", "12305")
    assert {"110", "119", "120", "122", "95598"} <= set(numbers_of(plan, "carrier"))


def test_nothing_is_shared_with_the_first_but_the_asterisk_root(make: Make) -> None:
    first = make(JIETONG_WEB_HOST="0.0.0.0", JIETONG_SIP_HOST="0.0.0.0", JIETONG_PBX_DIRECTORY="/srv/asterisk")
    environ = {
        "JIETONG_DATABASE_URL": "postgresql://u:p@db/jt",
        "JIETONG_PBX_DIRECTORY": "/srv/asterisk",
        "JIETONG_PBX_MANAGED": "false",
        "JIETONG_PBX_WEBSOCKET": "wss://hotline.example/phone",
        "JIETONG_FLOOR_ACW_SECONDS": "7",
        "PATH": "/bin",
    }
    made = environment(first, environ, 3)
    second = load_settings(None, made)
    assert second.data_directory == data_directory(first)
    assert second.data_directory.parent == first.settings.data_directory
    assert second.pbx_directory.is_relative_to(second.data_directory)
    assert second.pbx.managed
    assert second.phone_websocket == f"ws://127.0.0.1:{second.pbx.http_port}/ws"
    assert second.database.url == second.redis.url == ""
    assert made["JIETONG_PBX_ROOT"] == str(first.pbx_root)
    assert (second.demo.agents, second.seats.count) == (3, 3)
    assert second.sip.trunk_addresses == ("127.0.0.1",)
    assert second.floor.acw_seconds == 7
    assert made["PATH"] == "/bin"
    assert second.pbx.node != first.settings.pbx.node
    ours, theirs = (
        {s.web.port, s.sip.port, s.ami.port, s.pbx.http_port, s.sip.rtp_first} for s in (first.settings, second)
    )
    assert not ours & theirs
    assert first.settings.sip.rtp_last < second.sip.rtp_first


def test_the_sub_centre_hands_nothing_on(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(plan, {}, 3).items():
        monkeypatch.setenv(name, value)
    second = load_settings()
    assert {value for name, value in vars_of(second.demo).items() if name.endswith(("_port", "_first"))} == {0}


def vars_of(section: object) -> dict[str, object]:
    return {name: getattr(section, name) for name in section.__struct_fields__}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("JIETONG_DEMO_ENABLED", "false", "demo.enabled = false: the sub-centre is a demo; "),
        ("JIETONG_DEMO_SUB_CENTRE_WEB_PORT", "0", "demo.sub_centre_web_port = 0: there is to be no sub-centre; "),
        ("JIETONG_DEMO_SUB_CENTRE_RTP_FIRST", "0", "demo.sub_centre_rtp_first = 0: there is to be no sub-centre; "),
        (
            "JIETONG_DEMO_SUB_CENTRE_RTP_FIRST",
            "19999",
            "demo.sub_centre_rtp_first = 19999: its thousand ports overlap with sip.rtp_first to rtp_last, 10000",
        ),
        ("JIETONG_DEMO_SUB_CENTRE_RTP_FIRST", "9500", "demo.sub_centre_rtp_first = 9500: its thousand ports overlap"),
    ],
)
def test_where_there_is_no_room_one_sentence_says_so(make: Make, variable: str, value: str, sentence: str) -> None:
    with pytest.raises(CommandRefused) as refused:
        environment(make(**{variable: value}), {}, 3)
    assert str(refused.value).startswith(sentence)


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let a script stand in for the product: what is tested here is how it is kept."""

    def put(script: str) -> None:
        program = tmp_path / "python"
        program.write_text(f"#!{sys.executable}\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setattr(module.sys, "executable", str(program))

    return put


SERVES = """
import http.server, os, sys
class Well(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()
    def log_message(self, *_): pass
open(os.environ["JIETONG_DATA_DIRECTORY"] + "/begun", "w").write(" ".join(sys.argv[1:]))
try:
    http.server.HTTPServer(("127.0.0.1", int(os.environ["JIETONG_WEB_PORT"])), Well).serve_forever()
except KeyboardInterrupt:
    open(os.environ["JIETONG_DATA_DIRECTORY"] + "/stopped", "w").close()
"""


def port() -> str:
    return str(free_port())


async def test_it_is_waited_for_and_stopped_as_by_ctrl_c(make: Make, stand_in: Callable[[str], None]) -> None:
    stand_in(SERVES)
    plan = make(JIETONG_DEMO_SUB_CENTRE_WEB_PORT=port())
    sounds = plan.settings.pbx_directory / "sounds"
    sounds.mkdir(parents=True)
    (sounds / "greeting").write_text("spoken")
    with SubCentre(plan, environment(plan, {}, 3)) as centre:
        async with asyncio.timeout(20):
            await centre.until_ready()
        data = data_directory(plan)
        assert (data / "begun").read_text() == "-m agent_desk run"
        assert (data / "pbx/asterisk/sounds/greeting").read_text() == "spoken", "nothing is spoken twice"
    assert (data / "stopped").exists()


async def test_one_that_ends_is_told_with_its_last_words(make: Make, stand_in: Callable[[str], None]) -> None:
    stand_in("print('jietong: Port 5070 (sip.port) is in use by x: end it.')")
    plan = make(JIETONG_DEMO_SUB_CENTRE_WEB_PORT=port())
    with SubCentre(plan, environment(plan, {}, 3)) as centre:
        for waiting in (centre.until_ready, centre.until_ended):
            async with asyncio.timeout(20):
                with pytest.raises(
                    CommandRefused, match=r"the sub-centre has ended \(jietong: Port 5070 .*: see /.*output"
                ):
                    await waiting()


async def test_one_that_never_gets_ready_is_told(
    make: Make, stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in("import time\ntime.sleep(60)")
    monkeypatch.setattr(module, "START_SECONDS", 0.3)
    plan = make(JIETONG_DEMO_SUB_CENTRE_WEB_PORT=port())
    with (
        pytest.raises(CommandRefused, match="the sub-centre is not ready after 0 s: see "),
        SubCentre(plan, environment(plan, {}, 3)) as centre,
    ):
        await centre.until_ready()


def test_one_that_does_not_stop_is_ended(
    make: Make, stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(
        "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('deaf', flush=True)\ntime.sleep(60)"
    )
    monkeypatch.setattr(module, "STOP_SECONDS", 0.2)
    plan = make()
    with SubCentre(plan, environment(plan, {}, 3)) as centre:
        process = centre._process
        assert process is not None
        while "deaf" not in centre.output.read_text():
            assert process.poll() is None
    assert process.poll() == -9
