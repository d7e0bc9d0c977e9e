"""Until when the figures are final: what arrived before a moment can change no more."""

from acd import figures
from acd.names import Moment
from acd.state import State


def final_to(state: State) -> Moment:
    """Return the moment before which every call that arrived is told and over, so that its figures stay as they are.

    A call in progress holds back what arrived from its own arrival on. While Asterisk is not heard, nothing is final
    from the interval on in which it was heard last: calls may have come of which we know nothing yet.
    """
    live = min((call.offered_at for call in state.calls.values() if call.ended_at is None), default=state.now)
    heard = state.now if state.pbx.up else figures.interval_of(state.heard_at, state.policy.interval)
    return min(live, heard)
