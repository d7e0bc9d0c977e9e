"""One product for one data directory, and one way to be told to stop, from the first moment to the last."""

import contextlib
import fcntl
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from agent_desk.server import StartRefused


@contextlib.contextmanager
def only_one(data: Path, *, waits: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the data directory for this process: two would write one journal, and stop each other's Asterisk.

    Args:
        waits: called when another process holds it; we then wait until that one has ended, however it ends. None:
            do not wait.

    Raises:
        StartRefused: another process holds it, or it cannot be written.

    """
    path = data / "run.lock"
    try:
        data.mkdir(parents=True, exist_ok=True)
        held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StartRefused(
            f"data.directory: {data} cannot be written ({error.strerror}): mend its rights, "
            "or set JIETONG_DATA_DIRECTORY to another directory."
        ) from error
    try:
        # The kernel lets go of it when this process ends, however it ends.
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if waits is None:
            os.close(held)
            raise StartRefused(
                f"data.directory: another `jietong run` uses {data}: stop that one, wait for its end with --standby, "
                "or set JIETONG_DATA_DIRECTORY to another directory."
            ) from error
        waits()
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
        except BaseException:
            os.close(held)
            raise
    try:
        yield
    finally:
        os.close(held)


@contextlib.contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Let SIGTERM end the start as Ctrl-C does, so that what is started already is stopped again."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        signal.raise_signal(signal.SIGINT)  # whoever handles Ctrl-C just now knows how to end

    handlers = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: stop}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
