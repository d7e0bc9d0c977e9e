"""Draws the table of an agent's presences as docs/states.md, so that the picture is never older than the table."""

from acd.agent import MOVES, Presence

_WORDS: dict[Presence, tuple[str, str]] = {
    Presence.OUT: ("签出", "in no queue"),
    Presence.NOT_READY: ("示忙", "a member whom app_queue does not ring, for a reason"),
    Presence.READY: ("示闲", "a member whom app_queue may ring"),
    Presence.RINGING: ("振铃", "the agent's telephone rings with a call"),
    Presence.TALKING: ("通话", "agent and citizen are joined"),
    Presence.ACW: ("话后处理", "writing up the call just ended; ends by itself"),
}

_HEAD = """\
# An agent's presence

Drawn from `acd.agent.MOVES` by `agent_desk.states_doc`; a test fails when this file is older than the table.
An arrow is a fact told by Asterisk (`acd.events`). Nothing else moves an agent: what a desk asks for is asked of
Asterisk first and believed when Asterisk says so. A fact without an arrow leaves the presence as it is.
"""

_REFINEMENTS = """\
## What the arrows do not say

1. **Asterisk's pause decides between READY and NOT_READY.** A ring that comes to nothing, and a call without
   after-call work, lead to READY only if app_queue may ring the agent, else to NOT_READY. In the same way a member
   added unpaused is READY at once, and a READY agent added to one more queue while paused is NOT_READY.
2. **A pause with the reason `acw` leaves ACW be**: it is the pause we asked for when the talk ended. A pause with any
   other reason ends after-call work. A pause that comes while a call rings or runs is kept and takes effect after it.
3. **Removal from a queue moves only when it was the last queue**; until then the agent stays a member of the others.
   Who loses the last queue while a call rings or runs is OUT after the call.
4. **A removal we caused ourselves moves nobody.** A dead member is taken out and in again, and members whom Asterisk's
   own end has lost are put back; the agent stays what they were, unless Asterisk has not done so in time.
"""


def states_markdown() -> str:
    """Return docs/states.md: the presences in words, the diagram, and the refinements."""
    rows = "".join(f"| {one.name} | {_WORDS[one][0]} | {_WORDS[one][1]} |\n" for one in Presence)
    table = f"| presence | 中文 | means |\n|---|---|---|\n{rows}"
    return "\n".join((_HEAD, table, f"```mermaid\n{_diagram()}```\n", _REFINEMENTS))


def _diagram() -> str:
    arrows = "".join(f"    {source.name} --> {to.name}: {facts}\n" for (source, to), facts in _arrows().items())
    return f"stateDiagram-v2\n    [*] --> {Presence.OUT.name}\n{arrows}"


def _arrows() -> dict[tuple[Presence, Presence], str]:
    """One arrow for each pair of presences, with every fact that leads along it."""
    named: dict[tuple[Presence, Presence], str] = {}
    for source, moves in MOVES.items():
        for fact, to in moves.items():
            before = named.get((source, to))
            named[source, to] = fact.__name__ if before is None else f"{before}, {fact.__name__}"
    return named
