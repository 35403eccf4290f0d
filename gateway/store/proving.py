"""Proving: a person says whether the first accepted referral can be seen at its destination, and what follows from it.

Until then any complete acceptance counts. From then on another shape of answer makes a referral unknown. What an answer
changes is done in small steps, each harmless when done twice: a command that broke off is typed again.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, false, func, select, text, update

from gateway.store import audit, destinations, settling, tables
from gateway.store.database import Database
from gateway.store.destinations import Standing
from gateway.store.states import NOT_DELIVERED, JobStatus, ReferralState

AT_ONCE = 100
# Two workers end their calls at one moment, and their clocks differ: what one accepted first the other may date later.
_CLOCKS_DIFFER = timedelta(minutes=15)
NOT_SEEN = "nobody saw at the destination what it had accepted"
SENT_AGAIN = "accepted, but nobody saw it at the destination"
OTHER_ANSWER = "may have arrived: accepted by another answer than the one that was proven"
PROVEN_ANSWER = "accepted by an answer that was proven since"
_ACCEPTED, _DOUBTFUL = "delivered", "unknown"  # outcomes of an attempt

_referrals, _attempts = tables.referrals, tables.attempts


class NotAccepted(Exception):
    """This referral was never accepted by a complete answer, so it can prove nothing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person looked for: the referral, when it was accepted, and the shape of the answer.

    None where records were made: their ids say more than any shape, and no staged referral is answered like them.
    """

    reference: str
    at: datetime
    shape: str | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many referrals change: to be looked for by a person, known to be delivered, or sent again."""

    doubtful: int = 0
    delivered: int = 0
    again: int = 0


def answer_of(database: Database, organisation: str, reference: str) -> Answer:
    """Read how a referral was accepted last. Raises NotAccepted."""
    wanted = (
        select(_attempts.c.ended_at, _attempts.c.shape, _made().label("made"))
        .join(_referrals, _referrals.c.reference == _attempts.c.reference)
        .where(_attempts.c.reference == reference, _referrals.c.organisation == organisation, _complete())
        .order_by(_attempts.c.id.desc())
    )
    with database.read() as connection:
        row = connection.execute(wanted).first()
    if row is None:
        raise NotAccepted(reference)
    return Answer(reference, row.ended_at, None if row.made else row.shape)


def numbers_of_yes(database: Database, standing: Standing, answer: Answer) -> Numbers:
    """Count what `yes` would change."""
    with database.read() as connection:
        return Numbers(
            doubtful=0 if standing.proven_at else _count(connection, _accepted_otherwise(standing, answer)),
            delivered=_count(connection, _accepted_like(standing.organisation, answer)),
        )


def yes(database: Database, organisation: str, answer: Answer, *, actor: str, now: datetime) -> Numbers:
    """Keep the shape of an answer as the proven one: a person saw that referral at the destination.

    What was accepted in another shape before any was proven waits for a person; what was unknown for this shape alone
    is delivered.
    """
    doubtful = delivered = 0
    while some := _step(
        database, lambda connection: _doubt(connection, organisation, answer, actor, now, at_once=AT_ONCE)
    ):
        doubtful += some
    with database.write() as connection:
        # Those of the meantime; from here on no other shape is taken.
        doubtful += _doubt(connection, organisation, answer, actor, now, at_once=None)
        destinations.remember(
            connection,
            organisation,
            proven_at=now,
            shape=answer.shape,
            asked_about=answer.reference,
            asked_at=answer.at,
        )
        detail = f"{answer.reference} was seen; answered {answer.shape or 'with ids'}"
        audit.write(connection, actor=actor, action="prove yes", organisation=organisation, detail=detail, now=now)
    while some := _step(database, lambda connection: _believe(connection, organisation, answer, actor, now)):
        delivered += some
    return Numbers(doubtful=doubtful, delivered=delivered)


def numbers_of_no(database: Database, standing: Standing) -> Numbers:
    """Count what `no` would change."""
    with database.read() as connection:
        return Numbers(again=_count(connection, _accepted_since(standing)))


def no(database: Database, organisation: str, *, actor: str, now: datetime) -> Numbers:
    """Forget proof and shape, send again what was accepted since the question, each marked, and pause until resumed."""
    with database.write() as connection:
        destinations.pause(connection, organisation, reason=NOT_SEEN, now=now)
    again = 0
    while some := _step(
        database, lambda connection: _send_again(connection, organisation, actor, now, at_once=AT_ONCE)
    ):
        again += some
    with database.write() as connection:
        again += _send_again(connection, organisation, actor, now, at_once=None)  # those of the meantime
        _forget_answers(connection, organisation)
        # Last of all: were it forgotten first, nobody could go on with what broke off.
        destinations.remember(connection, organisation, proven_at=None, shape=None, asked_about=None, asked_at=None)
        detail = f"{again} sent again"
        audit.write(connection, actor=actor, action="prove no", organisation=organisation, detail=detail, now=now)
    return Numbers(again=again)


def _doubt(
    connection: Connection,
    organisation: str,
    answer: Answer,
    actor: str,
    now: datetime,
    *,
    at_once: int | None,
) -> int:
    standing = destinations.standing(connection, organisation)
    if standing.proven_at:
        return 0  # each was accepted by an answer that was the proven one at its time
    moved = settling.move(
        connection,
        _some(connection, _accepted_otherwise(standing, answer), at_once),
        leaving=[ReferralState.DELIVERED],
        to=ReferralState.UNKNOWN,
        reason=OTHER_ANSWER,
        job_status=JobStatus.PARKED,
        actor=actor,
        action="doubt",
        now=now,
        done_too=True,
    )
    _judge_attempts(connection, _outcome(moved, _ACCEPTED), outcome=_DOUBTFUL)
    return len(moved)


def _believe(connection: Connection, organisation: str, answer: Answer, actor: str, now: datetime) -> int:
    moved = settling.move(
        connection,
        _some(connection, _accepted_like(organisation, answer), AT_ONCE),
        leaving=[ReferralState.UNKNOWN],
        to=ReferralState.DELIVERED,
        reason=PROVEN_ANSWER,
        job_status=JobStatus.DONE,
        actor=actor,
        action="believe",
        now=now,
    )
    alike = and_(_outcome(moved, _DOUBTFUL), _complete(), _attempts.c.shape == answer.shape)
    _judge_attempts(connection, alike, outcome=_ACCEPTED)
    return len(moved)


def _send_again(connection: Connection, organisation: str, actor: str, now: datetime, *, at_once: int | None) -> int:
    standing = destinations.standing(connection, organisation)
    moved = settling.move(
        connection,
        _some(connection, _accepted_since(standing), at_once),
        leaving=[ReferralState.DELIVERED],
        to=ReferralState.PENDING,
        reason=SENT_AGAIN,
        job_status=JobStatus.DUE,
        actor=actor,
        action="send again",
        now=now,
        done_too=True,
    )
    # It may be there after all: the history has to say so, for it is what marks every repeat.
    _judge_attempts(connection, _outcome(moved, _ACCEPTED), outcome=_DOUBTFUL)
    return len(moved)


def _forget_answers(connection: Connection, organisation: str) -> None:
    """Forget the shapes of answers that count for nothing now: none of them may prove anything later."""
    theirs = select(_referrals.c.reference).where(
        _referrals.c.organisation == organisation,
        _referrals.c.state.not_in([ReferralState.DELIVERED, ReferralState.CLOSED]),
    )
    forgotten = update(_attempts).where(
        _attempts.c.reference.in_(theirs), _attempts.c.outcome == _DOUBTFUL, _complete()
    )
    connection.execute(forgotten.values(shape=None))


def _accepted_otherwise(standing: Standing, answer: Answer) -> ColumnElement[bool]:
    """What counts as delivered by no other answer than one in another shape."""
    if answer.shape is None:
        return false()
    alike = _tried(_ACCEPTED, _attempts.c.shape == answer.shape)
    return and_(_accepted_since(standing), ~alike, ~_made())


def _accepted_like(organisation: str, answer: Answer) -> ColumnElement[bool]:
    """What is unknown although it was answered in this shape."""
    if answer.shape is None:
        return false()
    return and_(
        ~_made(),
        _referrals.c.state == ReferralState.UNKNOWN,
        text(f"referrals.{NOT_DELIVERED}"),
        _referrals.c.organisation == organisation,
        _tried(_DOUBTFUL, _complete(), _attempts.c.shape == answer.shape),
    )


def _accepted_since(standing: Standing) -> ColumnElement[bool]:
    """What the destination accepted since the question, but for what somebody, or itself, has seen there."""
    if standing.asked_at is None:
        return false()
    return and_(
        _referrals.c.state == ReferralState.DELIVERED,
        _referrals.c.organisation == standing.organisation,
        _referrals.c.delivered_at >= standing.asked_at - _CLOCKS_DIFFER,
        _referrals.c.imported_at.is_(None),
        _referrals.c.sealed.is_not(None),
        _tried(_ACCEPTED),
    )


def _tried(outcome: str, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    mine = _attempts.c.reference == _referrals.c.reference
    return exists().where(mine, _attempts.c.outcome == outcome, *conditions)


def _made() -> ColumnElement[bool]:
    """What has records of its own at the destination, which were made one by one."""
    jobs = tables.jobs
    return exists().where(jobs.c.reference == _referrals.c.reference, jobs.c.item.is_(None), jobs.c.result.is_not(None))


def _complete() -> ColumnElement[bool]:
    return and_(_attempts.c.status.between(200, 299), _attempts.c.shape.is_not(None))


def _count(connection: Connection, condition: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(_referrals).where(condition)) or 0


def _some(connection: Connection, condition: ColumnElement[bool], at_once: int | None) -> Sequence[str]:
    wanted = select(_referrals.c.reference).where(condition).order_by(_referrals.c.reference).limit(at_once)
    return connection.scalars(wanted).all()


def _outcome(references: Collection[str], outcome: str) -> ColumnElement[bool]:
    return and_(_attempts.c.reference.in_(references), _attempts.c.outcome == outcome)


def _judge_attempts(connection: Connection, those: ColumnElement[bool], *, outcome: str) -> None:
    connection.execute(update(_attempts).where(those).values(outcome=outcome))


def _step(database: Database, do: Callable[[Connection], int]) -> int:
    with database.write() as connection:
        return do(connection)
