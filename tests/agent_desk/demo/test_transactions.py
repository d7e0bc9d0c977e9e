"""Requests are repeated until answered, answers given once, and noise is ignored."""

import asyncio

import pytest

from agent_desk.demo import transactions as module
from agent_desk.demo.sip_message import SipRequest, SipResponse, encode, parse, response
from agent_desk.demo.transactions import TIMED_OUT, Transactions


class Peer(asyncio.DatagramProtocol):
    """The other side: keeps what it gets, sends what a test wants."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self._more = asyncio.Event()
        self._transport: asyncio.DatagramTransport | None = None
        self._from: object = None

    async def open(self) -> tuple[str, int]:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: self, local_addr=("127.0.0.1", 0)
        )
        self._transport = transport
        host, port = transport.get_extra_info("sockname")
        return host, port

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.got.append(data)
        self._from = addr
        self._more.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.got) < count:
                self._more.clear()
                await self._more.wait()

    def say(self, data: bytes, to: object = None) -> None:
        assert self._transport is not None
        self._transport.sendto(data, to or self._from)

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_REPEAT", 0.02)
    monkeypatch.setattr(module, "LONGEST_REPEAT", 0.04)
    monkeypatch.setattr(module, "GIVE_UP_SECONDS", 0.3)


class Two:
    """Our side, the peer, and what was heard."""

    def __init__(self, ours: Transactions, peer: Peer, asked: list[SipRequest]) -> None:
        self.ours, self.peer, self.asked = ours, peer, asked
        self.heard: asyncio.Queue[SipResponse] = asyncio.Queue()

    def request(self, method: str, number: int = 1) -> SipRequest:
        headers = (
            self.ours.via(),
            ("From", "<sip:a@b>;tag=1"),
            ("To", "<sip:c@d>"),
            ("Call-ID", "call-1"),
            ("CSeq", f"{number} {method}"),
        )
        return SipRequest(method=method, uri="sip:c@d", headers=headers)

    async def answer(self) -> SipResponse:
        async with asyncio.timeout(5):
            return await self.heard.get()


@pytest.fixture
async def two():  # type: ignore[no-untyped-def]
    peer, asked = Peer(), list[SipRequest]()
    ours = Transactions(await peer.open(), asked.append)
    await ours.open("127.0.0.1", 0)
    yield Two(ours, peer, asked)
    ours.close()
    peer.close()


def read(data: bytes) -> SipRequest:
    request = parse(data)
    assert isinstance(request, SipRequest)
    return request


async def test_a_request_is_repeated_until_it_is_answered(two: Two) -> None:
    two.ours.send(two.request("OPTIONS"), two.heard.put_nowait)
    await two.peer.until(3)
    assert two.peer.got[0] == two.peer.got[1] == two.peer.got[2]
    two.peer.say(encode(response(read(two.peer.got[0]), 200, "OK", tag="t")))
    assert (await two.answer()).status == 200


async def test_a_request_nobody_answers_times_out(two: Two) -> None:
    two.ours.send(two.request("REGISTER"), two.heard.put_nowait)
    assert (await two.answer()).status == TIMED_OUT


async def test_an_invite_that_rings_is_not_repeated(two: Two) -> None:
    two.ours.send(two.request("INVITE"), two.heard.put_nowait)
    await two.peer.until(1)
    two.peer.say(encode(response(read(two.peer.got[0]), 180, "Ringing", tag="t")))
    assert (await two.answer()).status == 180
    count = len(two.peer.got)
    two.ours.send(two.request("REGISTER"), two.heard.put_nowait)
    await two.peer.until(count + 4)  # by then this one, which nobody answers, was sent again and again
    assert not [one for one in two.peer.got[count:] if one.startswith(b"INVITE")]


async def test_a_refused_invite_is_acknowledged_however_often_it_is_refused(two: Two) -> None:
    two.ours.send(two.request("INVITE"), two.heard.put_nowait)
    await two.peer.until(1)
    refusal = encode(response(read(two.peer.got[0]), 486, "Busy Here", tag="t"))
    two.peer.got.clear()
    two.peer.say(refusal)
    two.peer.say(refusal)
    await two.peer.until(2)
    acks = [read(data) for data in two.peer.got if data.startswith(b"ACK")]
    assert len(acks) == 2
    assert acks[0].header("To").endswith("tag=t")
    assert (await two.answer()).status == 486
    assert two.heard.empty(), "told once"


async def test_a_repeated_request_is_taken_once_and_answered_again(two: Two) -> None:
    two.ours.send(two.request("OPTIONS"), two.heard.put_nowait)
    await two.peer.until(1)
    bye = encode(two.request("BYE", 7))
    two.peer.got.clear()
    two.peer.say(bye)
    two.peer.say(bye)
    async with asyncio.timeout(5):
        while not two.asked:  # noqa: ASYNC110 # a plain list
            await asyncio.sleep(0.01)
    two.ours.answer(two.asked[0], response(two.asked[0], 200, "OK", tag="t"))
    two.peer.say(bye)
    async with asyncio.timeout(5):
        while sum(data.startswith(b"SIP/2.0 200") for data in two.peer.got) < 2:  # noqa: ASYNC110 # a plain list
            await asyncio.sleep(0.01)
    assert len(two.asked) == 1


async def test_noise_is_counted_and_ignored(two: Two) -> None:
    two.ours.send(two.request("OPTIONS"), two.heard.put_nowait)
    await two.peer.until(1)
    two.peer.say(b"hello\r\n\r\n")
    two.peer.say(b"\r\n\r\n")
    two.peer.say(b"SIP/2.0 200 OK\r\n\r\n")
    two.peer.say(encode(response(read(two.peer.got[0]), 200, "OK", tag="t")))
    assert (await two.answer()).status == 200
    assert two.ours.nonsense == 2


async def test_a_stranger_is_not_listened_to(two: Two) -> None:
    stranger = Peer()
    await stranger.open()
    stranger.say(encode(two.request("BYE")), to=two.ours.address)
    two.ours.send(two.request("OPTIONS"), two.heard.put_nowait)
    await two.peer.until(1)
    assert two.asked == []
    stranger.close()
