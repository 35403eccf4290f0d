"""Names of files: what people chose, without what some system could take for something else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.uploads.names import ending_of, safe_name


@pytest.mark.parametrize(
    ("typed", "ending", "safe"),
    [
        ("Letter from the GP.PDF", "pdf", "Letter from the GP.pdf"),
        ("../../etc/passwd.txt", "txt", "passwd.txt"),
        ("C:\\Documents\\plan.docx", "docx", "plan.docx"),
        ("photo\u202egpj.exe.jpg", "jpg", "photo gpj.exe.jpg"),
        ("a\r\nSet-Cookie: x.pdf", "pdf", "a Set-Cookie- x.pdf"),
        ("con.pdf", "pdf", "file.pdf"),
        ("...", "pdf", "file.pdf"),
        ("", "png", "file.png"),
        ("llythyr cŷn.jpeg", "jpeg", "llythyr cŷn.jpeg"),
        ("2026.11.22 note.txt", "txt", "2026.11.22 note.txt"),
    ],
)
def test_what_a_name_becomes(typed: str, ending: str, safe: str) -> None:
    assert safe_name(typed, ending) == safe


@pytest.mark.parametrize(
    ("name", "ending"),
    [("a.PDF", "pdf"), ("a.b.Jpg ", "jpg"), ("noending", ""), (".pdf", ""), ("a.", ""), ("", "")],
)
def test_the_ending_of_a_name(name: str, ending: str) -> None:
    assert ending_of(name) == ending


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_is_no_path_and_hides_nothing(name: str) -> None:
    safe = safe_name(name, "pdf")

    assert safe.endswith(".pdf")
    assert re.search(r'[<>:"/\\|?*\x00-\x1f\u202a-\u202e\u2066-\u2069]', safe) is None
    assert not safe.startswith((".", " ", "-"))
    assert 5 <= len(safe) <= 104
