"""What an Asterisk of ours must look like, as values: `config` fills, `render` writes, `private_pbx` runs."""

from pathlib import Path

from msgspec import Struct

DIALPLAN_PROMPTS = (
    "recorded",
    "callback-timeout",
    "callback-no-agent",
    "callback-full",
    "system-fault",
    "line-lost",
    "closed",
)
"""Prompt keys the dialplan plays by name; every plan must have them."""


class NumberPlan(Struct, frozen=True, kw_only=True):
    """One registered number (`config/numbers.toml`) as the dialplan needs it."""

    number: str
    queue: str
    """The queue its calls wait in."""
    greeting: str
    """Prompt key of the greeting."""
    transition: str | None = None
    """Prompt key of the transition announcement ("this service is now 12345"); None: never."""
    transition_from: str | None = None
    transition_to: str | None = None
    """First and last day of the transition announcement, `YYYY-MM-DD` local, both included; None: open."""
    open_from: str | None = None
    """First day the number is answered; None: always."""
    open_to: str | None = None
    """Last day the number is answered (a cancelled number); None: for ever."""


class QueuePlan(Struct, frozen=True, kw_only=True):
    """One queue of app_queue."""

    name: str
    strategy: str = "leastrecent"
    ring_seconds: int = 15
    max_wait_seconds: int = 180
    """Then the caller hears that we will ring back, and the call is lost at OVERFLOW_CALLBACK."""
    max_waiting: int = 0
    """Callers beyond this are told we will ring back; 0: no limit."""
    announce_seconds: int = 30
    """How often position and expected wait are spoken."""
    weight: int = 0


class TrunkPlan(Struct, frozen=True, kw_only=True):
    """An outside PBX or carrier that is dialled over SIP/UDP."""

    name: str
    host: str
    """IPv4 address."""
    port: int = 5060
    hands_over: bool = False
    """Whether it passes calls on to us (110): they go before others. False: nobody calls in from it."""


class DestinationPlan(Struct, frozen=True, kw_only=True):
    """Somebody outside whom a call is handed on to: a line of the directory that is dialled."""

    key: str
    """A line of config/destinations.toml; extension of context `blind`."""
    number: str
    trunk: str
    """Name of a trunk of the plan."""
    ring_seconds: int = 25


class StepPlan(Struct, frozen=True, kw_only=True):
    """A step of the IVR that a citizen is sent through and comes back from (挂起转)."""

    key: str
    """A line of config/destinations.toml; extension of context `step`."""
    prompt: str
    """Prompt key of the question."""
    max_digits: int = 1
    timeout_seconds: int = 10
    """To wait for each digit."""


class Prompt(Struct, frozen=True, kw_only=True):
    """A sentence the caller hears, in both languages."""

    key: str
    zh: str
    en: str


class PbxPlan(Struct, frozen=True, kw_only=True):
    """Everything one Asterisk needs."""

    node: str
    base: Path
    """Our directory for this Asterisk (etc, log, run, spool, db, sounds, recordings), absolute."""
    sip_host: str
    sip_port: int
    rtp_first: int
    rtp_last: int
    http_host: str
    http_port: int
    ami_host: str
    ami_port: int
    ami_user: str
    ami_secret: str
    trunk_addresses: tuple[str, ...]
    citizen_phone: bool
    """Demo only: endpoint `citizen-web`, a browser phone that may dial registered numbers."""
    citizen_password: str
    seat_first: int
    seat_count: int
    recording: bool
    numbers: tuple[NumberPlan, ...]
    queues: tuple[QueuePlan, ...]
    prompts: tuple[Prompt, ...]
    trunks: tuple[TrunkPlan, ...] = ()
    destinations: tuple[DestinationPlan, ...] = ()
    steps: tuple[StepPlan, ...] = ()
    language: str = "zh"
    utc_offset_minutes: int = 480
    """Local time of the dates in `numbers` and of the recordings' directories: China Standard Time."""
