"""Every move of the ticket's life, and that nothing else moves it."""

import pytest

from core.lifecycle import MOVES, OPEN_STAGES, Move, MoveRefused, Role, Stage, Step, move

EXPECTED = {
    (Stage.ACCEPTED, Step.ANSWER_AT_ONCE): (Stage.CLOSED, "agent supervisor", "reply"),
    (Stage.ACCEPTED, Step.NOT_ACCEPT): (Stage.CLOSED, "agent supervisor", "reason"),
    (Stage.ACCEPTED, Step.MERGE): (Stage.CLOSED, "agent supervisor", "ticket"),
    (Stage.ACCEPTED, Step.DISPATCH): (Stage.DISPATCHED, "agent supervisor", "unit"),
    (Stage.DISPATCHED, Step.ACKNOWLEDGE): (Stage.IN_HANDLING, "unit", ""),
    (Stage.DISPATCHED, Step.RETURN): (Stage.ACCEPTED, "supervisor", "reason"),
    (Stage.DISPATCHED, Step.SUPERVISE): (Stage.SUPERVISED, "supervisor", "order"),
    (Stage.IN_HANDLING, Step.REPLY): (Stage.REPLIED, "unit", "reply"),
    (Stage.IN_HANDLING, Step.RETURN): (Stage.ACCEPTED, "supervisor", "reason"),
    (Stage.IN_HANDLING, Step.SUPERVISE): (Stage.SUPERVISED, "supervisor", "order"),
    (Stage.REPLIED, Step.CLOSE): (Stage.CLOSED, "supervisor", "result"),
    (Stage.REPLIED, Step.REDO): (Stage.IN_HANDLING, "supervisor", "reason"),
    (Stage.REPLIED, Step.SUPERVISE): (Stage.SUPERVISED, "supervisor", "order"),
    (Stage.SUPERVISED, Step.ACKNOWLEDGE): (Stage.IN_HANDLING, "unit", ""),
    (Stage.SUPERVISED, Step.REPLY): (Stage.REPLIED, "unit", "reply"),
    (Stage.CLOSED, Step.ACCEPT_AFTER_ALL): (Stage.ACCEPTED, "agent supervisor", "reason"),
    (Stage.CLOSED, Step.REVISIT): (Stage.REVISITED, "agent supervisor", "outcome"),
    (Stage.CLOSED, Step.REOPEN): (Stage.IN_HANDLING, "supervisor", "reason"),
    (Stage.REVISITED, Step.RATE): (Stage.RATED, "agent system", "score"),
    (Stage.REVISITED, Step.REOPEN): (Stage.IN_HANDLING, "supervisor", "reason"),
    (Stage.RATED, Step.REOPEN): (Stage.IN_HANDLING, "supervisor", "reason"),
}
"""The rules once more, as a person would read them out: stage, step, where to, who, what it needs."""


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("step", Step)
def test_a_step_leads_where_the_rules_say_or_nowhere(stage: Stage, step: Step) -> None:
    expected = EXPECTED.get((stage, step))
    for role in Role:
        if expected is None:
            with pytest.raises(MoveRefused, match=f"step {step} does not leave stage {stage}; valid: "):
                move(stage, step, role, {})
            continue
        to, roles, need = expected
        given = {need: "某事"} if need else {}
        if role not in roles.split():
            with pytest.raises(MoveRefused, match=f"is not for role {role}; valid: "):
                move(stage, step, role, given)
        else:
            assert move(stage, step, role, given) is to


@pytest.mark.parametrize(("stage", "step"), [pair for pair, rule in EXPECTED.items() if rule[2]])
@pytest.mark.parametrize("filled", [{}, {"other": "x"}, "blank"])
def test_a_step_without_what_it_needs_is_refused(stage: Stage, step: Step, filled: dict[str, str] | str) -> None:
    _, roles, need = EXPECTED[stage, step]
    given = {need: "  "} if isinstance(filled, str) else filled
    with pytest.raises(MoveRefused, match=f"needs {need}"):
        move(stage, step, Role(roles.split()[0]), given)


def moves() -> list[tuple[Stage, Move]]:
    return [(stage, one) for stage, steps in MOVES.items() for one in steps.values()]


def test_every_stage_can_be_reached_and_left() -> None:
    assert set(MOVES) == set(Stage)
    assert all(MOVES[stage] for stage in Stage)
    assert {one.to for _, one in moves()} == set(Stage)


def test_no_ticket_leaves_the_loop() -> None:
    """Whatever happened, an open ticket can still be closed, revisited and rated."""
    for start in Stage:
        reached = {start}
        while more := {one.to for stage, one in moves() if stage in reached} - reached:
            reached |= more
        assert {Stage.CLOSED, Stage.REVISITED, Stage.RATED} <= reached


def test_what_is_open_waits_for_somebody() -> None:
    assert set(Stage) - OPEN_STAGES == {Stage.CLOSED, Stage.REVISITED, Stage.RATED}
