"""Whole lines of a log of Asterisk's and of its rotated predecessors, each with the place where it stands."""

from collections.abc import Iterator
from pathlib import Path


class NumberedLines:
    """The lines of `path.2`, `path.1`, ... and then of `path`, one at a time; `place` says where the last one stands.

    A last line without its end is still being written, and is left out.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.name
        self._number = 0

    def __iter__(self) -> Iterator[str]:
        """Read the files.

        Raises:
            OSError: neither file exists, or one cannot be read.

        """
        rotated = [one for one in self._path.parent.glob(f"{self._path.name}.*") if one.suffix[1:].isdigit()]
        rotated.sort(key=lambda one: int(one.suffix[1:]), reverse=True)
        there = [self._path] if self._path.exists() or not rotated else []
        for path in (*rotated, *there):
            self._file = path.name
            with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
                for self._number, line in enumerate(file, start=1):
                    if line.endswith("\n"):
                        yield line

    @property
    def place(self) -> str:
        """File name and line of the line given last, for people who want to look for themselves."""
        return f"{self._file} line {self._number}"
