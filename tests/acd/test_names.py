"""Names of telephones, and the types that keep ids apart."""

import pytest

from acd.names import AgentId, CallId, LegId, Phone, citizens_leg, interface_of, phone_of


@pytest.mark.parametrize("phone", Phone)
def test_a_telephone_has_one_name_and_the_name_one_telephone(phone: Phone) -> None:
    assert phone_of(interface_of(AgentId("6021"), phone)) == (AgentId("6021"), phone)


@pytest.mark.parametrize(
    "interface",
    ["", "PJSIP/", "PJSIP/6021", "PJSIP/-web", "PJSIP/6021-fax", "Local/6021-web", "PJSIP/trunk"],
)
def test_what_is_no_agents_telephone_is_told_apart(interface: str) -> None:
    assert phone_of(interface) is None


def test_a_call_is_named_after_the_citizens_leg() -> None:
    assert citizens_leg(CallId("jt1-100.1")) == LegId("jt1-100.1")
