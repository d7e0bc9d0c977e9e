"""Rows of queue_log: those about calls, and Asterisk's starts."""

from pathlib import Path

import pytest

from acd.names import Moment
from telephony.numbered_lines import NumberedLines
from telephony.queue_log import QueueRow, queue_rows

TEXT = """1795304624|NONE|NONE|NONE|QUEUESTART|
1795304625|MANAGER|hotline|6005|PAUSE|break
1795306329|jt1-1.0|hotline|NONE|ENTERQUEUE||15550100000|1
1795306329|jt1-1.0|hotline|6005|CONNECT|17|jt1-1.1|2
not a row
1795306337|jt1-1.0
"""


def read(tmp_path: Path, since: int = 0) -> list[QueueRow]:
    (tmp_path / "queue_log").write_text(TEXT)
    return list(queue_rows(NumberedLines(tmp_path / "queue_log"), Moment(since)))


def test_rows_about_calls_and_starts_are_read_and_others_left_out(tmp_path: Path) -> None:
    assert [row.verb for row in read(tmp_path)] == ["QUEUESTART", "ENTERQUEUE", "CONNECT"]


def test_a_row_is_complete(tmp_path: Path) -> None:
    assert read(tmp_path)[2] == QueueRow(
        at=1795306329000,
        call="jt1-1.0",
        queue="hotline",
        agent="6005",
        verb="CONNECT",
        data=("17", "jt1-1.1", "2"),
        place="queue_log line 4",
    )


def test_a_row_of_the_second_in_which_the_time_begins_is_read(tmp_path: Path) -> None:
    assert len(read(tmp_path, since=1795306329999)) == 2
    assert len(read(tmp_path, since=1795306330000)) == 0


def test_a_number_that_is_none_names_the_row(tmp_path: Path) -> None:
    row = read(tmp_path)[2]
    assert row.number(0) == 17
    with pytest.raises(ValueError, match="queue_log line 4 has no number in column 7"):
        row.number(1)
    with pytest.raises(ValueError, match="column 9"):
        row.number(3)
