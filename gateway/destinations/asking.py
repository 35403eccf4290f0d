"""Finds out what a form of a charity can ask: its fields and lists, read from its own Charitylog and sorted.

It asks as little as it needs. A list that is not there or cannot be read leaves a gap that is known as one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from gateway.definitions.base import NAME
from gateway.definitions.schema import Choice
from gateway.definitions.writing import snapshot
from gateway.definitions.yamlfile import LARGEST_SNAPSHOT_BYTES
from gateway.destinations.questions import (
    DESCRIPTION,
    FIRST_NAME,
    SURNAME,
    Meaning,
    dictionary_of,
    is_for_staff,
    meaning_of,
    own,
    place_of,
)
from gateway.destinations.seam import DestinationError, Misconfigured, Rejected, Unknown
from gateway.destinations.uses import CLIENT_TYPE, PROJECT

OWN_AT_MOST = 40  # of one page: nobody answers more, and each may cost a call
_LONGEST_LABEL = 160

Ask = Callable[[str], Sequence[Choice]]


class Unsuitable(Exception):
    """Something was wished for that this Charitylog does not have; the text says what it has."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What whoever makes the form decides; ids are those of their own Charitylog."""

    title: str
    about: Literal["me", "someone-else"] = "me"
    everything: bool = False
    org_type: int | None = None
    project: int | None = None
    source: int | None = None
    role: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A field that the form asks for; `sought` is where choices were looked for, `dictionary` where they were found."""

    name: str
    label: str
    meaning: Meaning
    sought: str | None = None
    dictionary: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What the form asks, and by their names and labels what it does not; and the lists that were read."""

    asked: tuple[Asked, ...]
    left: Mapping[str, str]
    of_staff: Mapping[str, str]
    unnameable: Mapping[str, str]
    lists: Mapping[str, Sequence[Choice]]
    org_type: int
    types: Sequence[Choice]
    projects: Sequence[Choice]


def find_out(ask: Ask, wishes: Wishes, fields: Sequence[str]) -> Found:
    """Read the lists of `fields`, sort them, and read the choices of what is asked.

    Raises Unsuitable, and what `ask` raises where it answers nothing at all or lists no field.
    """
    if (wishes.source is None) != (wishes.role is None):
        raise Unsuitable("A source needs a role, and a role a source. Write both --source and --role, or neither.")
    labels = _labels(ask, fields)
    types, projects = _choices(ask, CLIENT_TYPE) or (), _choices(ask, PROJECT) or ()
    _refuse_unknown("org-type", wishes.org_type, types)
    _refuse_unknown("project", wishes.project, projects)
    askable = {name: label for name, label in labels.items() if NAME.fullmatch(name) and name != DESCRIPTION}
    public = {name: label for name, label in askable.items() if not is_for_staff(name)}
    chosen = _chosen(public, everything=wishes.everything)
    lists: dict[str, Sequence[Choice]] = {}
    asked = tuple(_with_choices(ask, each, lists) for each in chosen)
    names = {each.name for each in asked}
    return Found(
        asked=asked,
        left={name: label for name, label in public.items() if name not in names},
        of_staff={name: label for name, label in askable.items() if name not in public},
        unnameable={name: label for name, label in labels.items() if name not in askable and name != DESCRIPTION},
        lists=lists,
        org_type=wishes.org_type if wishes.org_type is not None else _usual_type(types),
        types=types,
        projects=projects,
    )


def _labels(ask: Ask, fields: Sequence[str]) -> dict[str, str]:
    """Read every list of fields; one may be missing, for the pages do not agree on which there are."""
    labels: dict[str, str] = {}
    refusal: DestinationError | None = None
    for each in fields:
        try:
            listed = ask(each)
        except (Misconfigured, Rejected) as error:
            refusal = refusal or error
            continue
        for choice in listed:
            label = str(choice.label)
            if labels.get(choice.value) in (None, _readable(choice.value)):
                labels[choice.value] = _readable(label) if label == choice.value else label[:_LONGEST_LABEL].strip()
    if refusal is not None and not labels:
        raise refusal
    return {name: labels.get(name, _readable(name)) for name in dict.fromkeys([FIRST_NAME, SURNAME, *labels])}


def _readable(name: str) -> str:
    words = " ".join(name.replace("_", " ").split())[:_LONGEST_LABEL].strip() or name[:_LONGEST_LABEL]
    return words[:1].upper() + words[1:]


def _chosen(public: Mapping[str, str], *, everything: bool) -> list[Asked]:
    """Choose what is asked, in the order of pages; of two fields of one meaning the second is the charity's own."""
    known: dict[int, Asked] = {}
    others: list[Asked] = []
    for name, label in public.items():
        found = meaning_of(name)
        if found is None or found[0] in known:
            others.append(Asked(name, label, own(name, label)))
        else:
            known[found[0]] = Asked(name, label, found[1])
    asked = [known[place] for place in sorted(known) if everything or known[place].meaning.modest]
    asked += others[:OWN_AT_MOST] if everything else []
    return sorted(asked, key=lambda each: place_of(each.meaning.page))


def _with_choices(ask: Ask, asked: Asked, lists: dict[str, Sequence[Choice]]) -> Asked:
    sought = dictionary_of(asked.name, asked.meaning)
    choices = _choices(ask, sought) if sought else None
    if sought is None or choices is None:
        return replace(asked, sought=sought)
    lists[sought] = choices
    return replace(asked, sought=sought, dictionary=sought)


def _choices(ask: Ask, dictionary: str) -> Sequence[Choice] | None:
    """Read a dictionary; None where there is none. No page says what is answered then, so any answer may say it."""
    try:
        choices = ask(dictionary)
    except (Misconfigured, Rejected):
        return None
    except Unknown as error:
        if error.status is None:
            raise
        return None
    return choices if len(snapshot(choices).encode()) <= LARGEST_SNAPSHOT_BYTES else None


def _usual_type(types: Sequence[Choice]) -> int:
    """Choose the type that a client has unless another is given. Source: API clients, 2025: "type" defaults to 1."""
    numbers = [int(choice.value) for choice in types if choice.value.isascii() and choice.value.isdecimal()]
    return 1 if not numbers or 1 in numbers else numbers[0]


def _refuse_unknown(option: str, wished: int | None, choices: Sequence[Choice]) -> None:
    if wished is not None and choices and str(wished) not in {choice.value for choice in choices}:
        raise Unsuitable(f"--{option} {wished} is not in your Charitylog. It has: {listing(choices)}.")


def listing(choices: Sequence[Choice], most: int = 30) -> str:
    """Write ids with their names on a line: `1 = Client, 2 = Enquirer`."""
    more = f", and {len(choices) - most} more" if len(choices) > most else ""
    return ", ".join(f"{choice.value[:20]} = {str(choice.label)[:60].strip()}" for choice in choices[:most]) + more
