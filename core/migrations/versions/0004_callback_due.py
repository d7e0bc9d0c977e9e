"""The callers who were answered and left waiting again are owed a call back: a ticket's history says so."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('opened', 'saved', 'merged', 'repeat_call', 'merge_refused', 'moved', 'callback_due', 'called_back',"
    " 'transferred', 'expert_asked')"
)
"""What a line of a ticket's history may tell."""


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_ticket_events_kind_known"), "ticket_events", type_="check")
        op.create_check_constraint(op.f("ck_ticket_events_kind_known"), "ticket_events", KINDS)
        return
    # SQLite changes no rule of a table: it is made anew, with every line and its number.
    op.create_table(
        "ticket_events_anew",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
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
    raise NotImplementedError("restore a backup: going back would drop the lines that tell of calls back")
