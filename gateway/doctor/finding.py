"""What a check found: in order, to be looked at, or wrong; and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.definitions.loader import Organisation
from gateway.destinations.seam import Destination
from gateway.keys import KeyRing
from gateway.settings import Settings
from gateway.store.database import Database


class State(StrEnum):
    """How something stands."""

    OK = "ok"
    LOOK = "look"  # it works, or may; a person should know of it
    WRONG = "wrong"  # something does not work, and stays so until a person does something


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    state: State
    about: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.state:<5}  {self.about}: {self.what}" + (f" — {self.remedy}" if self.remedy else "")


@dataclass(frozen=True, slots=True, repr=False)
class Parts:
    """The gateway as far as it could be opened; what could not be is None, or empty, and was told of already."""

    now: datetime
    settings: Settings | None = None
    unset: frozenset[str] = frozenset()  # settings that only stand in for what is missing or wrong
    ring: KeyRing | None = None
    database: Database | None = None
    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    destinations: Mapping[str, Destination] = field(default_factory=dict)
    offline: bool = False

    def has(self, setting: str) -> bool:
        """Tell whether a setting is there and right."""
        return self.settings is not None and setting not in self.unset


def ok(about: str, what: str) -> Finding:
    """Say that something is in order."""
    return Finding(State.OK, about, what)


def look(about: str, what: str, remedy: str) -> Finding:
    """Say that a person should look at something."""
    return Finding(State.LOOK, about, what, remedy)


def wrong(about: str, what: str, remedy: str) -> Finding:
    """Say that something does not work."""
    return Finding(State.WRONG, about, what, remedy)


def lasting(span: timedelta) -> str:
    """Write a span of time in words, roughly."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"
