"""How files are handed out, played with workers that hold their last test back as those of pytest-xdist do."""

from collections.abc import Sequence
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from xdist.workermanage import WorkerController

from tests.distribution import CALM, LONGEST, QUIET, QuietLast, file_of, place

ROOT = Path(__file__).parent.parent
ORDINARY = ("tests/acd/test_one.py", "tests/browser/test_two.py", "tests/live/test_three.py", LONGEST[0])


class Worker:
    """A worker without a process."""

    def __init__(self, number: int) -> None:
        self.gateway = SimpleNamespace(id=f"gw{number}")
        self.torun: list[int] = []
        self.ran: list[int] = []
        self.shutting_down = False

    def send_runtest_some(self, indices: Sequence[int]) -> None:
        assert not self.shutting_down, "it would never run these"
        self.torun += indices

    def shutdown(self) -> None:
        self.shutting_down = True

    @property
    def can_go_on(self) -> bool:
        """It runs a test when it knows the next one, or that there is none."""
        return len(self.torun) > 1 or self.shutting_down


class Run:
    """A whole run, in an order of events that chance has chosen."""

    def __init__(self, tests: list[str], workers: int) -> None:
        option = SimpleNamespace(loadscopereorder=True)
        config = SimpleNamespace(option=option, getvalue=lambda name: ["popen"] * workers if name == "tx" else None)
        self.tests = sorted(tests, key=lambda test: place(file_of(test)))
        self.scheduler = QuietLast(cast(pytest.Config, config))
        self.alive = [Worker(number) for number in range(workers)]
        self.ended: list[Worker] = []
        self.beside: dict[str, int] = {}
        """How many other workers that were given something had not ended when each test began."""
        for worker in self.alive:
            self.scheduler.add_node(cast(WorkerController, worker))
        for worker in self.alive:
            self.scheduler.add_node_collection(cast(WorkerController, worker), self.tests)
        self.scheduler.schedule()

    def play(self, random: Random) -> None:
        while self.alive:
            ready = [worker for worker in self.alive if worker.can_go_on]
            assert ready, "all wait for each other"
            self._step(random.choice(ready))

    def _step(self, worker: Worker) -> None:
        node = cast(WorkerController, worker)
        if worker.torun:
            index = worker.torun.pop(0)
            others = [one for one in self.alive if one is not worker and (one.torun or one.ran)]
            self.beside[self.tests[index]] = len(others)
            worker.ran.append(index)
            self.scheduler.mark_test_complete(node, index)
        else:
            self.alive.remove(worker)
            self.ended.append(worker)
            if node in self.scheduler.nodes:
                assert self.scheduler.remove_node(node) is None
        if self.scheduler.tests_finished:
            for other in self.alive:
                other.shutdown()


def named(sizes: dict[str, int]) -> list[str]:
    return [f"{file}::test_{number}" for file, size in sizes.items() for number in range(size)]


sizes = st.dictionaries(st.sampled_from([*ORDINARY, *CALM, *QUIET]), st.integers(1, 4), min_size=1)


@example(sizes=dict.fromkeys(CALM[:3], 1), workers=3, random=Random(1))  # two wait with nothing to hold back
@given(sizes=sizes, workers=st.integers(1, 5), random=st.randoms(use_true_random=False))
def test_each_is_run_once_calm_ones_beside_one_other_and_quiet_ones_alone(
    sizes: dict[str, int], workers: int, random: Random
) -> None:
    run = Run(named(sizes), workers)
    run.play(random)
    ran = [run.tests[index] for worker in run.ended for index in worker.ran]
    assert sorted(ran) == sorted(run.tests)
    assert not run.scheduler.workqueue
    for files, most in ((QUIET, 0), (CALM, 1)):
        assert [test for test, beside in run.beside.items() if file_of(test) in files and beside > most] == []
    for file in sizes:
        where = [worker for worker in run.ended if any(file_of(run.tests[index]) == file for index in worker.ran)]
        assert len(where) == 1, f"{file} was cut"


def test_two_workers_share_the_calm_files() -> None:
    run = Run(named(dict.fromkeys(CALM, 3)), 4)
    run.play(Random(1))
    assert len([worker for worker in run.ended if worker.ran]) == 2


def test_the_order_is_processor_then_longest_then_other_live_then_calm_then_quiet() -> None:
    files = [QUIET[0], CALM[0], ORDINARY[2], LONGEST[0], ORDINARY[1], ORDINARY[0]]
    assert sorted(files, key=place) == [ORDINARY[0], ORDINARY[1], LONGEST[0], ORDINARY[2], CALM[0], QUIET[0]]


@pytest.mark.parametrize("file", [*LONGEST, *CALM, *QUIET])
def test_every_file_that_is_named_is_there(file: str) -> None:
    assert (ROOT / file).is_file()
