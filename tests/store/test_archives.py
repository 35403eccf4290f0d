"""A copy of all that is kept of a referral: whole, piece by piece, and it says what is not in it."""

import io
import secrets
import zipfile

from gateway.keys import KeyRing
from gateway.store import archives, subjects
from gateway.store.attached import attached_to
from gateway.store.chunks import CHUNK_BYTES
from gateway.store.database import Database
from gateway.store.files import Files
from gateway.store.states import FileState

from .keeping import LETTER, files_are, laden


def copied(database: Database, ring: KeyRing, reference: str) -> zipfile.ZipFile:
    files = Files(database, ring)
    kept = subjects.everything(database, ring, reference)
    assert kept is not None
    pieces = archives.pieces(files, kept, attached_to(files, kept.referral), folder=reference)
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


def test_it_holds_the_text_and_the_files(database: Database, ring: KeyRing) -> None:
    reference = laden(database, ring).reference

    with copied(database, ring, reference) as archive:
        text, file = archive.namelist()
        assert (archive.testzip(), archive.read(file)) == (None, LETTER)
        assert b'"what_was_done"' in archive.read(text)


def test_a_file_that_no_scanner_has_seen_or_that_is_gone_is_named_and_left_out(
    database: Database, ring: KeyRing
) -> None:
    reference = laden(database, ring).reference
    for state, why in (
        (FileState.QUARANTINED, "nobody has looked for viruses yet"),
        (FileState.REFUSED, "its content is gone"),
    ):
        files_are(database, reference, state)
        with copied(database, ring, reference) as archive:
            _, left = archive.namelist()
            assert left.endswith(archives.LEFT_OUT)
            assert why in archive.read(left).decode()


def test_no_more_than_a_piece_of_a_file_is_in_memory(database: Database, ring: KeyRing) -> None:
    letter = secrets.token_bytes(4 * CHUNK_BYTES)  # which does not shrink
    reference = laden(database, ring, letter=letter).reference
    kept, files = subjects.everything(database, ring, reference), Files(database, ring)
    assert kept is not None

    found = [len(each) for each in archives.pieces(files, kept, attached_to(files, kept.referral), folder="x")]

    assert sum(found) > 4 * CHUNK_BYTES
    assert max(found) < 2 * CHUNK_BYTES
