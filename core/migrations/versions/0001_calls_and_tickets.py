"""Calls, tickets and their history, the recorder's position and rejects, people, sessions, tokens, the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

row_number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def text(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def whole(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=null)


def flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=False)


def key(name: str, length: int, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length), nullable=null)


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    op.create_table(
        "tickets",
        key("ticket_id", 64),
        text("channel"),
        text("stage"),
        whole("opened_at"),
        whole("updated_at"),
        whole("saved_at", null=True),
        key("call_id", 150, null=True),
        text("agent", null=True),
        text("caller"),
        text("caller_key"),
        text("number"),
        text("domain"),
        text("demand_type"),
        flag("urgent"),
        text("place"),
        text("text"),
        text("not_accepted"),
        text("caller_name"),
        flag("confidential"),
        flag("missed"),
        text("callback"),
        key("merged_into", 64, null=True),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("call_id", name=op.f("uq_tickets_call_id")),
        # Deferred: one batch may write a merged ticket before the ticket it was merged into.
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["tickets.ticket_id"],
            name=op.f("fk_tickets_merged_into"),
            deferrable=True,
            initially="DEFERRED",
        ),
        check("tickets", "channel_known", "channel IN ('telephone')"),
        check(
            "tickets",
            "stage_known",
            "stage IN ('accepted', 'dispatched', 'in_handling', 'replied', 'supervised', 'closed', 'revisited', 'rated')",
        ),
        check("tickets", "callback_known", "callback IN ('none', 'due', 'done', 'impossible')"),
        check("tickets", "missed_is_rung_back", "missed = (callback <> 'none')"),
        check(
            "tickets", "merged_is_closed", "merged_into IS NULL OR (stage = 'closed' AND merged_into <> ticket_id)"
        ),
        check("tickets", "telephone_has_call", "channel <> 'telephone' OR call_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_tickets_caller_key_opened_at"), "tickets", ["caller_key", "opened_at"])
    op.create_index(op.f("ix_tickets_callback_opened_at"), "tickets", ["callback", "opened_at"])

    op.create_table(
        "calls",
        key("call_id", 150),
        text("node"),
        text("number"),
        text("caller"),
        text("caller_key"),
        text("queue"),
        whole("offered_at"),
        whole("requested_at", null=True),
        whole("queued_at", null=True),
        whole("answered_at", null=True),
        whole("ended_at", null=True),
        whole("wait_ms"),
        whole("talk_ms"),
        whole("hold_ms"),
        whole("rings"),
        text("agent", null=True),
        text("loss_stage", null=True),
        text("loss_cause"),
        text("ended_by", null=True),
        key("ticket_id", 64, null=True),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_calls")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.ticket_id"], name=op.f("fk_calls_ticket_id")),
        check(
            "calls",
            "loss_stage_known",
            "loss_stage IN ('TRUNK_BUSY', 'IVR_ABANDON', 'QUEUE_ABANDON', 'RING_ABANDON', 'SYSTEM',"
            " 'OVERFLOW_VOICEMAIL', 'OVERFLOW_CALLBACK', 'BLACKLIST')",
        ),
        check("calls", "ended_by_known", "ended_by IN ('caller', 'agent', 'system')"),
        check("calls", "finished_has_ticket", "ended_at IS NULL OR ticket_id IS NOT NULL"),
        check("calls", "answered_has_agent", "answered_at IS NULL OR agent IS NOT NULL"),
        check("calls", "answered_is_not_lost", "answered_at IS NULL OR loss_stage IS NULL"),
        check(
            "calls",
            "unanswered_has_stage",
            "ended_at IS NULL OR answered_at IS NOT NULL OR loss_stage IS NOT NULL",
        ),
        check("calls", "not_negative", "wait_ms >= 0 AND talk_ms >= 0 AND hold_ms >= 0 AND rings >= 0"),
    )
    op.create_index(op.f("ix_calls_offered_at_call_id"), "calls", ["offered_at", "call_id"])
    op.create_index(op.f("ix_calls_caller_key_offered_at"), "calls", ["caller_key", "offered_at"])
    op.create_index(op.f("ix_calls_ticket_id"), "calls", ["ticket_id"])

    op.create_table(
        "ticket_events",
        sa.Column("id", row_number, nullable=False),
        key("ticket_id", 64),
        whole("at"),
        text("actor"),
        text("kind"),
        text("what"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_events")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.ticket_id"], name=op.f("fk_ticket_events_ticket_id")),
        check(
            "ticket_events",
            "kind_known",
            "kind IN ('opened', 'saved', 'merged', 'repeat_call', 'merge_refused', 'moved', 'called_back')",
        ),
    )
    op.create_index(op.f("ix_ticket_events_ticket_id_id"), "ticket_events", ["ticket_id", "id"])

    op.create_table(
        "recorder_position",
        sa.Column("id", row_number, autoincrement=False, nullable=False),
        whole("last_seq"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recorder_position")),
        check("recorder_position", "one_row", "id = 1"),
    )
    op.execute("INSERT INTO recorder_position (id, last_seq) VALUES (1, 0)")
    op.create_table(
        "recorder_rejects",
        sa.Column("id", row_number, nullable=False),
        whole("seq"),
        text("effect"),
        text("error"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recorder_rejects")),
    )
    _people()
    _ledger()


def _people() -> None:
    op.create_table(
        "users",
        key("user_id", 64),
        text("name"),
        text("role"),
        key("agent", 64, null=True),
        text("password_hash"),
        flag("disabled"),
        whole("failed_attempts"),
        whole("locked_until", null=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_users")),
        sa.UniqueConstraint("agent", name=op.f("uq_users_agent")),
        check("users", "role_known", "role IN ('agent', 'supervisor', 'admin')"),
        check("users", "agent_has_number", "role <> 'agent' OR agent IS NOT NULL"),
        check("users", "not_negative", "failed_attempts >= 0"),
    )
    op.create_table(
        "sessions",
        key("token_hash", 64),
        key("user_id", 64),
        text("csrf"),
        whole("created_at"),
        whole("expires_at"),
        whole("last_seen_at"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.user_id"], name=op.f("fk_sessions_user_id"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"])
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"])
    op.create_table(
        "tokens",
        key("token_hash", 64),
        text("role"),
        text("label"),
        whole("created_at"),
        whole("expires_at", null=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_tokens")),
        check("tokens", "role_known", "role IN ('agent', 'supervisor', 'admin')"),
    )


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", row_number, nullable=False),
        whole("at"),
        text("actor"),
        text("role"),
        text("action"),
        text("subject"),
        text("detail"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
    )
    op.create_index(op.f("ix_ledger_at"), "ledger", ["at"])
    op.create_index(op.f("ix_ledger_subject"), "ledger", ["subject"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER ledger_refuses_{verb.lower()} BEFORE {verb} ON ledger"
                " BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
            )
        # INSERT OR REPLACE removes a row without asking the trigger above.
        op.execute(
            "CREATE TRIGGER ledger_refuses_replace BEFORE INSERT ON ledger"
            " WHEN EXISTS (SELECT 1 FROM ledger WHERE id = NEW.id)"
            " BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        )
    else:
        op.execute(
            "CREATE FUNCTION ledger_refuses() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = '23001'; END $$"
        )
        op.execute(
            "CREATE TRIGGER ledger_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger"
            " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses()"
        )


def downgrade() -> None:
    raise NotImplementedError("restore a backup: going back would drop every call and ticket")
