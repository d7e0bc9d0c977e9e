"""The browser of an agent killed while talking, alone and in each step of each way to hand a call on.

The citizen hears a sentence and is at the head of the queue within 3 s, or with whoever else is there; with all our
programs killed at the same instant, within 10 s. The rows are in browser_deaths.py.
"""

from collections.abc import Iterator

import pytest

from tests.live.browser_deaths import ROWS
from tests.live.browser_deaths_run import DESKS, Run
from tests.live.faults import slowness
from tests.live.transfer_books import BOUND_MS
from tests.live.transfer_floor import Floor
from tests.live.transfer_run import books_are_equal, nothing_left

pytestmark = [pytest.mark.live, pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def floor() -> Iterator[Floor]:
    with Floor(agents=DESKS, rtp_first=14000) as floor:
        yield floor


@pytest.fixture(scope="module")
def run(floor: Floor, request: pytest.FixtureRequest) -> Run:
    mine = (item for item in request.session.items if isinstance(item, pytest.Function) and item.path == request.path)
    wanted = (item.callspec.params for item in mine if hasattr(item, "callspec"))
    return Run(floor, {(str(params["name"]), bool(params["ours"])) for params in wanted})


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("ours", [False, True], ids=["our programs alive", "our programs dead"])
def test_the_citizen_is_with_somebody_or_at_the_head_of_the_queue(run: Run, name: str, ours: bool) -> None:
    assert run.wrong(name, ours=ours) == []


def test_who_was_lost_stands_before_who_waits(run: Run) -> None:
    assert run.not_first() == []


def test_nothing_is_left_in_asterisk(floor: Floor, run: Run) -> None:
    run.not_first()
    nothing_left(floor)


def test_the_books_are_equal_and_balance(floor: Floor, run: Run) -> None:
    run.not_first()
    books_are_equal(floor, round(BOUND_MS * slowness()))
