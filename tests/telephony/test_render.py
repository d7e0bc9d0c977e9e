"""Properties of the rendered configuration: it hangs together, and no value can break out of its place."""

import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from telephony.plan import DestinationPlan, NumberPlan, PbxPlan, Prompt, QueuePlan, StepPlan, TrunkPlan
from telephony.render import PlanRefused, check, render, run_directory
from tests.telephony.plans import small_plan

Dialplan = dict[str, dict[str, list[str]]]
"""Context, extension, its steps as `App(arguments)`."""

ENDS = ("Hangup", "Goto", "Return")


def read_dialplan(etc: Path) -> Dialplan:
    """The contexts and extensions of extensions.conf and what it includes."""
    main = (etc / "extensions.conf").read_text(encoding="utf-8")
    files = [etc / name for name in re.findall(r'^#include "(.*)"', main, re.MULTILINE)]
    plan: Dialplan = {}
    steps: list[str] = []
    for path in files:
        context: dict[str, list[str]] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            if header := re.fullmatch(r"\[(.+)\]", line):
                context = plan.setdefault(header.group(1), {})
            elif first := re.fullmatch(r"exten = ([^,]+),1,(.*)", line):
                steps = context.setdefault(first.group(1), [])
                steps.append(first.group(2))
            elif step := re.fullmatch(r" same = n,(.*)", line):
                steps.append(step.group(1))
            else:
                assert not line or line.startswith(";"), f"{path}: {line!r} is no line we know"
    return plan


def jumps(step: str, context: str) -> Iterator[tuple[str, str]]:
    """Context and extension of every jump in a step whose target is fixed."""
    for app, arguments in re.findall(r"\b(Goto|Gosub|GotoIf|hangup_handler_push)\)?[(=](.*)", step):
        target = arguments.rpartition("?")[2] if app == "GotoIf" else arguments
        parts = target.rstrip(")").split(",")
        if "${" not in target:
            yield (context, parts[0]) if len(parts) == 2 else (parts[0], parts[1])


@pytest.fixture
def dialplan(tmp_path: Path) -> Dialplan:
    return read_dialplan(render(small_plan(tmp_path)))


def test_every_included_file_is_there(tmp_path: Path) -> None:
    etc = render(small_plan(tmp_path))
    for path in etc.rglob("*.conf"):
        for name in re.findall(r'^#include "(.*)"', path.read_text(encoding="utf-8"), re.MULTILINE):
            assert (etc / name).is_file(), f"{path.name} includes {name}"


def test_every_jump_has_a_target(dialplan: Dialplan) -> None:
    found = 0
    for context, extensions in dialplan.items():
        for extension, steps in extensions.items():
            for target in (jump for step in steps for jump in jumps(step, context)):
                found += 1
                assert target[1] in dialplan.get(target[0], {}), f"{context},{extension} jumps to {target}"
    assert found > 30


def test_every_status_of_a_queue_has_its_extension(dialplan: Dialplan) -> None:
    statuses = {"TIMEOUT", "FULL", "JOINEMPTY", "LEAVEEMPTY", "JOINUNAVAIL", "LEAVEUNAVAIL", "CONTINUE", "WITHDRAW"}
    assert statuses | {"NONE", "i"} <= set(dialplan["queue"])


def test_every_path_ends_in_hangup(dialplan: Dialplan) -> None:
    for context, extensions in dialplan.items():
        for extension, steps in extensions.items():
            last = steps[-1].partition("(")[0]
            assert last in ENDS, f"{context},{extension} ends with {steps[-1]}"
            if last == "Return":
                assert context in ("caller", "ended", "agent", "watching", "handover", "stray"), (
                    f"{context},{extension} returns, but nobody called it"
                )


def test_a_call_is_offered_before_it_is_answered_and_asks_before_it_queues(dialplan: Dialplan) -> None:
    apps = [step.partition("(")[0] for step in dialplan["number"]["offered"]]
    assert apps.index("UserEvent") < apps.index("CELGenUserEvent") < apps.index("Answer")
    apps = [step.partition("(")[0] for step in dialplan["queue"]["wait"]]
    assert apps[-1] == "Goto"
    assert "UserEvent" in apps
    assert dialplan["queue"]["wait"][-1] == "Goto(again,1)"
    assert any(step.startswith("Queue(") for step in dialplan["queue"]["again"])


def test_a_strangers_text_never_stands_in_an_expression_or_a_condition(dialplan: Dialplan) -> None:
    hostile = re.compile(r"\$\[[^]]*\$\{(JT_SAID|CALLERID|PJSIP_HEADER)|ExecIf\(.*(JT_SAID|CALLERID\(|PJSIP_HEADER)")
    steps = [step for extensions in dialplan.values() for steps in extensions.values() for step in steps]
    counted = [re.sub(r"\$\{LEN\(\$\{JT_SAID\}\)\}", "0", step) for step in steps]
    assert [step for step in counted if hostile.search(step)] == []


def test_the_trunk_reaches_the_numbers_of_the_plan_and_nothing_else(dialplan: Dialplan) -> None:
    explicit = {name for name in dialplan["from-trunk"] if not name.startswith("_")}
    assert explicit == {"12345", "12333"}
    for name in set(dialplan["from-trunk"]) - explicit:
        assert dialplan["from-trunk"][name] == ["Goto(refused,unregistered,1)"]


def test_recording_is_announced_exactly_when_it_is_on(tmp_path: Path) -> None:
    for recording in (True, False):
        plan = structs.replace(small_plan(tmp_path), recording=recording)
        steps = read_dialplan(render(plan))["number"]["offered"]
        assert any("MixMonitor" in step for step in steps) is recording
        assert any("jt/recorded" in step for step in steps) is recording


def test_each_seat_has_two_phones_whose_pass_words_are_not_in_files(tmp_path: Path) -> None:
    seats = (render(small_plan(tmp_path)) / "pjsip_seats.conf").read_text(encoding="utf-8")
    names = {f"{seat}-{kind}" for seat in (6001, 6002, 6003) for kind in ("sip", "web")}
    assert set(re.findall(r"^\[(.*?)\]\(seat-(?:sip|web)\)", seats, re.MULTILINE)) == names
    assert "type = auth" not in seats and "password" not in seats


def test_a_trunk_is_dialled_and_looked_after_and_nobody_is_known_by_its_name(tmp_path: Path) -> None:
    text = (render(small_plan(tmp_path)) / "pjsip.conf").read_text(encoding="utf-8")
    assert set(re.findall(r"^\[(.*)\]\(out\)$", text, re.MULTILINE)) == {"revenue", "carrier"}
    assert "contact = sip:127.0.0.3:5070" in text
    out = text.partition("[out](!)")[2].partition("[out-aor]")[0]
    assert "identify_by = ip" in out and "context = nowhere" in out and "allow_transfer = no" in out
    identified = re.findall(r"^endpoint = (.*)$", text, re.MULTILINE)
    assert identified == ["trunk"]


def test_what_a_released_call_dials_and_a_step_asks_is_the_plans(dialplan: Dialplan) -> None:
    assert dialplan["blind"]["tax"][:2] == ["Set(JT_DIAL=PJSIP/12366@revenue)", "Set(JT_RING=20)"]
    assert "Set(JT_QUESTION=satisfied)" in dialplan["step"]["satisfaction"]
    assert dialplan["handed"]["labour"][:2] == ["Set(JT_QUEUE=labour)", "Set(JT_MAX_WAIT=90)"]


def test_a_leg_sent_to_an_extension_that_is_not_there_is_not_hung_up(dialplan: Dialplan) -> None:
    for context in ("room", "music", "blind", "step", "handed"):
        assert dialplan[context]["i"][0].startswith("Goto(alone,")


@pytest.mark.parametrize("cause", [18, 27, 38, 41, 42, 44, 102, 127])
def test_whoever_is_waited_for_in_vain_is_lost(dialplan: Dialplan, cause: int) -> None:
    assert dialplan["alone"][f"cause-{cause}"] == ["Goto(lost,1)"]


def test_a_citizen_is_fetched_from_the_room_before_they_are_told_why(dialplan: Dialplan) -> None:
    """Told first, they may be on music already, and would look for a reason there: two seconds without a sound."""
    fetched, told, back = dialplan["agent"]["say"]
    assert "ChannelRedirect(" in fetched
    assert told.startswith("Set(EXPORT(")
    assert back == "Return()"


def test_whoever_hung_up_has_held_the_talk(dialplan: Dialplan) -> None:
    assert dialplan["alone"]["_cause-."] == ["Hangup(16)"]


def test_no_citizens_phone_outside_the_demo(tmp_path: Path) -> None:
    etc = render(structs.replace(small_plan(tmp_path), citizen_phone=False))
    assert not any(
        "citizen-web" in path.read_text(encoding="utf-8") for path in etc.rglob("*.conf") if path.name == "pjsip.conf"
    )


def test_secrets_are_for_their_owner_only(tmp_path: Path) -> None:
    plan = small_plan(tmp_path)
    for path in render(plan).rglob("*.conf"):
        text = path.read_text(encoding="utf-8")
        if plan.ami_secret in text or plan.citizen_password in text:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_nothing_is_left_unfilled_and_no_half_file_stays(tmp_path: Path) -> None:
    etc = render(small_plan(tmp_path))
    for path in etc.rglob("*"):
        assert not path.name.startswith(".")
        if path.is_file():
            assert not re.search(r"\{\{|\{%|None", path.read_text(encoding="utf-8")), path.name


def test_rendering_twice_gives_the_same_files(tmp_path: Path) -> None:
    etc = render(small_plan(tmp_path))
    before = {path: path.read_bytes() for path in etc.rglob("*.conf")}
    render(small_plan(tmp_path))
    assert {path: path.read_bytes() for path in etc.rglob("*.conf")} == before


def test_modules_an_older_release_lacks_are_left_out(tmp_path: Path) -> None:
    etc = render(small_plan(tmp_path), available=frozenset({"codec_opus_open_source.so"}))
    text = (etc / "modules.conf").read_text(encoding="utf-8")
    assert "load = codec_opus_open_source.so" in text
    assert "load = res_cdrel_custom.so" not in text


def test_the_phones_can_be_left_out_for_the_first_seconds(tmp_path: Path) -> None:
    assert "6001" not in (render(small_plan(tmp_path), seats=False) / "pjsip_seats.conf").read_text(encoding="utf-8")


def test_the_control_socket_of_a_deep_directory_lies_elsewhere(tmp_path: Path) -> None:
    assert run_directory(Path("/srv/jt")) == Path("/srv/jt/run")
    deep = Path("/" + "x" * 120)
    assert len(str(run_directory(deep) / "asterisk.ctl")) < 100
    assert run_directory(deep) == run_directory(deep) != run_directory(Path("/" + "y" * 120))


HOSTILE = "x\nsecret = y"

REFUSED = {
    "pbx.node": {"node": "jt 1"},
    "data.directory": {"base": Path("/tmp/a b")},
    "ami.user": {"ami_user": "[general]"},
    "ami secret": {"ami_secret": f"longenough{HOSTILE}"},
    "citizen password": {"citizen_password": "a;b,c#d!e?f"},
    "sip.host": {"sip_host": "0.0.0.0\n[x]"},
    "ami.host": {"ami_host": "::1"},
    "sip.trunk_addresses": {"trunk_addresses": ("127.0.0.2", "any")},
    "sip.port": {"sip_port": 0},
    "pbx.http_port": {"http_port": 65536},
    "sip.rtp_last": {"rtp_last": 10000},
    "seats.count": {"seat_count": -1},
    "prompt key": {"prompts": (Prompt(key="../x", zh="", en=""),)},
    "queue name = 'general'": {"queues": (QueuePlan(name="general"),)},
    "strategy = 'best'": {"queues": (QueuePlan(name="hotline", strategy="best"),)},
    "number = '1x'": {"numbers": (NumberPlan(number="1x", queue="hotline", greeting="greeting"),)},
    "queue = 'none'": {"numbers": (NumberPlan(number="110", queue="none", greeting="greeting"),)},
    "greeting = 'none'": {"numbers": (NumberPlan(number="110", queue="hotline", greeting="none"),)},
    "transition = 'none'": {
        "numbers": (NumberPlan(number="110", queue="hotline", greeting="greeting", transition="none"),)
    },
    "queue name = 'h'": {"queues": (QueuePlan(name="h"),)},
    "trunk name = 'trunk'": {"trunks": (TrunkPlan(name="trunk", host="127.0.0.3"),)},
    "trunk name = '6001-web'": {"trunks": (TrunkPlan(name="6001-web", host="127.0.0.3"),)},
    "trunk name = 'seat-sip'": {"trunks": (TrunkPlan(name="seat-sip", host="127.0.0.3"),)},
    "trunk name = 'x]'": {"trunks": (TrunkPlan(name="x]", host="127.0.0.3"),)},
    "trunk name = 'a'": {"trunks": (TrunkPlan(name="a", host="127.0.0.3"),) * 2, "destinations": ()},
    "trunk a: host": {"trunks": (TrunkPlan(name="a", host="far.example"),)},
    "trunk a: port": {"trunks": (TrunkPlan(name="a", host="127.0.0.3", port=0),)},
    "destination key = 'h'": {"destinations": (DestinationPlan(key="h", number="110", trunk="revenue"),)},
    "destination tax: number": {"destinations": (DestinationPlan(key="tax", number="1&2", trunk="revenue"),)},
    "destination tax: trunk = 'none'": {"destinations": (DestinationPlan(key="tax", number="110", trunk="none"),)},
    "destination tax: ring_seconds": {
        "destinations": (DestinationPlan(key="tax", number="110", trunk="revenue", ring_seconds=0),)
    },
    "step key = 'a,b'": {"steps": (StepPlan(key="a,b", prompt="satisfied"),)},
    "step ask: prompt = 'none'": {"steps": (StepPlan(key="ask", prompt="none"),)},
    "step ask: max_digits": {"steps": (StepPlan(key="ask", prompt="satisfied", max_digits=0),)},
    "destination or step key = 'tax'": {"steps": (StepPlan(key="tax", prompt="satisfied"),)},
    "open_to = '2021-13-01'": {
        "numbers": (NumberPlan(number="110", queue="hotline", greeting="greeting", open_to="2021-13-01"),)
    },
}


@pytest.mark.parametrize("key", REFUSED)
def test_a_value_that_would_break_a_file_is_refused_by_name(tmp_path: Path, key: str) -> None:
    plan: PbxPlan = structs.replace(small_plan(tmp_path), **REFUSED[key])
    with pytest.raises(PlanRefused, match=re.escape(key)) as refusal:
        check(plan)
    assert "\n" not in str(refusal.value)


def test_a_refused_plan_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(PlanRefused):
        render(structs.replace(small_plan(tmp_path), node="a b"))
    assert list(tmp_path.iterdir()) == []
