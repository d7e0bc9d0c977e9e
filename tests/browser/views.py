"""Views and catalogue as a busy hotline shows them; every value is of agent_desk.wire, so they cannot be impossible."""

import time
from collections.abc import Sequence
from typing import Any

from acd.agent import Presence
from acd.call import Stage
from acd.events import TicketForm
from acd.figures import MEASURES, percent
from acd.names import AgentId, CallId, Moment, Phone, QueueName, TicketId
from agent_desk.alarm_words import ALARM_WORDS, AlarmKey
from agent_desk.alarms import id_of
from agent_desk.screens import catalogue_for_screens
from agent_desk.wire_http import Catalogue, Contact, ScreenPop, TicketLine
from agent_desk.wire_views import (
    AgentTile,
    Alarm,
    Board,
    DeskCall,
    DeskView,
    FigureBlock,
    IntervalBar,
    Me,
    QueueGlance,
    QueueLine,
    Rate,
    SystemState,
)
from config.load import load_catalogue
from config.settings import Settings

SECOND, MINUTE = 1_000, 60_000
CALL = CallId("jt1-1795300000.17")
CALLER = "13800005678"
TICKET = TicketId("JT20261121-000123")
NOT_HANDED_ON: Any = {"transfer": None, "last_transfer": None, "passed": None, "came_from": "", "reference": ""}


def now() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def ago(milliseconds: int) -> Moment:
    """The moment so long before now."""
    return Moment(now() - milliseconds)


def catalogue() -> Catalogue:
    """The shipped catalogue."""
    return catalogue_for_screens(Settings(), load_catalogue())


def alarm(
    key: AlarmKey, subject: str = "", *, since: int = 42_000, count: int = 3, agents: bool = False
) -> dict[str, Alarm]:
    """One alarm as the server words it; `agents`: in the words for a desk."""
    words = ALARM_WORDS[key]
    sentences = (words.desk or words.board) if agents else words.board
    filled = {"subject": subject, "count": count, "seconds": "2.3"}
    told = Alarm(
        key=key,
        level=words.level,
        since=ago(since),
        subject=subject,
        count=count,
        why="",
        zh=sentences.zh.format_map(filled),
        en=sentences.en.format_map(filled),
        do_zh=sentences.do_zh,
        do_en=sentences.do_en,
    )
    return {id_of(told): told}


def system(pbx: str = "up", *, since: int = 3 * MINUTE) -> dict[str, SystemState]:
    """Whether Asterisk is heard."""
    return {"system": SystemState(pbx=pbx, since=ago(since), why="", event_age_ms=0, node="jt1")}


STATES: Sequence[tuple[Presence, str | None, int]] = (
    (Presence.TALKING, None, 134 * SECOND),
    (Presence.TALKING, None, 41 * SECOND),
    (Presence.TALKING, None, 260 * SECOND),
    (Presence.ACW, None, 22 * SECOND),
    (Presence.READY, None, 9 * SECOND),
    (Presence.NOT_READY, "break", 430 * SECOND),
    (Presence.TALKING, None, 78 * SECOND),
    (Presence.RINGING, None, 4 * SECOND),
    (Presence.TALKING, None, 505 * SECOND),
    (Presence.NOT_READY, "meal", 1_920 * SECOND),
)


def tile(n: int) -> AgentTile:
    """The n-th agent of a floor that has everything on it."""
    presence, reason, since = STATES[n % len(STATES)]
    busy = presence in (Presence.TALKING, Presence.RINGING)
    agent = AgentId(str(6001 + n))
    return AgentTile(
        agent=agent,
        name=f"坐席{agent}",
        presence=presence,
        since=ago(since + n * 700),
        reason=reason,
        forced_by=None,
        until=Moment(now() + 38 * SECOND) if presence is Presence.ACW else None,
        held_since=ago(150 * SECOND) if n % 31 == 8 else None,
        help_since=None,
        call=CallId(f"jt1-1.{n}") if busy else None,
        number=("12345", "12333", "12315")[n % 3] if busy else None,
        device="UNAVAILABLE" if n % 67 == 13 else "INUSE" if busy else "NOT_INUSE",
        desk=True,
        queues=(QueueName("general"),),
    )


def queue_line(queue: str, n: int) -> QueueLine:
    """One queue; the first ones have people waiting."""
    waiting = (3, 1, 0, 2)[n] if n < 4 else 0
    requested = max(0, 1_900 - n * 140)
    lost = requested * (3 + n % 5) // 100
    return QueueLine(
        queue=QueueName(queue),
        waiting=waiting,
        longest_since=ago((21 + n * 14) * SECOND) if waiting else None,
        ready=0 if n == 3 else 7 - n % 7,
        signed_in=0 if n == 3 else 30 - n % 20,
        requested=requested,
        answered=requested - lost,
        answered_in=(requested - lost) * 97 // 100,
        lost=lost,
    )


def figures(offered: int) -> FigureBlock:
    """Counts that add up: offered = answered + lost + in_progress."""
    stages = {"ivr": 21, "queue": 118, "ring": 30, "overflow": 0, "system": 6}
    lost = {name: offered * share // 4_812 for name, share in stages.items()}
    in_progress = min(offered, 9)
    answered = offered - sum(lost.values()) - in_progress
    counts = {
        "offered": offered,
        "requested": offered - lost["ivr"] - in_progress // 2,
        "answered": answered,
        "answered_in": answered * 968 // 1_000,
        "lost": sum(lost.values()),
    }
    return FigureBlock(
        since=ago(11 * 60 * MINUTE),
        **counts,
        **{f"lost_{name}": value for name, value in lost.items()},
        in_progress=in_progress,
        refused=2,
        avg_wait_ms=7_400 if answered else None,
        avg_talk_ms=155_000 if answered else None,
        final_to=ago(7 * MINUTE),
        rates=tuple(
            Rate(
                key=measure.key,
                numerator=counts[measure.numerator],
                denominator=counts[measure.denominator],
                percent=percent(counts[measure.numerator], counts[measure.denominator]),
            )
            for measure in MEASURES
        ),
    )


def intervals(count: int) -> dict[str, IntervalBar]:
    """A morning's arrivals, one bar for each quarter of an hour."""
    quarter = 15 * MINUTE
    first = now() // quarter * quarter - (count - 1) * quarter
    shape = (6, 5, 4, 4, 8, 14, 30, 52, 88, 120, 135, 128, 119, 131, 140, 126, 101, 92)
    bars = {}
    for n in range(count):
        offered = shape[n * len(shape) // count]
        start = Moment(first + n * quarter)
        bars[str(start)] = IntervalBar(
            start=start,
            offered=offered,
            answered=offered - offered // 20,
            lost=offered // 20,
            final=n < count - 2,
        )
    return bars


def board(agents: int = 154, queues: int = 9, *, offered: int = 4_812, pbx: str = "up", bars: int = 43) -> Board:
    """A hall's board with so many agents and queues."""
    names = [entry.key for entry in catalogue().queues]
    names += [f"extra-{n}" for n in range(queues - len(names))]
    return Board(
        agents={str(6001 + n): tile(n) for n in range(agents)},
        queues={name: queue_line(name, n) for n, name in enumerate(names[:queues])},
        calls={},
        figures={"today": figures(offered), "rolling24h": figures(offered * 2)},
        intervals=intervals(bars),
        system=system(pbx, since=42 * SECOND),
        lines={},
        alarms={} if pbx == "up" else alarm(AlarmKey.PBX_LOST),
    )


def me(presence: Presence, *, reason: str | None = None, phone: Phone | None = Phone.SIP, since: int = 72_000) -> Me:
    """The agent of the desk."""
    return Me(
        agent=AgentId("6021"),
        name="坐席6021",
        presence=presence,
        since=ago(since),
        reason=reason,
        until=Moment(now() + 41 * SECOND) if presence is Presence.ACW else None,
        next_reason=None,
        forced=None,
        help_since=None,
        phone=None if presence is Presence.OUT else phone,
        device="NOT_INUSE",
        queues=(QueueName("general"), QueueName("human-resources")),
        answered_today=41,
        talk_ms_today=41 * 155 * SECOND,
        acw_ms_today=41 * 48 * SECOND,
        not_ready_ms_today={"break": 18 * MINUTE, "meal": 62 * MINUTE},
    )


def desk_call(stage: Stage, *, number: str = "12333", held: bool = False, saved: bool = False) -> DeskCall:
    """The call at hand."""
    talking = stage in (Stage.TALKING, Stage.ENDED)
    return DeskCall(
        call=CALL,
        number=number,
        caller=CALLER,
        queue=QueueName("human-resources"),
        stage=stage,
        offered_at=ago(262 * SECOND),
        queued_at=ago(255 * SECOND) if talking else ago(8 * SECOND),
        ring_since=ago(3 * SECOND),
        answered_at=ago(247 * SECOND) if talking else None,
        held_since=ago(35 * SECOND) if held else None,
        ended_at=ago(19 * SECOND) if stage is Stage.ENDED else None,
        ticket=TICKET if talking else None,
        saved=saved,
        **NOT_HANDED_ON,
    )


def desk(agent: Me, call: DeskCall | None = None, *, waiting: int = 3, pbx: str = "up") -> DeskView:
    """A desk's view."""
    return DeskView(
        me={"me": agent},
        watch={},
        call={} if call is None else {"call": call},
        queue={"queue": QueueGlance(waiting=waiting, longest_since=ago(21 * SECOND) if waiting else None)},
        system=system(pbx),
        directory={},
        messages={},
        alarms={} if pbx == "up" else alarm(AlarmKey.PBX_LOST, agents=True),
    )


def ticket_line(number: str, text: str, *, urgent: bool = False, missed: bool = False) -> TicketLine:
    """One of the caller's tickets."""
    matter: dict[str, Any] = {"stage": "in_handling", "domain": "public_services", "demand_type": "help", "text": text}
    opened_at = ago(3 * 24 * 60 * MINUTE)
    return TicketLine(
        ticket=TicketId(number), opened_at=opened_at, urgent=urgent, missed=missed, expert_answers=(), **matter
    )


def pop(form: TicketForm | None = None) -> ScreenPop:
    """A caller who rang before."""
    return ScreenPop(
        call=CALL,
        caller=CALLER,
        area_zh="河南省郑州市",
        area_en="Zhengzhou, Henan",
        calls_total=5,
        contacts=tuple(
            Contact(
                call=CallId(f"jt1-0.{n}"),
                at=ago((n * 26 + 20) * 60 * MINUTE),
                number=("12345", "12333", "12345", "12319")[n],
                outcome=("answered", "lost", "answered", "answered")[n],
                agent=None if n == 1 else AgentId(f"60{33 + n}"),
                ticket=TicketId(f"JT20261118-0000{n}7"),
            )
            for n in range(4)
        ),
        open_tickets=(
            ticket_line("JT20261118-000407", "小区门口路灯不亮已经三天,晚上行走不便", urgent=True),
            ticket_line("JT20261120-000051", "", missed=True),
        ),
        ticket=None,
        form=form,
    )
