"""A file is taken for what its name says only where its content says the same."""

import contextlib
import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.uploads.kinds import ENDINGS, NotThatKind, kind_of

from . import making


def zipped(*names: str, first: tuple[str, bytes] | None = None) -> bytes:
    """Make a zip file with parts of these names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        if first:
            opened.writestr(*first)
        for name in names:
            opened.writestr(name, "x")
    return out.getvalue()


def odt(kind: str) -> bytes:
    return zipped("content.xml", first=("mimetype", f"application/vnd.oasis.opendocument.{kind}".encode()))


OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
REAL = {
    "pdf": b"%PDF-1.7\n%...",
    "jpg": making.jpeg(),
    "jpeg": making.jpeg(">"),
    "png": making.png(),
    "gif": b"GIF89a" + bytes(20),
    "webp": making.webp(),
    "heic": making.heic(),
    "heif": making.heic(),
    "tif": making.tiff(),
    "tiff": making.tiff(">"),
    "docx": zipped("[Content_Types].xml", "word/document.xml"),
    "xlsx": zipped("[Content_Types].xml", "xl/workbook.xml"),
    "pptx": zipped("[Content_Types].xml", "ppt/presentation.xml"),
    "odt": odt("text"),
    "ods": odt("spreadsheet"),
    "doc": OLD_OFFICE,
    "xls": OLD_OFFICE,
    "rtf": b"{\\rtf1 hello}",
    "txt": "Dear all, naïve café\r\n\tYours".encode(),
    "csv": "name,town\r\nA,B\r\n".encode("utf-16"),
}


def test_every_ending_has_an_example_here() -> None:
    assert set(REAL) == set(ENDINGS)


@pytest.mark.parametrize("ending", REAL)
def test_a_real_file_is_taken(ending: str) -> None:
    assert kind_of(io.BytesIO(REAL[ending]), ending.upper()) == ENDINGS[ending]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("content", [b"", b"MZ\x90\0\x03\0\0\0", bytes(64), b"\x7fELF\x02\x01\x01\0"])
def test_a_program_and_an_empty_file_are_never_taken(ending: str, content: bytes) -> None:
    if not content and ending in {"txt", "csv"}:
        return  # an empty text is a text: whoever takes the upload judges its size
    with pytest.raises(NotThatKind):
        kind_of(io.BytesIO(content), ending)


@pytest.mark.parametrize("ending", [each for each in ENDINGS if each not in {"txt", "csv", "rtf"}])
def test_a_web_page_is_never_taken_for_a_document_or_a_photo(ending: str) -> None:
    with pytest.raises(NotThatKind):
        kind_of(io.BytesIO(b"<!doctype html><script>alert(1)</script>"), ending)


def test_a_document_with_a_program_in_it_is_not_taken() -> None:
    content = zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")

    with pytest.raises(NotThatKind):
        kind_of(io.BytesIO(content), "docx")


@pytest.mark.parametrize(("ending", "other"), [("docx", "xlsx"), ("odt", "ods"), ("png", "jpg"), ("pdf", "docx")])
def test_one_kind_under_the_name_of_another_is_not_taken(ending: str, other: str) -> None:
    with pytest.raises(NotThatKind):
        kind_of(io.BytesIO(REAL[ending]), other)


def test_a_zip_that_says_its_list_is_huge_is_not_read() -> None:
    content = bytearray(REAL["docx"])
    at = content.rfind(b"PK\x05\x06")
    content[at + 12 : at + 16] = (1 << 30).to_bytes(4, "little")

    with pytest.raises(NotThatKind):
        kind_of(io.BytesIO(bytes(content)), "docx")


def test_a_zip_that_says_in_its_longer_form_that_its_list_is_huge_is_not_read() -> None:
    listed, parts = 3 * 1024 * 1024, zipped("[Content_Types].xml", "word/document.xml")
    begins = parts.index(b"PK\x01\x02")
    ends = parts.index(b"PK\x05\x06")
    long_list = parts[begins:ends] * (listed // (ends - begins))
    at = begins + len(long_list)
    longer = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 2, 2, len(long_list), begins)
    content = parts[:begins] + long_list + longer + struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1) + parts[ends:]

    with pytest.raises(NotThatKind):
        kind_of(io.BytesIO(content), "docx")


def test_an_unknown_ending_is_not_taken() -> None:
    with pytest.raises(NotThatKind):
        kind_of(io.BytesIO(b"%PDF-1.7"), "exe")


@given(st.binary(max_size=300), st.sampled_from(sorted(ENDINGS)))
def test_any_content_is_judged_without_complaint(content: bytes, ending: str) -> None:
    with contextlib.suppress(NotThatKind):
        assert kind_of(io.BytesIO(content), ending) == ENDINGS[ending]


@given(st.binary(max_size=200))
def test_any_content_behind_the_beginning_of_a_zip_is_judged_without_complaint(content: bytes) -> None:
    with pytest.raises(NotThatKind):
        kind_of(io.BytesIO(b"PK\x03\x04" + content + b"PK\x05\x06" + content[:18].ljust(18, b"\0")), "docx")
