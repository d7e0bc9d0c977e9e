"""The tables of the ticket core. Columns `*_at` and `at` are Moments, `*_ms` milliseconds, both 64-bit integers."""

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from acd.names import LossStage, Party, RingResult
from acd.transfer import TransferMode
from core.lifecycle import Callback, EventKind, Role, Stage

USER_ROLES = (Role.AGENT, Role.SUPERVISOR, Role.ADMIN)
"""The roles people and tokens can have."""

_RowNumber = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in a column of type INTEGER."""


class Base(DeclarativeBase):
    """Every table's base; constraints are named, so that migrations can name them."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[type, object]] = {int: BigInteger(), str: Text()}


def _one_of(column: str, values: Iterable[StrEnum]) -> CheckConstraint:
    """Return the rule that `column`, when set, holds one of `values`."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class Call(Base):
    """One call a row."""

    __tablename__ = "calls"
    __table_args__ = (
        _one_of("loss_stage", LossStage),
        _one_of("ended_by", Party),
        CheckConstraint("ended_at IS NULL OR ticket_id IS NOT NULL", name="finished_has_ticket"),
        CheckConstraint("answered_at IS NULL OR agent IS NOT NULL", name="answered_has_agent"),
        CheckConstraint("answered_at IS NULL OR loss_stage IS NULL", name="answered_is_not_lost"),
        CheckConstraint(
            "ended_at IS NULL OR answered_at IS NOT NULL OR loss_stage IS NOT NULL", name="unanswered_has_stage"
        ),
        CheckConstraint("wait_ms >= 0 AND talk_ms >= 0 AND hold_ms >= 0 AND rings >= 0", name="not_negative"),
        CheckConstraint("consult_ms >= 0", name="consult_not_negative"),
        CheckConstraint("conference_ms >= 0", name="conference_not_negative"),
        Index(None, "offered_at", "call_id"),
        Index(None, "caller_key", "offered_at"),
        Index(None, "ticket_id"),
    )

    call_id: Mapped[str] = mapped_column(String(150), primary_key=True)
    node: Mapped[str]
    number: Mapped[str]
    caller: Mapped[str]
    caller_key: Mapped[str]
    queue: Mapped[str]
    offered_at: Mapped[int]
    came_from: Mapped[str]
    reference: Mapped[str]
    requested_at: Mapped[int | None]
    queued_at: Mapped[int | None]
    answered_at: Mapped[int | None]
    ended_at: Mapped[int | None]
    wait_ms: Mapped[int]
    talk_ms: Mapped[int]
    hold_ms: Mapped[int]
    rings: Mapped[int]
    agent: Mapped[str | None]
    loss_stage: Mapped[str | None]
    loss_cause: Mapped[str]
    ended_by: Mapped[str | None]
    ticket_id: Mapped[str | None] = mapped_column(ForeignKey("tickets.ticket_id"))
    consult_ms: Mapped[int]
    conference_ms: Mapped[int]
    hand_offs: Mapped[int]
    transfers: Mapped[int]
    """Rows in `call_transfers`."""
    segments: Mapped[int | None]
    """Rows in `call_segments`; NULL: the call was written before those were kept."""

    ticket: Mapped["Ticket | None"] = relationship(back_populates="calls", lazy="raise")


class CallSegment(Base):
    """Somebody on the line of a call for some time (话单, 子话单); the rows of a call are counted from 1."""

    __tablename__ = "call_segments"

    call_id: Mapped[str] = mapped_column(String(150), ForeignKey("calls.call_id", ondelete="CASCADE"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    leg: Mapped[str]
    agent: Mapped[str | None]
    destination: Mapped[str | None]
    with_citizen: Mapped[bool]
    started_at: Mapped[int]
    ended_at: Mapped[int | None]


class CallTransfer(Base):
    """One handing-on of a call, or the attempt."""

    __tablename__ = "call_transfers"
    __table_args__ = (
        _one_of("mode", TransferMode),
        _one_of("result", RingResult),
        Index(None, "asked_at", "destination"),
    )

    call_id: Mapped[str] = mapped_column(String(150), ForeignKey("calls.call_id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    mode: Mapped[str]
    destination: Mapped[str]
    agent: Mapped[str]
    """Who handed the call on."""
    third: Mapped[str | None]
    third_agent: Mapped[str | None]
    asked_at: Mapped[int]
    rung_at: Mapped[int | None]
    answered_at: Mapped[int | None]
    result: Mapped[str | None]
    completed_at: Mapped[int | None]
    ended_at: Mapped[int | None]
    ticket_id: Mapped[str | None] = mapped_column(ForeignKey("tickets.ticket_id"))
    """The newest ticket whose history tells of it."""


class Ticket(Base):
    """One ticket a row; a call opens one, and may be put to an earlier one."""

    __tablename__ = "tickets"
    __table_args__ = (
        CheckConstraint("channel IN ('telephone')", name="channel_known"),
        _one_of("stage", Stage),
        _one_of("callback", Callback),
        CheckConstraint("missed = (callback <> 'none')", name="missed_is_rung_back"),
        CheckConstraint(
            "merged_into IS NULL OR (stage = 'closed' AND merged_into <> ticket_id)", name="merged_is_closed"
        ),
        CheckConstraint("channel <> 'telephone' OR call_id IS NOT NULL", name="telephone_has_call"),
        Index(None, "caller_key", "opened_at"),
        Index(None, "callback", "opened_at"),
    )

    ticket_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str]
    stage: Mapped[str]
    opened_at: Mapped[int]
    updated_at: Mapped[int]
    saved_at: Mapped[int | None]
    call_id: Mapped[str | None] = mapped_column(String(150), unique=True)
    agent: Mapped[str | None]
    caller: Mapped[str]
    caller_key: Mapped[str]
    number: Mapped[str]
    domain: Mapped[str]
    demand_type: Mapped[str]
    urgent: Mapped[bool]
    place: Mapped[str]
    text: Mapped[str]
    not_accepted: Mapped[str]
    caller_name: Mapped[str]
    confidential: Mapped[bool]
    missed: Mapped[bool]
    callback: Mapped[str]
    # Deferred: one batch may write a merged ticket before the ticket it was merged into.
    merged_into: Mapped[str | None] = mapped_column(
        ForeignKey("tickets.ticket_id", deferrable=True, initially="DEFERRED")
    )

    calls: Mapped[list[Call]] = relationship(back_populates="ticket", lazy="raise")


class TicketEvent(Base):
    """One line of a ticket's history."""

    __tablename__ = "ticket_events"
    __table_args__ = (_one_of("kind", EventKind), Index(None, "ticket_id", "id"))

    id: Mapped[int] = mapped_column(_RowNumber, primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.ticket_id"))
    at: Mapped[int]
    actor: Mapped[str]
    kind: Mapped[str]
    what: Mapped[str]


class ExpertAsk(Base):
    """An expert's written answer that a ticket was sent to wait for; one a field."""

    __tablename__ = "expert_answers"
    __table_args__ = (Index(None, "due_at"), Index(None, "call_id"))

    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.ticket_id"), primary_key=True)
    field: Mapped[str] = mapped_column(String(64), primary_key=True)
    unit: Mapped[str]
    call_id: Mapped[str] = mapped_column(String(150))
    """On which call it was asked for; the call's own row may come later."""
    agent: Mapped[str]
    asked_at: Mapped[int]
    due_at: Mapped[int]


class RecorderPosition(Base):
    """The journal's sequence number up to which effects are written; exactly one row."""

    __tablename__ = "recorder_position"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(_RowNumber, primary_key=True, autoincrement=False)
    last_seq: Mapped[int]


class RecorderReject(Base):
    """An effect that the tables refused; nothing is dropped unseen."""

    __tablename__ = "recorder_rejects"

    id: Mapped[int] = mapped_column(_RowNumber, primary_key=True)
    seq: Mapped[int]
    effect: Mapped[str]
    """As JSON."""
    error: Mapped[str]


class User(Base):
    """A person who can log in."""

    __tablename__ = "users"
    __table_args__ = (
        _one_of("role", USER_ROLES),
        CheckConstraint("role <> 'agent' OR agent IS NOT NULL", name="agent_has_number"),
        CheckConstraint("failed_attempts >= 0", name="not_negative"),
    )

    user_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    agent: Mapped[str | None] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str]
    disabled: Mapped[bool]
    failed_attempts: Mapped[int]
    locked_until: Mapped[int | None]


class LogInSession(Base):
    """A browser that is logged in; the cookie itself is not kept, only its hash."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "user_id"), Index(None, "expires_at"))

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.user_id", ondelete="CASCADE"))
    csrf: Mapped[str]
    created_at: Mapped[int]
    expires_at: Mapped[int]
    last_seen_at: Mapped[int]


class Token(Base):
    """A bearer token of a program; only its hash is kept."""

    __tablename__ = "tokens"
    __table_args__ = (_one_of("role", USER_ROLES),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    role: Mapped[str]
    label: Mapped[str]
    created_at: Mapped[int]
    expires_at: Mapped[int | None]


class LedgerLine(Base):
    """One access to something protected; triggers refuse to change or remove a line."""

    __tablename__ = "ledger"
    __table_args__ = (Index(None, "at"), Index(None, "subject"))

    id: Mapped[int] = mapped_column(_RowNumber, primary_key=True)
    at: Mapped[int]
    actor: Mapped[str]
    role: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[str]
