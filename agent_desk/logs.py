"""Logs: one JSON object a line; callers' numbers never stand in a message, and in extras only under a `pii` key."""

import logging
import logging.handlers
from pathlib import Path

import msgspec
from typing_extensions import override

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class JsonLines(logging.Formatter):
    """One record as one line.

    Args:
        pii: whether the key `pii` is written too; the log file is its owner's, the screen is anybody's.

    """

    def __init__(self, *, pii: bool = True) -> None:
        super().__init__()
        self._left_out = _OWN if pii else _OWN | {"pii"}

    @override
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "where": record.name,
            "what": record.getMessage(),
        }
        line |= {key: str(value) for key, value in vars(record).items() if key not in self._left_out}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


def log_to(path: Path) -> None:
    """Write everything from INFO up into `path` (rotated at 20 MB, ten kept), errors to standard error as well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)  # what goes wrong may name a caller
    file = logging.handlers.RotatingFileHandler(path, maxBytes=20 << 20, backupCount=10, encoding="utf-8")
    file.setFormatter(JsonLines())
    screen = logging.StreamHandler()
    screen.setLevel(logging.ERROR)
    screen.setFormatter(JsonLines(pii=False))
    logging.basicConfig(level=logging.INFO, handlers=[file, screen], force=True)
    # It names every request: lines are asked all day, and an address may hold a password.
    logging.getLogger("httpx").setLevel(logging.WARNING)
