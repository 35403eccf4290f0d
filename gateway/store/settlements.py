"""What a person may decide of one referral: each word with the states that it may leave and the one it leads to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from gateway.store import settling
from gateway.store.database import Database
from gateway.store.reasons import BY_HAND, ENDED, REOPENED, SAW_IT
from gateway.store.states import JobStatus, ReferralState


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a word does: the states it may leave, the one it leads to, and what becomes of the job.

    `undoes`: the reasons of those alone that it may undo; without any, it does not ask.
    """

    leaving: Sequence[ReferralState]
    to: ReferralState
    job: JobStatus
    reason: str
    undoes: Sequence[str] = ()

    def fits(self, state: str, reason: str | None) -> bool:
        """Tell whether it may be decided of one that stands like this."""
        return state in self.leaving and (not self.undoes or reason in self.undoes)


_STUCK = (ReferralState.UNKNOWN, ReferralState.FAILED)
_OPEN = (ReferralState.HELD, ReferralState.PENDING, *_STUCK)
SETTLEMENTS: Mapping[str, Settlement] = MappingProxyType(
    {
        "arrived": Settlement(_STUCK, ReferralState.DELIVERED, JobStatus.DONE, SAW_IT),
        "resend": Settlement(_STUCK, ReferralState.PENDING, JobStatus.DUE, "a person sent it again"),
        "by-hand": Settlement(_OPEN, ReferralState.CLOSED, JobStatus.DONE, BY_HAND),
        "close": Settlement(_OPEN, ReferralState.CLOSED, JobStatus.DONE, ENDED),
        "release": Settlement((ReferralState.HELD,), ReferralState.PENDING, JobStatus.DUE, "a person let it through"),
        "reopen": Settlement(
            (ReferralState.DELIVERED, ReferralState.CLOSED),
            ReferralState.FAILED,
            JobStatus.PARKED,
            REOPENED,
            undoes=(SAW_IT, BY_HAND, ENDED),
        ),
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
        undoes=decided.undoes,
        actor=actor,
        now=now,
    )
    return decided
