"""Answers on a terminal: columns that fit, in any script, and nothing that commands the terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cli.api import tables

PEOPLE = [
    {"id": 3, "surname": "Testperson", "ethnicity": None},
    {"id": "17", "surname": "Sample", "religion": [1, "Bahá’í"]},
]


def test_columns_stand_in_the_order_in_which_they_came() -> None:
    assert list(tables.lines(PEOPLE, 80)) == [
        "id  surname     ethnicity  religion",
        "--  ----------  ---------  -------------",
        "3   Testperson",
        '17  Sample                 [1, "Bahá’í"]',
    ]


def test_what_is_too_long_is_cut_in_the_widest_column_and_says_so() -> None:
    rows = [{"id": 1, "description": "Invented " * 20}, {"id": 2, "description": "Short"}]

    table = list(tables.lines(rows, 30))

    assert table[2] == "1   Invented Invented Invente…"
    assert table[3] == "2   Short"


def test_more_columns_than_fit_become_a_block_for_each() -> None:
    rows = [{f"field_{number}": f"value {number}" for number in range(8)}] * 2

    blocks = list(tables.lines(rows, 40))

    assert blocks[:2] == ["field_0  value 0", "field_1  value 1"]
    assert blocks[8] == ""
    assert len(blocks) == 17


def test_one_record_is_a_block_that_shows_every_line_in_full() -> None:
    description = "Invented " * 20

    assert list(tables.lines([{"id": 1, "description": f"First\n{description}"}], 40)) == [
        "id           1",
        "description  First",
        f"             {description}".rstrip(),
    ]


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("Ada", 3), ("Zoe\u0308", 3), ("山田", 4), ("a\u200db", 2), ("Łukasz", 6)]
)
def test_a_text_is_as_wide_as_the_terminal_shows_it(text: str, columns: int) -> None:
    assert tables.width(text) == columns


@given(st.text(), st.integers(1, 40))
def test_a_text_that_was_cut_fits(text: str, room: int) -> None:
    short = tables.cut(text, room)

    assert tables.width(short) <= room
    assert short == text or short.endswith("…")


@given(
    st.lists(st.dictionaries(st.text(min_size=1), st.text() | st.integers() | st.none()), min_size=2), st.integers(1)
)
def test_nothing_that_was_answered_commands_the_terminal(rows: list[dict[str, object]], room: int) -> None:
    for line in tables.lines(rows, min(room, 200)):
        assert not any(ord(mark) < 32 or 0x7F <= ord(mark) < 0xA0 for mark in line.replace("\t", ""))
        assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")


def test_an_escape_sequence_is_seen_and_does_nothing() -> None:
    assert tables.shown("\x1b]0;owned\x07\x9b2J\u202eevil") == "�]0;owned��2J�evil"
