"""Reads ids with their names, and lists of fields, in every shape that they may have: no page documents one. Pure."""

from collections.abc import Iterable, Mapping

from gateway.charitylog.errors import NotJson

# An answer of these keys tells of an error, whatever its status says.
_TELLING = frozenset({"error", "errors", "message", "status", "success", "exception", "code"})
_ENVELOPES = ("data", "results")
_VALUES = ("id", "value", "key")
_NAMES = ("name", "label", "description")


def choices(raw: object) -> dict[str, str]:
    """Give the names by id, of a map or of a list of objects; of an id that comes twice the first name stands.

    Raises NotJson for anything else: half a list would be taken for a whole one.
    """
    match _unwrapped(raw):
        case dict() as found if not _TELLING.intersection(found):
            return _gathered(found.items())
        case list() as found if all(isinstance(each, dict) for each in found):
            return _gathered((_first(each, _VALUES), _first(each, _NAMES)) for each in found)
    raise NotJson("the answer is no list of ids and names")


def field_names(raw: object) -> dict[str, str]:
    """Give the labels by the names of fields, the name itself where none is told. Raises NotJson."""
    match _unwrapped(raw):
        case list() as found if all(isinstance(each, str) for each in found):
            return _gathered((each, each) for each in found)
        case dict() as found if not _TELLING.issuperset(found):
            return _gathered((name, _label(name, label)) for name, label in found.items())
        case list() as found if all(isinstance(each, dict) for each in found):
            names = ((_first(each, ("name", *_VALUES)), each) for each in found)
            return _gathered((name, _label(name, _first(each, ("label", "description")))) for name, each in names)
    raise NotJson("the answer is no list of fields")


def _label(name: object, label: object) -> object:
    return label if _is_plain(label) else name


def _unwrapped(raw: object) -> object:
    if isinstance(raw, dict):
        inner = next((raw[key] for key in _ENVELOPES if isinstance(raw.get(key), dict | list)), None)
        return raw if inner is None else _unwrapped(inner)
    return raw


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
