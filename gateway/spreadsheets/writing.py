"""Writing a table as CSV. What a spreadsheet would take for a formula is written so that it is a text."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

MEDIA_TYPE = "text/csv; charset=utf-8"
_FORMULA = re.compile(r"[=+\-@\t\r]")
_MARKED = re.compile(rf"'{_FORMULA.pattern}")


def harmless(cell: str) -> str:
    """Put a mark before a cell that a spreadsheet would calculate instead of showing it."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unmarked(cell: str) -> str:
    """Take the mark away again, where `harmless` or somebody at a spreadsheet has put one."""
    return cell[1:] if _MARKED.match(cell) else cell


def write(rows: Iterable[Sequence[str]]) -> bytes:
    """Write rows of cells; the mark in front tells a spreadsheet that it is UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
