"""Calls that another hotline passes on to us over a trunk of its own, such as 110 (国办发〔2022〕12号)."""

import pytest

from telephony.private_pbx import PrivatePbx
from tests.live.ami import Ami
from tests.live.conftest import POLICE, TRUNK
from tests.live.sip import Phone

pytestmark = pytest.mark.live


def citizen(pbx: PrivatePbx, host: str = TRUNK) -> Phone:
    return Phone(pbx.plan.sip_port, host=host)


@pytest.mark.parametrize(
    ("header", "reference"),
    [
        ("X-Handover-Reference: 110-20261121.7\r\n", "110-20261121.7"),
        ("X-Handover-Reference: ${SHELL(id)},1) Action: Originate\r\n", "SHELLid1"),
        ("", ""),
    ],
)
def test_a_call_that_110_passes_on_goes_before_others_and_says_whose_it_is(
    pbx: PrivatePbx, ami: Ami, agent: Phone, header: str, reference: str
) -> None:
    ami.act(Action="QueuePause", Interface=f"PJSIP/{agent.user}", Paused="true")
    with citizen(pbx) as first, citizen(pbx, host=POLICE) as passed_on:
        first.invite("12345")
        waits = ami.event("QueueCallerJoin", Position="1")
        ami.forget()
        passed_on.invite("12345", extra=header)
        before = ami.event("QueueCallerJoin", Position="1")
        assert before["Uniqueid"] != waits["Uniqueid"]
        told = ami.event("UserEvent", UserEvent="JtHandover")
        assert (told["Call"], told["From"], told.get("Reference", "")) == (before["Uniqueid"], "police", reference)
        ami.act(Action="QueuePause", Interface=f"PJSIP/{agent.user}", Paused="false")
        agent.answer_ring()
        assert ami.event("AgentConnect", MemberName="6001")["Uniqueid"] == before["Uniqueid"]
        assert [passed_on.final().status, first.final().status] == [200, 200]
        passed_on.hang_up()
        agent.gone()
        first.hang_up()


def test_110_reaches_registered_numbers_only(pbx: PrivatePbx, ami: Ami) -> None:
    with citizen(pbx, host=POLICE) as passed_on:
        passed_on.invite("99999")
        assert passed_on.final().status == 404
    assert ami.ask(Action="Ping")["Response"] == "Success"
