"""How a run on several workers (`pytest -n 4 --dist loadfile`) hands out the test files.

A file stays on one worker. First comes what needs the processor; browsers after all else of it, as Playwright leaves an
event loop running in its worker. Then comes what mostly waits, for Asterisk and for the clock, the longest first; last,
with every other worker gone, what measures so closely that nothing may run beside it.
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

QUIET = (
    "tests/live/test_ring_to_ticket.py",
    "tests/live/test_many_calls.py",
    "tests/live/test_transfers.py",
    "tests/live/test_browser_deaths.py",
    "tests/live/test_transfer_load.py",
    "tests/live/test_fault_database_gone.py",
    "tests/live/test_fault_table.py",
)
"""Files whose measurements need the machine to themselves: beside others they would fail, or widen their bounds."""


def place(file: str) -> tuple[int, int]:
    """Return where a test file stands in the order of a run on several workers; equals stay as they were collected."""
    if file in QUIET:
        return 3, QUIET.index(file)
    if file in LONGEST:
        return 1, LONGEST.index(file)
    parts = PurePosixPath(file).parts
    return (2, 0) if "live" in parts else (0, int("browser" in parts))


def file_of(nodeid: str) -> str:
    """Return the file of a test, as its id says."""
    return nodeid.split("::", 1)[0]


class QuietLast(LoadScopeScheduling):
    """Hands out files in the order they are collected in; quiet ones to one worker, when no other is left."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return file_of(nodeid)

    def remove_node(self, node: WorkerController) -> str | None:
        """Forget a worker that has ended; the last one left may have waited for that."""
        crashed = super().remove_node(node)
        for left in self.nodes:
            self._reschedule(left)
        return crashed

    def _assign_work_unit(self, node: WorkerController) -> None:
        if not self._quiet_is_next():
            super()._assign_work_unit(node)

    def _reschedule(self, node: WorkerController) -> None:
        if node.shutting_down or node not in self.registered_collections:
            return
        if self._quiet_is_next():
            self._quieten(node)
        # A worker keeps its last test back until it knows the next one; what is handed out earlier waits behind it.
        elif not self.workqueue or self._pending_of(self.assigned_work[node]) <= 1:
            super()._reschedule(node)

    def _quiet_is_next(self) -> bool:
        return bool(self.workqueue) and next(iter(self.workqueue)) in QUIET

    def _quieten(self, node: WorkerController) -> None:
        """Let one worker wait until all others have ended; then it gets all the rest."""
        if self.nodes == [node]:
            while self.workqueue:
                super()._assign_work_unit(node)
            node.shutdown()
        elif any(not other.shutting_down for other in self.nodes if other is not node):
            node.shutdown()
