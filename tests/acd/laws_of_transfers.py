"""Laws of calls that are handed on, which the machine and the model of an Asterisk assert."""

from collections.abc import Iterable

from acd.call import Call, conference_ms, consult_ms, segments
from acd.effects import AnyEffect, CallThird, HangUpLeg, MoveLegs
from acd.events import AnyEvent, CallHanded, LegEnded, LegJoined, LegLeft, PbxSnapshot, RingEnded, ThirdRung
from acd.names import CallId, LegId, Moment, RingResult, citizens_leg, phone_of
from acd.state import State
from acd.transfer import Place, TransferMode

ROOM = "room-1"


def spells_are_sound(call: Call) -> None:
    """Spells of one leg never overlap, never end before they begin, and at most the newest is open."""
    assert call.ended_at is None or all(one.end is not None for one in segments(call)), "nobody is with one who is gone"
    by_leg: dict[LegId, list[tuple[Moment, Moment | None]]] = {}
    for one in segments(call):
        by_leg.setdefault(one.leg, []).append((one.start, one.end))
    for leg, spells in by_leg.items():
        ordered = sorted(spells, key=lambda one: (one[0], one[1] is None, one[1] or 0))
        for (_, end), (start, _) in zip(ordered, ordered[1:], strict=False):
            assert end is not None, f"{leg} began anew while it was on the line"
            assert end <= start, f"{leg} twice on the line at once"
        assert all(end is None or start <= end for start, end in spells), f"{leg} ended before it began"


def music_is_no_talk(call: Call) -> None:
    """Who hears music speaks with nobody."""
    if call.ended_at is None and call.place is Place.MUSIC:
        assert all(one.end is not None for one in segments(call) if one.with_citizen)


def one_under_way(call: Call) -> None:
    """Transfers follow one another, and each ends after it was asked for."""
    assert [one.number for one in call.transfers] == list(range(1, len(call.transfers) + 1))
    assert all(one.ended_at is not None for one in call.transfers[:-1])
    for one in call.transfers:
        assert one.ended_at is None or one.ended_at >= one.asked_at
        assert one.completed_at is None or one.ended_at is not None
        assert one.answered_at is None or one.result is RingResult.ANSWERED
    assert call.ended_at is None or all(one.ended_at is not None for one in call.transfers)


def only_those_who_left_completed(state: State, call: Call) -> None:
    """A transfer is completed when its agent is off the call.

    Not so a step of the IVR: when the citizen went through it. Of a released call it is the citizen who left the agent.
    """
    for one in call.transfers:
        if one.completed_at is not None and one.mode not in (TransferMode.SUSPEND, TransferMode.RELEASE):
            agent = state.agents.get(one.by)
            assert agent is None or agent.leg != one.by_leg


def sums_fit_the_call(call: Call) -> None:
    """Nobody consulted or conferred for longer than the call lasted, by the newest and oldest that is known of it."""
    ends = [call.ended_at] if call.ended_at is not None else []
    moments = [call.offered_at, *ends]
    for one in segments(call):
        moments += [one.start] if one.end is None else [one.start, one.end]
    length = max(moments) - min(moments)
    assert 0 <= consult_ms(call) <= length
    assert 0 <= conference_ms(call) <= length


def counts_fall(state: State) -> None:
    """No more answers than transfers, no more completed than answered, by destination."""
    for period in state.days.values():
        for handed in period.handed.values():
            assert handed.asked >= handed.answered >= handed.completed >= 0


def nobody_rings_for_nothing(calls: Iterable[Call], told: list[AnyEvent], effects: list[AnyEffect]) -> None:
    """The other side of a transfer that is over is asked to stop ringing."""
    gone = {one.leg for one in told if isinstance(one, LegEnded)} | _not_seen(told)
    asked = {one.leg for one in effects if isinstance(one, HangUpLeg)}
    for call in calls:
        for one in call.transfers:
            rings = one.rung_at is not None and one.result is None and one.third not in gone
            assert one.ended_at is None or not rings or one.third in asked


def _not_seen(told: list[AnyEvent]) -> set[LegId]:
    """Legs that rang, and were not there when Asterisk told everything."""
    rung, gone = set[LegId](), set[LegId]()
    for event in told:
        if isinstance(event, ThirdRung):
            rung.add(event.leg)
        elif isinstance(event, PbxSnapshot):
            gone |= rung - {leg.leg for leg in event.legs}
    return gone


def obeyed_of_transfers(effect: AnyEffect | None, at: Moment) -> list[AnyEvent]:
    """Return what Asterisk would tell after moving or ringing as it was asked."""
    match effect:
        case MoveLegs(call=call, spots=spots):
            return [fact for spot in spots for fact in _moved(call, spot.leg, spot.place, at)]
        case CallThird(call=call, leg=leg, interface=interface):
            whose = None if interface is None else phone_of(interface)
            return [ThirdRung(at=at, call=call, leg=leg, agent=None if whose is None else whose[0])]
        case HangUpLeg(leg=leg) if "-t" in leg:
            call = CallId(leg.rsplit("-t", 1)[0])
            cancelled = RingEnded(at=at, call=call, leg=leg, result=RingResult.CANCELLED)
            return [cancelled, LegLeft(at=at, call=call, leg=leg, bridge=ROOM), LegEnded(at=at, call=call, leg=leg)]
        case _:
            return []


def _moved(call: CallId, leg: LegId, place: Place, at: Moment) -> list[AnyEvent]:
    left = LegLeft(at=at, call=call, leg=leg, bridge=ROOM)
    if place is Place.ROOM:
        return [LegJoined(at=at, call=call, leg=leg, bridge=ROOM)]
    return [left, CallHanded(at=at, call=call, place=place)] if leg == citizens_leg(call) else [left]
