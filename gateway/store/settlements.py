"""What a person may decide of one referral: each word with the states that it may leave and the one it leads to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from gateway.store import settling
from gateway.store.database import Database
from gateway.store.states import JobStatus, ReferralState


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a word does: the states it may leave, the one it leads to, and what becomes of the job."""

    leaving: Sequence[ReferralState]
    to: ReferralState
    job: JobStatus
    reason: str


_STUCK = (ReferralState.UNKNOWN, ReferralState.FAILED)
_OPEN = (ReferralState.HELD, ReferralState.PENDING, *_STUCK)
SETTLEMENTS: Mapping[str, Settlement] = MappingProxyType(
    {
        "arrived": Settlement(_STUCK, ReferralState.DELIVERED, JobStatus.DONE, "a person saw that it arrived"),
        "resend": Settlement(_STUCK, ReferralState.PENDING, JobStatus.DUE, "a person sent it again"),
        "by-hand": Settlement(_OPEN, ReferralState.CLOSED, JobStatus.DONE, "delivered by hand"),
        "close": Settlement(_OPEN, ReferralState.CLOSED, JobStatus.DONE, "closed by a person"),
        "release": Settlement((ReferralState.HELD,), ReferralState.PENDING, JobStatus.DUE, "a person let it through"),
    }
)


def settle(database: Database, reference: str, word: str, *, actor: str, now: datetime) -> Settlement:
    """Do what a person decided by a word of SETTLEMENTS. Raises StateMoved where it is for another state."""
    decided = SETTLEMENTS[word]
    settling.settle(
        database,
        reference,
        leaving=decided.leaving,
        to=decided.to,
        reason=decided.reason,
        job_status=decided.job,
        actor=actor,
        now=now,
    )
    return decided
