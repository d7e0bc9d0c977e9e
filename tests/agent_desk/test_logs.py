"""A log line is one JSON object."""

import json
import logging
import sys
from pathlib import Path

import pytest

from agent_desk.logs import JsonLines, log_to


def test_a_line_holds_message_and_extras() -> None:
    record = logging.LogRecord("acd", logging.WARNING, "file", 1, "asterisk is %s", ("lost",), None)
    record.why = 'a "quoted"\nreason'
    line = JsonLines().format(record)
    assert "\n" not in line
    assert json.loads(line) | {"at": ""} == {
        "at": "",
        "level": "WARNING",
        "where": "acd",
        "what": "asterisk is lost",
        "why": 'a "quoted"\nreason',
    }


def test_a_trace_stays_in_its_line() -> None:
    try:
        raise ValueError("no")
    except ValueError:
        record = logging.LogRecord("acd", logging.ERROR, "file", 1, "failed", (), sys.exc_info())
    assert "ValueError: no" in json.loads(JsonLines().format(record))["trace"]


def test_errors_reach_file_and_screen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        log_to(tmp_path / "log" / "jietong.log")
        logging.getLogger("x").info("quiet")
        logging.getLogger("httpx").info("HTTP Request: GET http://user:password@line.example/")
        logging.getLogger("x").error("loud")
    finally:
        for handler in root.handlers:
            handler.close()
        root.handlers[:], root.level = before
    assert [json.loads(line)["what"] for line in (tmp_path / "log" / "jietong.log").read_text().splitlines()] == [
        "quiet",
        "loud",
    ]
    assert "loud" in capsys.readouterr().err
    assert (tmp_path / "log").stat().st_mode & 0o077 == 0


def test_what_names_a_caller_stays_off_the_screen() -> None:
    record = logging.LogRecord("acd", logging.ERROR, "file", 1, "failed", (), None)
    record.pii = "13800000001"
    assert "13800000001" in JsonLines().format(record)
    assert "13800000001" not in JsonLines(pii=False).format(record)
