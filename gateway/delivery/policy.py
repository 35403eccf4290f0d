"""From what happened on the wire to what to do next. Pure: the whole table of outcomes, and nothing else.

Two facts decide everything: had we begun to write, and what was answered. What may have arrived is not simply repeated.
"""

from dataclasses import dataclass, field, replace
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
from gateway.store.reasons import OTHER_SHAPE, REJECTED, TOO_LATE
from gateway.store.states import JobStatus, ReferralState

REPEATS_AFTER = (1, 4, 12)  # times the pause after an unknown: 2, 8 and 24 hours by default
BREAKS_AFTER = 3  # calls in a row that could not even be sent
PAUSES_AFTER = 3  # different referrals rejected in a row
REMEMBERED_REJECTIONS = 4
KEYS_REFUSED = "our keys were refused"
_IN_A_ROW = ("not_sent_in_a_row", "rejected_in_a_row", "misconfigured_in_a_row")


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
    import_poll: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class History:
    """What was before this attempt ended, and the kind of the step that comes after it, if any."""

    reference: str
    since: datetime
    failures: int
    repeats: int
    may_have_arrived: bool
    standing: Standing
    following: str | None = None


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
            # What tells the id of a record was read already: it proves more than its shape.
            if happened.record is None and proven is not None and happened.shape != proven:
                return _unknown(OTHER_SHAPE, history, rules, now)
            return _delivered(happened, history, now)
        case NotSent():
            return _not_sent(happened, history, rules, now, chance)
        case Busy():
            return _busy(happened, history, rules, now, chance)
        case CredentialsRefused():
            return _paused(Outcome.CREDENTIALS_REFUSED, KEYS_REFUSED, history, rules, now)
        case Misconfigured():
            return _paused(Outcome.MISCONFIGURED, f"the destination {happened.reason}", history, rules, now)
        case Rejected():
            return _rejected(happened, history, now)
        case Unknown(for_a_person=True):
            return _unknown(happened.reason, history, rules, now, repeats=False)
        case Unknown() | DestinationError():
            return _unknown(happened.reason, history, rules, now)


def put_off(error: DestinationError, history: History, rules: Rules, *, now: datetime, chance: float) -> Decision:
    """Choose when to ask again for what may have arrived, where nobody could say. No repeat is spent on it."""
    match error:
        case CredentialsRefused():
            decision = _paused(Outcome.CREDENTIALS_REFUSED, KEYS_REFUSED, history, rules, now)
        case NotSent():
            decision = _not_sent(error, history, rules, now, chance)
        case Busy():
            decision = _busy(error, history, rules, now, chance)
        case _:
            # It may be that the one address alone by which is asked does not work: others can go out.
            wait = backoff(history.failures, rules, chance)
            decision = _again(Outcome.UNKNOWN, error.reason, history, rules, now, wait, {})
    reason = f"may have arrived, and could not be looked for: {error.reason}"
    return replace(decision, state=ReferralState.UNKNOWN, reason=reason)


def backoff(failures: int, rules: Rules, chance: float) -> timedelta:
    """Wait a random part of the doubled pause: full jitter, so that what failed together does not return together."""
    doubled: timedelta = rules.retry_base * (1 << min(failures, 24))
    return min(doubled, rules.retry_max) * chance


def probe_after(standing: Standing, rules: Rules) -> timedelta:
    """Wait so long for the next probe: longer each time that a good probe was followed by the same pause again."""
    again = max(standing.misconfigured_in_a_row - 1, 0) if standing.pause_reason != KEYS_REFUSED else 0
    doubled: timedelta = rules.probe_every * (1 << min(again, 24))
    return min(doubled, max(rules.retry_max, rules.probe_every))


def _delivered(receipt: Receipt, history: History, now: datetime) -> Decision:
    standing, fine = history.standing, {**dict.fromkeys(_IN_A_ROW, 0), "last_rejected": None, "broken_until": None}
    remember: dict[str, object] = {name: value for name, value in fine.items() if getattr(standing, name) != value}
    if standing.shape is None and receipt.record is None:
        remember["shape"] = receipt.shape
    if history.following is None and standing.proven_at is None and standing.asked_about is None:
        # Does a person see it there? Only that proves the destination.
        remember |= {"asked_about": history.reference, "asked_at": now}
    return Decision(
        Outcome.DELIVERED,
        ReferralState.PENDING if history.following else ReferralState.DELIVERED,
        f"next step: {history.following}" if history.following else None,
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
        text = f"{TOO_LATE} {rules.retry_for.days} days: {reason}"
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


def _paused(outcome: Outcome, reason: str, history: History, rules: Rules, now: datetime) -> Decision:
    return Decision(
        outcome,
        _waiting(history),
        reason,
        JobStatus.DUE,
        now,
        history.failures,
        history.repeats,
        _pause(outcome, reason, history.standing, rules, now),
    )


def _pause(outcome: Outcome, reason: str, standing: Standing, rules: Rules, now: datetime) -> dict[str, object]:
    if standing.paused_at:
        # What is paused already stays as it is: a call that was under way lifts no pause of a person.
        return {}
    row = standing.misconfigured_in_a_row + (outcome is Outcome.MISCONFIGURED)
    paused = replace(standing, paused_at=now, pause_reason=reason, misconfigured_in_a_row=row)
    return {
        "paused_at": now,
        "pause_reason": reason,
        "misconfigured_in_a_row": row,
        "probe_at": now + probe_after(paused, rules),
    }


def _rejected(error: Rejected, history: History, now: datetime) -> Decision:
    standing = history.standing
    before = standing.last_rejected.split(",") if standing.last_rejected else []
    row = [*before, history.reference] if history.reference not in before else before
    remember: dict[str, object] = {
        "rejected_in_a_row": len(row),
        "last_rejected": ",".join(row[-REMEMBERED_REJECTIONS:]),
        "not_sent_in_a_row": 0,
    }
    waits_for_a_person = standing.paused_at is not None and standing.probe_at is None
    if len(row) >= PAUSES_AFTER and not waits_for_a_person:
        # No probe could tell whether the form and the destination agree again.
        remember |= {"paused_at": now, "pause_reason": f"{len(row)} referrals rejected in a row", "probe_at": None}
    return Decision(
        Outcome.REJECTED,
        ReferralState.FAILED,
        f"{REJECTED}: the destination {error.reason}",
        JobStatus.PARKED,
        now,
        history.failures,
        history.repeats,
        remember,
    )


def _unknown(reason: str, history: History, rules: Rules, now: datetime, *, repeats: bool = True) -> Decision:
    text = f"may have arrived: {reason}"
    waits = repeats and history.repeats < len(REPEATS_AFTER) and rules.unknown_resend > timedelta()
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
