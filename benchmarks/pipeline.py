"""Bytes to journal: our whole pipeline beside stock panoramisk doing nothing, and beside the bare split of the bytes.

The bytes are `tests/captures/queue_calls.ami`, what a real Asterisk sent for two calls and a sign-in, repeated with
fresh call ids. Ours ends with the encoded and checksummed line; writing groups of lines to disk is done by another
thread. All three read the same bytes in the same run, cut into pieces of 64 KiB; figures are CPU time of one
thread. `make bench` runs it.
"""

import asyncio
import gc
import logging
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import panoramisk
from panoramisk.ami_protocol import AMIProtocol

from acd.events import AnyEvent
from acd.names import QueueName
from acd.state import Policy, State
from agent_desk.journal import Journal
from agent_desk.runtime import Runtime
from telephony.wire import AmiWire

CAPTURE = Path(__file__).parents[1] / "tests" / "captures" / "queue_calls.ami"
STOCK, OURS = "stock panoramisk, no-op callback", "ours, bytes to journal"
LIMIT = 1.0
REPEATS, PIECE, ROUNDS = 60, 1 << 16, 9


def stream() -> bytes:
    """The capture again and again, each time with call ids of its own."""
    banner, _, capture = CAPTURE.read_bytes().partition(b"\r\n")
    return (
        banner
        + b"\r\n"
        + b"".join(re.sub(rb"jt1-1795306", b"jt1-1%06d" % number, capture) for number in range(REPEATS))
    )


def pieces(data: bytes) -> list[bytes]:
    """Cut as a socket would."""
    return [data[start : start + PIECE] for start in range(0, len(data), PIECE)]


def bare_split(data: list[bytes]) -> None:
    """Only cut the bytes into messages and headers."""
    rest = b""
    for piece in data:
        *blocks, rest = (rest + piece).split(b"\r\n\r\n")
        for block in blocks:
            dict(line.partition(b": ")[::2] for line in block.split(b"\r\n"))


def stock_panoramisk(data: list[bytes]) -> None:
    """Parse and dispatch to a callback that does nothing."""
    manager = panoramisk.Manager(loop=asyncio.get_running_loop())
    manager.register_event("*", lambda _manager, _event: None)
    protocol = AMIProtocol()
    protocol.connection_made(None)
    protocol.factory, protocol.encoding = manager, "utf8"
    for piece in data:
        protocol.data_received(piece)


def ours(data: list[bytes]) -> int:
    """Frame, translate, fold, journal to a file, and hand out; return how many facts."""
    with tempfile.TemporaryDirectory() as directory:
        journal = Journal(Path(directory))
        list(journal.read())
        policy = Policy(queues=(QueueName("hotline"),))
        count = 0

        def nothing(*_: Any) -> None:
            pass

        runtime = Runtime(State(policy=policy), journal, pbx=nothing, core=nothing, desk=nothing, changed=nothing)

        def feed(event: AnyEvent) -> None:
            nonlocal count
            count += 1
            runtime.feed(event)

        wire = AmiWire(feed, nothing)
        for piece in data:
            wire.data_received(piece)
        return count


def seconds(works: dict[str, Callable[[list[bytes]], Any]], data: list[bytes]) -> dict[str, float]:
    """The best of some rounds of each, in CPU seconds of this thread; each round has them all, as machines change."""
    best = dict.fromkeys(works, float("inf"))
    for _ in range(ROUNDS):
        for name, work in works.items():
            gc.collect()
            began = time.thread_time()
            work(data)
            best[name] = min(best[name], time.thread_time() - began)
    return best


async def main() -> int:
    """Print the table and judge the ratio."""
    logging.disable(logging.CRITICAL)
    data = stream()
    cut, events = pieces(data), data.count(b"\r\nEvent: ")
    took = seconds({STOCK: stock_panoramisk, OURS: ours, "bare split": bare_split}, cut)
    print(f"{len(data) / 1e6:.1f} MB, {events} events, {ours(cut)} of them facts of ours")
    print(f"{'':<34}{'events/s':>10}{'MB/s':>8}{'ratio':>8}")
    for name, each in took.items():
        print(f"{name:<34}{events / each:>10,.0f}{len(data) / each / 1e6:>8.1f}{took[STOCK] / each:>8.2f}")
    ratio = took[STOCK] / took[OURS]
    print(f"ratio {ratio:.2f} (limit {LIMIT})")
    return int(ratio < LIMIT)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
