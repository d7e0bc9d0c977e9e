"""The alarms that are on: one pure function of the floor and of how the parts of the house do."""

from collections.abc import Iterator

from msgspec import Struct

from acd.alarms import floor_alarms
from acd.names import AgentId, Millis, Moment
from acd.state import State
from agent_desk.alarm_words import ALARM_WORDS, AlarmKey, Sentences
from agent_desk.wire_views import Alarm

LATE_MS = Millis(1_000)
"""Events older than this on arrival are late."""
APART_MS = Millis(1_000)
"""Clocks may differ so much before somebody is told."""
STALE_MS = Millis(30_000)
"""What a line's own platform told is out of date after so long: it is asked every two seconds."""
BACKLOG = 1_000
"""Effects that may wait to be written: seconds of a busy hour, so more is no passing peak."""


class Health(Struct, frozen=True, kw_only=True):
    """How the parts of the house do at one moment."""

    pbx_up: bool
    """Whether the link to Asterisk stands."""
    pbx_refused: bool
    """Whether Asterisk refused our password."""
    standby: bool
    """Whether another bridge holds Asterisk."""
    pbx_why: str
    """Why the link is down; empty: it is up."""
    event_age: Millis | None
    """Asterisk's timestamp against arrival here, of the newest event; None: there was none."""
    worst_event_age: Millis
    """The oldest arrival of the last seconds."""
    clocks_apart: Millis
    """By how much our clock was off Asterisk's lately, without sign."""
    waiting: int
    """Facts not folded yet."""
    waiting_limit: int
    """How many may wait; 0: no limit is set."""
    facts_refused: int
    """Facts that could not be folded, since the start."""
    journal_error: str | None
    unkept: int
    """Facts that are in no segment and for which no snapshot stands yet."""
    recorder_backlog: int
    recorder_failures: int
    """Attempts failed in a row."""
    recorder_rejected: int
    """Effects the tables refused, since the start."""
    recorder_error: str | None


WELL = Health(
    pbx_up=True,
    pbx_refused=False,
    standby=False,
    pbx_why="",
    event_age=None,
    worst_event_age=Millis(0),
    clocks_apart=Millis(0),
    waiting=0,
    waiting_limit=0,
    facts_refused=0,
    journal_error=None,
    unkept=0,
    recorder_backlog=0,
    recorder_failures=0,
    recorder_rejected=0,
    recorder_error=None,
)
"""A house without trouble; for those who ask about a State alone."""


def alarms_on(state: State, health: Health, now: Moment) -> dict[str, Alarm]:
    """Return the alarms that are on, the worst first, by an id that stays the same while one is on.

    Args:
        now: becomes `since` where neither the floor nor Asterisk tells an earlier time.

    """
    found = [*_of_the_link(state, health, now), *_of_the_house(health, now)]
    if state.pbx.up and health.pbx_up:  # else nothing that is known of telephones can be believed
        found += _of_the_floor(state)
    found += _of_the_lines(state, now)
    order = list(ALARM_WORDS)
    found.sort(key=lambda alarm: (order.index(alarm.key), alarm.subject))
    return {id_of(alarm): alarm for alarm in found}


def alarms_of_desk(alarms: dict[str, Alarm], agent: AgentId) -> dict[str, Alarm]:
    """Return those that concern an agent, in the words for agents."""
    return {
        key: _alarm(alarm.key, alarm.since, words, subject=alarm.subject, count=alarm.count)
        for key, alarm in alarms.items()
        if (words := ALARM_WORDS[alarm.key].desk) is not None and alarm.subject in ("", agent)
    }


def id_of(alarm: Alarm) -> str:
    """Return the name of an alarm in a view: its key, and its subject if it has one."""
    return f"{alarm.key}:{alarm.subject}" if alarm.subject else alarm.key.value


def _of_the_link(state: State, health: Health, now: Moment) -> Iterator[Alarm]:
    if health.standby or health.pbx_refused or not (state.pbx.up and health.pbx_up):
        key = AlarmKey.PBX_LOST
        if health.pbx_refused:
            key = AlarmKey.PBX_REFUSED
        elif health.standby:
            key = AlarmKey.STANDBY
        since = now if state.pbx.up or not state.pbx.since else state.pbx.since
        yield _board(key, since, why=health.pbx_why or state.pbx.why)
    elif health.worst_event_age > LATE_MS:
        yield _board(AlarmKey.EVENTS_LATE, now, milliseconds=health.worst_event_age)
    if health.clocks_apart > APART_MS:
        yield _board(AlarmKey.CLOCKS_APART, now, milliseconds=health.clocks_apart)


def _of_the_house(health: Health, now: Moment) -> Iterator[Alarm]:
    if health.waiting_limit and health.waiting * 2 > health.waiting_limit:
        yield _board(AlarmKey.OVERLOAD, now, count=health.waiting)
    if health.facts_refused:
        yield _board(AlarmKey.FACTS_REFUSED, now, count=health.facts_refused)
    if health.journal_error is not None:
        key = AlarmKey.FACTS_UNKEPT if health.unkept else AlarmKey.JOURNAL_BLOCKED
        yield _board(key, now, count=health.unkept, why=health.journal_error)
    if health.recorder_failures or health.recorder_backlog > BACKLOG:
        yield _board(AlarmKey.RECORDER_BEHIND, now, count=health.recorder_backlog, why=health.recorder_error or "")
    if health.recorder_rejected:
        yield _board(AlarmKey.EFFECTS_REJECTED, now, count=health.recorder_rejected)


def _of_the_floor(state: State) -> Iterator[Alarm]:
    for alarm in floor_alarms(state):
        yield _board(AlarmKey(alarm.key), alarm.since, subject=alarm.subject, count=alarm.count)


def _of_the_lines(state: State, now: Moment) -> Iterator[Alarm]:
    for key, line in state.lines.items():
        if line.told_at is None:
            continue  # it was never there: the directory says so, and nothing has failed
        if not line.reachable:
            yield _board(AlarmKey.LINE_UNREACHABLE, line.at, subject=key, why=line.why)
        elif now - line.told_at > STALE_MS:
            yield _board(AlarmKey.LINE_STALE, line.told_at, subject=key)


def _board(
    key: AlarmKey, since: Moment, *, subject: str = "", count: int = 0, milliseconds: int = 0, why: str = ""
) -> Alarm:
    words = ALARM_WORDS[key].board
    return _alarm(key, since, words, subject=subject, count=count, milliseconds=milliseconds, why=why)


def _alarm(
    key: AlarmKey,
    since: Moment,
    words: Sentences,
    *,
    subject: str = "",
    count: int = 0,
    milliseconds: int = 0,
    why: str = "",
) -> Alarm:
    filled = {"subject": subject, "count": f"{count:,}", "seconds": f"{milliseconds / 1000:.1f}"}
    return Alarm(
        key=key,
        level=ALARM_WORDS[key].level,
        since=since,
        subject=subject,
        count=count,
        why=why,
        zh=words.zh.format_map(filled),
        en=words.en.format_map(filled),
        do_zh=words.do_zh,
        do_en=words.do_en,
    )
