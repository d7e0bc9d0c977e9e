"""Figures over time about calls that were handed on: counts first, every rate with numerator and denominator."""

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from acd.names import DestinationKey, Moment, RingResult
from acd.transfer import SEATS, TransferMode
from core.tables import Call, CallTransfer


class Ratio(Struct, frozen=True, kw_only=True):
    """A rate as its two counts."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        """The rate; None: 0/0, of which nothing can be said."""
        return None if self.denominator == 0 else self.numerator / self.denominator


class FigureRule(Struct, frozen=True, kw_only=True):
    """How a rate of these figures is computed, in words."""

    key: str
    name_zh: str
    name_en: str
    rule_zh: str
    rule_en: str


ANSWER_RATE = FigureRule(
    key="transfer_answer_rate",
    name_zh="转接接通率",
    name_en="Transfer answer rate",
    rule_zh="对方接听 ÷ 转接(振铃中的除外,中途取消的计入分母);按提出转接的时刻归属,挂起转与拦截不计",
    rule_en="answered ÷ tried (those that still ring left out, those given up are in it), by the time they were asked "
    "for; steps of the IVR are none, nor are calls that a supervisor took over",
)
THREE_PARTY_RATE = FigureRule(
    key="three_party_rate",
    name_zh="三方成功率",
    name_en="Three-party success",
    rule_zh="三方都在线上 ÷ 三方转(振铃中的除外);按提出转接的时刻归属",
    rule_en="all three spoke ÷ three-party transfers tried (those that still ring left out), by the time asked for",
)
HAND_OFFS_PER_CALL = FigureRule(
    key="hand_offs_per_call",
    name_zh="平均转手次数",
    name_en="Hand-offs per call",
    rule_zh="转手次数 ÷ 接通电话;话务员退出而通话继续才算一次转手,拦截亦算;按来电时刻归属",
    rule_en="hand-offs ÷ answered calls; a hand-off: the agent left and the call went on, also with a supervisor who "
    "took it over; by the call's arrival",
)
FIGURE_RULES = (ANSWER_RATE, THREE_PARTY_RATE, HAND_OFFS_PER_CALL)


class DestinationCounts(Struct, frozen=True, kw_only=True):
    """How one destination answered; asked = tried + ringing, and tried = answered + each failure + not_known."""

    destination: DestinationKey
    asked: int
    """Transfers that were to ring there."""
    tried: int
    """Those of them that do not ring any more."""
    answered: int
    no_answer: int
    rejected: int
    unreachable: int
    cancelled: int
    """Given up here while it rang."""
    not_known: int
    """Over, and nobody has told how the ring ended."""
    completed: int
    """The agent left, and the call went on."""
    three_tried: int
    """Three-party transfers among those tried."""
    three_joined: int
    """Those of them in which all three spoke."""

    @property
    def ringing(self) -> int:
        """Those that are not over, and not answered yet."""
        return self.asked - self.tried

    @property
    def answer_rate(self) -> Ratio:
        """Answered of tried: what was given up counts as not answered."""
        return Ratio(numerator=self.answered, denominator=self.tried)

    @property
    def three_party_rate(self) -> Ratio:
        """Three parties on the line, of three-party transfers tried."""
        return Ratio(numerator=self.three_joined, denominator=self.three_tried)


class ConferenceCounts(Struct, frozen=True, kw_only=True):
    """What became of three-party transfers (三方转) that are over."""

    tried: int
    joined: int
    """The other side answered: all three spoke."""
    completed: int
    """The agent left then, and citizen and other side went on."""

    @property
    def success_rate(self) -> Ratio:
        """Three parties on the line, of three-party transfers tried."""
        return Ratio(numerator=self.joined, denominator=self.tried)


class HandOffCounts(Struct, frozen=True, kw_only=True):
    """How often citizens were sent on."""

    answered_calls: int
    handed_on: int
    """Calls with one hand-off or more."""
    hand_offs: int
    most: int
    """The most of one call."""

    @property
    def per_call(self) -> Ratio:
        """Hand-offs for each answered call."""
        return Ratio(numerator=self.hand_offs, denominator=self.answered_calls)


class TransferFigures(Struct, frozen=True, kw_only=True):
    """All of these figures for one time."""

    since: Moment
    until: Moment
    destinations: tuple[DestinationCounts, ...]
    conferences: ConferenceCounts
    hand_offs: HandOffCounts


async def transfer_figures(session: AsyncSession, since: Moment, until: Moment) -> TransferFigures:
    """Return the figures of [since, until)."""
    return TransferFigures(
        since=since,
        until=until,
        destinations=tuple(await answers_by_destination(session, since, until)),
        conferences=await count_conferences(session, since, until),
        hand_offs=await count_hand_offs(session, since, until),
    )


def _asked_in(since: Moment, until: Moment) -> ColumnElement[bool]:
    return and_(CallTransfer.asked_at >= since, CallTransfer.asked_at < until)


def _over() -> ColumnElement[bool]:
    # The call's own end is an end of what nobody closed: a program of ours may have been gone then.
    return or_(CallTransfer.result.is_not(None), CallTransfer.ended_at.is_not(None), Call.ended_at.is_not(None))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


async def answers_by_destination(session: AsyncSession, since: Moment, until: Moment) -> list[DestinationCounts]:
    """Count the transfers asked for in [since, until) by destination, by its key.

    A step of the IVR rings nobody and is no destination here, nor is the seat of a supervisor who took a call over.
    """
    answered = or_(CallTransfer.answered_at.is_not(None), CallTransfer.result == RingResult.ANSWERED)
    tried = or_(answered, _over())
    three = and_(CallTransfer.mode == TransferMode.CONFERENCE, or_(CallTransfer.answered_at.is_not(None), _over()))
    taken_over = CallTransfer.destination.startswith(SEATS, autoescape=True)
    failed = {
        result.value: and_(CallTransfer.answered_at.is_(None), CallTransfer.result == result)
        for result in (RingResult.NO_ANSWER, RingResult.REJECTED, RingResult.UNREACHABLE, RingResult.CANCELLED)
    }
    rows = await session.execute(
        select(
            CallTransfer.destination,
            func.count().label("asked"),
            _count(tried).label("tried"),
            _count(answered).label("answered"),
            _count(CallTransfer.completed_at.is_not(None)).label("completed"),
            _count(three).label("three_tried"),
            _count(and_(three, CallTransfer.answered_at.is_not(None))).label("three_joined"),
            *(_count(condition).label(name) for name, condition in failed.items()),
        )
        .join(Call, Call.call_id == CallTransfer.call_id)
        .where(_asked_in(since, until), CallTransfer.mode != TransferMode.SUSPEND, ~taken_over)
        .group_by(CallTransfer.destination)
        .order_by(CallTransfer.destination)
    )
    found = []
    for row in rows.mappings():
        known = row["answered"] + sum(row[name] for name in failed)
        found.append(DestinationCounts(**row, not_known=row["tried"] - known))
    return found


async def count_conferences(session: AsyncSession, since: Moment, until: Moment) -> ConferenceCounts:
    """Count the three-party transfers asked for in [since, until) that are over."""
    rows = await session.execute(
        select(
            func.count(),
            _count(CallTransfer.answered_at.is_not(None)),
            _count(and_(CallTransfer.answered_at.is_not(None), CallTransfer.completed_at.is_not(None))),
        )
        .join(Call, Call.call_id == CallTransfer.call_id)
        .where(
            _asked_in(since, until),
            CallTransfer.mode == TransferMode.CONFERENCE,
            or_(CallTransfer.answered_at.is_not(None), _over()),
        )
    )
    tried, joined, completed = rows.one()
    return ConferenceCounts(tried=tried, joined=joined, completed=completed)


async def count_hand_offs(session: AsyncSession, since: Moment, until: Moment) -> HandOffCounts:
    """Count hand-offs of the calls offered in [since, until)."""
    rows = await session.execute(
        select(
            _count(Call.answered_at.is_not(None)),
            _count(Call.hand_offs > 0),
            func.coalesce(func.sum(Call.hand_offs), 0),
            func.coalesce(func.max(Call.hand_offs), 0),
        ).where(Call.offered_at >= since, Call.offered_at < until)
    )
    answered, handed_on, hand_offs, most = rows.one()
    return HandOffCounts(answered_calls=answered, handed_on=handed_on, hand_offs=int(hand_offs), most=most)
