"""Asterisk's own book of calls, on rows a real Asterisk wrote: complete, once, and understood across restarts."""

from pathlib import Path

import pytest

from acd.names import LossStage, Moment
from telephony.backfill import Logs
from telephony.book import SETTLED_MS, Book
from telephony.entry import Entry, when

CAPTURES = Path(__file__).parents[1] / "captures"
FIRST, LAST = Moment(1795304631000), Moment(1795400000000)
IVR, PLAIN, MISSED, LEFT, TALKED, RANG = (
    "jt1-1795304631.0",
    "jt1-1795306324.0",
    "jt1-1795307276.1",
    "jt1-1795307325.60",
    "jt1-1795307327.63",
    "jt1-1795307337.75",
)


@pytest.fixture
def logs(tmp_path: Path) -> Logs:
    (tmp_path / "Master.csv").write_bytes((CAPTURES / "six_calls.cel.csv").read_bytes())
    (tmp_path / "queue_log").write_bytes((CAPTURES / "six_calls.queue_log").read_bytes())
    return Logs(cel=tmp_path / "Master.csv", queue_log=tmp_path / "queue_log")


def entries(logs: Logs, since: Moment = FIRST, until: Moment = LAST) -> dict[str, Entry]:
    found = list(Book(logs, since, until).entries())
    assert len({entry.call for entry in found}) == len(found)
    return {entry.call: entry for entry in found}


def without(path: Path, *parts: str) -> None:
    """Take the lines that hold all of `parts` out of a log."""
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not all(part in line for part in parts)))


def test_every_call_stands_in_it_with_its_outcome(logs: Logs) -> None:
    found = entries(logs)
    assert {call: (entry.loss[0], entry.talked_with and entry.talked_with.agent) for call, entry in found.items()} == {
        IVR: (LossStage.IVR_ABANDON, None),
        PLAIN: (None, "6005"),
        MISSED: (None, "6001"),
        LEFT: (LossStage.QUEUE_ABANDON, None),
        TALKED: (None, "6012"),
        RANG: (LossStage.RING_ABANDON, None),
    }


def test_a_plain_call_has_asterisks_times_and_their_places(logs: Logs) -> None:
    call = entries(logs)[PLAIN]
    assert (call.number, call.queue) == ("12345", "hotline")
    assert when(call.offered) == 1795306324136
    assert (when(call.answered), when(call.ended)) == (1795306329542, 1795306337933)
    assert call.talk_ms(when(call.ended)) == 1795306337932 - 1795306329542
    assert call.queued is not None
    assert call.wait_ms(when(call.ended)) == 1795306329542 - call.queued.at
    lines = logs.cel.read_text().splitlines()
    assert (
        call.offered.place
        == f"Master.csv line {next(n for n, t in enumerate(lines, 1) if PLAIN in t and 'JT_OF' in t)}"
    )


def test_rings_and_the_rows_of_queue_log_are_its_own(logs: Logs) -> None:
    call = entries(logs)[MISSED]
    assert [leg.agent for leg in call.legs.values()] == ["6001", "6001"]
    assert [row.verb for row in call.in_queue_log] == ["ENTERQUEUE", "RINGNOANSWER", "CONNECT", "COMPLETEAGENT"]
    assert [row.place for row in call.queue_log("CONNECT")] == ["queue_log line 6"]


def test_only_calls_offered_in_the_time_are_read_to_their_end(logs: Logs) -> None:
    found = entries(logs, since=Moment(1795307276000), until=Moment(1795307327000))
    assert set(found) == {MISSED, LEFT}
    assert all(entry.ended for entry in found.values())


def test_a_rotated_log_is_read_too(logs: Logs) -> None:
    whole = entries(logs)
    for path in (logs.cel, logs.queue_log):
        lines = path.read_text().splitlines(keepends=True)
        path.with_name(path.name + ".1").write_text("".join(lines[: len(lines) // 2]))
        path.write_text("".join(lines[len(lines) // 2 :]))
    again = entries(logs)
    assert {call: (when(e.ended), len(e.legs), len(e.in_queue_log)) for call, e in again.items()} == {
        call: (when(e.ended), len(e.legs), len(e.in_queue_log)) for call, e in whole.items()
    }
    assert {entry.offered.place.split()[0] for entry in again.values()} == {"Master.csv", "Master.csv.1"}


def test_a_call_without_an_end_is_open(logs: Logs) -> None:
    without(logs.cel, '"HANGUP"', f'"{RANG}","{RANG}"')
    call = entries(logs)[RANG]
    assert (call.ended, call.restart, call.loss) == (None, None, (None, ""))


def test_a_call_without_an_end_before_asterisks_start_was_cut_off(logs: Logs) -> None:
    without(logs.cel, '"HANGUP"', RANG)
    with logs.queue_log.open("a") as file:
        file.write("1795307370|NONE|NONE|NONE|QUEUESTART|\n1795307470|NONE|NONE|NONE|QUEUESTART|\n")
    call = entries(logs)[RANG]
    assert call.restart is not None
    assert (call.restart.at, call.restart.place) == (1795307370000, "queue_log line 16")
    assert call.loss == (LossStage.SYSTEM, "ENGINE_RESTART")
    assert entries(logs)[TALKED].restart is None


def test_a_start_before_a_calls_last_row_did_not_cut_it_off(logs: Logs) -> None:
    without(logs.cel, '"HANGUP"', RANG)
    text = logs.queue_log.read_text()
    logs.queue_log.write_text(f"1795304624|NONE|NONE|NONE|QUEUESTART|\n{text}")
    assert entries(logs)[RANG].restart is None


def test_what_the_dialplan_gave_up_has_its_stage_and_status(logs: Logs) -> None:
    row = (
        f'"JT_LOST","1795307336.000000","{LEFT}","{LEFT}","{LEFT}","PJSIP/trunk-1","say","lost","CELGenUserEvent","","",'
        '"","JT_LOST","{""extra"":""hotline|TIMEOUT|OVERFLOW_CALLBACK""}"\n'
    )
    lines = logs.cel.read_text().splitlines(keepends=True)
    end = next(number for number, line in enumerate(lines) if '"HANGUP"' in line and LEFT in line)
    logs.cel.write_text("".join([*lines[:end], row, *lines[end:]]))
    assert entries(logs)[LEFT].loss == (LossStage.OVERFLOW_CALLBACK, "TIMEOUT")


def test_a_call_let_in_by_nobody_never_queued(logs: Logs) -> None:
    without(logs.queue_log, "ENTERQUEUE", LEFT)
    call = entries(logs)[LEFT]
    assert call.waited is not None
    assert call.queued is None
    assert call.wait_ms(when(call.ended)) == 0


def test_a_row_that_makes_no_sense_is_told_with_its_place(logs: Logs) -> None:
    text = logs.cel.read_text()
    logs.cel.write_text(text.replace('{""extra"":""12345|hotline', '{""extra"":""12345', 1))
    book = Book(logs, FIRST, LAST)
    assert len(list(book.entries())) == 5
    assert len(book.unreadable) == 1
    assert book.unreadable[0].startswith("Master.csv line ")


def test_an_offer_written_twice_is_counted(logs: Logs) -> None:
    lines = logs.cel.read_text().splitlines(keepends=True)
    where = next(number for number, line in enumerate(lines) if "JT_OFFERED" in line and PLAIN in line)
    logs.cel.write_text("".join([*lines[:where], lines[where], *lines[where:]]))
    assert entries(logs)[PLAIN].times_offered == 2


def test_calls_are_given_as_they_end_and_not_kept(logs: Logs) -> None:
    book = Book(logs, FIRST, LAST)
    given = []
    for entry in book.entries():
        given.append(entry.call)
        assert entry.call not in book._open
    assert given == [IVR, PLAIN, MISSED, LEFT, TALKED, RANG]


def test_reading_ends_soon_after_the_time(logs: Logs) -> None:
    book = Book(logs, FIRST, Moment(1795306325000))
    assert len(list(book.entries())) == 2
    read_to = int(book._cel.place.rpartition(" ")[2])
    assert read_to < len(logs.cel.read_text().splitlines()) / 2
    assert SETTLED_MS < 60_000


def test_where_the_log_begins_is_known(logs: Logs) -> None:
    book = Book(logs, FIRST, LAST)
    list(book.entries())
    assert book.begins is not None
    assert book.begins.place == "Master.csv line 1"


@pytest.mark.parametrize("which", ["cel", "queue_log"])
def test_a_missing_log_is_an_error(logs: Logs, which: str) -> None:
    getattr(logs, which).unlink()
    with pytest.raises(FileNotFoundError):
        list(Book(logs, FIRST, LAST).entries())


HANDED = Logs(cel=CAPTURES / "eight_handed_on.cel.csv", queue_log=CAPTURES / "eight_handed_on.queue_log")
CONSULTED = "jt1-1795327978.0"


def test_rows_of_bridges_are_read_only_of_calls_that_were_handed_on(logs: Logs) -> None:
    assert all(entry.moves == [] and entry.handed is None for entry in entries(logs).values())
    book = Book(HANDED, FIRST, LAST)
    found = {entry.call: entry for entry in book.entries()}
    assert len(found) == 8
    assert all(entry.moves and entry.handed is not None for entry in found.values())
    assert not any(entry.unread for entry in found.values()), "what is over is kept no longer"


def test_the_leg_we_rang_for_a_transfer_belongs_to_its_call() -> None:
    call = entries(HANDED)[CONSULTED]
    assert list(call.others) == [f"{CONSULTED}-t1"]
    assert [move.enters for move in call.moves if move.leg == f"{CONSULTED}-t1"] == [True, False, False]


def test_a_bridge_row_that_makes_no_sense_is_told_with_its_place(tmp_path: Path) -> None:
    text = HANDED.cel.read_text()
    lines = text.splitlines(keepends=True)
    where = next(n for n, line in enumerate(lines) if line.startswith('"BRIDGE_EXIT"') and CONSULTED in line)
    lines[where] = lines[where].replace("bridge_id", "bridge")
    (tmp_path / "Master.csv").write_text("".join(lines))
    book = Book(Logs(cel=tmp_path / "Master.csv", queue_log=HANDED.queue_log), FIRST, LAST)
    assert len(list(book.entries())) == 8
    assert book.unreadable == [f"Master.csv line {where + 1} (BRIDGE_EXIT) makes no sense: KeyError('bridge_id')"]


def test_a_call_that_came_into_a_queue_again_is_known(logs: Logs) -> None:
    again = {call: entry.came_again for call, entry in entries(HANDED).items() if entry.came_again}
    assert again == {"jt1-1795328004.13": 1, "jt1-1795328040.30": 1}
    assert not any(entry.came_again for entry in entries(logs).values())


@pytest.mark.parametrize(("place", "is_transfer"), [("music", False), ("blind", True)])
def test_who_picked_a_call_up_and_holds_hands_it_to_nobody(logs: Logs, place: str, *, is_transfer: bool) -> None:
    lines = logs.cel.read_text().splitlines(keepends=True)
    where = next(n for n, line in enumerate(lines) if line.startswith('"JT_REQUESTED"') and PLAIN in line)
    asked = lines[where]
    picked = asked.replace("JT_REQUESTED", "JT_PICKED").replace("hotline", "6002").replace(f'"{PLAIN}"', '"jt1-7.7"', 1)
    moves = [asked.replace("JT_REQUESTED", "JT_HANDED").replace("hotline", to) for to in ("room", place, "room")]
    logs.cel.write_text("".join([*lines[: where + 1], picked, *moves, *lines[where + 1 :]]))
    call = entries(logs)[PLAIN]
    assert call.brought_in, "the colleague's pick-up may have been the answer"
    assert (call.handed is not None) is is_transfer


@pytest.mark.parametrize("speaks", [False, True])
def test_a_supervisor_who_speaks_in_the_room_has_no_talk_and_who_takes_over_has(
    tmp_path: Path, *, speaks: bool
) -> None:
    lines = HANDED.cel.read_text().splitlines(keepends=True)
    other, watcher = f"{CONSULTED}-t1", f"{CONSULTED}-w6241-1"
    lines = [line.replace(f'"{other}"', f'"{watcher}"') for line in lines]
    where = next(n for n, line in enumerate(lines) if line.startswith('"BRIDGE_ENTER"') and watcher in line)
    if speaks:
        kind, _, rest = lines[where].partition(",")
        lines.insert(where, f"{kind.replace('BRIDGE_ENTER', 'JT_BARGED')},{rest}")
    (tmp_path / "Master.csv").write_text("".join(lines))
    call = entries(Logs(cel=tmp_path / "Master.csv", queue_log=HANDED.queue_log))[CONSULTED]
    assert any(spell.leg == watcher for spell in call.spells(when(call.ended))) is not speaks
