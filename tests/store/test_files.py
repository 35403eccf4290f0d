"""Files: sealed piece by piece, read back as they were, bound to one referral, gone with their draft."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from gateway.keys import KeyRing, SealBroken
from gateway.referral import File
from gateway.store import chores, chunks, definitions, drafts, files, sending, tables
from gateway.store.chunks import CHUNK_BYTES, FileGone
from gateway.store.database import Database
from gateway.store.drafts import Draft, Drafts, instance_hash
from gateway.store.files import Details, Files, StoredFile, TooMuch
from gateway.store.sending import FilesGone
from gateway.store.states import FileState
from gateway.uploads.patching import Patch

from .making import DEFINITION, NOW, a_referral, rows

INSTANCE, OTHER = b"an-instance-only", b"another-instance"
HOUR = timedelta(hours=1)
DRAFT = Draft("riverside", "support", DEFINITION.hash, "en", {}, 1, NOW, NOW + HOUR)
DETAILS = Details("letter from Dr Testperson.pdf", "application/pdf", "0" * 64)
MOST = 100 * CHUNK_BYTES


@pytest.fixture
def store(database: Database, ring: KeyRing) -> Files:
    """Files, and two drafts for them."""
    definitions.keep(database, [DEFINITION], NOW)
    for instance in (INSTANCE, OTHER):
        Drafts(database, ring).create(instance, DRAFT)
    return Files(database, ring)


def add(store: Files, content: bytes, *, instance: bytes = INSTANCE, clean: bool = True) -> StoredFile:
    """Store a file as it would come over the network, in parts of any size."""
    file_id = store.begin(instance_hash(instance), NOW, most_bytes=MOST)
    writer = store.writer(file_id)
    for start in range(0, len(content), 300_000):
        writer.write(content[start : start + 300_000])
    writer.close()
    store.finish(file_id, DETAILS, clean=clean, organisation="riverside", now=NOW)
    found = store.find(file_id)
    assert found is not None
    return found


def content(size: int) -> bytes:
    """Make bytes that differ from place to place."""
    return b"".join(number.to_bytes(4, "big") for number in range(size // 4 + 1))[:size]


def count(database: Database) -> tuple[int, int]:
    """Count files and pieces."""
    one, two = (select(func.count()).select_from(table).scalar_subquery() for table in (tables.files, tables.chunks))
    (found,) = rows(database, select(one, two))
    return found[0], found[1]


@pytest.mark.parametrize(
    ("size", "pieces"),
    [(1, 1), (CHUNK_BYTES - 1, 1), (CHUNK_BYTES, 1), (CHUNK_BYTES + 1, 2), (3 * CHUNK_BYTES, 3), (2_500_000, 3)],
)
def test_a_file_comes_back_as_it_was(database: Database, store: Files, size: int, pieces: int) -> None:
    whole = content(size)

    found = add(store, whole)

    assert b"".join(store.read(found.id, found.size)) == whole
    assert (found.name, found.media_type, found.size, found.state) == (
        DETAILS.name, DETAILS.media_type, size, FileState.CLEAN,
    )  # fmt: skip
    assert count(database) == (1, pieces)


def test_a_file_can_be_read_anywhere(store: Files) -> None:
    whole = content(2 * CHUNK_BYTES + 500)
    found = add(store, whole)

    with store.opened(found.id, found.size) as opened:
        for start, length in [
            (0, 10),
            (CHUNK_BYTES - 5, 10),
            (2 * CHUNK_BYTES + 490, 100),
            (5, CHUNK_BYTES * 2),
            (9**9, 1),
        ]:
            opened.seek(start)
            assert opened.read(length) == whole[start : start + length]
        assert opened.seek(-3, io.SEEK_END) == len(whole) - 3
        assert opened.read() == whole[-3:]


def test_a_library_can_read_it(store: Files) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", content(1_500_000))
        archive.writestr("b.txt", b"here")
    found = add(store, packed.getvalue())

    with store.opened(found.id, found.size) as opened, zipfile.ZipFile(opened) as archive:
        assert archive.read("b.txt") == b"here"


def test_patches_change_what_they_name_and_nothing_else(store: Files) -> None:
    whole = content(3 * CHUNK_BYTES - 7)
    found = add(store, whole)
    patches = [
        Patch(2, b"--"), Patch(CHUNK_BYTES - 3, b"-" * (CHUNK_BYTES + 6)), Patch(3, b"++"),
        Patch(len(whole) - 2, b"!!!!"),
    ]  # fmt: skip
    expected = bytearray(whole)
    for patch in patches:
        expected[patch.offset : patch.offset + len(patch.data)] = patch.data

    store.overwrite(found.id, found.size, patches)

    assert b"".join(store.read(found.id, found.size)) == bytes(expected[: len(whole)])


def test_neither_name_nor_content_can_be_read_in_the_tables(database: Database, store: Files) -> None:
    add(store, b"Kanarienvogel " * 100_000)

    (file,), pieces = rows(database, select(tables.files)), rows(database, select(tables.chunks))

    assert len(pieces) == 2
    assert not any(b"Kanarienvogel" in piece.sealed for piece in pieces)
    assert not any(word in file.sealed for word in (b"letter", b"Testperson", b"pdf"))


@pytest.mark.parametrize("harm", ["the last piece is gone", "two pieces are exchanged", "it stands in another file"])
def test_pieces_open_in_their_own_place_only(database: Database, store: Files, harm: str) -> None:
    found, other = add(store, content(2 * CHUNK_BYTES)), add(store, content(2 * CHUNK_BYTES))
    piece = tables.chunks.c
    size = found.size
    with database.write() as connection:
        stolen = connection.scalar(
            select(piece.sealed).where(piece.file == (other.id if "another" in harm else found.id), piece.number == 1)
        )
        if "last" in harm:
            size = CHUNK_BYTES
        else:
            number = 1 if "another" in harm else 0
            connection.execute(
                update(tables.chunks).where(piece.file == found.id, piece.number == number).values(sealed=stolen)
            )

    with pytest.raises(SealBroken):
        list(store.read(found.id, size))


def test_a_file_that_is_not_complete_is_not_seen(store: Files) -> None:
    file_id = store.begin(instance_hash(INSTANCE), NOW, most_bytes=MOST)
    store.writer(file_id).write(content(2 * CHUNK_BYTES))

    assert store.find(file_id) is None
    assert store.of_draft(instance_hash(INSTANCE)) == {}


def test_a_draft_takes_no_more_than_it_may(store: Files) -> None:
    add(store, content(1000))

    with pytest.raises(TooMuch):
        store.begin(instance_hash(INSTANCE), NOW, most_bytes=1000)
    assert store.begin(instance_hash(OTHER), NOW, most_bytes=1000)


def test_no_file_is_begun_without_a_draft(store: Files) -> None:
    with pytest.raises(FileGone):
        store.begin(instance_hash(b"nobody"), NOW, most_bytes=MOST)


def test_whoever_leaves_takes_the_files_along(database: Database, ring: KeyRing, store: Files) -> None:
    add(store, content(1000))
    add(store, content(1000), instance=OTHER)
    begun = store.begin(instance_hash(INSTANCE), NOW, most_bytes=MOST)

    Drafts(database, ring).forget(INSTANCE)

    assert count(database) == (1, 1)
    with pytest.raises(FileGone):
        store.writer(begun).close()
    with pytest.raises(FileGone):
        store.finish(begun, DETAILS, clean=True, organisation="riverside", now=NOW)


def test_files_die_with_their_draft(database: Database, store: Files) -> None:
    add(store, content(CHUNK_BYTES + 1))
    store.begin(instance_hash(INSTANCE), NOW, most_bytes=MOST)

    assert drafts.forget_expired(database, NOW + HOUR) == 2
    assert count(database) == (0, 0)


def test_somebody_removes_one_file(store: Files) -> None:
    first, second = add(store, content(10)), add(store, content(20))
    elsewhere = add(store, content(30), instance=OTHER)

    store.forget(instance_hash(INSTANCE), [first.id, elsewhere.id])

    assert list(store.of_draft(instance_hash(INSTANCE))) == [second.id]
    assert list(store.of_draft(instance_hash(OTHER))) == [elsewhere.id]


def test_files_move_with_their_draft(database: Database, store: Files) -> None:
    found = add(store, content(10))
    sent = sent_with(database, store, found)
    other = add(store, content(20), instance=OTHER)
    new = instance_hash(b"a-new-instance")
    with database.write() as connection:
        connection.execute(insert(tables.instances).values(hash=new, created_at=NOW))
        for old in (INSTANCE, OTHER):
            files.move(connection, instance_hash(old), new)

    assert list(store.of_draft(new)) == [other.id]
    assert list(store.of_referral(sent)) == [found.id]


def sent_with(
    database: Database, store: Files, *found: StoredFile, instance: bytes = INSTANCE, files_of: str = ""
) -> str:
    """Send the draft with some of its files."""
    named = tuple(
        File(each.id, "letter", "A letter", each.name, each.media_type, each.size, each.sha256, "client")
        for each in found
    )
    referral = replace(a_referral(), files=named)
    sent = sending.send(
        database, store._ring, referral, instance=instance_hash(instance), answers=b"{}", now=NOW, files_of=files_of
    )
    return sent.reference


def test_sending_binds_the_files_that_were_named_and_no_others(database: Database, store: Files) -> None:
    named, unnamed, foreign = add(store, b"named"), add(store, b"unnamed"), add(store, b"foreign", instance=OTHER)

    reference = sent_with(database, store, named)

    assert list(store.of_referral(reference)) == [named.id]
    assert files.forget_left(database, NOW) == 1
    assert store.find(unnamed.id) is None
    assert b"".join(store.read(named.id, named.size)) == b"named"
    assert store.find(foreign.id) is not None


@pytest.mark.parametrize("theirs", ["another draft's", "gone", "of another referral"])
def test_a_referral_is_not_stored_without_a_file_that_it_names(database: Database, store: Files, theirs: str) -> None:
    named = add(store, b"named")
    missing = add(store, b"missing", instance=OTHER)
    if theirs == "gone":
        store.forget(instance_hash(OTHER), [missing.id])
    if theirs == "of another referral":
        sent_with(database, store, missing, instance=OTHER)

    with pytest.raises(FilesGone):
        sent_with(database, store, named, missing)

    assert sent_with(database, store, named)
    assert len(rows(database, select(tables.jobs))) == (2 if theirs == "of another referral" else 1)


def test_files_may_come_from_a_draft_of_their_own(database: Database, store: Files, ring: KeyRing) -> None:
    found, left = add(store, b"named", instance=OTHER), add(store, b"unnamed", instance=OTHER)

    reference = sent_with(database, store, found, files_of=instance_hash(OTHER))
    Drafts(database, ring).forget(OTHER)

    assert list(store.of_referral(reference)) == [found.id]
    assert store.find(left.id) is None
    (spent,) = rows(database, select(tables.instances))
    assert spent.hash == instance_hash(INSTANCE)


def test_what_was_sent_is_not_removed_from_the_page(database: Database, store: Files) -> None:
    found = add(store, b"named")
    sent_with(database, store, found)

    store.forget(instance_hash(INSTANCE), [found.id])

    assert store.find(found.id) is not None


def test_no_file_is_begun_once_the_form_was_sent(database: Database, store: Files) -> None:
    sent_with(database, store)

    with pytest.raises(FileGone):
        store.begin(instance_hash(INSTANCE), NOW, most_bytes=MOST)


def test_uploads_that_broke_off_are_deleted_after_an_hour(database: Database, store: Files) -> None:
    kept = add(store, b"kept")
    begun = store.begin(instance_hash(INSTANCE), NOW, most_bytes=MOST)
    store.writer(begun).write(content(2 * CHUNK_BYTES))

    assert files.forget_left(database, NOW + HOUR) == 0
    assert files.forget_left(database, NOW + HOUR + timedelta(seconds=1)) == 1
    assert list(store.of_draft(instance_hash(INSTANCE))) == [kept.id]
    assert count(database) == (1, 1)


def test_a_file_that_nobody_scanned_waits_for_the_worker(database: Database, store: Files) -> None:
    found = add(store, b"a letter", clean=False)

    (chore,) = chores.claim(database, kinds=[files.SCAN], worker="worker", limit=9, lease=HOUR)

    assert (chore.item, chore.organisation) == (found.id, "riverside")
    assert found.quarantined


def test_quarantine_is_left_once(database: Database, store: Files) -> None:
    clean, infected = add(store, b"clean", clean=False), add(store, b"infected", clean=False)

    store.release(clean.id)
    store.refuse(infected.id)
    store.refuse(clean.id)
    store.release(infected.id)

    states = {each.id: each.state for each in store.of_draft(instance_hash(INSTANCE)).values()}
    assert states == {clean.id: FileState.CLEAN, infected.id: FileState.REFUSED}
    assert b"".join(store.read(clean.id, clean.size)) == b"clean"
    with pytest.raises(FileGone):
        list(store.read(infected.id, infected.size))
    assert count(database) == (2, 1)


def test_a_piece_that_was_removed_is_not_written_over(store: Files) -> None:
    found = add(store, b"a letter")
    store.forget(instance_hash(INSTANCE), [found.id])

    with pytest.raises(FileGone):
        chunks.overwrite(store._database, store._ring, found.id, found.size, [Patch(0, b"x")])
