"""Segments and transfers of calls, what they sum up to on each call, and transfers in a ticket's history."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('opened', 'saved', 'merged', 'repeat_call', 'merge_refused', 'moved', 'called_back', 'transferred')"
)
"""What a line of a ticket's history may tell."""


def whole(name: str, null: bool = False, **rest: object) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=null, **rest)


def text(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def key(name: str, length: int, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length), nullable=null)


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    # Calls written before were passed on to nobody. SQLite adds a column with its rule only when told in one.
    for name in ("consult", "conference"):
        op.execute(
            f"ALTER TABLE calls ADD COLUMN {name}_ms BIGINT NOT NULL DEFAULT 0"
            f" CONSTRAINT ck_calls_{name}_not_negative CHECK ({name}_ms >= 0)"
        )
    for name in ("hand_offs", "transfers"):
        op.add_column("calls", whole(name, server_default="0"))
    for name in ("came_from", "reference"):
        op.add_column("calls", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    # Who was on the line in those is not known: NULL is not 0.
    op.add_column("calls", whole("segments", null=True))
    _segments()
    _transfers()
    _kinds_of_history()


def _segments() -> None:
    op.create_table(
        "call_segments",
        key("call_id", 150),
        whole("ordinal", autoincrement=False),
        text("leg"),
        text("agent", null=True),
        text("destination", null=True),
        sa.Column("with_citizen", sa.Boolean(), nullable=False),
        whole("started_at"),
        whole("ended_at", null=True),
        sa.PrimaryKeyConstraint("call_id", "ordinal", name=op.f("pk_call_segments")),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.call_id"], name=op.f("fk_call_segments_call_id"), ondelete="CASCADE"
        ),
    )


def _transfers() -> None:
    op.create_table(
        "call_transfers",
        key("call_id", 150),
        whole("number", autoincrement=False),
        text("mode"),
        text("destination"),
        text("agent"),
        text("third", null=True),
        text("third_agent", null=True),
        whole("asked_at"),
        whole("rung_at", null=True),
        whole("answered_at", null=True),
        text("result", null=True),
        whole("completed_at", null=True),
        whole("ended_at", null=True),
        key("ticket_id", 64, null=True),
        sa.PrimaryKeyConstraint("call_id", "number", name=op.f("pk_call_transfers")),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.call_id"], name=op.f("fk_call_transfers_call_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.ticket_id"], name=op.f("fk_call_transfers_ticket_id")),
        check(
            "call_transfers",
            "mode_known",
            "mode IN ('transfer_blind', 'transfer_success', 'transfer_attended', 'transfer_conference',"
            " 'transfer_suspend')",
        ),
        check(
            "call_transfers",
            "result_known",
            "result IN ('answered', 'no_answer', 'rejected', 'unreachable', 'cancelled')",
        ),
    )
    op.create_index(op.f("ix_call_transfers_asked_at_destination"), "call_transfers", ["asked_at", "destination"])


def _kinds_of_history() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_ticket_events_kind_known"), "ticket_events", type_="check")
        op.create_check_constraint(op.f("ck_ticket_events_kind_known"), "ticket_events", KINDS)
        return
    # SQLite changes no rule of a table: it is made anew, with every line and its number.
    op.create_table(
        "ticket_events_anew",
        sa.Column("id", sa.Integer(), nullable=False),
        key("ticket_id", 64),
        whole("at"),
        text("actor"),
        text("kind"),
        text("what"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_events")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.ticket_id"], name=op.f("fk_ticket_events_ticket_id")),
        check("ticket_events", "kind_known", KINDS),
    )
    columns = "id, ticket_id, at, actor, kind, what"
    op.execute(f"INSERT INTO ticket_events_anew ({columns}) SELECT {columns} FROM ticket_events")
    op.drop_table("ticket_events")
    op.rename_table("ticket_events_anew", "ticket_events")
    op.create_index(op.f("ix_ticket_events_ticket_id_id"), "ticket_events", ["ticket_id", "id"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup: going back would drop every segment and transfer")
