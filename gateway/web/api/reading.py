"""JSON from outside, read so that it means one thing: what two programs could read differently is refused."""

import json
from typing import Any, NoReturn

from gateway.forms.objects import Figure, shown

MOST_DEEP = 8  # lists and objects within each other: no form needs more than five


class NotJson(Exception):
    """It cannot be read. The text says why, and repeats no value."""


def read(body: bytes) -> object:
    """Read a body: numbers stay as they were written. Raises NotJson."""
    try:
        # A mark of the byte order says nothing in UTF-8; some editors write one.
        text = body.decode("utf-8-sig")
        found = json.loads(
            text, object_pairs_hook=_each_once, parse_int=Figure, parse_float=Figure, parse_constant=_refuse
        )
    except UnicodeDecodeError:
        raise NotJson("The body is not UTF-8.") from None
    except RecursionError:
        raise NotJson(_TOO_DEEP) from None
    except json.JSONDecodeError as error:
        raise NotJson(f"The body is not JSON: see line {error.lineno}, column {error.colno}.") from None
    if _is_too_deep(found):
        raise NotJson(_TOO_DEEP)
    return found


def canonical(value: object) -> bytes:
    """Write what was read in the one way in which equal values are written."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise NotJson(f"The member {shown(name)} stands twice in one object.")
        found[name] = value
    return found


def _refuse(name: str) -> NoReturn:
    raise NotJson(f"{name} is no number of JSON.")


def _is_too_deep(value: object) -> bool:
    level = [value]
    for _ in range(MOST_DEEP + 1):
        containers = [each for each in level if isinstance(each, dict | list)]
        level = [inner for each in containers for inner in (each.values() if isinstance(each, dict) else each)]
    return bool(level)


_TOO_DEEP = "The body has lists and objects too deep within each other."
