"""Reads a list of records from an answer, in every shape that it may have: no page documents one. Pure."""

from collections.abc import Iterator, Mapping

from gateway.charitylog.envelope import WORDS, opened
from gateway.charitylog.errors import NotJson
from gateway.charitylog.ids import is_id

Record = Mapping[str, object]


def records(raw: object) -> list[Record]:
    """Read the records of a bare list, of a list in an envelope, of a map by id or by place, or a single one.

    Nothing at all is no record. Raises NotJson where it is something else, or tells of an error.
    """
    return list(_records(opened(raw)))


def text_of(record: Record, name: str) -> str:
    """Give a value as text, "" where there is none; numbers and texts are both tolerated."""
    value = record.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _records(found: object) -> Iterator[Record]:
    match found:
        case None:
            return
        case list() if all(isinstance(each, dict) for each in found):
            yield from found
        case dict() if "id" in found:
            yield found
        case dict() if (
            found and all(isinstance(each, dict) for each in found.values()) and all(map(str.isdecimal, found))
        ):
            yield from _of_a_map(found)
        case dict() if any(isinstance(each, list | dict) for each in found.values()):
            raise NotJson("the answer is no list of records")
        case dict() if WORDS.issuperset(found) or "message" in found:
            return  # `{}`, or {"message": "none found"} with whatever else a server says of itself
        case dict() if not WORDS.intersection(found):
            yield found  # one record of chosen fields, and the id was not chosen
        case _:
            raise NotJson("the answer is no list of records")


def _of_a_map(found: Mapping[str, Mapping[str, object]]) -> Iterator[Record]:
    by_id = all(map(is_id, found))  # else by place, from 0 on
    for key, each in found.items():
        yield {"id": key, **each} if by_id else each
