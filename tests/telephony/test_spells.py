"""Who was with whom, from who entered and left which bridge."""

from acd.names import AgentId, LegId, Moment
from telephony.spells import Move, Spell, conference_ms, consult_ms, spells, talk_ms

CITIZEN, AGENT, THIRD = LegId("c"), LegId("a"), LegId("c-t1")
END = Moment(100)


def moves(story: str) -> list[Move]:
    """Read `10 c+q 20 a:q 30 a!`: at 10 c enters q, at 20 a leaves q, at 30 a ends."""
    words = story.split()
    found = []
    for at, what in zip(words[::2], words[1::2], strict=True):
        if what.endswith("!"):
            found.append(Move(at=Moment(int(at)), leg=LegId(what[:-1]), bridge=None, place=f"line {at}"))
            continue
        enters = "+" in what
        leg, bridge = what.split("+" if enters else ":")
        found.append(Move(at=Moment(int(at)), leg=LegId(leg), bridge=bridge, enters=enters, place=f"line {at}"))
    return found


def heard(story: str, other: str | None = None) -> list[tuple[str, bool, int, int]]:
    return [(one.leg, one.with_citizen, one.start, one.end) for one in told(story, other)]


def told(story: str, other: str | None = None) -> list[Spell]:
    found, others = {AGENT: AgentId("6001")}, {THIRD: None if other is None else AgentId(other)}
    return spells(moves(story), CITIZEN, found, others, END)


def test_who_is_in_one_bridge_with_the_citizen_is_on_the_line() -> None:
    assert heard("10 a+q 11 c+q 50 a:q") == [("a", True, 11, 50)]
    assert heard("10 c+q 11 a+q 50 c:q") == [("a", True, 11, 50)]


def test_what_nobody_ended_ends_with_the_call() -> None:
    assert heard("10 a+q 11 c+q") == [("a", True, 11, 100)]


def test_a_leg_that_ends_leaves_whichever_bridge_it_is_in() -> None:
    assert heard("10 a+q 11 c+q 40 a!") == [("a", True, 11, 40)]


def test_another_bridge_is_another_conversation() -> None:
    assert heard("10 a+q 10 c+q 20 a:q 21 c:q 30 a+r 31 c+x") == [("a", True, 10, 20)]


def test_leaving_a_bridge_one_is_no_longer_in_changes_nothing() -> None:
    assert heard("10 a+q 10 c+q 20 a+r 21 a:q 22 c+r") == [("a", True, 10, 20), ("a", True, 22, 100)]


def test_a_consultation_is_the_other_sides_and_not_the_agents() -> None:
    story = "10 a+q 10 c+q 20 a:q 20 c:q 21 a+r 30 c-t1+r 50 c+r 70 a:r"
    assert heard(story) == [("a", True, 10, 20), ("c-t1", False, 30, 50), ("a", True, 50, 70), ("c-t1", True, 50, 100)]


def test_who_waits_alone_is_on_the_line_with_nobody() -> None:
    assert heard("10 a+r 20 a:r 30 c-t1+r") == []


def test_an_agent_may_be_the_other_side() -> None:
    (spell,) = told("10 c+r 20 c-t1+r", other="6012")
    assert (spell.agent, spell.place) == ("6012", "line 20")


def test_an_expert_who_asks_somebody_in_turn_is_the_one_who_consults() -> None:
    second = LegId("c-t2")
    story = "10 c+r 10 c-t1+r 20 c:r 30 c-t2+r 40 c+r"
    found = spells(moves(story), CITIZEN, {}, {THIRD: AgentId("6012"), second: None}, END)
    assert [(one.leg, one.with_citizen, one.start, one.end) for one in found] == [
        ("c-t1", True, 10, 20),
        ("c-t2", False, 30, 40),
        ("c-t1", True, 40, 100),
        ("c-t2", True, 40, 100),
    ]


def test_nobody_is_in_the_call_after_its_end() -> None:
    assert heard("10 c+r 10 c-t1+r 99 c:r 101 a+r 150 c-t1:r") == [("c-t1", True, 10, 99)]


def test_sums_of_a_call_with_all_of_it() -> None:
    found = told("10 a+q 10 c+q 20 a:q 20 c:q 21 a+r 30 c-t1+r 50 c+r 70 a:r")
    assert talk_ms(found) == 10 + 20
    assert consult_ms(found) == 20
    assert conference_ms(found) == 20
    assert (talk_ms([]), consult_ms([]), conference_ms([])) == (0, 0, 0)
    assert talk_ms(told("10 c+r 20 c-t1+r", other="6012")) == 80, "an expert is an agent of ours"
