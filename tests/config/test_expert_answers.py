"""Who owes a written answer, and until when; and what is refused of the rules and the calendar."""

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from acd.names import DestinationKey, Millis, Moment
from config.catalogues import Catalogue
from config.directory import AnswerRule, Counted, Expert
from config.expert_answers import expert_terms, working_days
from config.load import load_catalogue
from core.expert_answers import ExpertTerms
from core.working_days import end_of
from tests.config.changed import refusal

CHINA = Millis(8 * 3_600_000)
LAW, TAX = DestinationKey("expert-law"), DestinationKey("tax")
ROSTER, CALENDAR = "experts.toml", "calendar.toml"


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue()


def asked(catalogue: Catalogue, day: date, to: DestinationKey = LAW) -> ExpertTerms:
    noon = Moment(end_of(day, CHINA) - 12 * 3_600_000)
    found = expert_terms(catalogue, CHINA)(to, noon)
    assert found is not None
    return found


def test_the_fields_unit_answers_within_its_days(shipped: Catalogue) -> None:
    terms = asked(shipped, date(2026, 11, 20))
    assert terms == ExpertTerms(
        field="law", unit="市司法局", due_day=date(2026, 11, 25), due_at=end_of(date(2026, 11, 25), CHINA)
    )


def test_nobody_works_on_national_day_and_everybody_on_the_saturday_after(shipped: Catalogue) -> None:
    assert asked(shipped, date(2026, 9, 30)).due_day == date(2026, 10, 10)
    every_day = replace(shipped, answers=(AnswerRule(field="law", answer_days=3, count=Counted.CALENDAR),))
    assert asked(every_day, date(2026, 9, 30)).due_day == date(2026, 10, 3)


def test_every_expert_line_has_terms_and_no_other(shipped: Catalogue) -> None:
    terms = expert_terms(shipped, CHINA)
    lines = [one for one in shipped.destinations if terms(DestinationKey(one.key), Moment(0)) is not None]
    assert {one.kind for one in lines} == {"EXPERT"} and len(lines) == 5
    assert terms(TAX, Moment(0)) is None


def test_the_unit_is_the_one_that_sends_the_experts_on_the_day(shipped: Catalogue) -> None:
    def posting(key: str, unit: str, first: date | None, last: date | None) -> Expert:
        return Expert(key=key, seat="6231", field="law", unit_zh=unit, unit_en="-", valid_from=first, valid_to=last)

    changed = replace(
        shipped,
        experts=(
            posting("a", "市司法局", None, date(2026, 6, 30)),
            posting("b", "市律师协会", date(2026, 7, 1), date(2026, 9, 30)),
            posting("c", "市法学会", date(2026, 7, 1), date(2026, 9, 30)),
        ),
    )
    assert asked(changed, date(2026, 6, 30)).unit == "市司法局"
    assert asked(changed, date(2026, 7, 1)).unit == "市律师协会、市法学会"
    assert asked(changed, date(2026, 10, 8)).unit == "市司法局、市律师协会、市法学会"


def test_the_shipped_calendar_is_the_notices(shipped: Catalogue) -> None:
    calendar = working_days(shipped)
    days_off = sorted(day for day in calendar.holidays if day.weekday() < 5)
    assert len(calendar.holidays) == 3 + 9 + 3 + 5 + 3 + 3 + 7
    assert len(calendar.made_up) == 6
    assert len(days_off) - len(calendar.made_up) == 13, "of the thirteen days of the law none is lost"


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            ROSTER,
            "answer_days = 3",
            "answer_days = 0",
            "experts.toml: answer law.answer_days = 0: expected `int` >= 1.",
        ),
        (
            ROSTER,
            "answer_days = 3",
            'answer_days = "three"',
            "experts.toml: answer law.answer_days = 'three': expected `int`, got `str`.",
        ),
        (
            ROSTER,
            'count = "working"',
            'count = "weekdays"',
            "experts.toml: answer law.count = 'weekdays': invalid enum value 'weekdays'; valid: working, calendar.",
        ),
        (ROSTER, 'count = "working"\n', "", "experts.toml: answer law: the key 'count' is missing; add it."),
        (
            ROSTER,
            '[[answer]]\nfield = "law"',
            '[[answer]]\nfield = "laws"',
            "experts.toml: answer laws: field = 'laws': is not in the EXPERT lines of destinations.toml; "
            "did you mean 'law'?",
        ),
        (
            ROSTER,
            '[[answer]]\nfield = "law"\nanswer_days = 3\ncount = "working"\n',
            "",
            "experts.toml: field 'law' has no [[answer]]; add one, so that a ticket can be sent to its experts.",
        ),
        (
            ROSTER,
            '[[answer]]\nfield = "human-resources"',
            '[[answer]]\nfield = "law"',
            "experts.toml: answer law: is there twice; remove one.",
        ),
        (
            CALENDAR,
            "last = 2026-01-03",
            "last = 2025-12-31",
            "calendar.toml: holiday 2026-01-01: last = 2025-12-31: lies before first.",
        ),
        (
            CALENDAR,
            "last = 2026-01-03",
            "last = 2026-02-01",
            "calendar.toml: holiday 2026-01-01: last = 2026-02-01: a holiday of more than 31 days; is the year right?",
        ),
        (
            CALENDAR,
            "first = 2026-05-01",
            "first = 2026-04-06",
            "calendar.toml: 2026-04-06 is in two [[holiday]]s; take it out of one.",
        ),
        (
            CALENDAR,
            "day = 2026-01-04",
            "day = 2026-01-05",
            "calendar.toml: made_up 2026-01-05: is no Saturday or Sunday; "
            "offices work on it anyway, or it is a holiday.",
        ),
        (
            CALENDAR,
            "day = 2026-01-04",
            "day = 2026-01-03",
            "calendar.toml: made_up 2026-01-03: is in a [[holiday]] too; take it out of one.",
        ),
        (CALENDAR, "day = 2026-01-04", 'day = "soon"', "calendar.toml: made_up soon.day = 'soon': invalid "),
    ],
)
def test_what_does_not_fit_is_one_sentence(tmp_path: Path, file: str, old: str, new: str, sentence: str) -> None:
    assert refusal(tmp_path, file, old, new).startswith(sentence)
