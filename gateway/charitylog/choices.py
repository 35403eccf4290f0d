"""Reads ids with their names, and lists of fields, in every shape that they may have: no page documents one. Pure."""

import re
from collections.abc import Iterable, Mapping

from gateway.charitylog.envelope import WORDS, opened
from gateway.charitylog.errors import NotJson

_VALUES = ("id", "value", "key")
_NAMES = ("name", "label", "description")
_FIELD = re.compile(r"[a-z][a-z0-9_]*")  # what every name of a field on the pages looks like


def choices(raw: object) -> dict[str, str]:
    """Give the names by id, of a map or of objects; of an id that comes twice the first name stands.

    Raises NotJson for anything else: half a list would be taken for a whole one.
    """
    match opened(raw):
        case dict() as found if "id" in found:
            return _named([found])
        case dict() as found if found and all(isinstance(each, dict) for each in found.values()):
            return _named(found.values())
        case dict() as found if not WORDS.intersection(found):
            return _gathered(found.items())
        case list() as found if all(isinstance(each, dict) for each in found):
            return _named(found)
    raise NotJson("the answer is no list of ids and names")


def field_names(raw: object) -> dict[str, str]:
    """Give the labels by the names of fields, the name itself where none is told. Raises NotJson."""
    found = opened(raw)
    if isinstance(found, dict) and all(map(str.isdecimal, found)):
        found = list(found.values())  # by place: no field is called by a number
    match found:
        case list() if all(isinstance(each, str) for each in found):
            return _gathered((each, each) for each in found)
        case dict() if not WORDS.issuperset(found) and not any(
            each and isinstance(each, list) for each in found.values()
        ):
            return _gathered((name, _label(name, label)) for name, label in found.items())
        case list() if all(isinstance(each, dict) for each in found):
            return _gathered(map(_field, found))
    raise NotJson("the answer is no list of fields")


def _named(found: Iterable[Mapping[str, object]]) -> dict[str, str]:
    return _gathered((_first(each, _VALUES), _first(each, _NAMES)) for each in found)


def _field(each: Mapping[str, object]) -> tuple[object, object]:
    """Tell the name of a field from its label: both may be called "name"."""
    called = [each[key] for key in ("name", *_VALUES) if key in each]
    name = next(
        (one for one in called if isinstance(one, str) and _FIELD.fullmatch(one)), called[0] if called else None
    )
    label = _first(each, ("label", "description"))
    return name, _label(name, _first(each, ("name",)) if label is None else label)


def _label(name: object, label: object) -> object:
    return label if _is_plain(label) else name


def _first(each: Mapping[str, object], keys: Iterable[str]) -> object:
    return next((each[key] for key in keys if key in each), None)


def _gathered(pairs: Iterable[tuple[object, object]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for value, name in pairs:
        if not (_is_plain(value) and _is_plain(name)):
            raise NotJson("the answer holds something other than ids and names")
        found.setdefault(str(value), str(name))
    return found


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip() != ""
