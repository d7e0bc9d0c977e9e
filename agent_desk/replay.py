"""`jietong replay`: the journal folded anew, as far as asked, and what the floor was then; nothing outside is told."""

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from acd.names import Moment
from acd.state import State
from agent_desk.clock import SteadyClock
from agent_desk.command_errors import CommandRefused
from agent_desk.compose import Plan, read_plan
from agent_desk.local_time import local_time
from agent_desk.recorded import Recorded, Until, one_segment, refold, since, whole
from agent_desk.snapshots import Snapshot
from agent_desk.state_codec import digest
from agent_desk.time_option import moment_option
from agent_desk.views import board
from agent_desk.wire_views import FigureBlock

_COUNTS = ("offered", "requested", "answered", "answered_in", "lost", "in_progress", "refused")


def run_replay(arguments: argparse.Namespace) -> int:
    """Fold what was asked for and print what came of it."""
    plan = read_plan()
    end = Until() if arguments.until is None else _until(plan, arguments.until)
    files, start = _chosen(plan, arguments)
    if start is not None and (start.number > end.number or start.state.now > end.at):
        raise CommandRefused(
            f"--until {arguments.until}: the replay begins after fact {start.number} only, name a later end."
        )
    journal = Recorded(files, start, end)
    state = refold(journal, plan.policy())
    print("\n".join(_report(journal, start, state)))
    return 0


def _chosen(plan: Plan, arguments: argparse.Namespace) -> tuple[list[Path], Snapshot | None]:
    file: Path | None = arguments.file
    if arguments.since is not None:
        return since(plan.journal, _moment(plan, arguments.since, "--from"))
    if file is None or file.is_dir():
        return whole(file or plan.journal)
    if not file.is_file():
        raise CommandRefused(f"{file}: is not there; name a segment (*.journal) or a journal's directory.")
    return one_segment(file)


def _until(plan: Plan, text: str) -> Until:
    if text.isdigit() and len(text) != 13:
        return Until(number=int(text))
    return Until(at=_moment(plan, text, "--until"))


def _moment(plan: Plan, text: str, option: str) -> Moment:
    return moment_option(option, text, now=SteadyClock().now(), utc_offset=plan.policy().utc_offset)


def _report(journal: Recorded, start: Snapshot | None, state: State) -> Iterator[str]:
    then = local_time(state.now, state.policy.utc_offset)
    shown = board(state, None, {})
    presences = Counter(agent.presence.value for agent in state.agents.values())
    yield f"began with   {'the empty floor' if start is None else f'snapshot {start.number}'}"
    yield f"facts        {journal.first} to {journal.last}" if journal.first else "facts        none"
    yield f"time         {then.isoformat(timespec='milliseconds')}"
    yield _counts("today", shown.figures["today"])
    yield _counts("24 h", shown.figures["rolling24h"])
    for rate in shown.figures["today"].rates:
        percent = "--" if rate.percent is None else f"{rate.percent} %"
        yield f"  {rate.key:<22} {percent:>9}   {rate.numerator:,} / {rate.denominator:,}"
    yield f"live calls   {len(shown.calls)}"
    yield "agents       " + ("  ".join(f"{name} {many}" for name, many in sorted(presences.items())) or "none")
    yield f"state        {digest(state)}"


def _counts(name: str, block: FigureBlock) -> str:
    return f"{name:<12} " + "  ".join(f"{count} {getattr(block, count)}" for count in _COUNTS)
