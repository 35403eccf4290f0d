"""Saved forms: link and answer bring a draft back once; nothing else does, and the tries are few."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from gateway.keys import KeyMissing, KeyRing, SealBroken, new_key
from gateway.store import definitions, mails, tables
from gateway.store.database import Database
from gateway.store.drafts import Draft, DraftMoved, Drafts, forget_expired, instance_hash
from gateway.store.mails import Mail
from gateway.store.saved import TRIES, LinkOver, SavedDrafts, WrongAnswer

from .making import DEFINITION, NOW, rows

FIRST, KEPT, LATER = b"first-instance-1", b"kept-instance-22", b"later-instance-3"
LINK, OTHER_LINK = b"a-link-of-sixteen", b"another-of-sixteen"
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
ANSWER = "purpleteapot"
DRAFT = Draft("riverside", "support", DEFINITION.hash, "cy", {"surname": ["Testperson"]}, 3, NOW, NOW + HOUR)


@pytest.fixture
def drafts(database: Database, ring: KeyRing) -> Drafts:
    """A store with one draft."""
    definitions.keep(database, [DEFINITION], NOW)
    found = Drafts(database, ring)
    found.create(FIRST, DRAFT)
    return found


@pytest.fixture
def saved(database: Database, ring: KeyRing, drafts: Drafts) -> SavedDrafts:
    """The same, with that draft saved."""
    found = SavedDrafts(database, ring, drafts)
    keep(found)
    return found


def keep(saved: SavedDrafts, link: bytes = LINK, old: bytes = FIRST, new: bytes = KEPT) -> None:
    saved.keep(link, ANSWER, old=old, new=new, organisation="riverside", form="support", expires_at=NOW + WEEK, now=NOW)


def take(
    saved: SavedDrafts, answer: str = ANSWER, link: bytes = LINK, new: bytes = LATER, after: timedelta = 2 * HOUR
) -> None:
    saved.take(link, answer, new=new, expires_at=NOW + after + HOUR, now=NOW + after)


def count(database: Database, name: str) -> int:
    (found,) = rows(database, select(func.count()).select_from(tables.metadata.tables[name]))
    return int(found[0])


def test_a_saved_draft_comes_back_as_it_was_under_a_new_instance(saved: SavedDrafts, drafts: Drafts) -> None:
    take(saved)

    found = drafts.load(LATER, NOW + 2 * HOUR)
    assert found is not None
    assert (found.answers, found.language, found.definition) == (DRAFT.answers, "cy", DEFINITION.hash)
    assert found.expires_at == NOW + 3 * HOUR


def test_the_address_from_before_leads_nowhere(saved: SavedDrafts, drafts: Drafts) -> None:
    assert drafts.load(FIRST, NOW) is None
    with pytest.raises(DraftMoved):
        drafts.save(FIRST, {}, version=3, language="en", expires_at=NOW + HOUR)

    take(saved)

    assert drafts.load(KEPT, NOW) is None


def test_a_link_works_once(saved: SavedDrafts, database: Database) -> None:
    take(saved)

    assert saved.find(LINK, NOW) is None
    with pytest.raises(LinkOver):
        take(saved, new=b"yet-another-one1")
    assert (count(database, "saved"), count(database, "drafts"), count(database, "instances")) == (0, 1, 1)


def test_looking_at_a_link_changes_nothing(saved: SavedDrafts) -> None:
    for _ in range(2 * TRIES):
        found = saved.find(LINK, NOW)

    assert found is not None
    assert (found.organisation, found.form, found.tries_left) == ("riverside", "support", TRIES)
    assert found.expires_at == NOW + WEEK


def test_every_wrong_answer_costs_a_try_and_the_last_one_deletes_all(saved: SavedDrafts, database: Database) -> None:
    for left in reversed(range(TRIES)):
        with pytest.raises(WrongAnswer) as told:
            take(saved, "pinkteapot")
        assert told.value.tries_left == left

    with pytest.raises(LinkOver):
        take(saved)
    assert (count(database, "saved"), count(database, "drafts"), count(database, "instances")) == (0, 0, 0)


def test_the_last_try_still_counts_if_it_is_right(saved: SavedDrafts, drafts: Drafts) -> None:
    for _ in range(TRIES - 1):
        with pytest.raises(WrongAnswer):
            take(saved, "pinkteapot")

    take(saved)

    assert drafts.load(LATER, NOW) is not None


def test_a_link_that_never_was_leads_nowhere(saved: SavedDrafts) -> None:
    assert saved.find(OTHER_LINK, NOW) is None
    with pytest.raises(LinkOver):
        take(saved, link=OTHER_LINK)


def test_a_link_ends_with_its_time_and_is_tidied_away_with_its_draft(saved: SavedDrafts, database: Database) -> None:
    assert forget_expired(database, NOW + WEEK - HOUR) == 0
    with pytest.raises(LinkOver):
        take(saved, after=WEEK)

    assert forget_expired(database, NOW + WEEK) == 1
    assert (count(database, "saved"), count(database, "drafts"), count(database, "instances")) == (0, 0, 0)


def test_a_draft_that_is_gone_cannot_be_saved(database: Database, saved: SavedDrafts) -> None:
    with pytest.raises(DraftMoved):
        keep(saved, OTHER_LINK)

    assert count(database, "saved") == 1


def test_files_go_along(database: Database, ring: KeyRing, drafts: Drafts) -> None:
    with database.write() as connection:
        connection.execute(
            insert(tables.files).values(
                id="f", instance=instance_hash(FIRST), state="clean", complete=True, size=1, created_at=NOW
            )
        )
    saved = SavedDrafts(database, ring, drafts)

    keep(saved)
    take(saved)

    (file,) = rows(database, select(tables.files))
    assert file.instance == instance_hash(LATER)


def test_without_its_key_nothing_opens_and_no_try_is_lost(
    saved: SavedDrafts, database: Database, drafts: Drafts
) -> None:
    stranger = SavedDrafts(database, KeyRing(new_key()), drafts)

    with pytest.raises(KeyMissing):
        take(stranger)

    found = saved.find(LINK, NOW)
    assert found is not None
    assert found.tries_left == TRIES


def test_the_store_and_its_keys_open_nothing_without_link_and_answer(
    saved: SavedDrafts, database: Database, ring: KeyRing
) -> None:
    (row,) = rows(database, select(tables.saved))

    sealed = ring.open(row.sealed, table="saved", row=row.hash, column="sealed")

    assert KEPT not in sealed
    assert LINK.hex() not in row.hash
    with pytest.raises(WrongAnswer):
        take(saved, "purple teapot")
    assert saved.find(OTHER_LINK, NOW) is None


def test_the_mail_with_the_link_is_written_with_what_it_leads_to(
    database: Database, ring: KeyRing, drafts: Drafts
) -> None:
    saved = SavedDrafts(database, ring, drafts)
    mail = Mail("saved", "riverside", "alba@example.org", "en", {"link": "https://x"}, (NOW + WEEK).isoformat())
    written = mails.rows(ring, mail, NOW)

    def keep_with_mail(old: bytes) -> None:
        saved.keep(
            LINK, ANSWER, old=old, new=KEPT, organisation="riverside", form="support",
            expires_at=NOW + WEEK, now=NOW, mail=written,
        )  # fmt: skip

    with pytest.raises(DraftMoved):
        keep_with_mail(LATER)
    assert (count(database, "mails"), count(database, "jobs")) == (0, 0)

    keep_with_mail(FIRST)

    assert (count(database, "mails"), count(database, "jobs")) == (1, 1)


def test_a_seal_that_was_changed_costs_no_try(saved: SavedDrafts, database: Database) -> None:
    with database.write() as connection:
        connection.execute(tables.saved.update().values(sealed=b"something else that is long enough"))

    with pytest.raises(SealBroken):
        take(saved)

    found = saved.find(LINK, NOW)
    assert found is not None
    assert found.tries_left == TRIES
