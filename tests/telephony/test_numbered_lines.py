"""Lines of a log with their places: rotated files first, and nothing that is half written."""

from pathlib import Path

import pytest

from telephony.numbered_lines import NumberedLines


def placed(path: Path) -> list[tuple[str, str]]:
    lines = NumberedLines(path)
    return [(line, lines.place) for line in lines]


def test_every_line_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a\nb\n")
    assert placed(tmp_path / "log") == [("a\n", "log line 1"), ("b\n", "log line 2")]


def test_rotated_files_come_first_the_oldest_before_all(tmp_path: Path) -> None:
    for name, line in (("log", "d"), ("log.1", "c"), ("log.2", "b"), ("log.10", "a"), ("log.gz", "no")):
        (tmp_path / name).write_text(f"{line}\n")
    places = ["log.10 line 1", "log.2 line 1", "log.1 line 1", "log line 1"]
    assert placed(tmp_path / "log") == list(zip(["a\n", "b\n", "c\n", "d\n"], places, strict=True))


def test_a_log_that_was_just_rotated_away_is_read_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "log.1").write_text("a\n")
    assert placed(tmp_path / "log") == [("a\n", "log.1 line 1")]


def test_a_line_that_is_still_being_written_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a\nhal")
    assert placed(tmp_path / "log") == [("a\n", "log line 1")]


def test_bytes_that_are_no_text_harm_no_other_line(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"\xff\xfe\nb\n")
    assert placed(tmp_path / "log")[1] == ("b\n", "log line 2")


def test_no_log_at_all_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="queue_log"):
        placed(tmp_path / "queue_log")
