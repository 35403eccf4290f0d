"""Photos lose the place where they were taken, and nothing else."""

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.uploads.kinds import NotThatKind
from gateway.uploads.looking import Look
from gateway.uploads.photos import positions

from . import making
from .making import PLACES, patched

PHOTOS = {
    "jpeg, little-endian": ("image/jpeg", making.jpeg("<")),
    "jpeg, big-endian": ("image/jpeg", making.jpeg(">")),
    "png": ("image/png", making.png()),
    "webp": ("image/webp", making.webp()),
    "tiff": ("image/tiff", making.tiff()),
    "heic": ("image/heic", making.heic()),
    "heic, older boxes": ("image/heic", making.heic(version=0)),
    "heic, inside the boxes": ("image/heic", making.heic(in_idat=True)),
}


@pytest.mark.parametrize("name", PHOTOS)
def test_nothing_of_the_place_is_left_and_the_length_stays(name: str) -> None:
    media_type, content = PHOTOS[name]
    assert any(place in content for place in PLACES)

    changed = patched(content, positions(io.BytesIO(content), media_type))

    assert [place for place in PLACES if place in changed] == []
    assert len(changed) == len(content)


@pytest.mark.parametrize("name", PHOTOS)
def test_a_second_look_finds_nothing_more_to_take_out(name: str) -> None:
    media_type, content = PHOTOS[name]
    once = patched(content, positions(io.BytesIO(content), media_type))

    assert patched(once, positions(io.BytesIO(once), media_type)) == once


@pytest.mark.parametrize("order", ["<", ">"])
def test_what_else_the_camera_wrote_stays_readable(order: str) -> None:
    content = making.tiff(order)

    changed = patched(content, positions(io.BytesIO(content), "image/tiff"))

    count = struct.unpack_from(f"{order}H", changed, 8)[0]
    entries = [struct.unpack_from(f"{order}HHL4s", changed, 10 + 12 * number) for number in range(count)]
    assert [tag for tag, *_ in entries] == [0x0112, 0x010F]
    assert entries[1][3] == b"Cam\0"
    assert struct.unpack_from(f"{order}L", changed, 10 + 12 * count)[0] == 0


def test_words_about_the_picture_that_name_no_place_stay() -> None:
    content = making.jpeg()

    assert b'dc:title="A letter"' in patched(content, positions(io.BytesIO(content), "image/jpeg"))


def test_the_chunks_of_a_png_keep_right_sums() -> None:
    content = making.png()
    changed = patched(content, positions(io.BytesIO(content), "image/png"))

    at, kinds = 8, []
    while at < len(changed):
        (length,) = struct.unpack_from(">L", changed, at)
        kind = changed[at + 4 : at + 8 + length]
        assert struct.unpack_from(">L", changed, at + 8 + length)[0] == zlib.crc32(kind)
        kinds.append(kind[:4])
        at += 12 + length
    assert kinds == [b"IHDR", b"emPt", b"emPt", b"tEXt", b"IDAT", b"IEND"]


def test_a_place_at_the_seam_of_two_pieces_is_found() -> None:
    filler = bytes(1024 * 1024 - 30)
    content = b"\xff\xd8\xff" + filler + making.XMP + b"Exif\0\0" + making.tiff()

    changed = patched(content, positions(io.BytesIO(content), "image/jpeg"))

    assert [place for place in PLACES if place in changed] == []


def test_a_film_behind_a_photo_forgets_its_place_too() -> None:
    content = b"\xff\xd8\xff" + b"\0\0\0\x1e\xa9xyz\0\x12\x15\xc7+51.5074-000.1278/"

    assert b"51.5" not in patched(content, positions(io.BytesIO(content), "image/jpeg"))


def test_other_files_are_left_alone() -> None:
    assert positions(io.BytesIO(making.jpeg()), "application/pdf") == []


@given(st.sampled_from(["jpeg", "png", "webp", "tiff", "heic"]), st.data())
def test_no_damaged_photo_stops_it_and_no_patch_leaves_the_file(kind: str, data: st.DataObject) -> None:
    content = bytearray(getattr(making, kind)())
    for _ in range(data.draw(st.integers(0, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(0, len(content))) :]

    found = positions(io.BytesIO(bytes(content)), f"image/{kind}")

    assert all(0 <= patch.offset <= len(content) - len(patch.data) for patch in found)


@given(st.binary(max_size=400), st.sampled_from(["jpeg", "png", "webp", "tiff", "heic"]))
def test_any_bytes_are_read_without_complaint(content: bytes, kind: str) -> None:
    found = positions(io.BytesIO(content), f"image/{kind}")

    assert all(0 <= patch.offset <= len(content) - len(patch.data) for patch in found)


def test_a_place_that_no_file_can_have_is_nowhere() -> None:
    look = Look(io.BytesIO(b"a photo"))
    assert look.at(2**63, 4) == b""
    assert look.at(-1, 4) == b""


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("jpeg", b"\xff\xd8\xff" + b"Exif\0\0II*\0\x08\0\0\0" * 50_000),
        ("jpeg", b"\xff\xd8\xff" + b"a:City='x'" * 50_000),
        ("png", b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0eXIf\0\0\0\0" * 50_000),
        ("webp", b"RIFF\0\0\0\0WEBP" + b"EXIF\0\0\0\0" * 50_000),
        ("tiff", making.tiff_with_many_positions()),
    ],
)
def test_a_photo_that_is_made_to_keep_a_server_busy_is_not_taken(kind: str, content: bytes) -> None:
    with pytest.raises(NotThatKind):
        positions(io.BytesIO(content), f"image/{kind}")


def test_a_large_picture_in_small_pieces_is_taken() -> None:
    piece = struct.pack(">L4s", 4096, b"IDAT") + bytes(4100)

    assert positions(io.BytesIO(making.png()[:-12] + piece * 2500), "image/png")
