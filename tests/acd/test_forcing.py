"""acd/forcing.py: what stands in the ledger, in Asterisk and on the wire."""

from acd.forcing import FORCED_REASON, ForcedState
from config.load import load_catalogue


def test_the_words_that_others_know_them_by() -> None:
    assert [state.value for state in ForcedState] == ["ready", "not_ready", "sign_out"]


def test_the_reason_is_one_that_no_agent_can_choose() -> None:
    reason = next(one for one in load_catalogue().reasons if one.key == FORCED_REASON)
    assert not reason.self_service
