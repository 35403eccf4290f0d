"""The states that a referral, a job and a file can be in: each is spelt here once."""

from enum import StrEnum


class ReferralState(StrEnum):
    """Where a referral stands, as people see it."""

    HELD = "held"  # suspected spam: waits for staff
    PENDING = "pending"  # on disk, waiting for its turn
    SENDING = "sending"  # a worker has begun a try
    DELIVERED = "delivered"  # the destination accepted it
    UNKNOWN = "unknown"  # it may have arrived
    FAILED = "failed"  # a person has to look
    CLOSED = "closed"  # spam, withdrawn, by hand, erased


class JobStatus(StrEnum):
    """Where a job stands for the workers."""

    DUE = "due"  # to be done at `due_at`
    LEASED = "leased"  # a worker owns it until `leased_until`
    DONE = "done"
    PARKED = "parked"  # waits for a person


class FileState(StrEnum):
    """Where a file stands."""

    QUARANTINED = "quarantined"
    CLEAN = "clean"
    WAITING = "waiting"
    ATTACHED = "attached"
    REFUSED = "refused"
    FAILED = "failed"


# Spelt out wherever the index of these rows is to be used.
OPEN_FILES = "state IN ('quarantined', 'waiting', 'failed')"
NOT_DELIVERED = "state <> 'delivered'"
OPEN_CHORES = "item IS NOT NULL AND status <> 'done'"
