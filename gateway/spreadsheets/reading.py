"""Reading a table that somebody else's program wrote as CSV: it becomes rows of text, or a clear refusal.

No sentence repeats a cell: they hold answers.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.spreadsheets.writing import unmarked

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 500
MOST_COLUMNS = 300
DELIMITERS = ",;\t"
AS_CSV = "Save it as “CSV UTF-8” in your spreadsheet, then choose that file."
TOO_LARGE = f"The file is larger than {MOST_BYTES // 1024 // 1024} MB. Split it into smaller ones."
GUESSED = "The file is not UTF-8, so it was read as Windows-1252. Look at names with accents before you send anything."

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SAYS_DELIMITER = re.compile(r'\A"?sep=(.)"?(?:\r\n|\r|\n)')


class Unreadable(Exception):
    """It is no table that can be taken. The text says why, and what to do."""


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """One row under the header; `number` is the one that a spreadsheet shows beside it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows under it that are not empty; `notes` say what had to be guessed."""

    header: tuple[str, ...]
    rows: Sequence[Row] = field(repr=False)
    notes: tuple[str, ...] = ()


def read(data: bytes) -> Table:
    """Read a file of at most MOST_BYTES bytes. Raises Unreadable."""
    text, notes = _decoded(data)
    said = _SAYS_DELIMITER.match(text)
    if said:
        text = text[said.end() :]
    records = _records(text, said[1] if said else _delimiter(text))
    header = next(records, None)
    if header is None or _is_empty(header.cells):
        raise Unreadable("The first row is empty. It must hold the names of the columns, as in the template.")
    names = tuple(cell.strip() for cell in header.cells)
    while not names[-1]:
        names = names[:-1]
    if len(names) > MOST_COLUMNS:
        raise Unreadable(f"The file has {len(names):,} columns. No form asks for more than {MOST_COLUMNS}.")
    rows = tuple(_filled(records, len(names)))
    if len(rows) > MOST_ROWS:
        files = -(-len(rows) // MOST_ROWS)
        raise Unreadable(
            f"The file has {len(rows):,} rows, and {MOST_ROWS} can be taken at once. Split it into {files} files, each "
            "with the names of the columns in its first row."
        )
    if not rows:
        raise Unreadable("There is nobody in the file: it has no row under the names of the columns.")
    return Table(names, rows, notes)


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    if len(data) > MOST_BYTES:
        raise Unreadable(TOO_LARGE)
    if not data.strip():
        raise Unreadable("The file is empty.")
    if data.startswith(_WORKBOOKS):
        raise Unreadable(f"This is a workbook, not a CSV file. {AS_CSV}")
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    notes: tuple[str, ...] = ()
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise Unreadable(f"The file does not keep to what it says of its own letters. {AS_CSV}") from None
        text, notes = _guessed(data), (GUESSED,)
    if "\0" in text:
        raise Unreadable(f"The file holds characters that are no text. {AS_CSV}")
    return text, notes


def _guessed(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        raise Unreadable(f"It cannot be told how the letters of the file are written. {AS_CSV}") from None


def _delimiter(text: str) -> str:
    """Find what stands between the names of the columns; text in quotes does not count."""
    first = re.split(r"[\r\n]", re.sub(r'"[^"]*"', "", text.lstrip("\r\n"), count=MOST_COLUMNS), maxsplit=1)[0]
    return max(DELIMITERS, key=first.count)


def _records(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            yield Row(number, tuple(next(reader)))
        except StopIteration:
            return
        except csv.Error:
            where = "The names of the columns" if number == 1 else f"Row {number}"
            advice = 'Look for a quotation mark (") that has no other one; within a text in quotes, write it twice.'
            raise Unreadable(f"{where} cannot be read. {advice}") from None


def _filled(records: Iterator[Row], width: int) -> Iterator[Row]:
    for row in records:
        if _is_empty(row.cells):
            continue
        if not _is_empty(row.cells[width:]):
            advice = "Put text that holds commas in quotes, or give the last column a name."
            raise Unreadable(f"Row {row.number} has more cells than there are names of columns. {advice}")
        cells = (*row.cells[:width], *("" for _ in range(width - len(row.cells))))
        yield Row(row.number, tuple(map(unmarked, cells)))


def _is_empty(cells: Sequence[str]) -> bool:
    return not any(cell.strip() for cell in cells)
