"""A desk on another machine: its pages and its telephone come through the runbook's nginx, and its voice does not."""

import asyncio
import shutil
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
from playwright.async_api import Page, async_playwright
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from agent_desk.auth import COOKIE
from tests.chromium import arguments
from tests.live.browser_seat import SPEAK, BrowserSeat
from tests.live.demo_play import in_a_thread_of_its_own
from tests.live.faults import slowness
from tests.live.other_machine import OtherMachine
from tests.live.product import Product
from tests.live.sipp import TRUNK
from tests.live.tls_proxy import TlsProxy
from tests.live.transfer_parties import Exchange, Party, now
from tests.live.transfer_voice import Role, Voice
from tests.ports import free_port

pytestmark = [pytest.mark.live, pytest.mark.browser]

_USER = "6001"
_SHOWN_MS = 20_000
_LOOK_SECONDS = 0.1
REGISTERED = '[data-testid=phone-line][data-line="registered"]'
LIVE = '[data-testid=link-state][data-state="live"]'
_STEADY_MS = 2_000
_ALONE_MS = 12_000
"""Longer than a browser's telephone may be silent before Asterisk takes it for dead."""
_GAP_MS = 700
_PEERS = """
window.peers = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) { super(...given); window.peers.push(this); }
};
"""
_HEARD = """async () => {
  let energy = 0, seconds = 0, pair = "";
  const report = await window.peers.at(-1).getStats();
  report.forEach((one) => {
    if (one.type === "inbound-rtp") [energy, seconds] = [one.totalAudioEnergy, one.totalSamplesDuration];
    if (one.type === "transport") pair = one.selectedCandidatePairId;
  });
  const remote = report.get(report.get(pair).remoteCandidateId).address;
  return { energy, seconds, remote };
}"""


@pytest.fixture(scope="module")
def machine() -> Iterator[OtherMachine]:
    with OtherMachine() as machine:
        yield machine


@pytest.fixture(scope="module")
def proxy(machine: OtherMachine) -> Iterator[TlsProxy]:
    tls, plain, web, phones = (free_port(socket.SOCK_STREAM) for _ in range(4))
    with TlsProxy(machine.ours, tls=tls, plain=plain, web=web, phones=phones) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def product(machine: OtherMachine, proxy: TlsProxy) -> Iterator[Product]:
    running = Product(
        JIETONG_SIP_HOST=machine.ours,
        JIETONG_WEB_PORT=str(proxy.web),
        JIETONG_PBX_HTTP_PORT=str(proxy.phones),
        JIETONG_PBX_WEBSOCKET=proxy.wss,
        JIETONG_RECORDING_ENABLED="false",
        JIETONG_FLOOR_ACW_SECONDS="0",
    )
    try:
        running.start()
        yield running
    finally:
        running.close()


@asynccontextmanager
async def a_page(machine: OtherMachine, proxy: TlsProxy) -> AsyncIterator[Page]:
    """A page of a Chromium on the other machine, which trusts the proxy's certificate."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no Chromium on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=machine.program(program),
            args=arguments(
                f"--ignore-certificate-errors-spki-list={proxy.key_hash()}",
                "--autoplay-policy=no-user-gesture-required",
                "--mute-audio",
            ),
        )
        page = await browser.new_page(reduced_motion="reduce", viewport={"width": 1366, "height": 768})
        page.set_default_timeout(_SHOWN_MS * slowness())
        await page.add_init_script(_PEERS)
        yield page
        await browser.close()


async def log_in(page: Page, home: str, product: Product) -> None:
    """Log in as people do, and come to the desk."""
    await page.goto(f"{home}/desk")
    await page.get_by_test_id("login-user").fill(_USER)
    await page.get_by_test_id("login-password").fill(product.password())
    await page.get_by_test_id("login-submit").click()
    await page.locator(LIVE).wait_for()


async def until(what: str, true: Callable[[], bool], seconds: float = 20) -> None:
    """Look again and again, for a bounded time."""
    loop = asyncio.get_running_loop()
    give_up = loop.time() + seconds * slowness()
    while not true():
        assert loop.time() < give_up, f"not so within {seconds} s: {what}"
        await asyncio.sleep(_LOOK_SECONDS)


async def go_on(page: Page, citizen: Party, for_ms: int) -> None:
    """Both sides hear each other from now on for so long."""
    assert citizen.ear is not None
    ear, since = citizen.ear, now()

    def heard_ms() -> int:
        return max((end - max(start, since) for start, end in ear.spells(Role.AGENT)), default=0)

    before = await page.evaluate(_HEARD)
    await until(f"the citizen hears the agent for {for_ms} ms", lambda: heard_ms() >= for_ms, 3 * for_ms / 1000 + 10)
    assert ear.longest_gap_ms(since, now()) < _GAP_MS * slowness()
    after = await page.evaluate(_HEARD)
    seconds = after["seconds"] - before["seconds"]
    assert seconds > 0.8 * for_ms / 1000, "no sound comes to the browser"
    # Of a tone as loud as the citizen's; silence has none.
    assert after["energy"] - before["energy"] > 0.005 * seconds, f"the browser hears silence: {before} {after}"


@asynccontextmanager
async def a_talk(machine: OtherMachine, proxy: TlsProxy, product: Product) -> AsyncIterator[tuple[Page, Party]]:
    """A citizen talks to an agent on the other machine."""
    voice = Voice(TRUNK)
    citizens = Exchange((machine.ours, product.sip_port), voice, lambda *_: None)
    await citizens.open(TRUNK)
    async with a_page(machine, proxy) as page, asyncio.TaskGroup() as tasks:
        speaking = tasks.create_task(voice.run())
        try:
            await page.context.grant_permissions(["microphone"])
            await page.add_init_script(SPEAK.replace("HERTZ", str(int(Role.AGENT))))
            await log_in(page, proxy.https, product)
            await page.get_by_test_id("sign-in-web").click()
            await page.locator(REGISTERED).wait_for()
            seat = BrowserSeat(page, product, _USER)
            await seat.ready()
            citizen = Party(citizens, citizens.call("13900000001", "12345"), Role.CITIZEN)
            await asyncio.wait_for(citizen.call.up, 20 * slowness())
            citizen.speak()
            assert await seat.answer() == "13900000001"
            await until("the citizen hears the agent", lambda: Role.AGENT in citizen.hears())
            yield page, citizen
            citizen.hang_up()
            await citizen.ends(10)
            await page.locator('[data-testid="sign-out"]:not([aria-disabled="true"])').click()
            await page.get_by_test_id("sign-in-web").wait_for()
        finally:
            speaking.cancel()
            citizens.close()


def contact(product: Product) -> str:
    """Where Asterisk reaches the browser's telephone."""
    told = product.command("console", "pjsip", "show", "aor", f"{_USER}-web")
    return told.partition("Contact:  ")[2].partition("Contact:  ")[2].split()[0]


def test_a_talk_on_another_machine_outlives_our_programs(
    machine: OtherMachine, proxy: TlsProxy, product: Product
) -> None:
    async def play() -> None:
        async with a_talk(machine, proxy, product) as (page, citizen):
            (cookie,) = [one for one in await page.context.cookies() if one["name"] == COOKIE]
            assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Strict")
            await go_on(page, citizen, _STEADY_MS)
            assert (await page.evaluate(_HEARD))["remote"] == machine.ours, "the voice goes another way than was meant"
            registered = contact(product)
            product.kill()
            await page.locator('[data-testid=link-state][data-state="lost"]').wait_for()
            await go_on(page, citizen, _ALONE_MS)
            await page.locator(REGISTERED).wait_for()
            assert contact(product) == registered, "the telephone's websocket did not stay"
            await asyncio.to_thread(product.start)
            await page.locator(LIVE).wait_for()
            await page.locator('[data-testid=presence][data-presence="talking"]').wait_for()

    in_a_thread_of_its_own(play())
    assert product.calls()[-1]["outcome"] == "answered"


def test_a_talk_outlives_the_proxy(machine: OtherMachine, proxy: TlsProxy, product: Product) -> None:
    async def play() -> None:
        async with a_talk(machine, proxy, product) as (page, citizen):
            await go_on(page, citizen, _STEADY_MS)
            registered = contact(product)
            proxy.stop()
            await page.locator('[data-testid=phone-line][data-line="lost"]').wait_for()
            proxy.start()
            await page.locator(REGISTERED).wait_for()
            assert contact(product) != registered
            await go_on(page, citizen, _ALONE_MS)

    in_a_thread_of_its_own(play())


@pytest.mark.parametrize(("language", "sentence"), [("zh", "此地址不是安全连接"), ("en", "This address is not secure")])
def test_without_tls_the_desk_says_why_its_browser_phone_cannot_work(
    language: str, sentence: str, machine: OtherMachine, proxy: TlsProxy, product: Product
) -> None:
    async def play() -> None:
        async with a_page(machine, proxy) as page:
            await page.add_init_script(f"localStorage.setItem('jt.language', '{language}')")
            await log_in(page, proxy.http, product)
            await page.get_by_test_id("sign-in-web").click()
            await page.get_by_role("alert").get_by_text(sentence).wait_for()

    in_a_thread_of_its_own(play())


def test_the_doctor_tells_whether_sip_is_spoken_behind_the_proxy(proxy: TlsProxy, product: Product) -> None:
    assert doctor(product).startswith("warn"), "nobody has told this machine to trust the certificate"
    assert doctor(product, SSL_CERT_FILE=str(proxy.certificate)).startswith("ok")
    pages = proxy.wss.replace("/phone", "/desk")
    elsewhere = doctor(product, SSL_CERT_FILE=str(proxy.certificate), JIETONG_PBX_WEBSOCKET=pages)
    assert elsewhere.startswith("FAIL") and "docs/runbook.md" in elsewhere


def doctor(product: Product, **variables: str) -> str:
    """What is said of browser phones."""
    (line,) = [
        line for line in product.attempt("doctor", **variables).stdout.splitlines() if " browser phones " in line
    ]
    return line


@pytest.fixture(scope="module")
def visitor(proxy: TlsProxy, product: Product) -> Iterator[httpx.Client]:
    """Somebody on the other side of the proxy who is not logged in."""
    trust = ssl.create_default_context(cafile=str(proxy.certificate))
    with httpx.Client(verify=trust, base_url=proxy.https, trust_env=False) as visitor:
        yield visitor


@pytest.mark.parametrize("headers", [{}, {"Host": "localhost"}, {"X-Forwarded-For": "127.0.0.1"}])
def test_behind_the_proxy_nobody_gets_what_is_for_this_machine_only(
    headers: dict[str, str], visitor: httpx.Client
) -> None:
    for path in ("/api/demo/citizen", "/api/demo/logins", "/api/board"):
        assert visitor.get(path, headers=headers).status_code in (401, 404), path


def test_behind_the_proxy_a_request_without_its_csrf_token_is_refused(visitor: httpx.Client, product: Product) -> None:
    account = {"user": "6002", "password": product.password()}
    who = visitor.post("/api/login", json=account, headers={"Origin": str(visitor.base_url)}).json()
    assert visitor.post("/api/logout").status_code == 403
    assert visitor.post("/api/logout", headers={"X-CSRF-Token": who["csrf"]}).status_code == 200


@pytest.mark.parametrize("path", ["/ws/board", "/ws/desk"])
def test_behind_the_proxy_only_our_own_pages_open_live_views(
    path: str, visitor: httpx.Client, proxy: TlsProxy, product: Product
) -> None:
    visitor.post("/api/login", json={"user": "6003", "password": product.password()}).raise_for_status()
    cookie = {"Cookie": f"{COOKIE}={visitor.cookies[COOKIE]}"}
    trust = ssl.create_default_context(cafile=str(proxy.certificate))
    for origin, headers, code in (
        (proxy.https, cookie, None),
        (proxy.https, {}, 4401),
        ("https://evil.example", cookie, 4401),
        (proxy.https.rpartition(":")[0], cookie, 4401),  # another port of the same machine is somebody else's
    ):
        address = proxy.https.replace("https", "wss") + path
        with connect(address, ssl=trust, origin=Origin(origin), additional_headers=headers, proxy=None) as socket:
            try:
                told = socket.recv(10)
            except ConnectionClosed as closed:
                assert closed.rcvd is not None and closed.rcvd.code == code, (origin, headers)
            else:
                assert code is None and "snapshot" in str(told), (origin, headers)
