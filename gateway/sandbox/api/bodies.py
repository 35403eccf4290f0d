"""Reads the body of external_referral, and of one record, in each encoding that the vendor's pages can be read to mean.

A is JSON text sent as application/x-www-form-urlencoded, B is bracketed pairs in the manner of PHP,
D is application/json. There is no C: it would need a key name that no page gives.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Literal, NoReturn
from urllib.parse import parse_qsl

from gateway.sandbox.api.rules import PAIRED

Encoding = Literal["A", "B", "D"]
Person = dict[str, Any]

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MAX_PAIRS = 20_000
MAX_PEOPLE = 10_000

# A comma before a closing bracket, as in the page's own example; a text in quotes is taken whole, so none within it.
_TRAILING = re.compile(r'("[^"\\]*+(?:\\.[^"\\]*+)*+")|,(?=\s*+[\]}])')
_KEY = re.compile(r"(?P<person>0|[1-9]\d{0,3})\[(?P<field>[^\[\]]+)\](?:\[(?P<inner>[^\[\]]+)\])?", re.ASCII)


class BadBody(ValueError):
    """The body is not a list of people in any known encoding; the text says why, and repeats none of it."""


@dataclass(frozen=True)
class Body:
    """The people as they were sent, and how."""

    encoding: Encoding
    people: list[Person]


def decode(raw: bytes, content_type: str, *, strict: bool = False) -> Body:
    """Read the people out of a body, or raise `BadBody`.

    "API external referrals" (2023) prints its example with a comma too many, which no JSON has: `strict` refuses it.
    """
    text = _text(raw)
    if content_type == JSON:
        return Body("D", _from_json(text, strict=strict))
    # A pair begins with a person's number, so only JSON text begins with a bracket.
    if text.lstrip()[0] in "[{":
        return Body("A", _from_json(text, strict=strict))
    return Body("B", _from_pairs(text))


def decode_fields(raw: bytes, content_type: str) -> Person:
    """Read the fields of one record: plain pairs, or a JSON object; or raise `BadBody`."""
    text = _text(raw)
    if content_type == JSON:
        fields = _json(text)
        if not isinstance(fields, dict):
            raise BadBody("The body must be an object of fields.")
        return fields
    # Of a key that comes twice the later stands, as in PHP.
    return dict(_split(text))


def _text(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise BadBody("The body is not valid UTF-8.") from None
    if not text.strip():
        raise BadBody("The body is empty: send a list with at least one person, or the fields of a record.")
    return text


def _json(text: str) -> object:
    try:
        value: object = json.loads(text, parse_constant=_no_such_number)
        # JSON can spell half of a character, which no text can hold, and numbers without end.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except UnicodeEncodeError:
        raise BadBody("The body holds half of a character (a lone surrogate).") from None
    except (ValueError, RecursionError):
        raise BadBody("The body is not valid JSON.") from None
    return value


def _from_json(text: str, *, strict: bool) -> list[Person]:
    people = _json(text if strict else _TRAILING.sub(_text_alone, text))
    if not isinstance(people, list):
        raise BadBody("The body must be a list of people, even for one person.")
    if not people:
        raise BadBody("The list of people is empty: send at least one person.")
    if len(people) > MAX_PEOPLE:
        raise BadBody(f"At most {MAX_PEOPLE} people are taken at once.")
    if not all(isinstance(person, dict) for person in people):
        raise BadBody("Each person in the list must be an object of fields.")
    return [_positioned(person) for person in people]


def _text_alone(found: re.Match[str]) -> str:
    return found[1] or ""


def _positioned(person: Person) -> Person:
    """Read a list of relationships by position, `null` being nobody.

    PHP, in which the pages wrote their examples (early 2020), makes such a list of an array without a gap in its keys.
    """
    lists = {kind: person[kind] for kind in PAIRED if isinstance(person.get(kind), list)}
    return person | {
        kind: {str(position): each for position, each in enumerate(sent) if each is not None}
        for kind, sent in lists.items()
    }


def _no_such_number(_name: str) -> NoReturn:
    raise ValueError


def _from_pairs(text: str) -> list[Person]:
    people: dict[int, Person] = {}
    for key, value in _split(text):
        match = _KEY.fullmatch(key)
        if match is None:
            raise BadBody("A key is not of the form 0[surname] or 0[relationships][1].")
        _put(people.setdefault(int(match["person"]), {}), match["field"], match["inner"], value)
    if sorted(people) != list(range(len(people))):
        raise BadBody("The people must be numbered from 0 without a gap.")
    return [people[number] for number in range(len(people))]


def _split(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=MAX_PAIRS)
    except UnicodeDecodeError:
        raise BadBody("A percent-encoded value is not valid UTF-8.") from None
    except ValueError:
        raise BadBody("The body is neither JSON text nor pairs such as 0[surname]=Testperson.") from None


def _put(person: Person, name: str, inner: str | None, value: str) -> None:
    """Place one pair; of a key that comes twice the later stands, as in PHP."""
    if inner is None:
        person[name] = value
        return
    nested = person.setdefault(name, {})
    if not isinstance(nested, dict):
        raise BadBody("A field is sent both as a value and as a group of values.")
    nested[inner] = value
