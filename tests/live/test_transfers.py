"""Every way to hand a call on, and every way in which that fails, against a whole product: see transfer_table.py."""

from collections import Counter
from collections.abc import Iterator

import pytest

from acd.events import DeviceChanged
from acd.reconcile import unseen
from agent_desk.recorded import Recorded, Until, refold, whole
from tests.live import (
    transfer_scenarios,
    transfer_scenarios_far,
    transfer_scenarios_far_killed,
    transfer_scenarios_gone,
    transfer_scenarios_killed,
    transfer_scenarios_ours,
    transfer_scenarios_released,
)
from tests.live.demo_play import asked_anew, in_a_thread_of_its_own
from tests.live.faults import slowness
from tests.live.transfer_books import BOUND_MS, Books, counts_written
from tests.live.transfer_floor import Floor
from tests.live.transfer_run import Run, books_are_equal, nothing_left
from tests.live.transfer_table import TABLE

pytestmark = pytest.mark.live

AGENTS = 40
SCENARIOS = (
    transfer_scenarios,
    transfer_scenarios_far,
    transfer_scenarios_far_killed,
    transfer_scenarios_gone,
    transfer_scenarios_killed,
    transfer_scenarios_ours,
    transfer_scenarios_released,
)
"""Reading them fills the table."""


@pytest.fixture(scope="module")
def floor() -> Iterator[Floor]:
    with Floor(agents=AGENTS, rtp_first=27000, outside_rtp_first=16000) as floor:
        yield floor


@pytest.fixture(scope="module")
def run(floor: Floor, request: pytest.FixtureRequest) -> Run:
    mine = (item for item in request.session.items if isinstance(item, pytest.Function) and item.path == request.path)
    wanted = {item.callspec.params["name"] for item in mine if hasattr(item, "callspec")}
    return Run(floor, [one for one in TABLE.values() if one.name in wanted])


@pytest.mark.parametrize("name", TABLE)
def test_scenario(run: Run, name: str) -> None:
    assert run.wrong(name) == []


def test_nothing_is_left_in_asterisk(floor: Floor, run: Run) -> None:
    run.wait()
    nothing_left(floor)


def test_the_books_are_equal_and_balance(floor: Floor, run: Run) -> None:
    run.wait()
    books_are_equal(floor, round(BOUND_MS * slowness()))


def test_the_mirror_is_true(floor: Floor, run: Run) -> None:
    run.wait()
    snapshot = in_a_thread_of_its_own(asked_anew(floor.product))
    state = refold(Recorded(*whole(floor.journal), Until()), floor.plan.policy())
    wrong = [
        fact
        for fact in unseen(state, snapshot)
        if not (isinstance(fact, DeviceChanged) and state.agents[fact.agent].device == fact.device)
    ]
    assert wrong == []


def test_the_figures_are_what_was_written(floor: Floor, run: Run) -> None:
    run.wait()
    state = refold(Recorded(*whole(floor.journal), Until()), floor.plan.policy())
    counted: Counter[tuple[str, str]] = Counter()
    for day in state.days.values():
        for to, handed in day.handed.items():
            counts = {"asked": handed.asked, "answered": handed.answered, "completed": handed.completed}
            counted.update({(to, what): count for what, count in counts.items() if count})
    assert counted == counts_written(Books(floor.product.directory))
