"""What delivery has to remember: steps and their results, corrections, what was told, what was read, whose turn it is.

Everything is added, so that the version before can go on serving meanwhile.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _tables()
    for name in ("imported_at", "purged_at"):
        op.add_column("referrals", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    _counters("referrals", "corrections")
    _counters("payloads", "step", "corrections")
    op.add_column("jobs", sa.Column("result", sa.String(length=200), nullable=True))
    op.add_column("destinations", sa.Column("asked_about", sa.String(length=16), nullable=True))
    op.add_column("destinations", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    _counters("destinations", "misconfigured_in_a_row")
    with op.batch_alter_table("destinations") as destinations:
        destinations.alter_column("last_rejected", existing_type=sa.String(length=16), type_=sa.String(length=64))
    op.add_column("mails", sa.Column("reference", sa.String(length=16), nullable=True))
    op.create_index(op.f("ix_mails_reference"), "mails", ["reference"], unique=False)
    _part("ix_attempts_answers", "attempts", "ended_at", where="sealed IS NOT NULL")
    _part("ix_files_open", "files", "state", where="state IN ('quarantined', 'waiting', 'failed')")


def _part(name: str, table: str, column: str, *, where: str) -> None:
    rows = sa.text(where)
    op.create_index(name, table, [column], unique=False, sqlite_where=rows, postgresql_where=rows)


def _counters(table: str, *names: str) -> None:
    for name in names:
        op.add_column(table, sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0")))


def _tables() -> None:
    op.create_table(
        "readings",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("organisation", "name", name=op.f("pk_readings")),
    )
    op.create_table(
        "alerts",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("matter", sa.String(length=32), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("organisation", "matter", name=op.f("pk_alerts")),
    )
    op.create_table(
        "tallies",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("organisation", "outcome", name=op.f("pk_tallies")),
    )
    op.create_table(
        "turns",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_turns")),
    )
    op.create_table(
        "progress",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_progress")),
    )
