"""Takes what was asked for out of its envelope, where the answer has one: no page documents any. Pure."""

from collections.abc import Mapping

from gateway.charitylog.errors import NotJson

_CONTENTS = ("data", "results")
_ERRORS = ("error", "errors", "exception")
_FAILED = frozenset({"error", "fail", "failed", "failure"})  # of a "status" beside the contents
_BESIDE = frozenset({"meta", "links", "pagination"})  # may be maps and lists, and are none of the contents
_DEEPEST = 3
# An answer of nothing but these tells how the call went, whatever its status says.
WORDS = frozenset(
    {*_CONTENTS, *_ERRORS, "message", "status", "success", "code"}
    | {"total", "count", "page", "pages", "limit", "offset"}
)


def opened(raw: object) -> object:
    """Give what stands in `data` or `results`, or the answer itself where nothing does.

    Raises NotJson where an error is told, or where it is anybody's guess which part was asked for.
    """
    for _ in range(_DEEPEST):
        if not isinstance(raw, dict) or "id" in raw:  # what has an id is a record, whatever else its fields are called
            return raw
        held = next((name for name in _CONTENTS if isinstance(raw.get(name, ""), dict | list | None)), None)
        if (held or WORDS.issuperset(raw)) and _tells_of_an_error(raw):
            raise NotJson("the answer tells of an error")
        if held is None:
            return raw
        if any(value and isinstance(value, dict | list) for name, value in raw.items() if name not in (held, *_BESIDE)):
            raise NotJson("the answer holds more than one thing")
        raw = raw[held]
    raise NotJson("the answer is wrapped too often")


def _tells_of_an_error(raw: Mapping[str, object]) -> bool:
    said = any(raw.get(name) for name in _ERRORS) or str(raw.get("status")).lower() in _FAILED
    return said or not raw.get("success", True)
