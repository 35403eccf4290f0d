"""The tables of people who sign in: staff and partners, their agencies, sessions, invitations and tokens.

What proves somebody is kept as a hash. Times are UTC.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from gateway.identity.roles import Role
from gateway.store.columns import Utc, counter, metadata, one_of

ID = String(22)  # random, as text

agencies = Table(
    "agencies",
    metadata,
    Column("id", ID, primary_key=True),
    Column("organisation", String(64), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("sealed", LargeBinary),  # its details as answers by name, which fill themselves in
    Column("created_at", Utc, nullable=False),
    Column("ended_at", Utc),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("email", String(254), nullable=False, unique=True),  # in small letters
    Column("password", String(200)),  # Argon2id; none where another provider vouches, or nobody has chosen one
    Column("sealed", LargeBinary),  # the secret of the second factor
    Column("code_used", Integer),  # the step of the last code that was taken: none is taken twice
    Column("issuer", String(255)),  # who vouches for this person (OpenID Connect), and by which subject
    Column("subject", String(255)),
    Column("created_at", Utc, nullable=False),
    Column("signed_in_at", Utc),
    Column("disabled_at", Utc),
    UniqueConstraint("issuer", "subject"),
)

memberships = Table(
    "memberships",
    metadata,
    Column("account", ID, ForeignKey(accounts.c.id), primary_key=True),
    Column("organisation", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("agency", ID, ForeignKey(agencies.c.id)),  # of a partner
    Column("created_at", Utc, nullable=False),
    one_of("role", Role),
    Index("ix_memberships_organisation", "organisation"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True),  # of the secret in the cookie
    Column("account", ID, ForeignKey(accounts.c.id), nullable=False, index=True),
    Column("created_at", Utc, nullable=False),
    Column("seen_at", Utc, nullable=False),
    Column("proven_at", Utc, nullable=False),  # when this person last proved who they are
    Column("expires_at", Utc, nullable=False, index=True),
)

invitations = Table(
    "invitations",
    metadata,
    Column("hash", String(64), primary_key=True),  # of the secret in the link
    Column("organisation", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("agency", ID, ForeignKey(agencies.c.id)),
    Column("email", String(254), nullable=False, index=True),
    Column("account", ID),  # who chooses a new password by it; none: it offers a role
    Column("invited_by", ID),  # none: the command line
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False, index=True),
    Column("used_at", Utc),
    one_of("role", Role),
)

# How often a sign-in failed, by whom it was for and where it came from: digests alone, for neither need be anybody's.
tries = Table(
    "tries",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("network", String(64), primary_key=True),
    counter("failures"),
    Column("failed_at", Utc, nullable=False, index=True),
    Column("known_at", Utc),  # when somebody last signed in to it from there
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", ID, primary_key=True),  # in lists and in the audit trail
    Column("hash", String(64), nullable=False, unique=True),
    Column("agency", ID, ForeignKey(agencies.c.id), nullable=False, index=True),
    Column("organisation", String(64), nullable=False),
    Column("name", String(100), nullable=False),
    Column("forms", Text, nullable=False),  # their slugs, with spaces between; none = all that are for partners
    Column("created_by", ID),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("used_at", Utc),
    Column("ended_at", Utc),
)

agency_drafts = Table(
    "agency_drafts",
    metadata,
    Column("instance", String(64), primary_key=True),  # the hash under which the draft is kept
    Column("agency", ID, ForeignKey(agencies.c.id), nullable=False, index=True),
    Column("account", ID, nullable=False),  # who of them began it
    Column("sealed", LargeBinary, nullable=False),  # the instance: whoever of the agency goes on needs its address
    Column("created_at", Utc, nullable=False),
)

own_references = Table(
    "own_references",
    metadata,
    Column("reference", String(16), ForeignKey("referrals.reference"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),  # the agency's own word for it
)
