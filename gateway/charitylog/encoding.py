"""People and records as the bytes of a request body; people in the three readings of the documentation. Pure.

The pages say "x-www-form-urlencoded" and show a JSON array; which bytes are meant is written nowhere, so the
caller chooses. (Source: "API external referrals", revisions of 2023; PHP array syntax in those of early 2020.)
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import get_args
from urllib.parse import quote_plus

from gateway.charitylog.ids import as_text
from gateway.charitylog.readings import BodyForm

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_quoted_name = lru_cache(maxsize=1024)(quote_plus)  # names of fields come again and again; values are not kept
HALF_A_CHARACTER = "A value holds half of a surrogate pair: send text that is valid Unicode."


@dataclass(frozen=True)
class EncodedBody:
    """A request body (bytes) and its media type; shown without its content."""

    content_type: str
    content: bytes = field(repr=False)


Fields = Mapping[str, object] | EncodedBody  # the fields of one record, or what was encoded of them before


def body_of(fields: Fields) -> EncodedBody:
    """Encode the fields of one record, unless that was done before; errors as those of `encode_fields`."""
    return fields if isinstance(fields, EncodedBody) else encode_fields(fields)


def encode(people: Sequence[Mapping[str, object]], body: BodyForm) -> EncodedBody:
    """Encode people (text, whole numbers, and maps or lists of these), or raise ValueError or TypeError by field name.

    "form" is bracketed pairs, "form-json" is JSON under the form's media type, "json" is plain JSON.
    """
    if body not in get_args(BodyForm):
        raise ValueError(f"The body must be one of: {', '.join(get_args(BodyForm))}.")
    if not people:
        raise ValueError("An external referral needs one person at least.")
    for person in people:
        _refuse_other_than_fields(person)
        for name, value in person.items():
            _check(name, name, value)
    with suppress(UnicodeEncodeError):
        if body == "form":
            return EncodedBody(_FORM, _pairs(people))
        content = json.dumps(list(people), ensure_ascii=False, separators=(",", ":"), default=dict).encode()
        return EncodedBody(_FORM if body == "form-json" else _JSON, content)
    # Out here, and not as it is handled: the error of the codec holds the whole text, and would go along as context.
    raise ValueError(HALF_A_CHARACTER)


def encode_fields(fields: Mapping[str, object]) -> EncodedBody:
    """Encode the fields of one record (text or whole numbers) as plain form pairs; errors as those of `encode`.

    Source: "API referrals", 2022 to 2024, whose bodies "should be x-www-form-urlencoded", with a plain list of keys.
    """
    _refuse_other_than_fields(fields)
    for name, value in fields.items():
        if isinstance(value, Mapping | list | tuple):
            raise TypeError(f"{name}: a field of a record must be text or a whole number.")
        _check(name, name, value)
    with suppress(UnicodeEncodeError):
        return EncodedBody(_FORM, _joined(pair for name, value in fields.items() for pair in _flat(name, value)))
    # Out here, and not as it is handled: the error of the codec holds the whole text, and would go along as context.
    raise ValueError(HALF_A_CHARACTER)


def _refuse_other_than_fields(fields: object) -> None:
    if not isinstance(fields, Mapping):
        raise TypeError("The fields of a record must be a map of names and values.")


def _check(name: str, key: object, value: object) -> None:
    """Refuse what has no documented form; the message names the field and never shows the value."""
    if not isinstance(key, str | int) or isinstance(key, bool) or "[" in (named := str(key)) or "]" in named:
        raise ValueError(f"{name}: a name may hold no square bracket and must be text or a whole number.")
    if isinstance(value, str):
        return
    if isinstance(value, bool) or value is None:
        raise TypeError(f"{name}: true, false and null have no documented form: send Y or N, or leave the field out.")
    if isinstance(value, Mapping | list | tuple):
        for inner_key, inner in _items(value):
            _check(name, inner_key, inner)
    elif not isinstance(value, int):
        raise TypeError(f"{name}: a value must be text, a whole number, or a map or list of these.")


def _items(value: object) -> Iterator[tuple[object, object]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list | tuple):
        yield from enumerate(value)


def _pairs(people: Sequence[Mapping[str, object]]) -> bytes:
    """Write `0[first_name]=Alice&0[relationships][1]=5` as PHP's http_build_query does, brackets encoded too."""
    return _joined(
        pair
        for index, person in enumerate(people)
        for name, value in person.items()
        for pair in _flat(f"{index}[{name}]", value)
    )


def _joined(pairs: Iterable[tuple[str, str]]) -> bytes:
    return "&".join([f"{_quoted_name(name)}={_quoted(value)}" for name, value in pairs]).encode("ascii")


def _quoted(value: str) -> str:
    """Write text as `quote_plus` does, which takes every letter by itself."""
    if not value.isascii():
        return quote_plus(value)
    # Most values are ids and single words, which are written as they are.
    return value if value.isalnum() else _UNSAFE.sub(_escaped, value).replace(" ", "+")


def _escaped(found: re.Match[str]) -> str:
    return _ESCAPES[found[0]]


_UNSAFE = re.compile("[^A-Za-z0-9_.~ -]")
_ESCAPES = {chr(code): f"%{code:02X}" for code in range(128)}


def _flat(key: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str | int):
        yield key, value if type(value) is str else as_text(value)
        return
    for name, inner in _items(value):
        yield from _flat(f"{key}[{name}]", inner)
