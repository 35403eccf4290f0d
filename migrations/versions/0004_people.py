"""People who sign in, what their agencies wrote, and an audit trail that is only added to.

Everything is added but for an index that a smaller one stands in for, so that the version before can go on serving
meanwhile.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
THEIRS, NOT_DELIVERED = "agency IS NOT NULL", "state <> 'delivered'"
REFUSAL = "the audit trail is only added to"


def upgrade() -> None:
    _people()
    _proofs()
    _what_agencies_write()
    _counts()
    _lists()
    _trails()
    _append_only("audit")
    _append_only("audit_heads")


def _append_only(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE OR REPLACE FUNCTION {table}_is_added_to() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_added_to()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_has_no_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _people() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("code_used", sa.Integer(), nullable=True),
        sa.Column("issuer", sa.String(length=255), nullable=True),
        sa.Column("subject", sa.String(length=255), nullable=True),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("signed_in_at", WHEN, nullable=True),
        sa.Column("disabled_at", WHEN, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_accounts_issuer_subject")),
    )
    op.create_table(
        "agencies",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("ended_at", WHEN, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies")),
    )
    op.create_index(op.f("ix_agencies_organisation"), "agencies", ["organisation"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("agency", sa.String(length=22), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("account", sa.String(length=22), nullable=True),
        sa.Column("invited_by", sa.String(length=22), nullable=True),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("used_at", WHEN, nullable=True),
        sa.CheckConstraint(
            "role IN ('partner', 'viewer', 'operator', 'admin')", name=op.f("ck_invitations_role_is_known")
        ),
        sa.ForeignKeyConstraint(["agency"], ["agencies.id"], name=op.f("fk_invitations_agency")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_invitations")),
    )
    op.create_index(op.f("ix_invitations_email"), "invitations", ["email"], unique=False)
    op.create_index(op.f("ix_invitations_expires_at"), "invitations", ["expires_at"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("account", sa.String(length=22), nullable=False),
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("agency", sa.String(length=22), nullable=True),
        sa.Column("created_at", WHEN, nullable=False),
        sa.CheckConstraint(
            "role IN ('partner', 'viewer', 'operator', 'admin')", name=op.f("ck_memberships_role_is_known")
        ),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_memberships_account")),
        sa.ForeignKeyConstraint(["agency"], ["agencies.id"], name=op.f("fk_memberships_agency")),
        sa.PrimaryKeyConstraint("account", "organisation", name=op.f("pk_memberships")),
    )
    op.create_index("ix_memberships_organisation", "memberships", ["organisation"], unique=False)


def _proofs() -> None:
    op.create_table(
        "tries",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failed_at", WHEN, nullable=False),
        sa.Column("known_at", WHEN, nullable=True),
        sa.PrimaryKeyConstraint("account", "network", name=op.f("pk_tries")),
    )
    op.create_index(op.f("ix_tries_failed_at"), "tries", ["failed_at"], unique=False)
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("agency", sa.String(length=22), nullable=False),
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("forms", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=22), nullable=True),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("used_at", WHEN, nullable=True),
        sa.Column("ended_at", WHEN, nullable=True),
        sa.ForeignKeyConstraint(["agency"], ["agencies.id"], name=op.f("fk_api_tokens_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_api_tokens_hash")),
    )
    op.create_index(op.f("ix_api_tokens_agency"), "api_tokens", ["agency"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=22), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("seen_at", WHEN, nullable=False),
        sa.Column("proven_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_sessions_account")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_account"), "sessions", ["account"], unique=False)
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False)


def _what_agencies_write() -> None:
    op.create_table(
        "agency_drafts",
        sa.Column("instance", sa.String(length=64), nullable=False),
        sa.Column("agency", sa.String(length=22), nullable=False),
        sa.Column("account", sa.String(length=22), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agencies.id"], name=op.f("fk_agency_drafts_agency")),
        sa.PrimaryKeyConstraint("instance", name=op.f("pk_agency_drafts")),
    )
    op.create_table(
        "own_references",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["reference"], ["referrals.reference"], name=op.f("fk_own_references_reference")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_own_references")),
    )
    op.create_index(op.f("ix_agency_drafts_agency"), "agency_drafts", ["agency"], unique=False)
    op.add_column("referrals", sa.Column("agency", sa.String(length=22), nullable=True))
    op.add_column("referrals", sa.Column("account", sa.String(length=22), nullable=True))


def _counts() -> None:
    op.create_table(
        "audit_heads",
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("entries", name=op.f("pk_audit_heads")),
    )
    op.create_table(
        "audit_sums",
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("organisation", sa.String(length=64), nullable=True),
        sa.Column("since", WHEN, nullable=False),
        sa.Column("times", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("actor", "action", name=op.f("pk_audit_sums")),
    )
    op.create_table(
        "page_counts",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("page", sa.String(length=64), nullable=False),
        sa.Column("passed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("day", "organisation", "form", "page", name=op.f("pk_page_counts")),
    )
    op.create_index(op.f("ix_attempts_started_at"), "attempts", ["started_at"], unique=False)


def _lists() -> None:
    for columns in (["updated_at"], ["form", "created_at"]):
        name = "_".join(["ix_referrals_organisation", *columns])
        op.create_index(name, "referrals", ["organisation", *columns], unique=False)
    # The version before finds the same rows without it, only more slowly.
    op.drop_index("ix_referrals_state_created_at", "referrals")
    _part(["state", "organisation", "created_at"], NOT_DELIVERED)
    for columns in (["created_at"], ["updated_at"], ["account", "created_at"], ["form", "created_at"]):
        _part(["agency", *columns], THEIRS)
    _part(["agency", "state", "created_at"], f"{THEIRS} AND {NOT_DELIVERED}")
    for column in ("delivered_at", "imported_at"):
        _part(["agency", column], f"{THEIRS} AND {column} IS NOT NULL")


def _trails() -> None:
    # What was written about a referral named no organisation; from here on nobody can change it any more.
    op.execute(
        "UPDATE audit SET organisation = "
        "(SELECT referrals.organisation FROM referrals WHERE referrals.reference = audit.reference) "
        "WHERE organisation IS NULL AND reference IS NOT NULL"
    )
    op.create_index("ix_audit_organisation_id", "audit", ["organisation", "id"], unique=False)


def _part(columns: list[str], where: str) -> None:
    rows = sa.text(where)
    name = "_".join(["ix_referrals", *columns])
    op.create_index(name, "referrals", columns, unique=False, sqlite_where=rows, postgresql_where=rows)
