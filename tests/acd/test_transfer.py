"""The table of modes and of commands is whole."""

from acd.transfer import COMMANDS, MODES, Command, Place, Step, TransferMode


def test_every_mode_has_its_row_and_its_name_of_the_glossary():
    assert set(MODES) == set(TransferMode)
    assert {mode.value for mode in TransferMode} == {
        "transfer_blind",
        "transfer_success",
        "transfer_attended",
        "transfer_conference",
        "transfer_suspend",
    }


def test_every_step_says_what_may_be_wanted_in_it():
    assert set(COMMANDS) == set(Step)
    assert all(Command.DROP in allowed for allowed in COMMANDS.values()), "there is always a way back"


def test_the_citizen_hears_music_only_while_the_agent_consults():
    assert [mode for mode, row in MODES.items() if row.meanwhile is Place.MUSIC] == [TransferMode.ATTENDED]


def test_only_released_calls_leave_the_agent_at_once_and_only_success_on_the_answer():
    assert [mode for mode, row in MODES.items() if not row.agent_stays] == [TransferMode.RELEASE]
    assert [mode for mode, row in MODES.items() if row.leaves_on_answer] == [TransferMode.SUCCESS]
    assert all(row.rings for mode, row in MODES.items() if row.meanwhile in (Place.ROOM, Place.MUSIC))
