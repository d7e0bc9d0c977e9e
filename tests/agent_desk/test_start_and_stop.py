"""One product for one data directory, and SIGTERM as Ctrl-C."""

import signal
import threading
from pathlib import Path

import pytest

from agent_desk.server import StartRefused
from agent_desk.start_and_stop import only_one, stopped_by_signals


def test_a_second_product_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with (
        only_one(tmp_path / "var"),
        pytest.raises(StartRefused, match="another `jietong run` uses .*JIETONG_DATA_DIRECTORY"),
        only_one(tmp_path / "var"),
    ):
        pytest.fail("two at once")
    with only_one(tmp_path / "var"):
        assert (tmp_path / "var" / "run.lock").stat().st_mode & 0o077 == 0


def test_a_standby_waits_for_the_end_of_the_other_and_goes_on(tmp_path: Path) -> None:
    waiting, went_on = threading.Event(), threading.Event()

    def standby() -> None:
        with only_one(tmp_path, waits=waiting.set):
            went_on.set()

    with only_one(tmp_path):
        thread = threading.Thread(target=standby)
        thread.start()
        assert waiting.wait(10)
        assert not went_on.is_set()
    thread.join(10)
    assert went_on.is_set()


def test_a_standby_does_not_wait_for_nobody(tmp_path: Path) -> None:
    with only_one(tmp_path, waits=lambda: pytest.fail("there is nobody to wait for")):
        pass


def test_a_data_directory_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(StartRefused, match="data.directory: .*file/var cannot be written"),
        only_one(tmp_path / "file" / "var"),
    ):
        pytest.fail("held what is not there")


def test_sigterm_ends_a_start_as_ctrl_c_does() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), stopped_by_signals():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before
