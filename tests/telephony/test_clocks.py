"""Two clocks compared by a beat."""

import pytest

from acd.names import Moment
from telephony.clocks import ahead

SENT = Moment(1_795_219_200_000)


@pytest.mark.parametrize(
    ("at", "way", "apart"),
    [
        (0, 20, 0),
        (20, 20, 0),
        (-1_000, 20, 0),
        (-1_001, 20, -1_001),
        (1_020, 20, 0),
        (1_021, 20, 1_001),
        (3_600_000, 20, 3_599_980),
        (-3_600_000, 20, -3_600_000),
        (45_000, 90_000, 0),  # a reader that stood still for a minute and a half
        (10, 90_000, 0),
    ],
)
def test_what_the_way_of_a_beat_cannot_explain_is_told(at: int, way: int, apart: int) -> None:
    assert ahead(Moment(SENT + at), sent=SENT, received=Moment(SENT + way)) == apart
