"""What a command may be refused for: errors whose text is one sentence for the person at the keyboard."""

from sqlalchemy.exc import DBAPIError

from agent_desk.compose import SettingsError
from agent_desk.journal import JournalError
from agent_desk.server import StartRefused
from core.database import DatabaseUrlInvalid
from core.people import UserRefused
from telephony.pbx_root import PbxError
from telephony.prompts import PromptError
from telephony.render import PlanRefused


class CommandRefused(Exception):
    """A command cannot do what it was asked."""


REFUSALS = (
    CommandRefused,
    DatabaseUrlInvalid,
    JournalError,
    PbxError,
    PlanRefused,
    PromptError,
    SettingsError,
    StartRefused,
    UserRefused,
)

OUTSIDE = (DBAPIError, OSError)
"""What files, disks and the database's server may do to us."""


def sentence_of(error: DBAPIError | OSError) -> str:
    """Say what stands in the way and where to mend it."""
    if isinstance(error, OSError) and error.filename is not None:
        why = error.strerror or type(error).__name__
        return f"{error.filename}: {why}; mend it, or set JIETONG_DATA_DIRECTORY to a directory that can be written."
    cause = str(error.orig if isinstance(error, DBAPIError) else error).partition("\n")[0]
    return f"the database cannot be used ({cause}); check database.url (JIETONG_DATABASE_URL) and that its server runs."
