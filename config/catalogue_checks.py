"""What must hold between the catalogues: the national list's sums, and names taken from another file."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from acd.agent import ACW_REASON, AWAY_REASON, SIGNED_IN_REASON
from config.catalogues import Catalogue, Number
from config.directory_checks import check_directory
from config.expert_answers import check_answers
from config.places import own_or_shipped
from config.toml_file import SettingsError, in_order, known
from telephony.plan import DIALPLAN_PROMPTS

HOTLINE = "12345"
LINES_PER_MODE = {"HOTLINE": 1, "MERGED": 13, "DUAL_NUMBER": 14, "SUB_CENTRE": 5}
"""国办发〔2020〕53号: 13 + 14 + 5 = 32 lines, and 12345 itself. Other numbers need an approval."""
EXPERT_LINES = frozenset({"12348", "12333", "12329", "12316", "12320"})
"""The five lines for which the annex asks for expert seats."""
RESERVED_QUEUES = ("general", "default")
"""Sections of Asterisk's queues.conf that are not queues."""
SET_BY_THE_RULES = (SIGNED_IN_REASON, ACW_REASON, AWAY_REASON)
"""Not-ready reasons the rules of the floor give without being asked."""


def check_catalogue(catalogue: Catalogue, directory: Path) -> None:
    """Refuse a catalogue that contradicts itself or the national list.

    Raises:
        SettingsError: naming the file, the key, the value and what would be valid.
    """
    numbers = own_or_shipped(directory, "numbers.toml")
    _check_national_list(catalogue.numbers, numbers)
    queues = [queue.name for queue in catalogue.queues]
    prompts = [prompt.key for prompt in catalogue.prompts]
    _check_queues(queues, own_or_shipped(directory, "queues.toml"))
    _check_numbers(catalogue.numbers, queues, prompts, numbers)
    for key in DIALPLAN_PROMPTS:
        known(key, prompts, f"{own_or_shipped(directory, 'prompts.toml')}: the dialplan's prompt", "prompts.toml")
    reasons = [reason.key for reason in catalogue.reasons if not reason.self_service]
    states = own_or_shipped(directory, "states.toml")
    for key in SET_BY_THE_RULES:
        known(key, reasons, f"{states}: the floor's reason", "the reasons not self_service")
    check_directory(catalogue, directory)
    check_answers(catalogue, directory)
    _check_not_accepted(catalogue, own_or_shipped(directory, "demand.toml"))


def _check_national_list(numbers: Iterable[Number], path: Path) -> None:
    modes = Counter(str(number.mode) for number in numbers)
    for mode, wanted in LINES_PER_MODE.items():
        if modes[mode] != wanted:
            raise SettingsError(f"{path}: {modes[mode]} numbers have mode {mode}; the national list has {wanted}.")
    for number in numbers:
        where = f"{path}: number {number.number}"
        if (number.mode == "HOTLINE") != (number.number == HOTLINE):
            raise SettingsError(f"{where}: mode = {number.mode.value!r}: only {HOTLINE} has mode HOTLINE.")
        if number.expert_seat != (number.number in EXPERT_LINES):
            valid = str(number.number in EXPERT_LINES).lower()
            raise SettingsError(
                f"{where}: expert_seat = {str(number.expert_seat).lower()}: the annex says {valid}; "
                f"expert seats are for {', '.join(sorted(EXPERT_LINES))}."
            )


def _check_queues(queues: list[str], path: Path) -> None:
    for reserved in RESERVED_QUEUES:
        if reserved in queues:
            raise SettingsError(
                f"{path}: queue {reserved}: name = {reserved!r}: "
                "Asterisk's queues.conf keeps this name for itself; choose another."
            )


def _check_numbers(numbers: Iterable[Number], queues: list[str], prompts: list[str], path: Path) -> None:
    for number in numbers:
        where = f"{path}: number {number.number}"
        known(number.queue, queues, f"{where}: queue", "queues.toml")
        known(number.greeting, prompts, f"{where}: greeting", "prompts.toml")
        if number.transition is not None:
            known(number.transition, prompts, f"{where}: transition", "prompts.toml")
        in_order(number.effective_from, number.effective_to, f"{where}: effective")
        in_order(number.transition_from, number.transition_to, f"{where}: transition")


def _check_not_accepted(catalogue: Catalogue, path: Path) -> None:
    demand = catalogue.demand
    numbers = sorted(reason.number for reason in demand.not_accepted)
    if numbers != list(range(1, 11)):
        raise SettingsError(f"{path}: not_accepted has the numbers {numbers}; valid is each of 1 to 10 once.")
    for name, choices in (("domain", demand.domains), ("type", demand.types)):
        if len(choices) != 5:
            raise SettingsError(f"{path}: {len(choices)} [[{name}]]; the national opinion has 5.")
    twice = [key for key, count in Counter(reason.key for reason in demand.not_accepted).items() if count > 1]
    if twice:
        raise SettingsError(f"{path}: not_accepted key {twice[0]!r} is there twice; give each reason its own.")
