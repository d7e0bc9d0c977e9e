"""How a run on several workers (`pytest -n 4 --dist loadfile`) hands out the test files.

A file stays on one worker. First comes what needs the processor; browsers after all else of it, as Playwright leaves an
event loop running in its worker. Then comes what mostly waits, for Asterisk and for the clock, the longest first; then
what measures, on two workers; last, with every other worker gone, what measures so closely that nothing is beside it.
See docs/decisions/0027.
"""

from pathlib import PurePosixPath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

LONGEST = (
    "tests/live/test_asterisks_death.py",
    "tests/live/test_rooms.py",
    "tests/live/test_sub_centre.py",
    "tests/live/test_transfer_desks.py",
    "tests/live/test_supervision.py",
)
"""The live files that take longest, which begin first; before the others those whose bounds of time do not widen with
the machine's load, as that of the browsers is still counted for a minute."""

CALM = (
    "tests/live/test_fault_table.py",
    "tests/live/test_transfers.py",
    "tests/live/test_transfer_load.py",
    "tests/live/test_fault_database_gone.py",
)
"""Files that measure, and stand one other of them beside them: what they load two cores with leaves both room. The one
that takes as long as all the others begins first."""

QUIET = (
    "tests/live/test_ring_to_ticket.py",
    "tests/live/test_many_calls.py",
    "tests/live/test_browser_deaths.py",
)
"""Files whose measurements need the machine to themselves: beside others they would fail, or widen their bounds."""


def place(file: str) -> tuple[int, int]:
    """Return where a test file stands in the order of a run on several workers; equals stay as they were collected."""
    if file in QUIET:
        return 4, QUIET.index(file)
    if file in CALM:
        return 3, CALM.index(file)
    if file in LONGEST:
        return 1, LONGEST.index(file)
    parts = PurePosixPath(file).parts
    return (2, 0) if "live" in parts else (0, int("browser" in parts))


def file_of(nodeid: str) -> str:
    """Return the file of a test, as its id says."""
    return nodeid.split("::", 1)[0]


class QuietLast(LoadScopeScheduling):
    """Hands out files in the order they are collected in; calm ones to the last two workers, quiet ones to the last."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return file_of(nodeid)

    def remove_node(self, node: WorkerController) -> str | None:
        """Forget a worker that has ended; those who are left may have waited for that."""
        crashed = super().remove_node(node)
        for left in self.nodes:
            self._reschedule(left)
        return crashed

    def _assign_work_unit(self, node: WorkerController) -> None:
        if len(self.nodes) <= self._room():
            super()._assign_work_unit(node)

    def _reschedule(self, node: WorkerController) -> None:
        if node.shutting_down or node not in self.registered_collections:
            return
        if self.workqueue and len(self.nodes) > self._room():
            # Some workers end first; those who stay wait for that.
            if sum(not one.shutting_down for one in self.nodes) > self._room():
                node.shutdown()
            return
        # A worker keeps its last test back until it knows the next one; what is handed out earlier waits behind it.
        while self.workqueue and len(self.nodes) <= self._room() and self._pending_of(self.assigned_work[node]) <= 1:
            self._assign_work_unit(node)
        if not self.workqueue:
            node.shutdown()

    def _room(self) -> int:
        """How many workers there may be when the next file is handed out."""
        file = next(iter(self.workqueue))
        return 1 if file in QUIET else 2 if file in CALM else len(self.nodes)
