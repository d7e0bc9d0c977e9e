"""No citizen is lost, whatever people, telephones and our own process do: floor and dialplan see to it."""

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acd.effects import WriteCall
from acd.fold import fold
from acd.names import Party
from acd.state import State
from tests.acd.handing import HANDING
from tests.acd.laws import answers_in
from tests.acd.laws_of_transfers import counts_fall, one_under_way, spells_are_sound, sums_fit_the_call
from tests.acd.pbx_dialplan import Dialplan
from tests.acd.pbx_world import CITIZEN
from tests.acd.people import MEMBERS, People
from tests.acd.playbook import C1
from tests.acd.spells import told_of

_QUIET = 60_000
"""After so long without anybody doing anything, every ring, step and look of the dialplan is over."""


def run(chance: Random, acts: int) -> People:
    """Let people act, then let everything that is under way come to its end."""
    people = People(chance, Dialplan(chance, MEMBERS))
    for _ in range(acts):
        people.live(chance.choice([3, 40, 700, 3_000, 6_000]))
        people.acts()
    people.hears_again()
    people.live(_QUIET)
    return people


def judge(people: People) -> None:
    """Assert what must hold when nobody has done anything for a while."""
    world = people.world
    assert people.citizen_is_looked_after(), f"the citizen is alone, in {world.doing}"
    assert world.cut_off_with not in world.hung_up_by_us, "the citizen was hung up with one whom we hung up"
    nobody_is_passed_over(world)
    spells = told_of(people.segments())
    assert spells == world.spells.all(), "the floor's account is the world's"
    call = people.state.calls.get(C1)
    if call is not None:
        spells_are_sound(call)
        one_under_way(call)
        sums_fit_the_call(call)
    counts_fall(people.state)
    assert not people.state.wishes
    assert all(many == 1 for many in answers_in(people.effects).values())


def nobody_is_passed_over(world: Dialplan) -> None:
    """Assert that the citizen had whoever there was, that no stranger came, and that nobody stays without them."""
    assert not world.forsaken, "the citizen was cut off or queued again though somebody was rung for them"
    strangers = {leg for leg in world.inside() if "-t" in leg} - {world.agent, world.third}
    assert world.doing != "room" or not strangers, "somebody is with the citizen who rang for an earlier agent"
    assert world.doing not in ("queue", "blind") or not world.inside(), "somebody is in the room that the citizen left"


def everybody_hangs_up(people: People) -> None:
    """Citizen and agents go; the other sides outside do not: nothing may be left of the call."""
    world = people.world
    beside = [leg for leg, there in world.bridge.items() if there == world.bridge.get(CITIZEN) and leg != CITIZEN]
    if world.alive and len(beside) > 1:
        people.hangs_up(people.chance.choice(beside), lost=False)
        people.live(_QUIET)
    if world.alive:
        world.hangs_up(said=True)
        people.live(5_000)
        ended_by = [one.record.ended_by for one in people.effects if isinstance(one, WriteCall)][-1]
        assert ended_by is Party.CALLER, "one who hung up before has not ended the call"
    for leg in [leg.id for leg in world.legs.values() if leg.up and leg.agent is not None and not leg.ending]:
        people.hangs_up(leg, lost=False)
    people.live(_QUIET)
    assert not world.legs, "a leg was left behind"
    assert not world.bridge
    assert told_of(people.segments()) == world.spells.all()


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(chance=st.randoms(use_true_random=False), acts=st.integers(1, 15), more=st.integers(0, 10))
def test_no_citizen_is_lost_when_our_process_dies(chance: Random, acts: int, more: int):
    people = People(chance, Dialplan(chance, MEMBERS))
    for number in range(acts + more):
        people.live(chance.choice([3, 40, 700, 3_000]))
        if number == acts:
            people.goes_deaf()
        people.acts(dead=number >= acts)
    people.goes_deaf()
    people.live(_QUIET)
    assert people.citizen_is_looked_after(by_us=False), f"the citizen is alone, in {people.world.doing}"
    nobody_is_passed_over(people.world)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(chance=st.randoms(use_true_random=False), acts=st.integers(1, 40))
def test_no_citizen_is_lost(chance: Random, acts: int):
    people = run(chance, acts)
    judge(people)
    everybody_hangs_up(people)
    state = State(policy=HANDING)
    for event in people.events:
        state = fold(state, event).state
    assert state == people.state, "a replay gives the same"
