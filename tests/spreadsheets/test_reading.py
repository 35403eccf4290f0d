"""Hostile and honest files: each becomes rows of text, or a sentence that says what to do."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.spreadsheets.reading import GUESSED, MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Unreadable, read

PLAIN = "first_name,surname\r\nZoë,Testperson\r\n"
WANTED = [(2, ("Zoë", "Testperson"))]


def rows(data: bytes) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.number, row.cells) for row in read(data).rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_that_says_how_it_is_written_is_read_as_it_says(encoding: str) -> None:
    assert rows(PLAIN.encode(encoding)) == WANTED
    assert read(PLAIN.encode(encoding)).notes == ()


def test_the_encoding_of_old_spreadsheets_is_guessed_and_the_guess_is_said() -> None:
    found = read(PLAIN.encode("cp1252"))

    assert found.rows[0].cells == ("Zoë", "Testperson")
    assert found.notes == (GUESSED,)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_each_usual_delimiter_is_found_from_the_names_of_the_columns(delimiter: str) -> None:
    text = f'"first, name; of"{delimiter}surname\nAda{delimiter}"Sample, {delimiter} or two"\n'

    found = read(text.encode())

    assert found.header == ("first, name; of", "surname")
    assert found.rows[0].cells == ("Ada", f"Sample, {delimiter} or two")


def test_the_line_in_which_a_spreadsheet_says_its_delimiter_is_no_row() -> None:
    assert rows(b"sep=|\r\nfirst_name|surname\r\nAda|Sample\r\n") == [(2, ("Ada", "Sample"))]


def test_newlines_within_a_cell_stay_and_rows_are_counted_as_a_spreadsheet_does() -> None:
    text = 'first_name,surname\n\n"Ada\nMay",Sample\n , \nZoe,Testperson\n'

    assert rows(text.encode()) == [(3, ("Ada\nMay", "Sample")), (5, ("Zoe", "Testperson"))]


def test_cells_that_are_missing_at_the_end_of_a_row_are_empty_and_empty_columns_at_the_end_do_not_count() -> None:
    assert rows(b"first_name,surname,,\nAda\nZoe,Sample,,\n") == [(2, ("Ada", "")), (3, ("Zoe", "Sample"))]


def test_the_mark_before_a_formula_is_taken_away() -> None:
    assert rows(b"telephone,surname\n'+44 7700 900123,'Sample\n") == [(2, ("+44 7700 900123", "'Sample"))]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty."),
        (b" \r\n\t", "The file is empty."),
        (b"PK\x03\x04rest", "workbook"),
        (b"\xd0\xcf\x11\xe0rest", "workbook"),
        (b"a,b\n\x00,c\n", "no text"),
        (PLAIN.encode("utf-16-le"), "no text"),
        (b"\xff\xfea", "does not keep to"),
        (b"\xef\xbb\xbfa\n\xff\n", "does not keep to"),
        (b"a\n\x81\n", "cannot be told"),
        (b",,\nAda,Sample\n", "The first row is empty."),
        (b"\n\n", "The file is empty."),
        (b"first_name\n", "nobody in the file"),
        (b'first_name\nAda\n"Zoe\n', "Row 3 cannot be read."),
        (b'"first_name\nAda\n', "The names of the columns cannot be read."),
        (b'a\n"x"y\n', "Row 2 cannot be read."),
        (b"a\n" + b"x" * 140_000 + b"\n", "Row 2 cannot be read."),
        (b"a,b\nAda,Sample,more\n", "Row 2 has more cells"),
        (b"a\n" + b"Ada\n" * 5_000, "has 5,000 rows, and 500 can be taken at once. Split it into 10 files"),
        (b"a\n" + b"Ada\n" * (MOST_ROWS + 1), "into 2 files"),
        (b"a," * 1_000_000 + b"a\n", "1,000,001 columns"),
        (b"a," * MOST_COLUMNS + b"a\n1\n", f"{MOST_COLUMNS + 1} columns"),
        (b"a" * (MOST_BYTES + 1), "larger than 2 MB"),
    ],
)
def test_what_is_no_table_is_refused_in_words(data: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read(data)


def test_as_many_rows_as_may_be_are_read() -> None:
    assert len(read(b"a\n" + b"Ada\n" * MOST_ROWS).rows) == MOST_ROWS


@given(st.one_of(st.binary(), st.text(alphabet="a,;\t\"\r\n'=\ufeff\0é").map(str.encode)))
def test_whatever_it_is_it_is_a_table_or_refused(data: bytes) -> None:
    with suppress(Unreadable):
        found = read(data)
        assert found.rows
        assert {len(row.cells) for row in found.rows} == {len(found.header)}


def test_no_refusal_and_no_table_repeats_a_cell() -> None:
    with pytest.raises(Unreadable) as refused:
        read(b'a\n"Testperson\n')

    assert "Testperson" not in str(refused.value)
    assert "Testperson" not in repr(read(b"a\nTestperson\n"))
