"""Times of options: read, or refused with the option's name."""

import pytest

from acd.names import Millis, Moment
from agent_desk.command_errors import CommandRefused
from agent_desk.time_option import moment_option


def test_a_time_is_read_and_what_is_none_is_refused_with_its_option() -> None:
    now = Moment(1_795_233_600_000)
    assert moment_option("--since", "1795219200000", now=now, utc_offset=Millis(0)) == 1_795_219_200_000
    with pytest.raises(CommandRefused, match="^--since: 'soon' is no time: .*today.$"):
        moment_option("--since", "soon", now=now, utc_offset=Millis(0))
