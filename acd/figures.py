"""The measures: counts per arrival interval, and the named rates computed from them.

Every outcome is counted in the interval in which its call *arrived* (`offered_at`), so that no rate can exceed
100 % and every period balances: offered = answered + lost + in progress.
"""

from msgspec import Struct
from msgspec.structs import astuple, replace

from acd.call import Call, answered_at, talk_ms, wait_ms
from acd.names import LossStage, Millis, Moment

DAY = 86_400_000


class Tally(Struct, frozen=True, kw_only=True):
    """Counts of the calls that arrived in one period."""

    offered: int = 0
    """I, and V as nothing is excluded yet: calls to registered numbers."""
    requested: int = 0
    """R: agent requests."""
    answered: int = 0
    """A."""
    answered_in: int = 0
    """A15: answered with wait <= the service level."""
    lost_in: int = 0
    """L15: lost after a request with wait <= the service level."""
    lost_ivr: int = 0
    lost_queue: int = 0
    lost_ring: int = 0
    lost_overflow: int = 0
    lost_system: int = 0
    wait_answered_ms: int = 0
    talk_ms: int = 0
    """Of ended calls."""
    talks_ended: int = 0
    refused: int = 0
    """Turned away at the door: in no rate."""

    @property
    def lost(self) -> int:
        """Calls that ended unanswered."""
        return self.lost_ivr + self.lost_queue + self.lost_ring + self.lost_overflow + self.lost_system

    @property
    def in_progress(self) -> int:
        """Calls that are neither answered nor lost yet."""
        return self.offered - self.answered - self.lost


class Handed(Struct, frozen=True, kw_only=True):
    """Transfers to one destination in one period."""

    asked: int = 0
    answered: int = 0
    completed: int = 0
    """The agent left and the call went on."""


_LOST_FIELD: dict[LossStage, str] = {
    LossStage.IVR_ABANDON: "lost_ivr",
    LossStage.QUEUE_ABANDON: "lost_queue",
    LossStage.RING_ABANDON: "lost_ring",
    LossStage.OVERFLOW_CALLBACK: "lost_overflow",
    LossStage.OVERFLOW_VOICEMAIL: "lost_overflow",
    LossStage.SYSTEM: "lost_system",
    LossStage.TRUNK_BUSY: "lost_system",
    LossStage.BLACKLIST: "lost_system",
}


def add(one: Tally, other: Tally) -> Tally:
    """Return the counts of both periods together: totals are sums of counts, never averages of rates."""
    counted = zip(Tally.__struct_fields__, astuple(other), strict=True)
    # Most of what is added is nought.
    return replace(one, **{name: getattr(one, name) + value for name, value in counted if value})


def answered(call: Call, service_level: Millis) -> Tally:
    """Return what the answer of `call` adds."""
    wait = wait_ms(call)
    return Tally(answered=1, answered_in=int(wait <= service_level), wait_answered_ms=wait)


def lost(call: Call, service_level: Millis) -> Tally:
    """Return what the loss of `call` adds.

    Raises:
        ValueError: the call was not lost.

    """
    if call.loss_stage is None or answered_at(call) is not None:
        raise ValueError(f"call {call.id} was not lost")
    early = call.requested_at is not None and wait_ms(call) <= service_level
    return replace(Tally(lost_in=int(early)), **{_LOST_FIELD[call.loss_stage]: 1})


def talked(call: Call) -> Tally:
    """Return what the end of an answered call adds."""
    return Tally(talk_ms=talk_ms(call), talks_ended=1)


def interval_of(at: Moment, interval: Millis) -> Moment:
    """Return the start of the interval that holds `at`."""
    return Moment(at - at % interval)


def day_of(at: Moment, utc_offset: Millis) -> Moment:
    """Return local midnight before `at`."""
    return Moment(at - (at + utc_offset) % DAY)


class Measure(Struct, frozen=True, kw_only=True):
    """A rate by its name, with the rule in words that is printed beside it."""

    key: str
    numerator: str
    """Name of a Tally field or property."""
    denominator: str
    name_zh: str
    name_en: str
    rule_zh: str
    rule_en: str


MEASURES: tuple[Measure, ...] = (
    Measure(
        key="connect_rate_inbound",
        numerator="answered",
        denominator="offered",
        name_zh="接通率",
        name_en="Connection rate",
        rule_zh="接通 ÷ 呼入(已登记号码的全部来电,未剔除短时挂断);按来电时刻归属",
        rule_en="answered ÷ offered (every call to a registered number, nothing excluded), by time of arrival",
    ),
    Measure(
        key="connect_rate_agent",
        numerator="answered",
        denominator="requested",
        name_zh="人工接通率",
        name_en="Agent connection rate",
        rule_zh="接通 ÷ 请求人工;放音中挂断不计入分母;按来电时刻归属",
        rule_en="answered ÷ agent requests; callers who left during the announcements are not in it; by arrival",
    ),
    Measure(
        key="sl15_of_requests",
        numerator="answered_in",
        denominator="requested",
        name_zh="15秒接通率",
        name_en="15-second rate",
        rule_zh="等待≤15.000秒接通 ÷ 请求人工;计时自进入排队至接听;呼损全部计入分母;按来电时刻归属",
        rule_en="answered with wait ≤ 15.000 s ÷ agent requests; from queue entry to answer; losses count; by arrival",
    ),
    Measure(
        key="sl15_of_answered",
        numerator="answered_in",
        denominator="answered",
        name_zh="15秒应答及时率",
        name_en="15-second rate of answered",
        rule_zh="等待≤15.000秒接通 ÷ 接通;分母不含呼损,故可高于接通率",
        rule_en="answered with wait ≤ 15.000 s ÷ answered; losses left out, so it may exceed the connection rate",
    ),
    Measure(
        key="loss_rate",
        numerator="lost",
        denominator="offered",
        name_zh="呼损率",
        name_en="Loss rate",
        rule_zh="呼损 ÷ 呼入;含放音中挂断、排队放弃、振铃放弃、溢出转回拨与系统原因",
        rule_en="lost ÷ offered: left in announcements, queue or ring, overflow to call-back, and system",
    ),
)
"""Every rate we show. The service level's 15 s is the default of `floor.service_level_ms`."""


def counts(measure: Measure, tally: Tally) -> tuple[int, int]:
    """Return numerator and denominator of a measure."""
    return getattr(tally, measure.numerator), getattr(tally, measure.denominator)


def percent(numerator: int, denominator: int) -> str | None:
    """Return a percentage with two decimals, rounded half up; None for 0/0, which is neither 0 % nor 100 %."""
    if denominator == 0:
        return None
    hundredths = (numerator * 20_000 + denominator) // (2 * denominator)
    return f"{hundredths // 100}.{hundredths % 100:02d}"
