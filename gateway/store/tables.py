"""Every table of the store. What is sealed is named `sealed`; all else can be read by whoever holds the database.

Times are UTC.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from gateway.store import people_tables, watching_tables  # noqa: F401 - they stand in the same metadata
from gateway.store.columns import Utc, counter, one_of, partial
from gateway.store.columns import metadata as metadata
from gateway.store.states import NOT_DELIVERED, OPEN_CHORES, OPEN_FILES, FileState, JobStatus, ReferralState

REVISION = "0004"  # the migration that makes these tables; the names of migrations grow

definitions = Table(
    "definitions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("organisation", String(64), nullable=False),
    Column("form", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("first_seen_at", Utc, nullable=False),
)

instances = Table(
    "instances",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of the secret, kept after purge
    Column("reference", String(16), unique=True),  # none while it is a draft
    Column("digest", LargeBinary),  # keyed digest of the answers sent: "other answers" needs no unsealing
    Column("created_at", Utc, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("instance", String(64), ForeignKey(instances.c.hash), primary_key=True),
    Column("organisation", String(64), nullable=False),
    Column("form", String(64), nullable=False),
    Column("definition", String(64), ForeignKey(definitions.c.hash), nullable=False),
    Column("language", String(16), nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # twice: by the instance, and by the ring
    Column("version", Integer, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False, index=True),
)

referrals = Table(
    "referrals",
    metadata,
    Column("reference", String(16), primary_key=True),
    Column("organisation", String(64), nullable=False),
    Column("form", String(64), nullable=False),
    Column("definition", String(64), ForeignKey(definitions.c.hash), nullable=False),
    Column("language", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(200)),  # why it is in this state, in words without personal data
    Column("test", Boolean, nullable=False),
    Column("sealed", LargeBinary),  # none after purge
    counter("attempts"),
    Column("created_at", Utc, nullable=False),
    Column("updated_at", Utc, nullable=False),
    Column("delivered_at", Utc),
    Column("imported_at", Utc),  # when it was seen as a record of the destination, brought in by a person there
    Column("purged_at", Utc),  # since then a tombstone: reference, form and times, nothing sealed
    counter("corrections"),  # how often somebody corrected an answer since it was sent
    Column("agency", String(22)),  # whose people may see where it stands
    Column("account", String(22)),  # who of them sent it: an account, or a token
    one_of("state", ReferralState),
    partial("ix_referrals_agency_created_at", "agency", "created_at", where="agency IS NOT NULL"),
    partial("ix_referrals_agency_updated_at", "agency", "updated_at", where="agency IS NOT NULL"),
    partial("ix_referrals_agency_account_created_at", "agency", "account", "created_at", where="agency IS NOT NULL"),
    partial("ix_referrals_agency_form_created_at", "agency", "form", "created_at", where="agency IS NOT NULL"),
    partial(
        "ix_referrals_agency_state_created_at",
        "agency",
        "state",
        "created_at",
        where=f"agency IS NOT NULL AND {NOT_DELIVERED}",
    ),
    partial(
        "ix_referrals_agency_delivered_at",
        "agency",
        "delivered_at",
        where="agency IS NOT NULL AND delivered_at IS NOT NULL",
    ),
    partial(
        "ix_referrals_agency_imported_at",
        "agency",
        "imported_at",
        where="agency IS NOT NULL AND imported_at IS NOT NULL",
    ),
    Index("ix_referrals_organisation_created_at", "organisation", "created_at"),
    # The lists of one organisation, by what staff narrow them down to: `store/listing.py`.
    Index("ix_referrals_organisation_updated_at", "organisation", "updated_at"),
    Index("ix_referrals_organisation_form_created_at", "organisation", "form", "created_at"),
    # Not what is delivered, as most is: whatever goes its way enters it once, and leaves it for good.
    partial("ix_referrals_state_organisation_created_at", "state", "organisation", "created_at", where=NOT_DELIVERED),
)

payloads = Table(
    "payloads",
    metadata,
    Column("reference", String(16), ForeignKey(referrals.c.reference), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("marked", Boolean, nullable=False),  # its description begins with "Possible repeat of"
    Column("content_type", String(100), nullable=False),
    Column("sealed", LargeBinary),  # the exact bytes that go out; none after purge
    Column("created_at", Utc, nullable=False),
    counter("step"),  # which of the referral's calls it is for: the position of its job
    counter("corrections"),  # of the referral when this was composed
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("organisation", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("reference", String(16), ForeignKey(referrals.c.reference)),  # none where no referral is there yet
    Column("position", Integer, nullable=False),  # its place among the steps of one referral
    Column("item", String(32)),  # the mail or the file that it is about
    Column("status", String(8), nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("leased_until", Utc),
    Column("worker", String(64)),
    Column("since", Utc, nullable=False),  # when its tries began: at first, or when a person last sent it on
    counter("failures"),  # refusals and connection failures since then: what the back-off counts
    counter("repeats"),  # marked repeats since then
    Column("result", String(200)),  # what the destination calls what came of it: the id of a record there
    one_of("status", JobStatus),
    UniqueConstraint("reference", "kind", "position"),
    UniqueConstraint("kind", "item"),
    # Claims walk this one in order of `due_at`, a destination at a time: no sort, however long the table.
    partial("ix_jobs_claim", "organisation", "due_at", where="status = 'due' AND item IS NULL"),
    partial("ix_jobs_leases", "leased_until", where="status = 'leased' AND item IS NULL"),
    partial("ix_jobs_chores", "due_at", where=OPEN_CHORES),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job", Integer, ForeignKey(jobs.c.id), nullable=False),
    Column("reference", String(16), ForeignKey(referrals.c.reference), nullable=False),
    Column("payload", Integer, nullable=False),  # version
    Column("worker", String(64), nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("ended_at", Utc),  # none = open: the call may be on its way
    Column("outcome", String(32)),
    Column("status", Integer),  # what the destination answered
    Column("shape", String(200)),
    Column("sealed", LargeBinary),  # the raw answer, first 64 KiB
    Index("ix_attempts_job", "job"),
    Index("ix_attempts_reference", "reference"),
    Index("ix_attempts_started_at", "started_at"),
    # The few answers that are still kept are found without walking all attempts that ever were.
    partial("ix_attempts_answers", "ended_at", where="sealed IS NOT NULL"),
)

destinations = Table(
    "destinations",
    metadata,
    Column("organisation", String(64), primary_key=True),
    Column("proven_at", Utc),
    Column("shape", String(200)),  # of the first accepted answer; binding once proven
    Column("paused_at", Utc),
    Column("pause_reason", String(200)),
    Column("probe_at", Utc),  # none = a person resumes it
    Column("broken_until", Utc),  # the circuit breaker
    counter("not_sent_in_a_row"),
    counter("rejected_in_a_row"),
    counter("misconfigured_in_a_row"),  # pauses for it since anything was accepted
    Column("last_rejected", String(64)),  # which ones were rejected in a row, each once, comma-separated
    Column("asked_about", String(16)),  # the first accepted referral: does a person see it there?
    Column("asked_at", Utc),
)

saved = Table(
    "saved",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of the secret in the link
    Column("instance", String(64), ForeignKey(instances.c.hash), nullable=False, unique=True),
    Column("organisation", String(64), nullable=False),
    Column("form", String(64), nullable=False),
    Column(
        "sealed", LargeBinary, nullable=False
    ),  # the instance secret: by the link with the memorable answer, and by the ring
    Column("tries_left", Integer, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False, index=True),
)

mails = Table(
    "mails",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("organisation", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("recipient", LargeBinary, nullable=False),  # keyed digest: how many went there lately
    Column("sealed", LargeBinary),  # to whom, and what is in it; none once it was sent
    Column("created_at", Utc, nullable=False),
    Column("ended_at", Utc),  # sent, or given up
    Column("reference", String(16), index=True),  # the referral that it tells of, if any
    Index("ix_mails_recipient_created_at", "recipient", "created_at"),
)

files = Table(
    "files",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("instance", String(64), ForeignKey(instances.c.hash), nullable=False),
    Column("reference", String(16), ForeignKey(referrals.c.reference), index=True),
    Column("state", String(16), nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sealed", LargeBinary),  # name and type
    Column("created_at", Utc, nullable=False),
    one_of("state", FileState),
    Index("ix_files_instance", "instance"),
    partial("ix_files_open", "state", where=OPEN_FILES),
)

chunks = Table(
    "chunks",
    metadata,
    Column("file", String(32), ForeignKey(files.c.id), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

dictionaries = Table(
    "dictionaries",
    metadata,
    Column("organisation", String(64), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("value", String(200), primary_key=True),
    Column("label", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("withdrawn_at", Utc),  # a page shown before this may still send it
)

readings = Table(
    "readings",
    metadata,
    Column("organisation", String(64), primary_key=True),
    Column("name", String(200), primary_key=True),  # of a dictionary, or of a list of fields
    Column("version", Integer, nullable=False),  # grows when what was read has changed
    Column("read_at", Utc),  # the last time that it could be read
    Column("tried_at", Utc, nullable=False),
    Column("problem", String(200)),  # why the last try failed, in words without values
)

alerts = Table(
    "alerts",
    metadata,
    Column("organisation", String(64), primary_key=True),
    Column("matter", String(32), primary_key=True),
    Column("since", Utc, nullable=False),
    Column("told_at", Utc),  # when a mail told of it
    counter("count"),
)

tallies = Table(
    "tallies",
    metadata,
    Column("organisation", String(64), primary_key=True),
    Column("outcome", String(32), primary_key=True),
    counter("count"),  # of attempts, for ever: a purge does not lower it
)

turns = Table(
    "turns",
    metadata,
    Column("name", String(64), primary_key=True),  # of something that one worker of all does now and then
    Column("taken_at", Utc, nullable=False),
)

progress = Table(
    "progress",
    metadata,
    Column("name", String(64), primary_key=True),  # of long work that is done in small steps
    Column("place", String(200), nullable=False),  # where it goes on
    Column("updated_at", Utc, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("actor", String(100), nullable=False),
    Column("action", String(64), nullable=False),
    Column("organisation", String(64)),  # also of the referral that it is about
    Column("reference", String(16), index=True),
    Column("detail", String(400), nullable=False),  # no personal data
    Index("ix_audit_organisation_id", "organisation", "id"),
)

workers = Table(
    "workers",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("started_at", Utc, nullable=False),
    Column("seen_at", Utc, nullable=False),
)
