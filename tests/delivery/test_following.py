"""What follows a delivery: imports found in batches, each file uploaded once, and nothing doubled by a dead worker."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from gateway.delivery.importing import AT_ONCE, Importing, expect_imports, next_wait
from gateway.delivery.uploading import Uploading
from gateway.delivery.worker import Pace, Worker
from gateway.destinations.seam import (
    Busy,
    CredentialsRefused,
    Following,
    Misconfigured,
    NotSent,
    Rejected,
    Unknown,
)
from gateway.keys import KeyRing
from gateway.referral import File, Referral
from gateway.store import attaching, chores, definitions, following, jobs, sending, tables
from gateway.store.chores import Chore
from gateway.store.chunks import CHUNK_BYTES
from gateway.store.database import Database
from gateway.store.drafts import Draft, Drafts, instance_hash
from gateway.store.files import Details, Files
from gateway.store.states import FileState, ReferralState

from ..store.making import DEFINITION, a_referral, rows, send, state_of
from .conftest import HOUR, MINUTE, RULES, Clock
from .scripted import ACCEPTED, PATIENCE, Scripted, work

LEASE = 2 * MINUTE
POLL = RULES.import_poll
LETTER = b"%PDF-1.4 an invented letter" + bytes(CHUNK_BYTES)
BOTH = Following(finds=True, uploads=True)


class Charity:
    """One organisation whose referrals are followed: its destination, and what a worker does for it."""

    def __init__(self, database: Database, ring: KeyRing, clock: Clock) -> None:
        self.database, self.ring, self.clock = database, ring, clock
        self.destination = Scripted()
        self.destination.following = BOTH
        self.destination.there = set()
        self.known = {"riverside": self.destination}

    def add_file(self, instance: bytes, name: str = "letter.pdf", *, clean: bool = True, about: str = "client") -> File:
        """Store a file as the web does."""
        files = Files(self.database, self.ring)
        file_id = files.begin(instance_hash(instance), self.clock.time, most_bytes=10**9)
        writer = files.writer(file_id)
        writer.write(LETTER)
        writer.close()
        details = Details(name, "application/pdf", "0" * 64)
        files.finish(file_id, details, clean=clean, organisation="riverside", now=self.clock.time)
        return File(file_id, "letter", "A letter", name, "application/pdf", len(LETTER), "0" * 64, about)

    def referral(self, *files: dict[str, object]) -> Referral:
        """Store a referral with files, each told by what is unlike others."""
        instance = b"instance-%d" % len(rows(self.database, select(tables.instances)))
        definitions.keep(self.database, [DEFINITION], self.clock.time)
        until = self.clock.time + HOUR
        draft = Draft("riverside", "support", DEFINITION.hash, "en", {}, 1, self.clock.time, until)
        Drafts(self.database, self.ring).create(instance, draft)
        attached = tuple(self.add_file(instance, **file) for file in files)  # type: ignore[arg-type]
        sent = a_referral(files=attached)
        sending.send(
            self.database, self.ring, sent, instance=instance_hash(instance), answers=b"{}", now=self.clock.time
        )
        return sent

    def delivered(self, *files: dict[str, object]) -> Referral:
        """Store a referral that was delivered a while ago, and write what follows."""
        sent = self.referral(*files)
        with self.database.write() as connection:
            connection.execute(
                update(tables.referrals)
                .where(tables.referrals.c.reference == sent.reference)
                .values(state=ReferralState.DELIVERED, delivered_at=self.clock.time)
            )
            connection.execute(update(tables.jobs).where(tables.jobs.c.kind == "stage").values(status="done"))
        self.expect(self.clock.time - POLL)
        return sent

    def expect(self, when: object = None) -> None:
        expect_imports(self.database, self.known, when or self.clock.time, poll=POLL)  # type: ignore[arg-type]

    def imported(self, sent: Referral, record: str = "12") -> None:
        """Have somebody bring it in at the destination."""
        assert self.destination.there is not None
        self.destination.there.add(sent.reference)
        self.destination.records[sent.reference] = record

    def claim(self, kind: str, *, worker: str = "w1", limit: int = 1) -> list[Chore]:
        return chores.claim(self.database, kinds=[kind], worker=worker, limit=limit, lease=LEASE)

    def look(self) -> int:
        """Do the looks that are due as one worker would; give the number of errands taken up."""
        claimed = self.claim(following.IMPORT)
        do = Importing(self.database, self.ring, self.known, RULES, LEASE, self.clock, lambda: 1.0)
        return sum(do(each) for each in claimed)

    def upload(self, *, worker: str = "w1") -> int:
        """Do the uploads that are due."""
        done = 0
        do = Uploading(self.database, self.ring, self.known, RULES, self.clock, lambda: 1.0)
        for each in self.claim(following.UPLOAD, worker=worker, limit=10):
            done += do(each)
        return done

    def files(self) -> list[str]:
        return [row.state for row in rows(self.database, select(tables.files.c.state).order_by(tables.files.c.id))]

    def errands(self, kind: str) -> list[tuple[str, str | None, int, int]]:
        job = tables.jobs.c
        wanted = select(job.status, job.result, job.failures, job.repeats).where(job.kind == kind).order_by(job.id)
        return [tuple(row) for row in rows(self.database, wanted)]  # type: ignore[misc]

    def outcomes(self) -> list[str | None]:
        tried = tables.attempts.c
        wanted = select(tried.outcome).where(tried.payload == attaching.NO_PAYLOAD).order_by(tried.id)
        return [row.outcome for row in rows(self.database, wanted)]

    def make_due(self, kind: str) -> None:
        """Let the time pass that an errand waits for."""
        with self.database.write() as connection:
            due = update(tables.jobs).where(tables.jobs.c.kind == kind, tables.jobs.c.status == "due")
            connection.execute(due.values(due_at=self.clock.time))

    def due_in(self, kind: str) -> timedelta:
        (row,) = rows(self.database, select(tables.jobs.c.due_at).where(tables.jobs.c.kind == kind))
        wait: timedelta = row.due_at - self.clock.time
        return wait


@pytest.fixture
def charity(database: Database, ring: KeyRing, clock: Clock) -> Charity:
    """One organisation whose referrals are followed."""
    return Charity(database, ring, clock)


@pytest.fixture
def found(charity: Charity) -> Referral:
    """A referral with one file whose import was found."""
    sent = charity.delivered({})
    charity.imported(sent)
    charity.look()
    return sent


# --- what is written with a delivery --------------------------------------------------------------


def test_a_delivery_writes_the_look_for_its_import_and_lets_its_files_wait(
    charity: Charity, hire: Callable[..., Worker], clock: Clock
) -> None:
    worker = hire(charity.destination)
    sent = charity.referral({}, {"clean": False})

    while state_of(charity.database, sent.reference) != ReferralState.DELIVERED:
        work(worker)

    assert charity.errands(following.IMPORT) == [("due", None, 0, 0)]
    assert charity.due_in(following.IMPORT) == POLL
    assert sorted(charity.files()) == [FileState.QUARANTINED, FileState.WAITING]


@pytest.mark.parametrize(
    ("chosen", "errands", "state"),
    [
        (Following(), 0, FileState.CLEAN),
        (Following(finds=True), 1, FileState.CLEAN),
        (Following(uploads=True), 0, FileState.WAITING),
    ],
)
def test_what_follows_is_what_the_organisation_chose(
    charity: Charity, hire: Callable[..., Worker], chosen: Following, errands: int, state: FileState
) -> None:
    charity.destination.following = chosen
    worker = hire(charity.destination)
    sent = charity.referral({})

    while state_of(charity.database, sent.reference) != ReferralState.DELIVERED:
        work(worker)

    assert len(charity.errands(following.IMPORT)) == errands
    assert charity.files() == [state]


def test_what_a_person_says_has_arrived_is_followed_too_and_once(charity: Charity) -> None:
    charity.delivered({"clean": False})
    charity.expect()
    charity.expect()
    assert len(charity.errands(following.IMPORT)) == 1

    (file,) = rows(charity.database, select(tables.files.c.id))
    Files(charity.database, charity.ring).release(file.id)
    charity.expect()
    assert charity.files() == [FileState.WAITING]


# --- looking for imports --------------------------------------------------------------------------


def test_many_are_looked_for_in_one_call(charity: Charity) -> None:
    sent = [charity.delivered() for _ in range(4)]
    charity.imported(sent[1])
    charity.imported(sent[2], "13")

    charity.look()

    assert [sorted(asked) for asked in charity.destination.asked] == [sorted(each.reference for each in sent)]
    assert sorted(charity.errands(following.IMPORT), key=str) == [
        ("done", "12", 0, 0),
        ("done", "13", 0, 0),
        ("due", None, 1, 0),
        ("due", None, 1, 0),
    ]
    at = tables.referrals.c.imported_at
    assert len(rows(charity.database, select(at).where(at.is_not(None)))) == 2


def test_a_call_asks_for_no_more_than_it_may(charity: Charity, database: Database, ring: KeyRing) -> None:
    for _ in range(AT_ONCE + 3):
        send(database, ring, now=charity.clock.time)
    with database.write() as connection:
        connection.execute(update(tables.referrals).values(state=ReferralState.DELIVERED))
        connection.execute(update(tables.jobs).values(status="done"))
    charity.expect(charity.clock.time - POLL)

    while charity.look():
        pass

    assert [len(asked) for asked in charity.destination.asked] == [AT_ONCE, 3]


def test_looks_become_rarer(charity: Charity) -> None:
    assert [next_wait(looks, POLL) for looks in (0, 23, 24, 1000)] == [HOUR, HOUR, 24 * HOUR, 24 * HOUR]

    charity.delivered()
    charity.look()
    assert charity.due_in(following.IMPORT) == HOUR


@pytest.mark.parametrize(("state", "status"), [(ReferralState.PENDING, "due"), (ReferralState.CLOSED, "done")])
def test_what_is_not_delivered_any_more_is_not_looked_for(charity: Charity, state: ReferralState, status: str) -> None:
    charity.delivered()
    with charity.database.write() as connection:
        connection.execute(update(tables.referrals).values(state=state))

    charity.look()

    assert not charity.destination.asked
    assert charity.errands(following.IMPORT) == [(status, None, 0, 0)]


def test_a_purged_referral_ends_its_look(charity: Charity) -> None:
    charity.delivered()
    with charity.database.write() as connection:
        connection.execute(update(tables.referrals).values(purged_at=charity.clock.time, sealed=None))

    charity.look()

    assert charity.errands(following.IMPORT) == [("done", None, 0, 0)]


@pytest.mark.parametrize(
    ("error", "pauses"),
    [
        (NotSent("connection refused"), False),
        (Busy("answered 503", status=503), False),
        (Unknown("read timed out"), False),
        (Misconfigured("answered 404", status=404), False),
        (CredentialsRefused("answered 401", status=401), True),
        (ValueError("what nobody expected"), False),
    ],
)
def test_a_look_that_fails_comes_back_and_only_wrong_keys_pause(
    charity: Charity, error: Exception, pauses: bool
) -> None:
    charity.delivered()
    charity.delivered()
    charity.destination.look_ending = error

    charity.look()

    assert [status for status, *_ in charity.errands(following.IMPORT)] == ["due", "due"]
    paused = rows(charity.database, select(tables.destinations).where(tables.destinations.c.paused_at.is_not(None)))
    assert bool(paused) == pauses


def test_where_nothing_can_be_found_any_more_nobody_goes_on_looking(charity: Charity) -> None:
    charity.delivered({})
    charity.destination.there = None

    charity.look()

    assert charity.errands(following.IMPORT) == [("done", None, 0, 0)]
    assert charity.files() == [FileState.WAITING]


# --- uploading ------------------------------------------------------------------------------------


def test_a_file_goes_to_the_record_that_was_found_and_goes_once(charity: Charity, found: Referral) -> None:
    charity.upload()
    charity.make_due(following.UPLOAD)
    charity.upload()

    assert charity.destination.uploads == [("person 12", "letter.pdf", LETTER)]
    assert charity.files() == [FileState.ATTACHED]
    assert charity.errands(following.UPLOAD) == [("done", "person 12", 0, 0)]
    assert charity.outcomes() == ["upload delivered"]


def test_only_the_main_persons_files_go_where_nobody_said_more(charity: Charity) -> None:
    sent = charity.delivered({}, {"about": "carer"}, {"about": "referral"})
    charity.imported(sent)
    charity.look()
    charity.upload()

    assert len(charity.destination.uploads) == 1
    assert sorted(charity.files()) == [FileState.ATTACHED, FileState.WAITING, FileState.WAITING]


def test_a_file_in_quarantine_waits_until_it_is_clean_and_a_refused_one_never_goes(charity: Charity) -> None:
    sent = charity.delivered({"clean": False}, {"clean": False})
    charity.imported(sent)
    charity.look()
    charity.upload()
    assert not charity.destination.uploads
    assert [status for status, *_ in charity.errands(following.UPLOAD)] == ["due", "due"]

    clean, infected = (each.id for each in sent.files)
    Files(charity.database, charity.ring).release(clean)
    Files(charity.database, charity.ring).refuse(infected)
    charity.make_due(following.UPLOAD)
    charity.upload()

    assert len(charity.destination.uploads) == 1
    assert sorted(charity.files()) == [FileState.ATTACHED, FileState.REFUSED]
    assert [status for status, *_ in charity.errands(following.UPLOAD)] == ["done", "done"]


@pytest.mark.parametrize(
    ("ending", "file", "job"),
    [
        (NotSent("connection refused"), FileState.WAITING, ("due", "person 12", 1, 0)),
        (Busy("answered 503", status=503), FileState.WAITING, ("due", "person 12", 1, 0)),
        (Unknown("read timed out"), FileState.WAITING, ("due", "person 12", 0, 1)),
        (RuntimeError("what nobody expected"), FileState.WAITING, ("due", "person 12", 0, 1)),
        (Rejected("answered 413", status=413), FileState.FAILED, ("parked", "person 12", 0, 0)),
        (CredentialsRefused("answered 401", status=401), FileState.WAITING, ("due", "person 12", 0, 0)),
        (Misconfigured("answered 302", status=302), FileState.WAITING, ("due", "person 12", 0, 0)),
    ],
)
def test_an_upload_ends_by_the_policy(
    charity: Charity, found: Referral, ending: Exception, file: FileState, job: tuple[str, str, int, int]
) -> None:
    charity.destination.upload_endings = [ending]

    charity.upload()

    assert charity.files() == [file]
    assert charity.errands(following.UPLOAD) == [job]
    pauses = isinstance(ending, CredentialsRefused | Misconfigured)
    known = rows(charity.database, select(tables.destinations))
    assert any(row.paused_at is not None for row in known) == pauses
    # What a file meets says nothing of referrals.
    learned = {(row.shape, row.proven_at, row.asked_about, row.rejected_in_a_row) for row in known}
    assert learned <= {(None, None, None, 0)}
    assert state_of(charity.database, found.reference) == ReferralState.DELIVERED


def test_what_may_have_arrived_goes_again_with_a_mark_and_after_three_repeats_waits_for_a_person(
    charity: Charity, found: Referral
) -> None:
    charity.destination.upload_endings = [Unknown("connection reset")]
    waits = []
    for _ in range(4):
        charity.upload()
        waits.append(charity.due_in(following.UPLOAD))
        charity.make_due(following.UPLOAD)

    assert waits[:3] == [2 * HOUR, 8 * HOUR, 24 * HOUR]
    assert [name for _, name, _ in charity.destination.uploads] == ["letter.pdf", *["repeat letter.pdf"] * 3]
    assert charity.errands(following.UPLOAD) == [("parked", "person 12", 0, 3)]
    assert charity.files() == [FileState.FAILED]


def test_a_worker_that_dies_in_mid_upload_leaves_a_doubt_and_no_second_upload(
    charity: Charity, found: Referral
) -> None:
    def die() -> None:
        raise KeyboardInterrupt

    charity.destination.during_upload = die
    with pytest.raises(KeyboardInterrupt):
        charity.upload()
    charity.destination.during_upload = lambda: None
    expire(charity)

    charity.upload(worker="w2")

    assert len(charity.destination.uploads) == 1
    assert charity.outcomes() == [attaching.UNKNOWN]
    assert charity.due_in(following.UPLOAD) == 2 * HOUR
    charity.make_due(following.UPLOAD)
    charity.upload(worker="w2")
    assert [name for _, name, _ in charity.destination.uploads] == ["letter.pdf", "repeat letter.pdf"]
    assert charity.files() == [FileState.ATTACHED]


def test_an_answer_that_comes_after_the_lease_is_believed(charity: Charity, found: Referral) -> None:
    def take_over() -> None:
        charity.destination.during_upload = lambda: None
        expire(charity)
        charity.upload(worker="w2")

    charity.destination.during_upload = take_over

    charity.upload()

    assert len(charity.destination.uploads) == 1
    assert charity.outcomes() == ["upload delivered"]
    assert charity.files() == [FileState.ATTACHED]
    assert charity.errands(following.UPLOAD)[0][0] == "done"


def test_a_worker_whose_lease_is_over_begins_nothing(charity: Charity, found: Referral) -> None:
    (mine,) = charity.claim(following.UPLOAD)
    expire(charity)
    do = Uploading(charity.database, charity.ring, charity.known, RULES, charity.clock, lambda: 1.0)

    do(mine)

    assert not charity.destination.uploads
    assert charity.outcomes() == []


def test_the_lease_of_an_upload_is_renewed_for_as_long_as_it_takes(
    charity: Charity, found: Referral, clock: Clock
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def take_long() -> None:
        begun.set()
        assert go_on.wait(PATIENCE)

    charity.destination.during_upload = take_long
    do = Uploading(charity.database, charity.ring, charity.known, RULES, clock, lambda: 1.0)
    pace = Pace(timedelta(milliseconds=10), 4, lease=LEASE)
    worker = Worker(
        charity.database, charity.ring, charity.known, rules=RULES, pace=pace, name="w1", now=clock,
        errands={following.UPLOAD: do},
    )  # fmt: skip
    ending = threading.Thread(target=worker.run, args=(threading.Event(),), kwargs={"once": True})
    ending.start()
    assert begun.wait(PATIENCE)
    expire(charity)
    clock.time += MINUTE  # it is time for a sign of life

    while not leased(charity):
        continue
    go_on.set()
    ending.join(PATIENCE)

    assert not ending.is_alive()
    assert charity.outcomes() == ["upload delivered"]
    assert len(charity.destination.uploads) == 1


def test_no_transaction_is_open_while_a_file_goes_out(charity: Charity, found: Referral) -> None:
    def write_something() -> None:
        with charity.database.write() as connection:
            connection.execute(update(tables.referrals).values(reason="written meanwhile"))

    charity.destination.during_upload = write_something

    charity.upload()

    assert charity.outcomes() == ["upload delivered"]


def test_an_unknown_upload_casts_no_doubt_on_its_referral(charity: Charity, found: Referral) -> None:
    charity.destination.upload_endings = [Unknown("connection reset")]
    charity.upload()

    with charity.database.read() as connection:
        assert jobs.may_have_arrived(connection, [found.reference]) == set()


def test_what_may_have_gone_out_since_a_backup_goes_with_a_mark(charity: Charity) -> None:
    sent, attached = charity.delivered({}), charity.delivered({})
    with charity.database.write() as connection:
        whose = tables.files.c.reference == attached.reference
        connection.execute(update(tables.files).where(whose).values(state=FileState.ATTACHED))
        attaching.doubt(connection, charity.clock.time)
    charity.imported(sent)
    charity.imported(attached)

    charity.look()
    charity.upload()

    assert [name for _, name, _ in charity.destination.uploads] == ["repeat letter.pdf"]


# --- sending files by hand ------------------------------------------------------------------------


def send_to(charity: Charity, sent: Referral, record: str) -> list[str]:
    with charity.database.write() as connection:
        going = {each.id: record for each in sent.files}
        return following.send_to(connection, sent.reference, "riverside", going, charity.clock.time)


def test_a_file_is_sent_to_the_record_that_a_person_names_and_again_after_it_failed(charity: Charity) -> None:
    sent = charity.delivered({})
    charity.destination.upload_endings = [Rejected("answered 404", status=404)]
    assert send_to(charity, sent, "person 99") == [sent.files[0].id]
    charity.upload()
    assert charity.files() == [FileState.FAILED]

    charity.destination.upload_endings = [ACCEPTED]
    assert send_to(charity, sent, "referral 7") == [sent.files[0].id]
    charity.upload()

    assert [record for record, *_ in charity.destination.uploads] == ["person 99", "referral 7"]
    assert charity.files() == [FileState.ATTACHED]
    assert send_to(charity, sent, "person 99") == []


def test_where_a_person_said_where_a_file_goes_an_import_changes_nothing(charity: Charity) -> None:
    sent = charity.delivered({})
    send_to(charity, sent, "person 99")
    charity.imported(sent, "12")

    charity.look()
    charity.upload()

    assert [record for record, *_ in charity.destination.uploads] == ["person 99"]
    assert charity.errands(following.IMPORT) == [("done", "12", 0, 0)]


def test_an_upload_under_way_is_left_alone(charity: Charity) -> None:
    sent = charity.delivered({})
    send_to(charity, sent, "person 99")
    charity.claim(following.UPLOAD)

    assert send_to(charity, sent, "person 12") == []
    assert charity.errands(following.UPLOAD) == [("leased", "person 99", 0, 0)]


def test_how_far_files_have_come_can_be_seen(charity: Charity, found: Referral) -> None:
    charity.destination.upload_endings = [Unknown("connection reset")]
    charity.upload()

    (sending_,) = attaching.sendings(charity.database, found.reference).values()
    assert (sending_.record, sending_.outcome, sending_.status) == ("person 12", "unknown", "due")


def expire(charity: Charity) -> None:
    with charity.database.write() as connection:
        leased = update(tables.jobs).where(tables.jobs.c.status == "leased")
        connection.execute(leased.values(leased_until=charity.clock.time - HOUR))


def leased(charity: Charity) -> bool:
    until = select(tables.jobs.c.leased_until).where(tables.jobs.c.kind == following.UPLOAD)
    (row,) = rows(charity.database, until)
    return bool(row.leased_until and row.leased_until > charity.clock.time)
