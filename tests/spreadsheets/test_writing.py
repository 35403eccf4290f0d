"""What is written is opened by a spreadsheet as text, whatever stands in it."""

import pytest

from gateway.spreadsheets.reading import read
from gateway.spreadsheets.writing import harmless, write


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_could_be_a_formula_is_marked_and_read_back_as_it_was(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert read(write([["a"], [f"{cell}x"]])).rows[0].cells == (f"{cell}x",)


@pytest.mark.parametrize("cell", ["", "Ada", "07700 900123", "'quoted", "a=b"])
def test_any_other_cell_is_written_as_it_is(cell: str) -> None:
    assert harmless(cell) == cell


def test_quotes_delimiters_and_newlines_come_back_as_they_were() -> None:
    row = ("Ada “A”", 'say "so", or; not', "one\ntwo", "Łódź")

    assert read(write([["a", "b", "c", "d"], row])).rows[0].cells == row
