"""A small valid plan for tests; change one value with msgspec.structs.replace."""

from pathlib import Path

from telephony.plan import (
    DIALPLAN_PROMPTS,
    DestinationPlan,
    NumberPlan,
    PbxPlan,
    Prompt,
    QueuePlan,
    StepPlan,
    TrunkPlan,
)


def small_plan(base: Path) -> PbxPlan:
    """Two numbers, two queues, three seats, two destinations, one step."""
    return PbxPlan(
        node="jt1",
        base=base,
        sip_host="127.0.0.1",
        sip_port=5060,
        rtp_first=10000,
        rtp_last=10999,
        http_host="127.0.0.1",
        http_port=8088,
        ami_host="127.0.0.1",
        ami_port=5038,
        ami_user="jietong",
        ami_secret="a-secret-of-tests",
        trunk_addresses=("127.0.0.2",),
        citizen_phone=True,
        citizen_password="a-citizen-of-tests",
        seat_first=6001,
        seat_count=3,
        recording=True,
        numbers=(
            NumberPlan(number="12345", queue="hotline", greeting="greeting"),
            NumberPlan(
                number="12333",
                queue="labour",
                greeting="greeting",
                transition="transition",
                transition_from="2021-01-01",
                transition_to="2021-12-31",
                open_from="2020-01-01",
                open_to="2030-12-31",
            ),
        ),
        queues=(QueuePlan(name="hotline"), QueuePlan(name="labour", max_wait_seconds=90)),
        prompts=tuple(
            Prompt(key=key, zh="您好。", en="Hello.")
            for key in ("greeting", "transition", "satisfied", *DIALPLAN_PROMPTS)
        ),
        trunks=(TrunkPlan(name="revenue", host="127.0.0.3", port=5070), TrunkPlan(name="carrier", host="127.0.0.4")),
        destinations=(
            DestinationPlan(key="tax", number="12366", trunk="revenue", ring_seconds=20),
            DestinationPlan(key="police", number="110", trunk="carrier"),
        ),
        steps=(StepPlan(key="satisfaction", prompt="satisfied"),),
    )
