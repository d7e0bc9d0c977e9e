"""One row of the table of faults: calls run, something breaks, and afterwards everything is compared with SIPp's count.

played = play(hotline, row, SHORT)
assert played.wrong == []
"""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from acd.events import DeviceChanged
from acd.reconcile import unseen
from agent_desk.recorded import Recorded, Until, refold, whole
from tests.live.counts import BOUND_MS, CutOff, Expected, differences, expected
from tests.live.crowd import Callers, Placed, Ring
from tests.live.demo_play import asked_anew, in_a_thread_of_its_own
from tests.live.hotline import Hotline, now_ms

LIVE_SECONDS = 5.0
"""After the end of a fault the board must be true again within this."""
FRESH_SECONDS = 1.0
"""A true board shows everything that SIPp counted so long ago."""
QUIET_SECONDS = 40.0
LOOK_SECONDS = 0.2
ENOUGH_SECONDS = 300.0


def slowness() -> float:
    """How many programs want each core of this machine, at least 1; bounds of time are multiplied by it."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large a play is: calls a second, and seconds of calls before and after the fault."""

    rate: float
    before: float
    after: float
    leaving: float = 0.2
    """Share of callers who hang up in the greeting, in the queue or while an agent's telephone rings."""
    stays_ms: tuple[int, ...] = (1_000, 3_200, 3_700, 5_000)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fault.

    Args:
        strike: begins the fault and ends it; `lasting` in it waits for some seconds' calls.
        seconds: how long it lasts.
        gap: seconds the board may be silent or stale, at most.
        patience_ms: of callers.

    """

    name: str
    strike: Callable[["Play"], None]
    seconds: float
    gap: float
    patience_ms: int = 120_000


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one look at the board found."""

    at: float
    """When the answer had come, by the steady clock."""
    asked_at: float
    true: bool


@dataclass(kw_only=True)
class Played:
    """What became of it."""

    name: str
    count: Expected
    gap: float
    live_after: float | None
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Return one line for people."""
        live = "never" if self.live_after is None else f"{self.live_after:.1f} s"
        count = f"offered {self.count.offered}  answered {self.count.answered}  lost {self.count.lost}"
        said = "all equal" if not self.wrong else f"{len(self.wrong)} WRONG"
        times = f"longest gap {self.gap:.1f} s  live again after {live}  programs a core {slowness():.1f}"
        return f"{self.name:<26} {count}  {times}  {said}"


class Log:
    """What the platform's log says from now on."""

    def __init__(self, hotline: Hotline) -> None:
        self._path = hotline.product.directory / "log" / "jietong.log"
        self._from = self._path.stat().st_size

    def warnings(self) -> list[str]:
        """Return the lines that are warnings or worse."""
        with self._path.open("rb") as file:
            file.seek(self._from)
            lines = file.read().decode().splitlines()
        return [line for line in lines if '"level":"INFO"' not in line]


class Play:
    """One row being played; the fault itself gets this."""

    def __init__(self, hotline: Hotline, row: Row, size: Size) -> None:
        self.hotline, self.row, self.size = hotline, row, size
        self.cut_off: CutOff | None = None
        self.wrong: list[str] = []
        self._quiet_or_wrong()
        self.since = now_ms()
        self.base = _figures(hotline.board())
        # More than enough: they are told to stop when the fault is over, however long it took.
        calls = round(size.rate * (size.before + row.seconds + size.after + ENOUGH_SECONDS))
        self.callers: list[Callers] = hotline.ring_in(
            rate=size.rate,
            calls=calls,
            patience_ms=row.patience_ms,
            leaving=size.leaving,
            stays_ms=size.stays_ms,
        )
        self.log = Log(hotline)
        self._looks: list[Look] = []
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._keep_looking, daemon=True)

    def run(self) -> Played:
        """Play it to the end."""
        self._watch.start()
        try:
            self.lasting(self.size.before)
            self.row.strike(self)
            ended = time.monotonic()
            self._until_live(ended)
            self.lasting(self.size.after)
            for callers in self.callers:
                callers.stop_placing()
            for callers in self.callers:
                callers.wait(300)
            self._quiet_or_wrong()
        finally:
            self._over.set()
            self._watch.join(10)
            for callers in self.callers:
                callers.close()
        return self._judged(ended)

    def lasting(self, seconds: float) -> None:
        """Wait until so many seconds' calls have been placed."""
        wanted = len(self.placed()) + seconds * self.size.rate
        self.until(lambda: len(self.placed()) >= wanted, 2 * seconds + 30, f"{wanted:.0f} calls placed")

    def until(self, true: Callable[[], bool], seconds: float, what: str) -> None:
        """Look again and again, for a bounded time."""
        give_up = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < give_up, f"{self.row.name}: not {what} within {seconds} s"
            time.sleep(0.05)

    def placed(self) -> dict[str, Placed]:
        """Return every call so far, by caller."""
        return {caller: one for callers in self.callers for caller, one in callers.placed().items()}

    def rings(self) -> list[Ring]:
        """Return the rings of this play's callers so far."""
        prefixes = tuple(callers.load.prefix for callers in self.callers)
        return [ring for ring in self.hotline.telephones.rings() if ring.caller.startswith(prefixes)]

    @property
    def sees(self) -> bool:
        """Whether the newest look at the board found it true."""
        return bool(self._looks) and self._looks[-1].true

    def _keep_looking(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            asked = time.monotonic()
            self._looks.append(Look(asked_at=asked, true=self._look(), at=time.monotonic()))

    def _look(self) -> bool:
        """Whether the board answers, hears Asterisk, and shows all that SIPp has counted."""
        fresh = now_ms() - int(FRESH_SECONDS * 1000)
        old = sum(one.up_at is not None and one.up_at < fresh for one in self.placed().values())
        answered = sum(ring.answered_at is not None and ring.answered_at < fresh for ring in self.rings())
        try:
            board = self.hotline.board()
        except httpx.HTTPError:
            return False
        now = _figures(board)
        up = board["system"]["system"]["pbx"] == "up"
        shown = (now["offered"] - self.base["offered"], now["answered"] - self.base["answered"])
        return bool(up and shown[0] >= old and shown[1] >= answered)

    def _until_live(self, ended: float) -> None:
        self.until(lambda: self._live_after(ended) is not None, 4 * LIVE_SECONDS + 40, "live again")

    def _live_after(self, ended: float) -> float | None:
        return next((look.at - ended for look in self._looks if look.true and look.asked_at >= ended), None)

    def _quiet_or_wrong(self) -> None:
        def quiet() -> bool:
            return not self.hotline.board()["calls"] and self.hotline.desks.all_ready and not _backlog(self.hotline)

        give_up = time.monotonic() + QUIET_SECONDS
        while time.monotonic() < give_up:
            try:
                if quiet():
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.2)
        board = self.hotline.board()
        waiting = {agent: tile["presence"] for agent, tile in board["agents"].items() if tile["presence"] != "ready"}
        self.wrong.append(
            f"not quiet after {QUIET_SECONDS:g} s: calls {list(board['calls'])[:5]}, agents {waiting}, "
            f"backlog {_backlog(self.hotline)}, health {self.hotline.health()}"
        )

    def _judged(self, ended: float) -> Played:
        placed, rings = self.placed(), self.rings()
        count, live_after = expected(placed, rings), self._live_after(ended)
        seen = [look.at for look in self._looks if look.true]
        gap = max((later - earlier for earlier, later in zip(seen, seen[1:], strict=False)), default=float("inf"))
        bound = int(BOUND_MS * slowness())
        self.wrong += differences(placed, rings, self._lines(), cut_off=self.cut_off, bound_ms=bound)
        if self.cut_off is not None and not any(self.cut_off.met(one) for one in placed.values()):
            self.wrong.append("Asterisk's death met no call")
        self.wrong += [*self._figures_apart(count), *self._books(bound), *self._left(), *self._slow(gap, live_after)]
        if self.wrong:
            self.wrong += ["the platform's log holds:", *self.log.warnings()[-20:]]
        return Played(name=self.row.name, count=count, gap=gap, live_after=live_after, wrong=self.wrong)

    def _lines(self) -> list[dict[str, Any]]:
        told = self.hotline.product.command("calls", "--since", str(self.since), "--json")
        return [json.loads(line) for line in told.splitlines()]

    def _figures_apart(self, count: Expected) -> Iterator[str]:
        now = _figures(self.hotline.board())
        for what in ("offered", "answered", "lost"):
            shown, counted = now[what] - self.base[what], getattr(count, what)
            if shown != counted:
                yield f"the board shows {what} {shown}, SIPp counted {counted}"
        if now["in_progress"]:
            yield f"the board shows in_progress {now['in_progress']} with no call left"

    def _books(self, bound_ms: int) -> Iterator[str]:
        status, said = self.hotline.audit(self.since, bound_ms)
        if status != 0:
            yield f"audit: exit {status}: {said[:2_000]}"

    def _left(self) -> Iterator[str]:
        """What is left in Asterisk, and what the mirror shows otherwise than Asterisk is."""
        hotline = self.hotline
        snapshot = in_a_thread_of_its_own(asked_anew(hotline.product))
        state = refold(Recorded(*whole(hotline.journal), Until()), hotline.plan.policy())
        if snapshot.legs:
            yield f"left in Asterisk: {snapshot.legs}"
        for fact in unseen(state, snapshot):
            if isinstance(fact, DeviceChanged) and state.agents[fact.agent].device == fact.device:
                continue
            yield f"the mirror is wrong, unseen: {fact}"

    def _slow(self, gap: float, live_after: float | None) -> Iterator[str]:
        slow = slowness()
        if live_after is None or live_after > LIVE_SECONDS * slow:
            yield f"live again after {live_after} s, not {LIVE_SECONDS:g} (times {slow:.1f}: the machine is busy)"
        if gap > self.row.gap + LIVE_SECONDS * (slow - 1):
            yield f"the board was silent or stale for {gap:.1f} s, not {self.row.gap:g} at most"


def play(hotline: Hotline, row: Row, size: Size) -> Played:
    """Play one row; what is wrong afterwards is in `wrong`."""
    return Play(hotline, row, size).run()


def _figures(board: dict[str, Any]) -> dict[str, int]:
    figures: dict[str, int] = board["figures"]["rolling24h"]
    return figures


def _backlog(hotline: Hotline) -> int:
    backlog: int = hotline.health()["parts"]["recorder"]["backlog"]
    return backlog
