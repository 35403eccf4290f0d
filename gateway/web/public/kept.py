"""Pages that are rendered once and kept: only a few marked words change from one showing to the next."""

import re
from collections.abc import Callable, Sequence

from markupsafe import escape

_MOST = 500
_MARK = re.compile(r"mark-([0-9])-of-a-kept-page")
_pages: dict[tuple[object, ...], tuple[str, ...]] = {}


def mark(number: int) -> str:
    """The word that stands for the changing word `number` while a page is rendered."""
    return f"mark-{number}-of-a-kept-page"


def filled(key: tuple[object, ...], render: Callable[[], str], words: Sequence[str]) -> bytes:
    """Give the page of a key with its words filled in; `render` is called only where it is not kept yet.

    All that the page depends on, but for the marked words, stands in the key.
    """
    parts = _pages.get(key)
    if parts is None:
        if len(_pages) >= _MOST:
            _pages.clear()
        parts = _pages[key] = tuple(_MARK.split(render()))
    # Text and the numbers of marks stand in turn.
    return "".join(escape(words[int(part)]) if place % 2 else part for place, part in enumerate(parts)).encode()
