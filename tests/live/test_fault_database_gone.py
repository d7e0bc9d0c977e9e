"""A row of the table of faults: the database server is gone in the middle of calls."""

from collections.abc import Iterator
from functools import partial

import pytest

from tests.core.postgres import Cluster, private_postgres
from tests.live import rows
from tests.live.hotline import Hotline
from tests.live.table import AGENTS, TIMEOUT_SECONDS, UNAFFECTED_SECONDS, lasting, told

pytestmark = [pytest.mark.live, pytest.mark.postgres, pytest.mark.timeout(TIMEOUT_SECONDS)]


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A PostgreSQL that this test may stop."""
    with private_postgres() as running:
        yield running


@pytest.fixture(scope="module")
def hotline(server: Cluster) -> Iterator[Hotline]:
    """A product that keeps its tickets there."""
    with Hotline(agents=AGENTS, rtp_first=23000, JIETONG_DATABASE_URL=server.new_database()) as running:
        running.open()
        yield running
        running.desks.end()


def test_database_gone(hotline: Hotline, server: Cluster) -> None:
    seconds = lasting(60, 6)
    strike = partial(rows.postgres_gone, server=server, seconds=seconds)
    told(hotline, "database gone", strike, seconds, gap=UNAFFECTED_SECONDS)
