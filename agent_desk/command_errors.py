"""What a command may be refused for: errors whose text is one sentence for the person at the keyboard."""

from agent_desk.compose import SettingsError
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
    PbxError,
    PlanRefused,
    PromptError,
    SettingsError,
    StartRefused,
    UserRefused,
)
