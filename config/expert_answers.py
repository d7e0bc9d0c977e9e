"""Who owes a written answer when nobody of an expert line was there, and until when; what must hold of both."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

from acd.names import DestinationKey, Millis, Moment
from config.catalogues import Catalogue
from config.directory import AnswerRule, Counted, Expert, Holiday, valid_on
from config.places import own_or_shipped
from config.toml_file import SettingsError, known
from core.expert_answers import ExpertTerms
from core.working_days import WorkingDays, day_at, due_day, end_of

_SATURDAY = 5
_LONGEST = 31
"""A holiday of more days is a slip of the pen."""

Terms = Callable[[DestinationKey, Moment], ExpertTerms | None]
"""What is asked of a line's experts at a moment; None: the line is no expert line."""


def check_answers(catalogue: Catalogue, directory: Path) -> None:
    """Refuse fields without a rule, rules without a field, and a calendar that contradicts itself.

    Raises:
        SettingsError: naming the file, the key, the value and what would be valid.
    """
    path = own_or_shipped(directory, "experts.toml")
    fields = [one.field for one in catalogue.destinations if one.field is not None]
    for rule in catalogue.answers:
        known(rule.field, fields, f"{path}: answer {rule.field}: field", "the EXPERT lines of destinations.toml")
    ruled = {rule.field for rule in catalogue.answers}
    for field in fields:
        if field not in ruled:
            raise SettingsError(
                f"{path}: field {field!r} has no [[answer]]; add one, so that a ticket can be sent to its experts."
            )
    _check_calendar(catalogue, own_or_shipped(directory, "calendar.toml"))


def _check_calendar(catalogue: Catalogue, path: Path) -> None:
    for one in catalogue.holidays:
        where = f"{path}: holiday {one.first}: last = {one.last}:"
        if one.last < one.first:
            raise SettingsError(f"{where} lies before first.")
        if (one.last - one.first).days >= _LONGEST:
            raise SettingsError(f"{where} a holiday of more than {_LONGEST} days; is the year right?")
    free = Counter(day for one in catalogue.holidays for day in _days(one))
    twice = sorted(day for day, count in free.items() if count > 1)
    if twice:
        raise SettingsError(f"{path}: {twice[0]} is in two [[holiday]]s; take it out of one.")
    for made_up in catalogue.made_up:
        where = f"{path}: made_up {made_up.day}:"
        if made_up.day.weekday() < _SATURDAY:
            raise SettingsError(f"{where} is no Saturday or Sunday; offices work on it anyway, or it is a holiday.")
        if made_up.day in free:
            raise SettingsError(f"{where} is in a [[holiday]] too; take it out of one.")


def expert_terms(catalogue: Catalogue, utc_offset: Millis) -> Terms:
    """Return who answers for each expert line, and until when, by the postings of the day."""
    fields = {DestinationKey(one.key): one.field for one in catalogue.destinations if one.field is not None}
    rules = {rule.field: rule for rule in catalogue.answers}
    days = working_days(catalogue)

    def terms(to: DestinationKey, at: Moment) -> ExpertTerms | None:
        field = fields.get(to)
        if field is None:
            return None
        today = day_at(at, utc_offset)
        due = _due(today, rules[field], days)
        return ExpertTerms(
            field=field, unit=_unit(catalogue.experts, field, today), due_day=due, due_at=end_of(due, utc_offset)
        )

    return terms


def working_days(catalogue: Catalogue) -> WorkingDays:
    """Return the calendar as the core counts by it."""
    return WorkingDays(
        holidays=frozenset(day for one in catalogue.holidays for day in _days(one)),
        made_up=frozenset(one.day for one in catalogue.made_up),
    )


def _due(today: date, rule: AnswerRule, days: WorkingDays) -> date:
    return due_day(today, rule.answer_days, days if rule.count is Counted.WORKING else None)


def _unit(experts: Iterable[Expert], field: str, today: date) -> str:
    """Return the departments that send experts of a field now; between two postings, those that ever did."""
    of_field = [one for one in experts if one.field == field]
    posted = [one for one in of_field if valid_on(one, today)] or of_field
    return "、".join(dict.fromkeys(one.unit_zh for one in posted))


def _days(holiday: Holiday) -> Iterable[date]:
    return (holiday.first + timedelta(days=n) for n in range((holiday.last - holiday.first).days + 1))
