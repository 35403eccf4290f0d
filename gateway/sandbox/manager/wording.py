"""Puts a field of a record into words for a page: its label, its value, and what an id means."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from gateway.sandbox.charity.database import as_text
from gateway.sandbox.charity.groups import EXTENSION
from gateway.sandbox.charity.seeds import YES_NO, Field, Seeds


@dataclass(frozen=True)
class Row:
    """One field: its label, its value as it is kept, what the value means, whether the field is known."""

    name: str
    label: str
    value: str
    words: str
    known: bool
    of_extension: bool = False


def row(name: str, value: object, field: Field | None, seeds: Seeds) -> Row:
    """Put one field into words."""
    kept = as_text(value)
    if field is None:
        return Row(name, name, kept, "", known=False)
    choices = YES_NO if field.dictionary is None else seeds.dictionaries[field.dictionary]
    extension = (field.dictionary or "").startswith(EXTENSION)
    return Row(name, field.label, kept, choices.get(kept, ""), known=True, of_extension=extension)


def rows(
    fields: Mapping[str, object], find: Callable[[str], Field | None], seeds: Seeds, without: Iterable[str] = ()
) -> list[Row]:
    """Put the fields of a record into words, but those that hold nothing."""
    left_out = frozenset(without)
    told = {name: value for name, value in fields.items() if value not in (None, "") and name not in left_out}
    return [row(name, value, find(name), seeds) for name, value in told.items()]
