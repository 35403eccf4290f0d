"""How attempts end: the policy decides, and job, referral and destination are written together."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from gateway.delivery.policy import Decision, History, Outcome, Rules, decide, probe_after
from gateway.delivery.stepping import Among
from gateway.destinations.seam import DestinationError, Following, Receipt, Unknown
from gateway.keys import KeyRing
from gateway.store import claims, jobs, settling, tallies
from gateway.store import destinations as standings
from gateway.store.database import Database, Transaction
from gateway.store.following import Expected
from gateway.store.jobs import Finish, Job
from gateway.store.states import JobStatus, ReferralState

log = logging.getLogger(__name__)

KEPT_OF_AN_ANSWER = 64 * 1024
NOT_RECORDED = "the worker ended before the answer was recorded"
_LONGEST_REASON = 150  # the store keeps 200 characters, with the place among the steps


@dataclass(frozen=True, slots=True)
class Ended:
    """A call that ended, and its place among the steps of its referral."""

    job: Job
    attempt: int
    happened: Receipt | DestinationError
    among: Among


@dataclass(frozen=True, slots=True)
class Closed:
    """Ended calls and what was decided: written already, or `late` where another worker had taken the job over.

    `strange` are referrals that were in another state than that of being sent.
    """

    finished: Sequence[tuple[Ended, Decision]] = ()
    late: Sequence[tuple[Ended, Finish]] = ()
    strange: Collection[str] = ()


def close(
    connection: Transaction,
    ring: KeyRing,
    ended: Sequence[Ended],
    *,
    rules: Rules,
    now: datetime,
    chance: Callable[[], float],
    following: Mapping[str, Following] = MappingProxyType({}),
) -> Closed:
    """Close the attempts of ended calls in the caller's transaction, each by the policy; `tell` them afterwards.

    `following` says what comes after a delivery, by organisation.
    """
    if not ended:
        return Closed()
    finished: list[tuple[Ended, Decision]] = []
    late: list[tuple[Ended, Finish]] = []
    mine = jobs.held(connection, [each.job for each in ended])
    doubtful = jobs.doubtful(connection, [each.job.id for each in ended])
    known = standings.standings_of(connection, {each.job.organisation for each in ended})
    remembered: dict[str, dict[str, Any]] = {}
    for each in ended:
        job, standing = each.job, known[each.job.organisation]
        doubt = job.id in doubtful
        history = History(job.reference, job.since, job.failures, job.repeats, doubt, standing, each.among.following)
        decision = _placed(decide(each.happened, history, rules, now=now, chance=chance()), each.among.place)
        if job.id not in mine:
            late.append((each, _with_what_follows(each, _finish(ring, each, decision), following, rules, now)))
            continue
        finished.append((each, decision))
        if decision.remember:
            # What one call says of its destination counts for the next one.
            known[job.organisation] = replace(standing, **decision.remember)
            remembered.setdefault(job.organisation, {}).update(decision.remember)
    ends = [(each, _finish(ring, each, decision)) for each, decision in finished]
    strange = jobs.finish(
        connection,
        [(each.job, each.attempt, _with_what_follows(each, end, following, rules, now)) for each, end in ends],
        now,
    )
    for organisation in sorted(remembered):  # in one order everywhere, so that two workers never wait for each other
        standings.remember(connection, organisation, **remembered[organisation])
    return Closed(finished, late, strange)


def count(connection: Transaction, closed: Closed) -> None:
    """Add to the tallies, as the last thing of a transaction: whoever counts the same waits until it has ended."""
    tallies.add(connection, [(each.job.organisation, decision.outcome) for each, decision in closed.finished])


def tell(database: Database, closed: Closed, *, now: datetime) -> None:
    """Log what was closed, once it is on the disk, and look what an answer that came late is good for."""
    for each, decision in closed.finished:
        _log(each.job, decision)
    _log_strange(closed.strange)
    for each, end in closed.late:
        _came_late(database, each, end, now)


def settle_abandoned(database: Database, *, rules: Rules, now: datetime) -> int:
    """Take over jobs of dead workers: with an open attempt they may have arrived, without one they were not begun."""
    found = claims.abandoned(database)
    for each in found:
        job = each.job
        with database.write() as connection:
            if not claims.take_over(connection, each):
                continue
            if each.attempt is None:
                jobs.free(connection, job, status=JobStatus.DUE)
                continue
            standing = standings.standing(connection, job.organisation)
            history = History(job.reference, job.since, job.failures, job.repeats, True, standing)
            happened = Unknown(NOT_RECORDED)
            decision = decide(happened, history, rules, now=now, chance=0)
            strange = jobs.finish(connection, [(job, each.attempt, Finish(*_decided(decision)))], now)
            tallies.add(connection, [(job.organisation, decision.outcome)])
        _log(job, decision)
        _log_strange(strange)
    return len(found)


def probed(
    database: Database,
    organisation: str,
    error: DestinationError | None,
    *,
    paused_at: datetime,
    rules: Rules,
    now: datetime,
) -> None:
    """Let a paused destination that answered its probe have one try; a pause that a person made meanwhile stays."""
    with database.write() as connection:
        standing = standings.standing(connection, organisation)
        if standing.paused_at != paused_at or standing.probe_at is None:
            return
        if error is None:
            standings.half_open(connection, organisation, now=now)
        else:
            standings.remember(connection, organisation, probe_at=now + probe_after(standing, rules))
    if error is None:
        log.info("destination resumed organisation=%s", organisation)
    else:
        log.warning("probe failed organisation=%s reason=%s", organisation, error.reason)


def sealed_answer(ring: KeyRing, attempt: int, happened: Receipt | DestinationError) -> bytes | None:
    """Seal the first part of what was answered, for the attempt that keeps it; None where nothing was."""
    answer = happened.answer[:KEPT_OF_AN_ANSWER]
    return ring.seal(answer, table="attempts", row=str(attempt), column="sealed") if answer else None


def _finish(ring: KeyRing, ended: Ended, decision: Decision) -> Finish:
    happened = ended.happened
    delivered = happened if isinstance(happened, Receipt) and decision.outcome is Outcome.DELIVERED else None
    return Finish(
        *_decided(decision),
        status=happened.status,
        shape=happened.shape,
        sealed_answer=sealed_answer(ring, ended.attempt, happened),
        result=delivered.record if delivered else None,
        following=ended.among.following if delivered else None,
    )


def _placed(decision: Decision, place: str) -> Decision:
    """Say which of several steps it was that did not come through."""
    if not place or decision.outcome is Outcome.DELIVERED:
        return decision
    return replace(decision, reason=f"{(decision.reason or '')[:_LONGEST_REASON]} ({place})")


def _with_what_follows(
    ended: Ended, end: Finish, following: Mapping[str, Following], rules: Rules, now: datetime
) -> Finish:
    chosen = following.get(ended.job.organisation)
    if chosen is None or end.state is not ReferralState.DELIVERED:
        return end
    if end.result is None:
        return replace(end, expected=Expected(chosen.finds, chosen.uploads, now + rules.import_poll))
    # Its records are there already: nobody has to bring it in, and its files can go to them at once.
    return replace(end, files=ended.among.records(end.result) if chosen.uploads else {})


def _decided(
    decision: Decision,
) -> tuple[Outcome, ReferralState, str | None, JobStatus, datetime, int, int]:
    return (
        decision.outcome,
        decision.state,
        decision.reason,
        decision.job_status,
        decision.due_at,
        decision.failures,
        decision.repeats,
    )


def _came_late(database: Database, ended: Ended, end: Finish, now: datetime) -> None:
    """An answer after the lease was taken over: an acceptance still settles what had become unknown."""
    reference = ended.job.reference
    log.warning("answer after the lease reference=%s outcome=%s", reference, end.outcome)
    if end.outcome != Outcome.DELIVERED:
        return
    with database.write() as connection:
        moved = settling.move(
            connection,
            [reference],
            leaving=[ReferralState.UNKNOWN],
            to=end.state,
            reason="accepted, answered after its lease",
            job_status=JobStatus.DONE,
            actor="worker",
            action=f"settle {end.state}",
            now=now,
        )
        if moved:
            jobs.follow(connection, ended.job, end, now)
            jobs.amend(connection, ended.attempt, end, now)
    if not moved:
        log.warning("nothing left to settle reference=%s", reference)


def _log_strange(references: Iterable[str]) -> None:
    for reference in references:
        log.error("referral was not being sent when its call ended reference=%s", reference)


def _log(job: Job, decision: Decision) -> None:
    level = logging.INFO if decision.outcome is Outcome.DELIVERED else logging.WARNING
    log.log(level, "attempt ended reference=%s outcome=%s state=%s", job.reference, decision.outcome, decision.state)
