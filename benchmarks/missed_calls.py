"""Asterisk's own logs of as many calls as wanted: those of a real Asterisk, told again with other ids and times."""

import re
from collections.abc import Iterator
from itertools import count, groupby
from operator import itemgetter
from pathlib import Path

CAPTURES = Path(__file__).parents[1] / "tests" / "captures"
AGENTS = 400
"""Calls follow each other so closely that one agent's next call begins after the last has ended."""
FIRST_SECOND = 1_795_300_000
_ID = re.compile(r"jt1-\d+\.\d+")
_TELEPHONE = re.compile(r"PJSIP/60\d\d-(?:sip|web)-[0-9a-f]{8}")
_MEMBER = re.compile(r"\|60\d\d\|")


def write_logs(cel: Path, queue_log: Path, *, calls: int, a_second: int) -> tuple[float, float]:
    """Write both logs of so many calls; return the times of the first and the last row, in seconds."""
    templates = _templates()
    told = [
        one for number in range(calls) for one in _retold(templates[number % len(templates)], number, number / a_second)
    ]
    told.sort(key=itemgetter(0))
    cel.parent.mkdir(parents=True, exist_ok=True)
    cel.write_text("".join(line for _, is_cel, line in told if is_cel))
    queue_log.write_text("".join(line for _, is_cel, line in told if not is_cel))
    return told[0][0], told[-1][0]


def _templates() -> list[list[tuple[float, bool, str]]]:
    """Return the calls of the capture, each a list of rows: seconds since its first, whether it is CEL's, text."""
    rows: list[tuple[str, float, bool, str]] = []
    for line in (CAPTURES / "six_calls.cel.csv").read_text().splitlines():
        fields = line.split('","')
        rows.append((fields[3], float(fields[1]), True, line))
    for line in (CAPTURES / "six_calls.queue_log").read_text().splitlines():
        second, call, _ = line.split("|", 2)
        rows.append((call, float(second), False, line))
    rows.sort(key=itemgetter(0))
    calls = [[row[1:] for row in group] for _, group in groupby(rows, key=itemgetter(0))]
    return [sorted((at - min(rows)[0], is_cel, line) for at, is_cel, line in rows) for rows in calls]


def _retold(template: list[tuple[float, bool, str]], number: int, start: float) -> Iterator[tuple[float, bool, str]]:
    serial = count(number * 10)
    ids: dict[str, str] = {}
    agent = 6001 + number % AGENTS

    def other_id(found: re.Match[str]) -> str:
        return ids.setdefault(found[0], f"jt1-{FIRST_SECOND}.{next(serial)}")

    for after, is_cel, line in template:
        at = FIRST_SECOND + start + max(0.0, after)
        line = _ID.sub(other_id, line)
        if is_cel:
            kind, _, rest = line.split('","', 2)
            rest = _TELEPHONE.sub(f"PJSIP/{agent}-sip-{number:08x}", rest)
            yield at, True, f'{kind}","{at:.6f}","{rest}\n'
        else:
            rest = _MEMBER.sub(f"|{agent}|", line.partition("|")[2])
            yield at, False, f"{int(at)}|{rest}\n"
