"""Experts' written answers that tickets wait for, and the asking for them in a ticket's history."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('opened', 'saved', 'merged', 'repeat_call', 'merge_refused', 'moved', 'called_back', 'transferred',"
    " 'expert_asked')"
)
"""What a line of a ticket's history may tell."""


def whole(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def key(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length), nullable=False)


def upgrade() -> None:
    op.create_table(
        "expert_answers",
        key("ticket_id", 64),
        key("field", 64),
        text("unit"),
        key("call_id", 150),
        text("agent"),
        whole("asked_at"),
        whole("due_at"),
        sa.PrimaryKeyConstraint("ticket_id", "field", name=op.f("pk_expert_answers")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.ticket_id"], name=op.f("fk_expert_answers_ticket_id")),
    )
    op.create_index(op.f("ix_expert_answers_due_at"), "expert_answers", ["due_at"])
    op.create_index(op.f("ix_expert_answers_call_id"), "expert_answers", ["call_id"])
    _kinds_of_history()


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
        sa.CheckConstraint(KINDS, name=op.f("ck_ticket_events_kind_known")),
    )
    columns = "id, ticket_id, at, actor, kind, what"
    op.execute(f"INSERT INTO ticket_events_anew ({columns}) SELECT {columns} FROM ticket_events")
    op.drop_table("ticket_events")
    op.rename_table("ticket_events_anew", "ticket_events")
    op.create_index(op.f("ix_ticket_events_ticket_id_id"), "ticket_events", ["ticket_id", "id"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup: going back would drop every answer asked for")
