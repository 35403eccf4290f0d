"""Reads a list of records from an answer, in every shape that it may have: no page documents one. Pure."""

from collections.abc import Iterator, Mapping

from gateway.charitylog.errors import NotJson

Record = Mapping[str, object]

_ENVELOPES = ("data", "results")


def records(raw: object) -> list[Record]:
    """Read the records of a bare list, of a list in an envelope, of a map by id, or a single one.

    Nothing at all is no record. Raises NotJson where it is something else.
    """
    return list(_records(raw))


def text_of(record: Record, name: str) -> str:
    """Give a value as text, "" where there is none; numbers and texts are both tolerated."""
    value = record.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _records(raw: object) -> Iterator[Record]:
    match raw:
        case None:
            return
        case list():
            for each in raw:
                if not isinstance(each, dict):
                    raise NotJson("the answer is no list of records")
                yield each
        case dict() if inner := [raw[name] for name in _ENVELOPES if isinstance(raw.get(name), list | dict)]:
            yield from _records(inner[0])
        case dict() if "id" in raw:
            yield raw
        case dict() if raw and all(isinstance(each, dict) for each in raw.values()):
            for key, each in raw.items():
                yield {"id": key, **each}
        case dict() if not raw or not any(isinstance(each, list | dict) for each in raw.values()):
            return  # `{}`, or words such as {"message": "none found"}
        case _:
            raise NotJson("the answer is no list of records")
