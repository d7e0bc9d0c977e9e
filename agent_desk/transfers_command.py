"""The command `jietong transfers`: how each line of the directory answered, each rate with its counts and its rule."""

import argparse
import asyncio
import sys

import msgspec

from acd.figures import percent
from acd.names import Moment
from agent_desk.clock import SteadyClock
from agent_desk.command_errors import CommandRefused
from agent_desk.compose import Plan, open_core, read_plan
from agent_desk.time_option import moment_option
from core.transfer_figures import FIGURE_RULES, Ratio, TransferFigures, transfer_figures


def run_transfers(arguments: argparse.Namespace) -> int:
    """Print the figures of transfers asked for in a time."""
    plan, now = read_plan(), SteadyClock().now()
    offset = plan.policy().utc_offset
    since = moment_option("--since", arguments.since, now=now, utc_offset=offset)
    until = now if arguments.until is None else moment_option("--until", arguments.until, now=now, utc_offset=offset)
    if since >= until:
        raise CommandRefused(f"--since {arguments.since} is not before --until or now: nothing lies between.")
    figures = asyncio.run(_figures(plan, since, until))
    if arguments.json:
        sys.stdout.buffer.write(msgspec.json.encode(figures) + b"\n")
    else:
        names = {one.key: f"{one.zh} {one.en}" for one in plan.catalogue.destinations}
        print("\n".join(in_words(figures, names)))
    return 0


def in_words(figures: TransferFigures, names: dict[str, str]) -> list[str]:
    """Return the figures as lines; a rate always with its counts and its rule.

    Args:
        names: of destinations, by key.

    """
    lines = [
        f"{names.get(one.destination, one.destination)}: 接通 answered {_rate(one.answer_rate)}"
        f" (提出 asked {one.asked}: 无人接 no answer {one.no_answer}, 忙 busy or refused {one.rejected},"
        f" 不通 unreachable {one.unreachable}, 取消 given up {one.cancelled}, 不明 not known {one.not_known},"
        f" 振铃中 still ringing {one.ringing}),"
        f" 转出 completed {one.completed}, 三方 three-party {_rate(one.three_party_rate)}"
        for one in figures.destinations
    ]
    three, hands = figures.conferences, figures.hand_offs
    return [
        *(lines or ["没有转接 no transfers"]),
        f"三方成功率 three-party: {_rate(three.success_rate)},"
        f" 话务员退出后继续 went on without the agent {three.completed}",
        f"转手 hand-offs: {hands.hand_offs} in {hands.answered_calls} answered calls,"
        f" {hands.handed_on} calls handed on, at most {hands.most} a call",
        *(f"口径 {one.name_zh} {one.name_en}: {one.rule_zh}; {one.rule_en}." for one in FIGURE_RULES),
    ]


def _rate(ratio: Ratio) -> str:
    shown = percent(ratio.numerator, ratio.denominator)
    return f"{'--' if shown is None else shown + ' %'}  {ratio.numerator:,} / {ratio.denominator:,}"


async def _figures(plan: Plan, since: Moment, until: Moment) -> TransferFigures:
    database = await open_core(plan)
    try:
        async with database.reading() as session:
            return await transfer_figures(session, since, until)
    finally:
        await database.close()
