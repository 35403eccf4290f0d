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


class Stands(StrEnum):
    """Where a referral stands, in the words of those who sent it."""

    RECEIVED = "received"  # on its way
    PASSED_ON = "passed_on"  # in the charity's own system
    IMPORTED = "imported"  # taken into the records there
    NEEDS_ATTENTION = "needs_attention"  # somebody at the charity looks after it
    CLOSED = "closed"  # the charity has dealt with it


def stands(state: ReferralState, *, imported: bool) -> Stands:
    """Say where a referral in this state stands."""
    match state:
        case ReferralState.PENDING | ReferralState.SENDING:
            return Stands.RECEIVED
        case ReferralState.DELIVERED:
            return Stands.IMPORTED if imported else Stands.PASSED_ON
        case ReferralState.CLOSED:
            return Stands.CLOSED
        case ReferralState.HELD | ReferralState.UNKNOWN | ReferralState.FAILED:
            return Stands.NEEDS_ATTENTION


# Spelt out wherever the index of these rows is to be used.
OPEN_FILES = "state IN ('quarantined', 'waiting', 'failed')"
NOT_DELIVERED = "state <> 'delivered'"
OPEN_CHORES = "item IS NOT NULL AND status <> 'done'"
