"""The picture of the presences is fresh and complete."""

from pathlib import Path

from acd.agent import MOVES, Presence
from agent_desk.states_doc import states_markdown

STATES = Path(__file__).parents[2] / "docs" / "states.md"


def test_the_picture_is_as_new_as_the_table() -> None:
    renew = 'python -c "from agent_desk.states_doc import *; print(states_markdown(), end=str())" > docs/states.md'
    assert STATES.read_text(encoding="utf-8") == states_markdown(), f"docs/states.md is stale; renew it with: {renew}"


def test_every_move_is_drawn_and_nothing_else() -> None:
    drawn = [line.strip() for line in states_markdown().splitlines() if " --> " in line and "[*]" not in line]
    told = {
        (line.partition(" --> ")[0], line.partition(" --> ")[2].partition(": ")[0], fact)
        for line in drawn
        for fact in line.partition(": ")[2].split(", ")
    }
    assert told == {
        (source.name, to.name, fact.__name__) for source, moves in MOVES.items() for fact, to in moves.items()
    }


def test_every_presence_is_explained() -> None:
    assert all(f"| {presence.name} | " in states_markdown() for presence in Presence)
