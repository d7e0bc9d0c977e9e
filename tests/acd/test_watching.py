"""The ways of hearing a call: which of them the dialplan knows, and the names of supervisors' channels."""

from pathlib import Path

from acd.names import Moment, is_third_leg, third_leg
from acd.watching import ON_THE_LINE, Watching, is_watch_leg, watch_leg
from tests.acd.playbook import A1, C1

DIALPLAN = Path(__file__).parents[2] / "asterisk" / "extensions" / "watch.conf"


def test_every_way_to_be_on_the_line_is_an_extension() -> None:
    text = DIALPLAN.read_text(encoding="utf-8")
    for how in ON_THE_LINE:
        assert f"\nexten = {how.value},1," in text
    assert Watching.STOP not in ON_THE_LINE
    assert Watching.INTERCEPT not in ON_THE_LINE


def test_a_supervisors_channel_is_no_other_side_and_each_has_its_own() -> None:
    first, second = watch_leg(C1, A1, Moment(1)), watch_leg(C1, A1, Moment(2))
    assert first != second
    assert is_watch_leg(C1, first)
    assert not is_watch_leg(C1, third_leg(C1, 1))
    assert not is_third_leg(C1, first)
