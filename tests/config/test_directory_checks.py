"""A directory that contradicts itself or the other catalogues is refused in one sentence."""

from pathlib import Path

import pytest

from tests.config.changed import refusal

LINES, ROSTER, QUEUES = "destinations.toml", "experts.toml", "queues.toml"
TAX, POLICE = "destinations.toml: destination tax: ", "destinations.toml: destination police: "
LAW, CITY = "destinations.toml: destination expert-law: ", "destinations.toml: destination city-beijing: "
STEP = "destinations.toml: destination satisfaction: "
IN_TAX = 'key = "tax"'
IN_LAW = 'key = "expert-law"'


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('number = "110"', 'number = "111"', "destinations.toml: 110 is missing; add a destination of kind EMERGENCY."),
        (
            'number = "12366"',
            'number = "12399"',
            "destinations.toml: 12366 is missing; add a destination of kind SUB_CENTRE.",
        ),
        ('number = "12366"', 'number = "12360"', "destinations.toml: number '12360' is there twice; remove one."),
        (
            IN_TAX,
            'key = "customs"',
            "destinations.toml: destination customs: is there twice; remove one.",
        ),
        (
            IN_TAX,
            'key = "seat-6241"',
            "destinations.toml: destination seat-6241: keys that begin with 'seat-' stand for supervisors;",
        ),
        ('initials = "swfzx"', 'initials = "SW"', "destinations.toml: destination tax.initials = 'SW': expected `str`"),
        (
            'kind = "SUB_CENTRE"',
            'kind = "CENTRE"',
            "destinations.toml: destination customs.kind = 'CENTRE': invalid enum value 'CENTRE'; valid: EMERGENCY",
        ),
        (
            '"transfer_conference", "transfer_success"]',
            '"conference3"]',
            "destinations.toml: destination police.modes[0] = ['conference3']: invalid enum value 'conference3'; "
            "valid: transfer_blind, transfer_success, transfer_attended, transfer_conference, transfer_suspend.",
        ),
        (
            'modes = ["transfer_conference", "transfer_success"]',
            'modes = ["transfer_blind"]',
            f"{POLICE}modes = ['transfer_blind']: an emergency line begins with transfer_conference.",
        ),
        (
            'modes = ["transfer_conference", "transfer_success"]',
            'modes = ["transfer_conference", "transfer_conference"]',
            f"{POLICE}modes = ['transfer_conference', 'transfer_conference']: a mode is there twice; remove one.",
        ),
        (
            'modes = ["transfer_conference", "transfer_success"]',
            'modes = ["transfer_conference", "transfer_suspend"]',
            f"{POLICE}modes = ['transfer_conference', 'transfer_suspend']: "
            "a STEP has the one mode transfer_suspend, and nothing else has it.",
        ),
        (
            'modes = ["transfer_suspend"]\nprompt = "satisfaction"',
            'modes = ["transfer_blind"]\nprompt = "satisfaction"',
            f"{STEP}modes = ['transfer_blind']: a STEP has the one mode transfer_suspend, and nothing else has it.",
        ),
        ('prompt = "satisfaction"', 'prompt = "happiness"', f"{STEP}prompt = 'happiness': is not in prompts.toml; "),
        ('prompt = "satisfaction"', "digits = 1", f"{STEP}prompt = None: is not in prompts.toml; "),
        (
            'prompt = "satisfaction"',
            'prompt = "satisfaction"\nnumber = "333"',
            f"{STEP}a STEP has no trunk, queue or number; remove them.",
        ),
        (
            'trunk = "carrier"',
            'trunk = "carrier"\nqueue = "law"',
            f"{POLICE}trunk = 'carrier', queue = 'law': name exactly one of them.",
        ),
        ('trunk = "carrier"', "", f"{POLICE}trunk = None, queue = None: name exactly one of them."),
        (
            'trunk = "carrier"',
            'trunk = "carier"',
            f"{POLICE}trunk = 'carier': is not in the [[trunk]]s; did you mean 'carrier'?",
        ),
        ('trunk = "carrier"', 'queue = "lav"', f"{POLICE}queue = 'lav': is not in queues.toml; did you mean 'law'?"),
        (
            'trunk = "carrier"',
            'trunk = "carrier"\nprompt = "greeting"',
            f"{POLICE}prompt = 'greeting': only a STEP has a prompt; remove it.",
        ),
        ('number = "95598"', "", "destinations.toml: destination electricity: the key 'number' is missing; add what"),
        ('queue = "expert-law"', 'trunk = "carrier"', f"{LAW}kind = 'EXPERT': experts serve a queue of ours; name it"),
        ('field = "law"', "", f"{LAW}field = None: an EXPERT line has a field, no other has."),
        (IN_TAX, f'{IN_TAX}\nfield = "tax"', f"{TAX}field = 'tax': an EXPERT line has a field, no other has."),
        (
            'field = "law"',
            'field = "agriculture"',
            "destinations.toml: field 'agriculture' belongs to two EXPERT lines; ",
        ),
        (
            'queue = "expert-law"',
            'queue = "expert-agriculture"',
            "destinations.toml: queue 'expert-agriculture' belongs to two EXPERT lines; give each its own.",
        ),
        (
            'number = "01012345"',
            'number = "12345"',
            f"{CITY}number = '12345': another city's line is its area code and 12345, for example 01012345.",
        ),
        (
            IN_TAX,
            f'{IN_TAX}\nhours = ["mon-fri 09:00-12:00", "mon 9-12"]',
            f"{TAX}hours: 'mon 9-12': write days and a span within one day, for example ",
        ),
        (IN_TAX, f"{IN_TAX}\nring_seconds = 4", "destinations.toml: destination tax.ring_seconds = 4: expected `int`"),
        (
            IN_TAX,
            f'{IN_TAX}\nstate_url = "ftp://u:secret@h"',
            f"{TAX}state_url must be an address such as https://hotline.example/api/line/12366, or empty.",
        ),
        (
            IN_TAX,
            f'{IN_TAX}\nstate_token_file = "tax"',
            f"{TAX}state_token_file = 'tax': there is no state_url to send it to; add one, or remove the file.",
        ),
        (
            IN_LAW,
            f'{IN_LAW}\nstate_url = "https://h.example"',
            f"{LAW}state_url: our own queues tell their state by themselves; remove it.",
        ),
        (
            'name = "carrier"',
            'name = "trunk"',
            "destinations.toml: trunk trunk: name = 'trunk': pjsip.conf keeps this name for itself; choose another.",
        ),
        (
            'name = "carrier"',
            'name = "carrier"\nhost = "pbx.example"',
            "destinations.toml: trunk carrier: host = 'pbx.example': must be an IPv4 address such as ",
        ),
        ("[[trunk]]\nname", "[[trnk]]\nname", "destinations.toml: unknown list [[trnk]]; did you mean 'trunk'?"),
    ],
)
def test_a_wrong_line_is_one_sentence(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    said = refusal(tmp_path, LINES, old, new)
    assert said.startswith(sentence), said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            QUEUES,
            'seats = ["6231-6232"]',
            "",
            "queues.toml: queue expert-law: the key 'seats' is missing; an expert line leads here, name its seats.",
        ),
        (
            QUEUES,
            'seats = ["6231-6232"]',
            'seats = ["6232-6231"]',
            "queues.toml: queue expert-law: seats = ['6232-6231']: write seat numbers of 3 to 5 digits and ranges",
        ),
        (
            QUEUES,
            'seats = ["6231-6232"]',
            'seats = ["6230-6232"]',
            "experts.toml: seat 6230 of queue expert-law has no [[expert]]; add its posting, ",
        ),
        (
            "numbers.toml",
            'queue = "law"',
            'queue = "expert-law"',
            "numbers.toml: number 12348: queue = 'expert-law': only experts serve it, and citizens ",
        ),
        (
            ROSTER,
            'seat = "6231"',
            'seat = "6239"',
            "experts.toml: expert law-1: seat = '6239': is not among the seats of queue expert-law in queues.toml, "
            "6231-6232.",
        ),
        (
            ROSTER,
            'field = "law"',
            'field = "laws"',
            "experts.toml: expert law-1: field = 'laws': is not in the EXPERT lines of destinations.toml; "
            "did you mean 'law'?",
        ),
        (
            ROSTER,
            'seat = "6232"',
            'seat = "6231"',
            "experts.toml: seat 6232 of queue expert-law has no [[expert]]; ",
        ),
        (
            ROSTER,
            '[[expert]]\nkey = "law-2"',
            '[[expert]]\nkey = "law-3"\nseat = "6231"\nfield = "law"\nunit_zh = "x"\nunit_en = "x"\n\n'
            '[[expert]]\nkey = "law-2"',
            "experts.toml: experts law-1 and law-3: both are posted to seat 6231 at the same time; ",
        ),
        (
            ROSTER,
            'seat = "6231"',
            'seat = "6231"\nvalid_from = 2026-07-01\nvalid_to = 2026-06-30',
            "experts.toml: expert law-1: valid_to = 2026-06-30: lies before valid_from, 2026-07-01.",
        ),
        (
            ROSTER,
            'duty = ["mon-fri 08:30-12:00"',
            'duty = ["weekdays 08:30-12:00"',
            "experts.toml: expert agriculture-1: duty: 'weekdays 08:30-12:00': days are mon, tue, ",
        ),
        (ROSTER, 'seat = "6231"', 'seat = "6231"\nname = "x"', "experts.toml: expert law-1: unknown key 'name'; "),
    ],
)
def test_experts_queues_and_roster_fit_each_other(tmp_path: Path, file: str, old: str, new: str, sentence: str) -> None:
    said = refusal(tmp_path, file, old, new)
    assert said.startswith(sentence), said


def test_postings_one_after_the_other_are_not_at_the_same_time(tmp_path: Path) -> None:
    """The second begins where the first ends: refused for one day too many, and for nothing else."""
    first = 'seat = "6231"'
    second = (
        '[[expert]]\nkey = "law-3"\nseat = "6231"\nfield = "law"\nunit_zh = "x"\nunit_en = "x"\nvalid_from = 2026-07-{}'
    )
    text = f"{first}\nvalid_to = 2026-07-31\n"
    rest = 'field = "law"\nunit_zh = "市司法局"\nunit_en = "Justice bureau"\n'
    for day, at_the_same_time in (("31", True), ("30", True)):
        said = refusal(tmp_path, ROSTER, f"{first}\n{rest}", f"{text}{rest}\n{second.format(day)}\n")
        assert ("both are posted to seat 6231" in said) is at_the_same_time
    said = refusal(
        tmp_path,
        ROSTER,
        f"{first}\n{rest}",
        f"{text}{rest}\n{second.format('01').replace('07-01', '08-01')}\nduty = ['never']\n",
    )
    assert said.startswith("experts.toml: expert law-3: duty: 'never'"), said


@pytest.mark.parametrize("url", ["http://", "https://h:99999/x", "http://[::1/", "h/api/line/1", "http://h:0/"])
def test_an_address_that_cannot_be_asked_is_refused(tmp_path: Path, url: str) -> None:
    said = refusal(tmp_path, LINES, IN_TAX, f'{IN_TAX}\nstate_url = "{url}"')
    assert said.startswith(f"{TAX}state_url must be an address such as "), said
