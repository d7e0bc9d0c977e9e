"""The private Asterisk of the live tests."""

import contextlib
import json
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec import structs
from playwright.sync_api import Browser, Playwright

from telephony.pbx_root import PbxError, find_or_build
from telephony.plan import (
    DIALPLAN_PROMPTS,
    DestinationPlan,
    NumberPlan,
    PbxPlan,
    Prompt,
    QueuePlan,
    StepPlan,
    TrunkPlan,
)
from telephony.private_pbx import PrivatePbx
from telephony.prompts import PromptError, make_sounds
from tests.chromium import arguments
from tests.live import sounds
from tests.live.ami import Ami
from tests.live.product import Product
from tests.live.room_floor import Floor, Talk
from tests.live.sip import Phone
from tests.live.standstill import watching
from tests.ports import free_port, voice_ports

CHECKOUT = Path(__file__).parents[2]
CHROMIUM_ARGUMENTS = arguments(
    "--disable-quic",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
    unwanted=("WebRtcHideLocalIpsWithMdns",),
)
POLICE = "127.0.0.6"
"""Calls from here are passed on to us by 110."""
TRUNK = "127.0.0.2"
"""Calls from here are the trunk's."""
FAR = "127.0.0.3"
"""Calls that are handed on go there."""


def live_plan(base: Path) -> PbxPlan:
    """A small hotline on free ports: 12345 waits long, 12333 two seconds, 12348 is closed.

    Calls are handed on to `tax`, to `customs`, where nobody answers SIP, and through the step `satisfaction`.
    """
    rtp_first, rtp_last = voice_ports(20_000)
    return PbxPlan(
        node="jt1",
        base=base,
        sip_host="127.0.0.1",
        sip_port=free_port(socket.SOCK_DGRAM),
        rtp_first=rtp_first,
        rtp_last=rtp_last,
        http_host="127.0.0.1",
        http_port=free_port(socket.SOCK_STREAM),
        ami_host="127.0.0.1",
        ami_port=free_port(socket.SOCK_STREAM),
        ami_user="jietong",
        ami_secret="live-test-secret",
        trunk_addresses=(TRUNK,),
        citizen_phone=True,
        citizen_password="live-test-citizen",
        seat_first=6001,
        seat_count=20,
        recording=True,
        numbers=(
            NumberPlan(number="12345", queue="hotline", greeting="greeting"),
            NumberPlan(number="12333", queue="brief", greeting="greeting", transition="transition"),
            NumberPlan(number="12348", queue="hotline", greeting="greeting", open_to="2021-12-31"),
            NumberPlan(number="12315", queue="full", greeting="greeting"),
        ),
        queues=(
            QueuePlan(name="hotline", ring_seconds=5, announce_seconds=15),
            QueuePlan(name="brief", max_wait_seconds=2),
            QueuePlan(name="full", max_waiting=1),
            QueuePlan(name="experts"),
        ),
        prompts=tuple(
            Prompt(key=key, zh="您好。", en="Hello.")
            for key in ("greeting", "transition", "satisfied", *DIALPLAN_PROMPTS)
        ),
        trunks=(
            TrunkPlan(name="revenue", host=FAR, port=free_port(socket.SOCK_DGRAM)),
            TrunkPlan(name="nobody", host=FAR, port=free_port(socket.SOCK_DGRAM)),
            TrunkPlan(name="police", host=POLICE, port=free_port(socket.SOCK_DGRAM), hands_over=True),
        ),
        destinations=(
            DestinationPlan(key="tax", number="12366", trunk="revenue", ring_seconds=2),
            DestinationPlan(key="customs", number="12360", trunk="nobody"),
        ),
        steps=(StepPlan(key="satisfaction", prompt="satisfied", timeout_seconds=1),),
    )


@pytest.fixture(scope="session")
def start_pbx() -> Iterator[Callable[..., PrivatePbx]]:
    """Start an Asterisk of one's own, for tests that break or restart it: `start_pbx(plan_of=live_plan)`.

    `plan_of` is given the data directory and returns the plan. All are stopped, and their directories
    removed, when the session ends.
    """
    root = Path(os.environ.get("JIETONG_PBX_ROOT") or CHECKOUT / "var" / "pbx" / "root")
    with contextlib.ExitStack() as stack:

        def start(plan_of: Callable[[Path], PbxPlan] = live_plan) -> PrivatePbx:
            base = Path(tempfile.mkdtemp(prefix="jt-", dir="/tmp"))
            # The name made by mkdtemp is closed to others; Asterisk's user must get in.
            base.chmod(0o755)
            stack.callback(shutil.rmtree, base, ignore_errors=True)
            plan = plan_of(base)
            try:
                installation = find_or_build(root)
                sounds.lend(base)
                make_sounds(plan)
                sounds.keep(base)
            except (PbxError, PromptError) as reason:
                pytest.skip(f"no private Asterisk here: {reason}")
            pbx = PrivatePbx(installation, plan)
            stack.callback(pbx.stop)
            pbx.start()
            return pbx

        yield start


@pytest.fixture(scope="session")
def pbx(start_pbx: Callable[..., PrivatePbx]) -> PrivatePbx:
    """One running Asterisk for the whole session, on free loopback ports, with the plan of `live_plan`.

    It is found on the machine or below var/pbx/root (JIETONG_PBX_ROOT names another root), else built there;
    a test is skipped only where neither is possible. Seats 6001 to 6020 exist, nobody is signed in. Use
    `pbx.plan` for ports and secrets and `pbx.cli(...)` for console commands. Leave no call, no queue member
    and no pass word behind: others use the same Asterisk.
    """
    return start_pbx()


@pytest.fixture(scope="module")
def floor(start_pbx: Callable[..., PrivatePbx]) -> Iterator[Floor]:
    """Agents, an expert and a far side at an Asterisk of their own, whose citizens hear no sentence about recording.

    For a module, not for the session: telephones are registered for five minutes.
    """
    floor = Floor(start_pbx(lambda base: structs.replace(live_plan(base), recording=False)))
    floor.await_trunk()
    yield floor
    floor.close()


@pytest.fixture
def talk(floor: Floor) -> Iterator[Talk]:
    """A citizen and an agent of the floor, talking; nothing of the call may be left behind."""
    with Talk(floor) as talk:
        yield talk


@pytest.fixture
def ami(pbx: PrivatePbx) -> Iterator[Ami]:
    """A manager session that hears everything of this test, and leaves no channel behind."""
    with Ami(pbx.plan) as session:
        yield session
    assert "0 active channels" in pbx.cli("core show channels count")


@pytest.fixture
def agent(pbx: PrivatePbx, ami: Ami) -> Iterator[Phone]:
    """Seat 6001 at a SIP phone, registered with a handed-out pass word and waiting in every queue."""
    seat = "6001-sip"
    value = {"auth_type": "userpass", "username": seat, "password": "handed-out"}
    ami.act(Action="DBPut", Family="jt/auth", Key=seat, Val=json.dumps(value))
    with Phone(pbx.plan.sip_port, user=seat) as phone:
        assert phone.register("handed-out") == 200
        for queue in pbx.plan.queues:
            ami.act(
                Action="QueueAdd",
                Queue=queue.name,
                Interface=f"PJSIP/{seat}",
                StateInterface=f"PJSIP/{seat}",
                MemberName="6001",
            )
        ami.event("DeviceStateChange", Device=f"PJSIP/{seat}", State="NOT_INUSE")
        yield phone
        for queue in pbx.plan.queues:
            ami.act(Action="QueueRemove", Queue=queue.name, Interface=f"PJSIP/{seat}")
        assert phone.register("handed-out", seconds=0) == 200
        ami.act(Action="DBDel", Family="jt/auth", Key=seat)


@pytest.fixture(scope="session", autouse=True)
def _watched() -> Iterator[None]:
    """Somebody notes at which times the machine stands still."""
    with watching():
        yield


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """The whole product, running, for the session: `jietong run` on free ports (see `Product`).

    Sign out every agent and end every call: others use the same floor.
    """
    if os.geteuid() != 0:
        pytest.skip("a private Asterisk is run in a root of its own, which only root can do")
    running = Product()
    try:
        running.start()
        yield running
    finally:
        running.close()


@pytest.fixture(scope="session")
def phone_chromium(browsers: Playwright) -> Iterator[Browser]:
    """A Chromium whose pages can telephone on loopback with a made-up microphone."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no Chromium on this machine")
    browser = browsers.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
    yield browser
    browser.close()
