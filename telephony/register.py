"""What Asterisk's own database remembers of its bridges, and their beats as AMI messages (see telephony/fence.py)."""

from telephony.actions import READ_REGISTER, register_holder, register_installation
from telephony.ami_protocol import AmiMessage
from telephony.fence import Beat, Register
from telephony.session import ANSWER_SECONDS
from telephony.wire import AmiWire

_INSTALLATIONS = "/jt/bridge/installation/"
_HOLDER = "/jt/bridge/holder"


async def read_register(wire: AmiWire) -> Register:
    """Return the register; an entry that makes no sense is taken for none, as after a database made anew."""
    entries = {
        message["Key"]: message["Val"]
        for message in await wire.collect(READ_REGISTER, "DBGetTreeComplete", ANSWER_SECONDS)
    }
    holder, _, token = entries.get(_HOLDER, "").partition(" ")
    known = token.isascii() and token.isdigit()
    return Register(
        holder=holder if known else "",
        token=int(token) if known else 0,
        installations=frozenset(key.removeprefix(_INSTALLATIONS) for key in entries if key.startswith(_INSTALLATIONS)),
    )


async def put_down(wire: AmiWire, installation: str) -> None:
    """Put an installation's name down, before it begins to wait for its turn."""
    await wire.send(register_installation(installation), ANSWER_SECONDS)


async def write_holder(wire: AmiWire, bridge: str, token: int) -> None:
    """Put down who writes from now on."""
    await wire.send(register_holder(bridge, token), ANSWER_SECONDS)


def beat_of(message: AmiMessage) -> Beat:
    """Return the beat that Asterisk passed on.

    Raises:
        KeyError, ValueError: it is none of ours.

    """
    return Beat(bridge=message["Bridge"], token=int(message["Token"]), number=int(message["Beat"]))
