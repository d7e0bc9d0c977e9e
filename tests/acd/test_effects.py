"""Wishes are values of their own family, sorted by who performs them."""

from typing import get_args

import msgspec

from acd.effects import AnyEffect, CoreEffect, DeskEffect, Effect, PauseMember, PbxEffect
from acd.events import AnyEvent
from acd.names import AgentId


def test_every_wish_has_exactly_one_performer() -> None:
    families = [set(get_args(family)) for family in (PbxEffect, CoreEffect, DeskEffect)]
    assert set(get_args(AnyEffect)) == set(Effect.__subclasses__()) == set.union(*families)
    assert sum(len(family) for family in families) == len(set.union(*families))


def test_no_class_is_both_a_fact_and_a_wish() -> None:
    assert not {kind.__name__ for kind in get_args(AnyEvent)} & {kind.__name__ for kind in get_args(AnyEffect)}


def test_a_wish_reads_back_as_it_was_written() -> None:
    wish = PauseMember(agent=AgentId("6001"), interface="PJSIP/6001-web", reason="break")
    assert msgspec.json.decode(msgspec.json.encode(wish), type=AnyEffect) == wish
