"""Facts survive the journal: every kind is written and read back, and nothing else is taken for one."""

from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.events import AnyEvent, Event, Heard, Tick
from acd.names import Moment, RequestId
from tests.acd import facts

DECODER = msgspec.json.Decoder(AnyEvent)
AT = Moment(1_795_219_200_000)
ANY = st.one_of(
    facts.of_calls(AT),
    facts.rings(AT),
    facts.of_members(AT),
    facts.requests(AT, RequestId("r1")),
    facts.of_the_link(AT, RequestId("r1")),
)


@given(ANY)
def test_every_fact_reads_back_as_it_was_written(event: AnyEvent) -> None:
    assert DECODER.decode(msgspec.json.encode(event)) == event


def test_every_class_of_fact_is_in_the_union_and_has_a_tag_of_its_own() -> None:
    kinds = set(get_args(AnyEvent))
    assert {*Event.__subclasses__(), *Heard.__subclasses__()} - {Heard} == kinds
    assert len({kind.__struct_config__.tag for kind in kinds}) == len(kinds)


@pytest.mark.parametrize(
    "line",
    [
        b'{"type":"Tock","at":1}',
        b'{"type":"Tick","at":1,"extra":2}',
        b'{"type":"Tick","at":"1"}',
        b'{"type":"Tick"}',
        b'{"type":"CallEnded","at":1,"call":"jt1-1.1"}',
    ],
)
def test_what_is_no_fact_is_refused(line: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        DECODER.decode(line)


def test_a_fact_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Tick(at=AT).at = Moment(2)  # type: ignore[misc]
