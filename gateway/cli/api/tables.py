"""Answers as people read them on a terminal: columns that fit, or a block for each where they cannot.

Whatever was answered, it may not command the terminal: what cannot be shown has a mark in its place.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from gateway.forms.typed import displayable

Row = Mapping[str, object]

_GAP = 2
_LEAST = 8  # a narrower column says nothing
_CUT = "…"
# Marks that turn the direction of what follows, so that a line reads otherwise than it is.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LINES = re.compile("[\n\u2028\u2029]")
_SPACES = re.compile("[\n\t\u2028\u2029]+")


def lines(rows: Sequence[Row], room: int) -> Iterator[str]:
    """Give rows as a table in `room` columns of the terminal; as blocks where too many columns want too much."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[_cell(row.get(name)) for name in columns] for row in rows]
    heads = [_cell(name) for name in columns]
    widths = _fitted([max(map(width, column)) for column in zip(heads, *cells, strict=True)], room)
    if widths is None or len(rows) == 1:
        yield from _blocks(rows)
        return
    for line in [heads, ["-" * each for each in widths], *cells]:
        yield (" " * _GAP).join(_padded(cell, each) for cell, each in zip(line, widths, strict=True)).rstrip()


def width(text: str) -> int:
    """Tell how many columns of a terminal a text takes."""
    return len(text) if text.isascii() else sum(map(_width, text))


def cut(text: str, room: int) -> str:
    """Give as much of a text as there is room for, and say by a mark that something is lacking."""
    if width(text) <= room:
        return text
    taken, left = [], room - width(_CUT)
    for mark in text:
        left -= _width(mark)
        if left < 0:
            break
        taken.append(mark)
    return "".join(taken) + _CUT


def shown(value: object) -> str:
    """Give a value of an answer as text that leaves the terminal as it is; lines stay lines."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _TURNING.sub("\ufffd", displayable(text))


def _blocks(rows: Sequence[Row]) -> Iterator[str]:
    margin = max((width(_cell(name)) for row in rows for name in row), default=0) + _GAP
    for number, row in enumerate(rows):
        if number:
            yield ""
        for name, value in row.items():
            first, *more = _LINES.split(shown(value))
            yield (_padded(_cell(name), margin) + first).rstrip()
            yield from (f"{' ' * margin}{line}".rstrip() for line in more)


def _cell(value: object) -> str:
    return _SPACES.sub(" ", shown(value))


def _fitted(widths: list[int], room: int) -> list[int] | None:
    """Take from the widest column until all fit; None where they cannot."""
    room -= _GAP * (len(widths) - 1)
    if sum(min(each, _LEAST) for each in widths) > room:
        return None
    while sum(widths) > room:
        widest = max(range(len(widths)), key=widths.__getitem__)
        widths[widest] -= 1
    return widths


def _padded(text: str, room: int) -> str:
    fitting = cut(text, room)
    return fitting + " " * (room - width(fitting))


def _width(mark: str) -> int:
    if unicodedata.combining(mark) or unicodedata.category(mark) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(mark) in ("W", "F") else 1
