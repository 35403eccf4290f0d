"""From what happened on the wire to what to do next. Pure: the whole table of outcomes, and nothing else.

Two facts decide everything: had we begun to write, and what was answered. What may have arrived is not simply repeated.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from gateway.destinations.seam import (
    Busy,
    CredentialsRefused,
    DestinationError,
    Misconfigured,
    NotSent,
    Receipt,
    Rejected,
    Unknown,
)
from gateway.store.destinations import Standing
from gateway.store.tables import JobStatus, ReferralState

REPEATS_AFTER = (1, 4, 12)  # times the pause after an unknown: 2, 8 and 24 hours by default
BREAKS_AFTER = 3  # calls in a row that could not even be sent
PAUSES_AFTER = 3  # different referrals rejected in a row


class Outcome(StrEnum):
    """How an attempt ended, as it is stored and counted."""

    DELIVERED = "delivered"
    NOT_SENT = "not_sent"
    BUSY = "busy"
    UNKNOWN = "unknown"
    CREDENTIALS_REFUSED = "credentials_refused"
    MISCONFIGURED = "misconfigured"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Rules:
    """The waiting times of the policy."""

    retry_base: timedelta
    retry_max: timedelta
    retry_for: timedelta
    unknown_resend: timedelta  # zero = never
    probe_every: timedelta
    breaker: timedelta


@dataclass(frozen=True, slots=True)
class History:
    """What was before this attempt ended."""

    reference: str
    since: datetime
    failures: int
    repeats: int
    may_have_arrived: bool
    standing: Standing


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do: the referral's next state, when its job is due again, what to remember of the destination."""

    outcome: Outcome
    state: ReferralState
    reason: str | None
    job_status: JobStatus
    due_at: datetime
    failures: int
    repeats: int
    remember: dict[str, Any] = field(default_factory=dict)


def decide(
    happened: Receipt | DestinationError, history: History, rules: Rules, *, now: datetime, chance: float
) -> Decision:
    """Choose what to do next. `chance` in [0, 1) spreads the back-off."""
    match happened:
        case Receipt():
            proven = history.standing.shape if history.standing.proven_at else None
            if proven is not None and happened.shape != proven:
                return _unknown("answered in a shape that was not seen before", history, rules, now)
            return _delivered(happened, history, now)
        case NotSent():
            return _not_sent(happened, history, rules, now, chance)
        case Busy():
            return _busy(happened, history, rules, now, chance)
        case CredentialsRefused():
            return _paused(Outcome.CREDENTIALS_REFUSED, "our keys were refused", history, now, now + rules.probe_every)
        case Misconfigured():
            return _paused(Outcome.MISCONFIGURED, f"the destination {happened.reason}", history, now, None)
        case Rejected():
            return _rejected(happened, history, now)
        case Unknown() | DestinationError():
            return _unknown(happened.reason, history, rules, now)


def backoff(failures: int, rules: Rules, chance: float) -> timedelta:
    """Wait a random part of the doubled pause: full jitter, so that what failed together does not return together."""
    doubled: timedelta = rules.retry_base * (1 << min(failures, 24))
    return min(doubled, rules.retry_max) * chance


def _delivered(receipt: Receipt, history: History, now: datetime) -> Decision:
    remember: dict[str, object] = {}
    if history.standing.not_sent_in_a_row or history.standing.rejected_in_a_row or history.standing.broken_until:
        remember = {"not_sent_in_a_row": 0, "rejected_in_a_row": 0, "last_rejected": None, "broken_until": None}
    if history.standing.shape is None:
        remember["shape"] = receipt.shape
    return Decision(
        Outcome.DELIVERED,
        ReferralState.DELIVERED,
        None,
        JobStatus.DONE,
        now,
        history.failures,
        history.repeats,
        remember,
    )


def _not_sent(error: NotSent, history: History, rules: Rules, now: datetime, chance: float) -> Decision:
    row = history.standing.not_sent_in_a_row + 1
    remember: dict[str, object] = {"not_sent_in_a_row": row}
    if row >= BREAKS_AFTER:
        remember["broken_until"] = now + rules.breaker
    wait = backoff(history.failures, rules, chance)
    return _again(Outcome.NOT_SENT, error.reason, history, rules, now, wait, remember)


def _busy(error: Busy, history: History, rules: Rules, now: datetime, chance: float) -> Decision:
    wait = max(backoff(history.failures, rules, chance), error.retry_after or timedelta())
    remember: dict[str, object] = {"not_sent_in_a_row": 0}
    if error.retry_after:
        remember["broken_until"] = now + error.retry_after  # it asked all of us to wait
    return _again(Outcome.BUSY, error.reason, history, rules, now, wait, remember)


def _again(
    outcome: Outcome,
    reason: str,
    history: History,
    rules: Rules,
    now: datetime,
    wait: timedelta,
    remember: dict[str, object],
) -> Decision:
    if now - history.since >= rules.retry_for:
        text = f"not delivered in {rules.retry_for.days} days: {reason}"
        return Decision(
            outcome, ReferralState.FAILED, text, JobStatus.PARKED, now, history.failures, history.repeats, remember
        )
    return Decision(
        outcome,
        _waiting(history),
        reason,
        JobStatus.DUE,
        now + wait,
        history.failures + 1,
        history.repeats,
        remember,
    )


def _paused(outcome: Outcome, reason: str, history: History, now: datetime, probe_at: datetime | None) -> Decision:
    # What is paused already stays as it is: a call that was under way lifts no pause of a person.
    paused: dict[str, object] = {"paused_at": now, "pause_reason": reason, "probe_at": probe_at}
    remember = {} if history.standing.paused_at else paused
    return Decision(
        outcome,
        _waiting(history),
        reason,
        JobStatus.DUE,
        now,
        history.failures,
        history.repeats,
        remember,
    )


def _rejected(error: Rejected, history: History, now: datetime) -> Decision:
    standing = history.standing
    row = standing.rejected_in_a_row + (standing.last_rejected != history.reference)
    remember: dict[str, object] = {"rejected_in_a_row": row, "last_rejected": history.reference, "not_sent_in_a_row": 0}
    if row >= PAUSES_AFTER:
        remember |= {"paused_at": now, "pause_reason": f"{row} referrals rejected in a row", "probe_at": None}
    return Decision(
        Outcome.REJECTED,
        ReferralState.FAILED,
        f"rejected: the destination {error.reason}",
        JobStatus.PARKED,
        now,
        history.failures,
        history.repeats,
        remember,
    )


def _unknown(reason: str, history: History, rules: Rules, now: datetime) -> Decision:
    text = f"may have arrived: {reason}"
    waits = history.repeats < len(REPEATS_AFTER) and rules.unknown_resend > timedelta()
    due_at = now + rules.unknown_resend * REPEATS_AFTER[history.repeats] if waits else now
    return Decision(
        Outcome.UNKNOWN,
        ReferralState.UNKNOWN,
        text,
        JobStatus.DUE if waits else JobStatus.PARKED,
        due_at,
        history.failures,
        history.repeats + waits,
        {"not_sent_in_a_row": 0},
    )


def _waiting(history: History) -> ReferralState:
    # Once it may have arrived, no later refusal makes that undone.
    return ReferralState.UNKNOWN if history.may_have_arrived else ReferralState.PENDING
