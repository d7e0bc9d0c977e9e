"""The settings of a Jietong installation as frozen values; `config.load` makes them from files and variables.

Every section and key of `config/jietong.toml` has its field here, and `JIETONG_<SECTION>_<KEY>` overrides it
(for example `JIETONG_WEB_PORT`). An unknown key is an error.
"""

from pathlib import Path

from msgspec import Struct, field


class Web(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where browsers reach us."""

    host: str = "127.0.0.1"
    port: int = 8345
    session_hours: int = 12


class Sip(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where telephones and trunks reach Asterisk."""

    host: str = "127.0.0.1"
    port: int = 5060
    rtp_first: int = 10000
    rtp_last: int = 19999
    trunk_addresses: tuple[str, ...] = ()
    """Addresses whose calls are admitted as the trunk's; demo mode adds 127.0.0.2."""


class Pbx(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Our own Asterisk."""

    node: str = "jt1"
    """Asterisk's systemname: the first part of every call id."""
    http_host: str = "127.0.0.1"
    http_port: int = 8088
    managed: bool = True
    """True: `jietong run` starts and stops a private Asterisk. False: one is there already."""


class Ami(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The manager interface; the secret is generated into `<data>/secrets/ami`."""

    host: str = "127.0.0.1"
    port: int = 5038
    user: str = "jietong"


class Data(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where everything we write lives."""

    directory: str = "var"


class Database(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The ticket core's database; empty: SQLite under the data directory."""

    url: str = ""


class Redis(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The journal's Redis; empty: the local segment log."""

    url: str = ""


class Demo(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a newcomer gets and a hotline switches off."""

    enabled: bool = True
    agents: int = 240
    """Demo log-ins made, one for each of the first seats."""


class Seats(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Agent positions: for each a SIP phone `<seat>-sip` and a browser phone `<seat>-web` in Asterisk."""

    first: int = 6001
    count: int = 240


class Recording(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Call recording; the announcement is played exactly when it is on."""

    enabled: bool = True
    keep_days: int = 180


class Floor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rules of the floor; each becomes a field of `acd.state.Policy`."""

    service_level_ms: int = 15_000
    """An answer after `<=` this wait is within the service level (GB/T 33358-2016: 15 s)."""
    acw_seconds: int = 60
    """After-call work ends by itself after this."""
    misses_before_away: int = 3
    """Unanswered rings in a row after which an agent is set not ready; 0: never."""
    answer_asterisk_seconds: int = 5
    """How long a request waits for Asterisk before it is refused."""
    utc_offset_minutes: int = 480
    """Where the day begins: China Standard Time."""
    interval_minutes: int = 15


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything an installation can change, but the catalogues (numbers, queues, states, prompts)."""

    web: Web = field(default_factory=Web)
    sip: Sip = field(default_factory=Sip)
    pbx: Pbx = field(default_factory=Pbx)
    ami: Ami = field(default_factory=Ami)
    data: Data = field(default_factory=Data)
    database: Database = field(default_factory=Database)
    redis: Redis = field(default_factory=Redis)
    demo: Demo = field(default_factory=Demo)
    seats: Seats = field(default_factory=Seats)
    recording: Recording = field(default_factory=Recording)
    floor: Floor = field(default_factory=Floor)

    @property
    def data_directory(self) -> Path:
        """The data directory as an absolute path."""
        return Path(self.data.directory).absolute()
