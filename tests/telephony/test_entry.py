"""What follows from a call's rows: eight calls that were handed on, as a real Asterisk wrote them."""

from pathlib import Path

import pytest

from acd.names import Moment
from telephony.backfill import Logs
from telephony.book import Book
from telephony.entry import Entry, Mark, when
from telephony.spells import conference_ms, consult_ms

CAPTURES = Path(__file__).parents[1] / "captures"
CONSULTED, JOINED, RELEASED, QUEUED, UNANSWERED, EXPERT, ASKED, CAME_BACK = (
    f"jt1-{rest}"
    for rest in (
        *("1795327978.0", "1795327989.5", "1795327998.10", "1795328004.13"),
        *("1795328011.16", "1795328020.21", "1795328031.26", "1795328040.30"),
    )
)


@pytest.fixture(scope="module")
def entries() -> dict[str, Entry]:
    logs = Logs(cel=CAPTURES / "eight_handed_on.cel.csv", queue_log=CAPTURES / "eight_handed_on.queue_log")
    book = Book(logs, Moment(1795327970000), Moment(1795328100000))
    found = {entry.call: entry for entry in book.entries()}
    assert book.unreadable == []
    return found


def heard(entry: Entry) -> list[tuple[str, bool, int]]:
    """Who, whether with the citizen, and for how many tenths of a second; what is shorter is left out."""
    spells = [
        (one.agent or "outside", one.with_citizen, one.end - one.start) for one in entry.spells(when(entry.ended))
    ]
    return [(who, with_citizen, round(ms / 100)) for who, with_citizen, ms in spells if ms >= 50]


@pytest.mark.parametrize(
    ("call", "spells"),
    [
        (CONSULTED, [("6004", True, 10), ("outside", False, 20), ("outside", True, 40), ("6004", True, 20)]),
        (JOINED, [("6004", True, 10), ("6004", True, 25), ("outside", True, 40)]),
        (RELEASED, [("6004", True, 10), ("outside", True, 20)]),
        (QUEUED, [("6004", True, 10), ("6005", True, 20)]),
        (UNANSWERED, [("6004", True, 10), ("6004", True, 5), ("6004", True, 15)]),
        (
            EXPERT,
            [
                *(("6004", True, 10), ("6005", False, 15), ("6004", True, 15)),
                *(("6005", False, 15), ("6005", True, 25), ("6004", True, 10)),
            ],
        ),
        (ASKED, [("6004", True, 10), ("6004", True, 20)]),
        (CAME_BACK, [("6004", True, 10), ("6004", True, 10)]),
    ],
)
def test_who_was_on_the_line_with_whom(
    entries: dict[str, Entry], call: str, spells: list[tuple[str, bool, int]]
) -> None:
    assert heard(entries[call]) == spells


def test_only_app_queues_rings_are_rings(entries: dict[str, Entry]) -> None:
    assert {call: (len(one.legs), len(one.others)) for call, one in entries.items()} == {
        CONSULTED: (1, 1),
        JOINED: (1, 1),
        RELEASED: (1, 1),
        QUEUED: (2, 0),
        UNANSWERED: (1, 1),
        EXPERT: (1, 1),
        ASKED: (1, 0),
        CAME_BACK: (2, 1),
    }
    assert [side.agent for side in entries[EXPERT].others.values()] == ["6005"]
    assert [side.agent for side in entries[UNANSWERED].others.values()] == [None]
    assert all(side.ended is not None for one in entries.values() for side in one.others.values())


def test_the_last_leg_is_one_that_the_queue_found(entries: dict[str, Entry]) -> None:
    agents = {call: one.talked_with.agent for call, one in entries.items() if one.talked_with is not None}
    assert agents == dict.fromkeys(entries, "6004") | {QUEUED: "6005"}


def test_later_visits_of_a_queue_do_not_lengthen_the_wait(entries: dict[str, Entry]) -> None:
    for call in (QUEUED, CAME_BACK):
        assert entries[call].came_again == 1
        assert entries[call].wait_ms(when(entries[call].ended)) < 50
        assert len(entries[call].queue_log("ENTERQUEUE")) == 2


def test_talks_consultations_and_conferences_are_summed_up(entries: dict[str, Entry]) -> None:
    entry = entries[CONSULTED]
    spells = entry.spells(when(entry.ended))
    assert entry.talk_ms(when(entry.ended)) == 3008
    assert (consult_ms(spells), conference_ms(spells)) == (1999, 2002)


def test_every_spell_says_where_it_is_written(entries: dict[str, Entry]) -> None:
    places = {one.place for entry in entries.values() for one in entry.spells(when(entry.ended))}
    assert all(place.startswith("eight_handed_on.cel.csv line ") for place in places)


def test_an_answered_call_has_no_loss(entries: dict[str, Entry]) -> None:
    assert {entry.loss for entry in entries.values()} == {(None, "")}


def test_no_mark_is_no_moment() -> None:
    assert when(None) is None
    assert when(Mark(Moment(7), "line 1")) == 7
