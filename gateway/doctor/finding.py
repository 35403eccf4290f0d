"""What a check found: in order, to be looked at, or wrong; and what to do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from gateway.definitions.loader import Organisation
from gateway.destinations.seam import Destination, Observation, Survey
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
    """One line of the report; of the whole gateway, of an organisation, or of one of its forms."""

    state: State
    about: str
    what: str
    remedy: str = ""
    organisation: str = ""
    form: str = ""

    def __str__(self) -> str:
        told = ": ".join(filter(None, (self.about, self.organisation, self.form, self.what)))
        return f"{self.state:<5}  {told}" + (f" — {self.remedy}" if self.remedy else "")

    def of(self, organisation: str, form: str = "") -> "Finding":
        """Say whose it is."""
        return replace(self, organisation=organisation, form=form)


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
    _surveys: dict[str, Survey] = field(default_factory=dict)

    def survey(self, organisation: str) -> Survey | None:
        """Ask a destination for all that its organisation's forms need, once; None where nobody outside is asked."""
        if self.offline or organisation not in self.destinations:
            return None
        if organisation not in self._surveys:
            forms = self.organisations[organisation].forms
            self._surveys[organisation] = self.destinations[organisation].survey(forms)
        return self._surveys[organisation]

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


def seen(about: str, organisation: str, observations: Sequence[Observation]) -> list[Finding]:
    """Tell what a destination made of an organisation and its forms."""
    return [Finding(State(each.state), about, each.what, each.remedy, organisation, each.form) for each in observations]
