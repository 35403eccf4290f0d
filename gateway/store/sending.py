"""The moment of sending: a referral, its job and its spent instance in one commit.

There is no referral without its job and no job without its referral; the unique instance decides a double send. Sends
that arrive together share one commit, and none is answered before it is on the disk.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Dialect, bindparam, delete, insert, select, update
from sqlalchemy.sql.dml import UpdateBase

from gateway.keys import KeyRing
from gateway.referral import Referral, new_reference
from gateway.store import tables
from gateway.store.database import Database
from gateway.store.holding import OPEN_AGENCY, OPEN_TOKEN, AgencyEnded
from gateway.store.mails import MailRows
from gateway.store.many import Driver, Many, Taken
from gateway.store.meeting import insert_into
from gateway.store.people_tables import agency_drafts
from gateway.store.states import JobStatus, ReferralState

STAGE = "stage"  # the kind of the first job: bring the referral to its destination
_DIGEST = "answers sent"
_TRIES_FOR_A_REFERENCE = 5


@dataclass(frozen=True, slots=True)
class Sent:
    """The referral is on the disk."""

    reference: str


@dataclass(frozen=True, slots=True)
class SentBefore:
    """This instance was sent before; `same` tells whether with the same answers (None: nobody can tell any more)."""

    reference: str
    same: bool | None


class FilesGone(Exception):
    """A file that the referral names was deleted meanwhile: nothing was sent."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a referral stands once it is stored: its state, why, and whether its job is due."""

    state: ReferralState
    job: JobStatus
    reason: str | None = None


TO_BE_DELIVERED = Beginning(ReferralState.PENDING, JobStatus.DUE)
GOES_NOWHERE = Beginning(ReferralState.CLOSED, JobStatus.DONE, "a test: sent nowhere")


def held(reason: str) -> Beginning:
    """Keep a referral until staff decide; the reason is in words without personal data."""
    return Beginning(ReferralState.HELD, JobStatus.PARKED, reason)


@dataclass(frozen=True, slots=True)
class Sender:
    """Which agency a referral is from, and who of it sent it: an account, or the token of its software."""

    agency: str
    account: str | None = None
    token: str | None = None


@dataclass(slots=True, repr=False)
class _Send:
    """What one send writes, sealed already: nobody waits for a cipher while a transaction is open."""

    instance: dict[str, object]
    referral: dict[str, object]
    job: dict[str, object]
    drafted: bool
    shared: bool
    files: list[dict[str, object]] = field(default_factory=list)
    agency: str | None = None
    token: str | None = None
    receipt: MailRows | None = None
    stored: bool = False


def send(
    database: Database,
    ring: KeyRing,
    referral: Referral,
    *,
    instance: str,
    answers: bytes,
    now: datetime,
    drafted: bool = True,
    files_of: str = "",
    begins: Beginning = TO_BE_DELIVERED,
    receipt: Callable[[str], MailRows] | None = None,
    sender: Sender | None = None,
) -> Sent | SentBefore:
    """Store a referral, its job and its spent instance in one commit, and delete its draft if it was `drafted`.

    `instance` is the hash of the instance secret; `answers` is what was sent, for the keyed digest alone; `files_of`
    is the instance whose draft has the files, where that is another; `begins` says whether it may go on its way;
    `receipt` makes the mail that tells the reference; `sender` says which agency it is from, if it is from one.
    A second call for one instance changes nothing and tells how the first one ended. Raises FilesGone, AgencyEnded.
    """
    digest = ring.digest(answers, _DIGEST)
    for _ in range(_TRIES_FOR_A_REFERENCE):
        item = _rows(ring, referral, begins, instance, digest, now, sender, drafted=drafted)
        item.files = _files(referral, instance, files_of or instance)
        item.receipt = _about(referral.reference, receipt(referral.reference)) if receipt else None
        try:
            database.write_together(item, _store)
        except Taken:
            referral = replace(referral, reference=new_reference())
            continue
        if item.stored:
            return Sent(referral.reference)
        break
    else:
        raise RuntimeError("no free reference was found")
    before = sent_before(database, ring, instance=instance, answers=answers)
    if before is None:
        raise AgencyEnded  # nothing else keeps one from being stored that was never sent before
    return before


def prepare(database: Database) -> None:
    """Compile what every send writes, which else the first one does."""
    with database.read() as connection:
        for each in (_SPEND, _INSERT_REFERRAL, _INSERT_JOB):
            each.prepare(connection.dialect)


def sent_before(database: Database, ring: KeyRing, *, instance: str, answers: bytes | None = None) -> SentBefore | None:
    """Tell whether an instance was sent, and whether with these answers."""
    with database.read() as connection:
        row = connection.execute(_FIND_INSTANCE, {"instance": instance}).first()
    if row is None or row.reference is None:
        return None
    same = None if answers is None or row.digest is None else ring.digest_matches(row.digest, answers, _DIGEST)
    return SentBefore(row.reference, same)


def references_of(database: Database, instances: Sequence[str]) -> dict[str, str]:
    """Give the references of those of several instances, named by their hashes, that were sent."""
    table = tables.instances
    wanted = select(table.c.hash, table.c.reference).where(table.c.hash.in_(instances), table.c.reference.is_not(None))
    with database.read() as connection:
        return {row.hash: row.reference for row in connection.execute(wanted)}


def _about(reference: str, mail: MailRows) -> MailRows:
    # What is deleted with the referral must be found by it.
    return MailRows({**mail.mail, "reference": reference}, mail.job)


def _rows(
    ring: KeyRing,
    referral: Referral,
    begins: Beginning,
    instance: str,
    digest: bytes,
    now: datetime,
    sender: Sender | None,
    *,
    drafted: bool,
) -> _Send:
    reference = referral.reference
    return _Send(
        instance={"hash": instance, "reference": reference, "digest": digest, "created_at": now},
        referral={
            "reference": reference,
            "organisation": referral.organisation,
            "form": referral.form,
            "definition": referral.definition,
            "language": referral.language,
            "state": begins.state,
            "reason": begins.reason,
            "test": referral.test,
            "sealed": ring.seal(referral.to_json(), table="referrals", row=reference, column="sealed"),
            "created_at": now,
            "updated_at": now,
            "agency": sender.agency if sender else None,
            "account": (sender.token or sender.account) if sender else None,
        },
        job={
            "organisation": referral.organisation,
            "kind": STAGE,
            "reference": reference,
            "position": 0,
            "status": begins.job,
            "due_at": now,
            "since": now,
        },
        drafted=drafted,
        shared=drafted and sender is not None,
        agency=sender.agency if sender else None,
        token=sender.token if sender else None,
    )


def _files(referral: Referral, spent: str, owner: str) -> list[dict[str, object]]:
    # Only those of this very draft: no other one's file can be sent along.
    return [{"file": each.id, "owner": owner, "spent": spent, "bound": referral.reference} for each in referral.files]


def _store(driver: Driver, items: Sequence[_Send]) -> None:
    """Write several sends; of those with one instance, the first; none of an agency or by a token that has ended."""
    by_instance: dict[object, _Send] = {}
    agencies = [{"agency": each} for each in sorted({item.agency for item in items if item.agency})]
    going_on = {None, *(_HOLD_AGENCY.returning(driver, agencies) if agencies else ())}
    tokens = [{"token": each} for each in sorted({item.token for item in items if item.token})]
    good = {None, *(_HOLD_TOKEN.returning(driver, tokens) if tokens else ())}
    for item in items:
        item.stored = False
    for item in (each for each in items if each.agency in going_on and each.token in good):
        by_instance.setdefault(item.instance["hash"], item)
    spent = list(_SPEND.returning(driver, [item.instance for item in by_instance.values()]))
    won = [by_instance[instance] for instance in spent]
    if not won:
        return
    _INSERT_REFERRAL.run(driver, [item.referral for item in won])
    _INSERT_JOB.run(driver, [item.job for item in won])
    files = [file for item in won for file in item.files]
    if len(list(_BIND_FILE.returning(driver, files))) != len(files):
        raise FilesGone
    if drafts := [{"spent": item.instance["hash"]} for item in won if item.drafted]:
        _DELETE_DRAFT.run(driver, drafts)
    if shared := [{"spent": item.instance["hash"]} for item in won if item.shared]:
        _DELETE_SHARED.run(driver, shared)
    if receipts := [item.receipt for item in won if item.receipt]:
        _INSERT_MAIL.run(driver, [mail.mail for mail in receipts])
        _INSERT_CHORE.run(driver, [mail.job for mail in receipts])
    for item in won:
        item.stored = True


_REFERRAL = (
    "reference",
    "organisation",
    "form",
    "definition",
    "language",
    "state",
    "reason",
    "test",
    "sealed",
    "created_at",
    "updated_at",
    "agency",
    "account",
)
_JOB = ("organisation", "kind", "reference", "position", "status", "due_at", "since")
_FIND_INSTANCE = select(tables.instances.c.reference, tables.instances.c.digest).where(
    tables.instances.c.hash == bindparam("instance")
)


def _spending(dialect: Dialect) -> UpdateBase:
    # The row of a draft is taken over once; the row of a sent form never again. What is returned tells, not the row
    # count, which is -1 for every INSERT on PostgreSQL.
    statement = insert_into(dialect, tables.instances)
    return statement.on_conflict_do_update(
        index_elements=[tables.instances.c.hash],
        set_={"reference": statement.excluded.reference, "digest": statement.excluded.digest},
        where=tables.instances.c.reference.is_(None),
    ).returning(tables.instances.c.hash)


_HOLD_AGENCY = Many(OPEN_AGENCY, ["agency"])
_HOLD_TOKEN = Many(OPEN_TOKEN, ["token"])
_SPEND = Many(_spending, ["hash", "reference", "digest", "created_at"])
_INSERT_REFERRAL = Many(insert(tables.referrals), _REFERRAL)
_INSERT_JOB = Many(insert(tables.jobs).inline(), _JOB)
_BIND_FILE = Many(
    update(tables.files)
    .where(tables.files.c.id == bindparam("file"), tables.files.c.instance == bindparam("owner"))
    .values(reference=bindparam("bound"), instance=bindparam("spent"))
    .returning(tables.files.c.id),
    ["file", "owner", "spent", "bound"],
)
_INSERT_MAIL = Many(
    insert(tables.mails).inline(),
    ["id", "organisation", "kind", "recipient", "sealed", "created_at", "reference"],
)
_INSERT_CHORE = Many(
    insert(tables.jobs).inline(), ["organisation", "kind", "position", "item", "status", "due_at", "since"]
)
_DELETE_DRAFT = Many(delete(tables.drafts).where(tables.drafts.c.instance == bindparam("spent")), ["spent"])
_DELETE_SHARED = Many(delete(agency_drafts).where(agency_drafts.c.instance == bindparam("spent")), ["spent"])
