"""The imitated reports: how many of the records that were found there are of each sort."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from flask import Response, abort

from gateway.sandbox.api import shapes
from gateway.sandbox.api.filtering import text_of


def report(
    found: Iterable[Mapping[str, Any]],
    words: Sequence[str],
    known: Set[str],
    names: Mapping[str, Mapping[str, str]],
) -> Response:
    """Answer with the records counted by the first word, and within it by the second ("API Details", 2018 and 2019).

    `names` gives friendly names to ids, by word. What a record does not have is counted under an empty text.
    """
    if unknown := set(words) - known:
        abort(400, f"{len(unknown)} of dimension and metric are not among the fields of this group.")
    if len(set(words)) < len(words):
        abort(400, "The metric must be another field than the dimension.")
    counts = Counter(tuple(_sort(record.get(word), names.get(word, {})) for word in words) for record in found)
    ordered = sorted(counts.items(), key=lambda item: [_order(held) for held in item[0]])
    return shapes.breakdown(dict(ordered), words)


def _sort(held: object, names: Mapping[str, str]) -> str:
    text = text_of(held)
    return names.get(text, text)


def _order(held: str) -> tuple[int, str]:
    """Put 10 behind 9, and numbers before words."""
    return (len(held), held) if held.isascii() and held.isdecimal() else (100, held)
