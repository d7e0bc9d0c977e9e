"""The settings of a Jietong installation as frozen values; `config.load` makes them from files and variables.

Every section and key of `config/jietong.toml` has its field here, and `JIETONG_<SECTION>_<KEY>` overrides it
(for example `JIETONG_WEB_PORT`). An unknown key is an error.
"""

from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct, field

Port = Annotated[int, Meta(ge=1, le=65_535)]
"""A TCP or UDP port. `config.load` checks that no two of ours are the same."""
PortOrNone = Annotated[int, Meta(ge=0, le=65_535)]
"""A port, or 0 for none."""
Host = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.:-]{1,253}\Z")]
"""A host name or an IP address."""
Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}\Z")]
"""A name that goes into Asterisk's files: letters, digits, `-` and `_`, at most 32."""


class Web(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where browsers reach us."""

    host: Host = "127.0.0.1"
    port: Port = 8345
    session_hours: Annotated[int, Meta(ge=1, le=168)] = 12


class Sip(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where telephones and trunks reach Asterisk."""

    host: Host = "127.0.0.1"
    port: Port = 5060
    rtp_first: Port = 10000
    rtp_last: Port = 19999
    trunk_addresses: tuple[str, ...] = ()
    """Addresses whose calls are admitted as the trunk's; demo mode adds 127.0.0.2."""


class Pbx(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Our own Asterisk."""

    node: Name = "jt1"
    """Asterisk's systemname: the first part of every call id."""
    http_host: Host = "127.0.0.1"
    http_port: Port = 8088
    websocket: str = ""
    """Where browsers find that server by way of a proxy with TLS; empty: there is none."""
    managed: bool = True
    """True: `jietong run` starts and stops a private Asterisk. False: one is there already."""
    directory: str = ""
    """Where that Asterisk has its configuration and logs; empty: `<data>/pbx/asterisk`."""


class Ami(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The manager interface; the secret is generated into `<data>/secrets/ami`."""

    host: Host = "127.0.0.1"
    port: Port = 5038
    user: Name = "jietong"


class Data(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where everything we write lives."""

    directory: Annotated[str, Meta(min_length=1)] = "var"


class Database(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The ticket core's database; empty: SQLite under the data directory."""

    url: str = ""


class Redis(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The journal's Redis; empty: the local segment log."""

    url: str = ""


class Journal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The journal of facts: how long it is kept, and how much of it memory holds while the disk is full."""

    keep_days: Annotated[int, Meta(ge=7, le=36_500)] = 30
    """Segments are removed when they are older and no restart needs them."""
    memory_mb: Annotated[int, Meta(ge=1, le=4_096)] = 64
    """Beyond it facts are folded and not kept; a snapshot stands for them once there is room."""


class Demo(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a newcomer gets and a hotline switches off."""

    enabled: bool = True
    agents: Annotated[int, Meta(ge=0, le=5_000)] = 240
    """Demo log-ins made, one for each of the first seats."""
    carrier_port: PortOrNone = 5080
    """Where the demo's answering party plays the public network."""
    sub_centre_sip_port: PortOrNone = 5070
    """Where the demo's second hotline, the sub-centre, is reached; 0 for any of these: there is none."""
    sub_centre_web_port: PortOrNone = 8346
    sub_centre_http_port: PortOrNone = 8089
    sub_centre_ami_port: PortOrNone = 5039
    sub_centre_rtp_first: PortOrNone = 20000
    """First of its thousand voice ports."""


class Seats(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Agent positions: for each a SIP phone `<seat>-sip` and a browser phone `<seat>-web` in Asterisk."""

    first: Annotated[int, Meta(ge=100, le=99_999)] = 6001
    count: Annotated[int, Meta(ge=1, le=5_000)] = 244


class Recording(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Call recording; the announcement is played exactly when it is on."""

    enabled: bool = True
    keep_days: Annotated[int, Meta(ge=1, le=36_500)] = 180


class Floor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rules of the floor; each becomes a field of `acd.state.Policy`."""

    service_level_ms: Annotated[int, Meta(ge=1_000, le=600_000)] = 15_000
    """An answer after `<=` this wait is within the service level (GB/T 33358-2016: 15 s)."""
    acw_seconds: Annotated[int, Meta(ge=0, le=3_600)] = 60
    """After-call work ends by itself after this."""
    misses_before_away: Annotated[int, Meta(ge=0, le=100)] = 3
    """Unanswered rings in a row after which an agent is set not ready; 0: never."""
    answer_asterisk_seconds: Annotated[int, Meta(ge=1, le=60)] = 5
    """How long a request waits for Asterisk before it is refused."""
    dead_member_seconds: Annotated[int, Meta(ge=0, le=600)] = 10
    """A ready agent not rung for so long beside a waiting caller is put into the queues anew; 0: never."""
    utc_offset_minutes: Annotated[int, Meta(ge=-720, le=840)] = 480
    """Where the day begins: China Standard Time."""
    interval_minutes: Annotated[int, Meta(ge=1, le=1_440)] = 15


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything an installation can change, but the catalogues (numbers, queues, states, prompts)."""

    web: Web = field(default_factory=Web)
    sip: Sip = field(default_factory=Sip)
    pbx: Pbx = field(default_factory=Pbx)
    ami: Ami = field(default_factory=Ami)
    data: Data = field(default_factory=Data)
    database: Database = field(default_factory=Database)
    redis: Redis = field(default_factory=Redis)
    journal: Journal = field(default_factory=Journal)
    demo: Demo = field(default_factory=Demo)
    seats: Seats = field(default_factory=Seats)
    recording: Recording = field(default_factory=Recording)
    floor: Floor = field(default_factory=Floor)

    @property
    def data_directory(self) -> Path:
        """The data directory as an absolute path."""
        return Path(self.data.directory).absolute()

    @property
    def phone_websocket(self) -> str:
        """The address that browsers are told for their telephone."""
        return self.pbx.websocket or f"ws://{self.pbx.http_host}:{self.pbx.http_port}/ws"

    @property
    def pbx_directory(self) -> Path:
        """Asterisk's directory as an absolute path."""
        own = self.data_directory / "pbx" / "asterisk"
        return Path(self.pbx.directory).absolute() if self.pbx.directory else own
