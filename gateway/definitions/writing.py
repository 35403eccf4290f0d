"""From a draft to the text of a form's file: whatever stands in it is read back as it was, and people can edit it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from json import dumps
from re import compile as pattern
from textwrap import wrap

from gateway.definitions.choices import Choice

WIDTH = 120
_COMMENT_WIDTH = 110
# What every reader of YAML takes for the same text, inside brackets too; anything else gets quotes.
_PLAIN = pattern(r"[A-Za-z]([A-Za-z0-9 _/.'-]*[A-Za-z0-9_.])?")
_WORDS_OF_YAML = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})

Value = str | int | bool | Mapping[str, "Value"] | Sequence["Value"]
Keys = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Entry:
    """Keys that belong together, and what a comment above them says."""

    keys: Keys
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A page: its own keys, and its fields in their order."""

    keys: Keys
    fields: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A form that nobody has edited yet, with comments at its `top` and its `bottom`."""

    head: tuple[Entry, ...]
    people: tuple[Entry, ...]
    pages: tuple[DraftPage, ...]
    foot: tuple[Entry, ...]
    top: tuple[str, ...] = ()
    bottom: tuple[str, ...] = ()


def written(draft: Draft) -> str:
    """Write a draft as YAML."""
    return "\n".join(_lines(draft)) + "\n"


def snapshot(choices: Iterable[Choice]) -> str:
    """Write choices as the snapshot of a dictionary, one on a line."""
    lines = (dumps({"value": each.value, "label": str(each.label)}, ensure_ascii=False) for each in choices)
    return "[\n  " + ",\n  ".join(lines) + "\n]\n"


def _lines(draft: Draft) -> Iterator[str]:
    for note in draft.top:
        yield from _comment(note)
    yield ""
    for entry in draft.head:
        yield from _placed(entry)
    yield from ("", "people:")
    for entry in draft.people:
        yield from _item(entry, 2)
    yield from ("", "pages:")
    for number, page in enumerate(draft.pages):
        if number:
            yield ""
        yield from _block(page.keys, 4, first="  - ")
        yield "    fields:"
        for entry in page.fields:
            yield from _item(entry, 6)
    yield ""
    for entry in draft.foot:
        yield from _placed(entry)
    if draft.bottom:
        yield ""
    for note in draft.bottom:
        yield from _comment(note)


def _placed(entry: Entry) -> Iterator[str]:
    for note in entry.notes:
        yield from _comment(note)
    yield from _block(entry.keys, 0)


def _item(entry: Entry, indent: int) -> Iterator[str]:
    """Write an entry of a list, on one line where there is room."""
    for note in entry.notes:
        yield from _comment(note, indent)
    line = f"{' ' * indent}- {_flow(entry.keys)}"
    if len(line) <= WIDTH:
        yield line
    else:
        yield from _block(entry.keys, indent + 2, first=f"{' ' * indent}- ")


def _block(keys: Keys, indent: int, first: str = "") -> Iterator[str]:
    """Write each key on a line of its own, maps that are too long for theirs below it."""
    lead = first or " " * indent
    for key, value in keys.items():
        line = f"{lead}{key}: {_flow(value)}"
        if isinstance(value, Mapping) and len(line) > WIDTH:
            yield f"{lead}{key}:"
            yield from _block(value, indent + 2)
        else:
            yield line
        lead = " " * indent


def _comment(note: str, indent: int = 0) -> Iterator[str]:
    plain = "".join(letter if letter.isprintable() else " " for letter in note)
    for line in wrap(plain, _COMMENT_WIDTH - indent):
        yield f"{' ' * indent}# {line}"


def _flow(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return _scalar(value)
        case Mapping():
            return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
        case _:
            return "[" + ", ".join(map(_flow, value)) + "]"


def _scalar(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS_OF_YAML:
        return text
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    if letter.isprintable():
        return letter
    code = ord(letter)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
