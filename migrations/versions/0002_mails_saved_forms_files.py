"""Mails, saved forms and files: jobs that belong to no referral, and what they are about."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("instance", sa.String(length=64), nullable=False),
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["instance"], ["instances.hash"], name=op.f("fk_saved_instance")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_saved")),
        sa.UniqueConstraint("instance", name=op.f("uq_saved_instance")),
    )
    op.create_index(op.f("ix_saved_expires_at"), "saved", ["expires_at"], unique=False)
    op.create_table(
        "mails",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
    )
    op.create_index("ix_mails_recipient_created_at", "mails", ["recipient", "created_at"], unique=False)
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("item", sa.String(length=32), nullable=True))
        jobs.alter_column("reference", existing_type=sa.String(length=16), nullable=True)
        jobs.create_unique_constraint(op.f("uq_jobs_kind_item"), ["kind", "item"])
    # Jobs that are about a mail or a file wait apart from those of the destinations.
    _index("ix_jobs_claim", ["organisation", "due_at"], "status = 'due' AND item IS NULL", replaces=True)
    _index("ix_jobs_leases", ["leased_until"], "status = 'leased' AND item IS NULL", replaces=True)
    _index("ix_jobs_chores", ["due_at"], "item IS NOT NULL AND status <> 'done'")
    with op.batch_alter_table("files") as files:
        # Where a file belongs stands with the answers, which move when one of several people is removed.
        files.drop_column("field")
        files.drop_column("person")


def _index(name: str, columns: list[str], condition: str, *, replaces: bool = False) -> None:
    if replaces:
        op.drop_index(name, table_name="jobs")
    where = sa.text(condition)
    op.create_index(name, "jobs", columns, unique=False, sqlite_where=where, postgresql_where=where)
