"""What a destination said is wrong, by the field that it named: read from its raw answer, as far as that can be told.

No page documents how an answer that refuses looks, so none is expected: what names no field is left out.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from gateway.forms.typed import displayable

_NAMES = ("field", "name", "key", "property", "attribute", "param", "path")
_WORDS = ("message", "error", "detail", "reason", "description", "msg", "problem", "title")
_PLACES = ("person", "position", "index")
_DEEPEST, _MOST, _LONGEST = 8, 200, 400
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|[\r\n]+")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was said of a field; `place` is the person's among those who were sent, None where it was not said."""

    field: str
    words: str
    place: int | None = None


def named(answer: bytes, fields: Collection[str]) -> list[Refusal]:
    """List what an answer says of these fields, each once."""
    text = answer.decode("utf-8", "replace")
    try:
        found = _within(json.loads(text), frozenset(fields), None, _DEEPEST)
    except (ValueError, RecursionError):
        found = _in_words(text, fields)
    return list(dict.fromkeys(each for each, _ in zip(found, range(_MOST), strict=False)))


def _within(said: object, fields: frozenset[str], place: int | None, depth: int) -> Iterator[Refusal]:
    if depth == 0:
        return
    if isinstance(said, str):
        yield from _in_words(said, fields)
    elif isinstance(said, list):
        for each in said:
            yield from _within(each, fields, place, depth - 1)
    elif isinstance(said, dict):
        told = _told(said, fields, place)
        if told:
            yield told
            return
        for key, each in said.items():
            name = re.split(r"[.\[\]/]+", str(key).rstrip("]"))[-1]
            if name in fields:
                yield from (Refusal(name, words, _placed(key, place)) for words in _sentences(each))
            else:
                yield from _within(each, fields, _placed(key, place), depth - 1)


def _told(said: Mapping[str, object], fields: frozenset[str], place: int | None) -> Refusal | None:
    """Read an object that names a field and says something of it."""
    field = next((said[key] for key in _NAMES if isinstance(said.get(key), str) and said[key] in fields), None)
    words = next((said[key] for key in _WORDS if isinstance(said.get(key), str)), None)
    if not isinstance(field, str) or not isinstance(words, str):
        return None
    where = next((said[key] for key in _PLACES if type(said.get(key)) is int), place)
    return Refusal(field, _short(words), where if isinstance(where, int) else None)


def _placed(key: str, place: int | None) -> int | None:
    """Tell whom a key is about that begins with a number, as `0[surname]` or `1` does."""
    begins = re.match(r"(\d{1,3})(?=$|[.\[/])", str(key))
    return int(begins[1]) if begins else place


def _sentences(said: object) -> Iterator[str]:
    for each in said if isinstance(said, list) else [said]:
        if isinstance(each, str) and each.strip():
            yield _short(each)


def _in_words(text: str, fields: Collection[str]) -> Iterator[Refusal]:
    for sentence in _SENTENCE.split(text):
        for field in fields:
            if re.search(rf"(?<!\w){re.escape(field)}(?!\w)", sentence):
                yield Refusal(field, _short(sentence))


def _short(words: str) -> str:
    return displayable(" ".join(words.split()))[:_LONGEST]
