"""Builds the house: the only module that knows every room, and the only one that reads settings."""

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from acd.events import Started
from acd.names import AgentId, Millis, Moment, QueueName
from acd.state import Policy, State
from agent_desk.alarm_watch import AlarmWatch
from agent_desk.ami_thread import AmiThread
from agent_desk.chores import forget_facts, forget_sessions
from agent_desk.clock import SteadyClock
from agent_desk.demo_people import ADMIN, SUPERVISOR, make_demo_people, retire_demo_people
from agent_desk.health import HealthWatch
from agent_desk.house import House, Telephones, to_core, to_desk
from agent_desk.hub import Feed, Hub
from agent_desk.journal import Journal
from agent_desk.line_watch import LineWatch
from agent_desk.local_token import LOCAL_TOKEN as LOCAL_TOKEN  # for the commands
from agent_desk.local_token import keep_local_token
from agent_desk.loop import Inbox
from agent_desk.messages import Messages
from agent_desk.metrics import Metrics
from agent_desk.recordings import forget_old_recordings
from agent_desk.runtime import Runtime
from agent_desk.screens import catalogue_for_screens
from agent_desk.secret_files import secret
from agent_desk.telling import Telling
from agent_desk.views import Waiting, board, desk
from agent_desk.wire import BoardSnapshot, DeskSnapshot
from config.catalogues import Catalogue
from config.expert_answers import expert_terms, working_days
from config.lines import dials, queues_of_seats, seats_not_there, watched
from config.load import load_catalogue, load_settings
from config.places import own_or_shipped, settings_file, told_sources
from config.plans import floor_policy, pbx_plan
from config.settings import Settings
from config.toml_file import SettingsError as SettingsError  # for the command, which may not import config
from core.areas import load_areas
from core.database import Database, DatabaseSettings, migrate, open_database
from core.recorder import CoreQueue, Recorder
from core.working_days import WorkingDays, day_at
from telephony.backfill import Logs, tell_missed
from telephony.link import AmiLink
from telephony.plan import PbxPlan
from telephony.session import AmiSettings

log = logging.getLogger(__name__)

VERSION = "0.1.0"
WEB = Path(__file__).parent / "web" / "dist"


class Plan(Struct, frozen=True, kw_only=True):
    """Settings and catalogues, read and checked; nothing is started yet."""

    settings: Settings
    catalogue: Catalogue

    @property
    def secrets(self) -> Path:
        """Where generated secrets are."""
        return self.settings.data_directory / "secrets"

    @property
    def pbx_root(self) -> Path:
        """Where the private Asterisk's root is, unless the machine has an Asterisk of its own."""
        return Path(os.environ.get("JIETONG_PBX_ROOT") or self.settings.data_directory / "pbx" / "root").absolute()

    @property
    def recorded_prompts(self) -> Path:
        """Where recordings lie that win over spoken prompts."""
        return own_or_shipped(settings_file().parent, "recorded")

    @property
    def catalogue_sources(self) -> str:
        """Which catalogues are read from where, in words."""
        return told_sources(settings_file().parent)

    @property
    def calendar(self) -> WorkingDays:
        """The days on which offices work."""
        return working_days(self.catalogue)

    @property
    def journal(self) -> Path:
        """Where the facts are kept."""
        return self.settings.data_directory / "journal"

    @property
    def web_address(self) -> tuple[str, int]:
        """Where our pages are."""
        return self.settings.web.host, self.settings.web.port

    @property
    def demo_password_file(self) -> Path:
        """There while the demo's users are enabled."""
        return self.secrets / "demo-password"

    @property
    def demo_password(self) -> str:
        """The one password of all demo log-ins."""
        return secret(self.secrets, self.demo_password_file.name, characters=10)

    @property
    def database(self) -> DatabaseSettings:
        """Which database; without a URL a SQLite file under the data directory."""
        url = self.settings.database.url or f"sqlite:///{self.settings.data_directory / 'jietong.sqlite'}"
        return DatabaseSettings(url=url)

    def pbx(self) -> PbxPlan:
        """Return what our Asterisk must look like."""
        return pbx_plan(
            self.settings,
            self.catalogue,
            ami_secret=secret(self.secrets, "ami"),
            citizen_password=secret(self.secrets, "citizen"),
            base=self.settings.pbx_directory,
        )

    def policy(self) -> Policy:
        """Return the rules of the floor."""
        return floor_policy(self.settings, self.catalogue)

    def queues_of(self) -> Callable[[AgentId, Moment], tuple[QueueName, ...]]:
        """Return who may serve what, by the days on which experts are posted."""
        by_day, offset = queues_of_seats(self.catalogue), self.policy().utc_offset
        return lambda agent, at: by_day(agent, day_at(at, offset))

    def demo_logins(self) -> tuple[tuple[str, str, str], ...]:
        """Return user, password and role of the demo log-ins; none outside demo mode."""
        if not self.settings.demo.enabled:
            return ()
        first, password = self.settings.seats.first, self.demo_password
        agents = tuple((str(first + number), password, "agent") for number in range(self.settings.demo.agents))
        return (*agents, (SUPERVISOR, password, "supervisor"), (ADMIN, password, "admin"))


def read_plan() -> Plan:
    """Read settings and catalogues.

    Raises:
        config.toml_file.SettingsError: one sentence naming file, key and what would be valid.

    """
    settings = load_settings()
    if settings.redis.url:
        raise SettingsError("redis.url: the journal in Redis is not built yet; leave it empty for the local journal.")
    return Plan(settings=settings, catalogue=load_catalogue(settings_file().parent))


async def open_core(plan: Plan) -> Database:
    """Bring the schema up to date and open the database."""
    plan.settings.data_directory.mkdir(parents=True, exist_ok=True)
    await migrate(plan.database)
    return open_database(plan.database)


async def build_house(plan: Plan) -> House:
    """Put every part together, with the journal folded anew."""
    settings, clock, metrics = plan.settings, SteadyClock(), Metrics()
    log.info("catalogues are read", extra={"from": plan.catalogue_sources})
    pbx, database = plan.pbx(), await open_core(plan)
    await _prepare_people(plan, database, clock.now())
    for queue, seats in seats_not_there(settings, plan.catalogue).items():
        log.warning("a queue has seats that are not there", extra={"queue": queue, "seats": ", ".join(seats)})
    inbox, recorder = Inbox(), Recorder(database.writing)
    journal = Journal(plan.journal, memory_bytes=settings.journal.memory_mb << 20)
    core_queue: CoreQueue = asyncio.Queue()
    ami = AmiSettings(
        host=pbx.ami_host,
        port=pbx.ami_port,
        user=pbx.ami_user,
        secret=pbx.ami_secret,
        installation=secret(plan.secrets, "installation", characters=8),
        dial=dials(settings, plan.catalogue),
    )
    logs = Logs(cel=pbx.base / "log" / "cel-custom" / "Master.csv", queue_log=pbx.base / "log" / "queue_log")

    async def missed(until: Moment) -> None:
        # Whoever never heard anything, but watched while another bridge wrote, knows nothing of that one's last calls.
        since = max(runtime.state.heard_at, inbox.heard_at) or link.watched_from or until
        await tell_missed(logs, since, until, inbox.tell_missed, inbox.room_for_missed)

    link = AmiLink(ami, tell=inbox.tell, now=clock.now, missed=missed, room=inbox.room)
    health = HealthWatch(link=link, inbox=inbox, journal=journal, recorder=recorder, now=clock.now)

    def heard(age_ms: int) -> None:
        metrics.heard(age_ms)
        health.heard(age_ms)

    def apart(ahead: Millis) -> None:
        clock.move(ahead)
        health.apart(ahead)

    link.on_age, link.on_apart = heard, apart
    ami_thread = AmiThread(link)
    alarms = AlarmWatch(lambda: runtime.state, health.look, clock.now, lambda: hub.changed())
    waiting, messages = Waiting(), Messages(clock.now, lambda: hub.changed())
    hub = Hub(
        Feed(lambda: board(runtime.state, link.event_age_ms, alarms.on()), _board_snapshot, clock.now),
        lambda agent: Feed(
            lambda: messages.onto(desk(runtime.state, AgentId(agent), link.event_age_ms, alarms.on(), waiting)),
            _desk_snapshot,
            clock.now,
        ),
    )
    runtime = Runtime(
        State(policy=plan.policy()),
        journal,
        pbx=ami_thread.perform,
        core=to_core(core_queue),
        desk=to_desk(hub),
        changed=hub.changed,
        recorded=lambda: recorder.state.position,
    )
    runtime.replay(await recorder.position())
    gap = max(0, clock.now() - runtime.state.now) if runtime.state.now else 0
    inbox.tell(Started(at=clock.now(), version=VERSION, gap=Millis(gap)))
    return House(
        clock=clock,
        inbox=inbox,
        runtime=runtime,
        journal=journal,
        telling=Telling(runtime, plan.journal),
        hub=hub,
        link=link,
        ami=ami_thread,
        database=database,
        recorder=recorder,
        core_queue=core_queue,
        catalogue=catalogue_for_screens(settings, plan.catalogue),
        telephones=Telephones(
            domain=settings.sip.host,
            registrar=f"{settings.sip.host}:{settings.sip.port}",
            websocket=settings.phone_websocket,
            citizen_password=pbx.citizen_password,
        ),
        metrics=metrics,
        health=health,
        alarms=alarms,
        lines=LineWatch(watched(settings, plan.catalogue), inbox.tell, clock.now, lambda: runtime.state.lines),
        messages=messages,
        areas=await load_areas(settings.data_directory / "cache"),
        demo=settings.demo.enabled,
        demo_logins=plan.demo_logins(),
        session_hours=settings.web.session_hours,
        queues_of=plan.queues_of(),
        expert_terms=expert_terms(plan.catalogue, plan.policy().utc_offset),
        web=WEB,
        chores=(
            lambda: forget_old_recordings(pbx.base / "recordings", settings.recording.keep_days, clock.now()),
            lambda: forget_sessions(database, clock.now()),
            lambda: forget_facts(
                plan.journal,
                recorded=recorder.state.position,
                keep_days=settings.journal.keep_days,
                now=clock.now(),
            ),
        ),
    )


async def _prepare_people(plan: Plan, database: Database, now: Moment) -> None:
    await keep_local_token(database, plan.secrets, now)
    if plan.settings.demo.enabled:
        renew = not plan.demo_password_file.exists()
        await make_demo_people(
            database,
            first_seat=plan.settings.seats.first,
            count=plan.settings.demo.agents,
            seats=plan.settings.seats.count,
            password=plan.demo_password,
            renew=renew,
        )
    elif plan.demo_password_file.exists():
        count = await retire_demo_people(database)
        plan.demo_password_file.unlink()
        log.warning("the demo is off: its users are disabled", extra={"users": count})


def _board_snapshot(seq: int, now: Moment, view: object) -> BoardSnapshot:
    return BoardSnapshot(seq=seq, now=now, view=view)  # type: ignore[arg-type] # the feed's own view


def _desk_snapshot(seq: int, now: Moment, view: object) -> DeskSnapshot:
    return DeskSnapshot(seq=seq, now=now, view=view)  # type: ignore[arg-type] # the feed's own view
