"""Keys can be changed while serving: everything is sealed again, nothing twice, nothing lost when it is broken off."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice

import pytest
from sqlalchemy import delete, insert, select, update

from gateway.cli.migrate import upgrade
from gateway.keys import KeyRing, new_key
from gateway.store import mails, own_references, referrals, resealing, tables
from gateway.store.database import Database
from gateway.store.drafts import Draft, Drafts, instance_hash
from gateway.store.files import Details, Files
from gateway.store.mails import Mail
from gateway.store.resealing import Step
from gateway.store.saved import SavedDrafts

from .making import DEFINITION, NOW, begin, claim, rows, send

HOUR = timedelta(hours=1)
OLD, NEW = new_key(), new_key()
OLD_RING, BOTH, NEW_RING = KeyRing(OLD), KeyRing(f"{NEW},{OLD}"), KeyRing(NEW)
INSTANCE, SAVED_INSTANCE, LINK = b"an-instance-only", b"another-instance", b"link-of-16-bytes"
ANSWERS = {"surname": ["Oddname"]}


def rotated(database: Database, ring: KeyRing = BOTH, *, batch: int = 2) -> list[Step]:
    return list(resealing.steps(database, ring, batch=batch, now=lambda: NOW))


def sealed_with(database: Database, ring: KeyRing) -> int:
    return sum(counts.get(ring.ids[0], 0) for counts in resealing.in_use(database).values())


@pytest.fixture
def full(database: Database) -> Database:
    """A store with several sealed values in every table, all of them by the old key."""
    references = [send(database, OLD_RING) for _ in range(3)]
    for job in claim(database):
        attempt = begin(database, OLD_RING, job)
        sealed = OLD_RING.seal(b"answer", table="attempts", row=str(attempt), column="sealed")
        with database.write() as connection:
            connection.execute(update(tables.attempts).where(tables.attempts.c.id == attempt).values(sealed=sealed))
    drafts = Drafts(database, OLD_RING)
    for instance in (INSTANCE, b"a-third-instance"):
        drafts.create(instance, Draft("riverside", "support", DEFINITION.hash, "en", ANSWERS, 1, NOW, NOW + HOUR))
    SavedDrafts(database, OLD_RING, drafts).keep(
        LINK, "teapot", old=b"a-third-instance", new=SAVED_INSTANCE,
        organisation="riverside", form="support", expires_at=NOW + HOUR, now=NOW,
    )  # fmt: skip
    with database.write() as connection:
        mail = Mail("saved", "riverside", "odd@example.org", "en", {}, (NOW + HOUR).isoformat())
        mails.write(connection, mails.rows(OLD_RING, mail, NOW))
    files = Files(database, OLD_RING)
    for size, finished in ((10, True), (2 * 1024 * 1024 + 5, True), (1024 * 1024 + 1, False)):
        file = files.begin(instance_hash(INSTANCE), NOW, most_bytes=2**30)
        writer = files.writer(file)
        writer.write(b"x" * size)
        if finished:
            writer.close()
            files.finish(
                file, Details("odd.pdf", "application/pdf", "0"), clean=True, organisation="riverside", now=NOW
            )
    assert len(references) == 3
    assert own_references.keep(database, OLD_RING, references[0], "case 12")
    return database


def test_in_use_counts_by_table_and_key(full: Database) -> None:
    (old,) = OLD_RING.ids

    found = resealing.in_use(full)

    assert found == {
        "referrals": {old: 3},
        "payloads": {old: 3},
        "attempts": {old: 3},
        "drafts": {old: 2},
        "saved": {old: 1},
        "mails": {old: 1},
        "files": {old: 2},
        "accounts": {},
        "agencies": {},
        "agency_drafts": {},
        "own_references": {old: 1},
        "chunks": {old: 5},
    }


def test_everything_opens_with_the_new_key_alone(full: Database) -> None:
    steps = rotated(full)

    assert sum(step.sealed for step in steps) == 21
    assert sealed_with(full, OLD_RING) == 0
    assert all(step.sealed <= 2 and not step.unreadable for step in steps)
    with full.read() as connection:
        for listed in referrals.listed(full):
            assert referrals.opened(connection, NEW_RING, listed.reference) is not None
    drafts = Drafts(full, NEW_RING)
    draft = drafts.load(INSTANCE, NOW)
    assert draft is not None
    assert draft.answers == ANSWERS
    SavedDrafts(full, NEW_RING, drafts).take(LINK, "teapot", new=b"a-fourth-instanc", expires_at=NOW + HOUR, now=NOW)
    files = Files(full, NEW_RING)
    sizes = {
        each.size: b"".join(files.read(each.id, each.size)) for each in files.of_draft(instance_hash(INSTANCE)).values()
    }
    assert {size: len(content) for size, content in sizes.items()} == {size: size for size in sizes}
    (mail,) = rows(full, select(tables.mails))
    assert mails.load(full, NEW_RING, mail.id) is not None


def test_a_second_run_finds_nothing(full: Database) -> None:
    rotated(full)

    assert rotated(full) == []
    assert rows(full, select(tables.progress)) == []


@pytest.mark.parametrize("steps_before", range(0, 12, 2))
def test_broken_off_after_any_step_it_goes_on_from_there(full: Database, steps_before: int) -> None:
    before = _some(resealing.steps(full, BOTH, batch=2, now=lambda: NOW), steps_before)
    order = [kind.table.name for kind in resealing.KINDS]

    after = rotated(full)

    assert sum(step.sealed for step in [*before, *after]) == 21
    assert sealed_with(full, OLD_RING) == 0
    places = [order.index(step.table) for step in [*before, *after]]
    assert places == sorted(places)


def test_what_was_passed_before_it_was_broken_off_is_not_looked_at_again(full: Database) -> None:
    send(full, KeyRing(new_key()))
    before = _some(resealing.steps(full, BOTH, batch=2, now=lambda: NOW), 2)
    assert [step.table for step in before] == ["referrals", "referrals"]
    assert sum(len(step.unreadable) for step in before) == 1

    after = rotated(full)

    assert {step.table for step in after}.isdisjoint({"referrals"})
    assert sum(step.sealed for step in [*before, *after]) == 21


def test_with_another_key_in_front_it_begins_again(full: Database) -> None:
    _some(resealing.steps(full, BOTH, batch=2, now=lambda: NOW), 5)
    third = new_key()

    rotated(full, KeyRing(f"{third},{NEW},{OLD}"))

    assert sealed_with(full, KeyRing(third)) == 21


def test_what_was_changed_meanwhile_is_kept_and_found_by_the_next_run(full: Database) -> None:
    going = resealing.steps(full, BOTH, batch=10, now=lambda: NOW)
    for step in going:
        if step.table == "attempts":
            break
    changed = {"surname": ["Changed"]}
    # The rows of this step were read, and a web server with the old key in front saves one before it is written.
    kind = next(kind for kind in resealing.KINDS if kind.table is tables.drafts)
    stale = resealing._stale(full, BOTH, kind, None, 10)
    Drafts(full, OLD_RING).save(INSTANCE, changed, version=1, language="en", expires_at=NOW + HOUR)
    resealing._step(full, BOTH, kind, stale, [stale[-1].instance], NOW)

    draft = Drafts(full, OLD_RING).load(INSTANCE, NOW)
    assert draft is not None
    assert draft.answers == changed
    rotated(full)
    rotated(full)
    assert sealed_with(full, OLD_RING) == 0
    found = Drafts(full, NEW_RING).load(INSTANCE, NOW)
    assert found is not None
    assert found.answers == changed


def test_what_cannot_be_opened_is_named_and_stops_nothing(full: Database) -> None:
    lost = KeyRing(new_key())
    reference = send(full, lost)
    moved = send(full, OLD_RING)
    other = send(full, OLD_RING)
    table = tables.referrals
    with full.write() as connection:
        sealed = connection.scalar(select(table.c.sealed).where(table.c.reference == other))
        connection.execute(update(table).where(table.c.reference == moved).values(sealed=sealed))

    unreadable = [each for step in rotated(full) for each in step.unreadable]

    assert {(each.table, each.about, each.reason) for each in unreadable} == {
        ("referrals", reference, "its key is not in GATEWAY_KEYS"),
        ("referrals", moved, "it was changed or moved"),
    }
    assert sealed_with(full, OLD_RING) == 1
    assert sealed_with(full, NEW_RING) == 22


def test_what_was_deleted_meanwhile_is_no_trouble(full: Database) -> None:
    kind = next(kind for kind in resealing.KINDS if kind.table is tables.drafts)
    stale = resealing._stale(full, BOTH, kind, None, 10)
    with full.write() as connection:
        connection.execute(delete(tables.saved))
        connection.execute(delete(tables.drafts))

    assert resealing._step(full, BOTH, kind, stale, [stale[-1].instance], NOW) == Step("drafts", 0, [])


def test_a_value_that_was_never_sealed_is_named(full: Database) -> None:
    with full.write() as connection:
        connection.execute(
            insert(tables.mails).values(
                id="odd", organisation="riverside", kind="receipt", recipient=b"", sealed=b"no", created_at=NOW
            )
        )

    (unreadable,) = [each for step in rotated(full) for each in step.unreadable]

    assert (unreadable.table, unreadable.about) == ("mails", "odd")


def _some(steps: Iterator[Step], count: int) -> Sequence[Step]:
    return list(islice(steps, count))


def test_what_somebody_has_in_hand_is_not_waited_for(postgres_url: str) -> None:
    database = Database(f"{postgres_url}&options=-clock_timeout%3D2s")
    upgrade(database)
    _, second = sorted(send(database, OLD_RING) for _ in range(2))
    table = tables.referrals

    with database.write() as connection:  # as a worker that goes on to the first one next
        connection.execute(update(table).where(table.c.reference == second).values(attempts=1))
        rotated(database)
    assert (sealed_with(database, OLD_RING), sealed_with(database, BOTH)) == (1, 1)

    rotated(database)
    assert sealed_with(database, OLD_RING) == 0
    database.close()
