"""The seam between delivery and a case-management system: what a destination does, and six errors that say what to do.

An error carries what was answered as bytes for the sealed record; its text and `repr` never show them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, Protocol, Self

from gateway.definitions.schema import Choice, Form
from gateway.referral import Referral

_LONGEST_REASON = 150  # the store keeps 200 characters, with what the policy writes before it


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a delivery: the bytes that go out, but for the ids of records that earlier steps made.

    `about` names what it makes, unlike any other step ever; `needs` are the places of the steps whose records it needs.
    A `repeat` may have been made before: whoever can look first does. `files` are to go to the record that it makes, a
    record of the kind `takes`.
    """

    kind: str
    content_type: str
    body: bytes = field(repr=False)
    about: str = ""
    needs: tuple[int, ...] = ()
    repeat: bool = False
    files: tuple[str, ...] = ()
    takes: Literal["person", "referral"] = "person"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The destination accepted a step: its raw answer, and the shape of that answer without its content.

    `record` is the id of what came of it there, "" where that has none; None where the shape alone tells what was said.
    """

    status: int
    shape: str
    answer: bytes = field(repr=False)
    record: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the destination that takes files: of a person, or of their referral; `id` is its word for it."""

    kind: Literal["person", "referral"]
    id: str = field(repr=False)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what `str` wrote. Raises ValueError."""
        match text.split(" ", 1):
            case ["person" | "referral" as kind, found] if found:
                return cls(kind, found)
        raise ValueError("this names no record")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on its way to a record: its content comes piece by piece, once; a `repeat` says so in its name."""

    name: str = field(repr=False)
    media_type: str
    size: int
    pieces: Iterable[bytes] = field(repr=False)
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class Following:
    """What can be done once a person at the destination has brought a referral in.

    `finds`: its record is found by our reference. `uploads`: files are to go to records.
    """

    finds: bool = False
    uploads: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a form lacks for this destination: the place in the form's file, and what to do."""

    path: str
    message: str


# Lists of a destination by name: ids or names of fields, each with the words that people read.
Lists = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Use:
    """What a form takes from a destination's lists: these choices, or (where there are none) all that a list offers.

    Any of `lists` may hold them. `path` is the place in the form's file, `place` says it to people.
    """

    form: str
    path: str
    place: str
    lists: tuple[str, ...]
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """Something seen at a destination, of the whole organisation or of one `form`; and what to do about it."""

    state: Literal["ok", "look", "wrong"]
    what: str
    remedy: str = ""
    form: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a destination let us read when it was asked for all that some forms need, and what was seen in asking."""

    observations: Sequence[Observation]
    lists: Lists = field(default_factory=dict)


class DestinationError(Exception):
    """A step did not end in acceptance. The class says what to do; `reason` is for people and logs."""

    def __init__(
        self, reason: str, *, status: int | None = None, answer: bytes = b"", shape: str | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason[:_LONGEST_REASON]
        self.status = status
        self.answer = answer
        self.shape = shape

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.reason!r})"


class NotSent(DestinationError):
    """Nothing was written to the destination: try again."""


class Busy(DestinationError):
    """The destination refused for now: try again, not before `retry_after`."""

    def __init__(self, reason: str, *, retry_after: timedelta | None = None, status: int | None = None) -> None:
        super().__init__(reason, status=status)
        self.retry_after = retry_after


class Unknown(DestinationError):
    """It may have arrived: look first, and mark every repeat; nobody but a person repeats what is `for_a_person`."""

    def __init__(
        self,
        reason: str,
        *,
        status: int | None = None,
        answer: bytes = b"",
        shape: str | None = None,
        for_a_person: bool = False,
    ) -> None:
        super().__init__(reason, status=status, answer=answer, shape=shape)
        self.for_a_person = for_a_person


class CredentialsRefused(DestinationError):
    """Our keys are wrong: pause, burn nothing, tell somebody."""


class Misconfigured(DestinationError):
    """This is not the address or the kind of call it takes: pause, tell somebody."""


class Rejected(DestinationError):
    """The destination refuses this referral: a person has to look."""


class Unsupported(Exception):
    """The destination has no documented way to do this."""


class Destination(Protocol):
    """A case-management system of one organisation."""

    @property
    def following(self) -> Following:
        """Say what is done after the delivery, as the organisation has chosen."""

    def check(self, form: Form) -> Sequence[Problem]:
        """Judge whether a form has what this destination needs."""

    def steps(self, referral: Referral, *, repeat: bool) -> Sequence[Step]:
        """Compose the calls that carry a referral, in order; a `repeat` says so in its first words where it can."""

    def run(self, step: Step, done: Sequence[str] = ()) -> Receipt:
        """Make one call, after those whose records are `done`, by place. Raises one of the six errors."""

    def find(self, references: Sequence[str]) -> Mapping[str, Receipt]:
        """Look which referrals have arrived whole. Not to be found proves nothing. Raises Unsupported or an error."""

    def upload(self, record: Record, attachment: Attachment) -> Receipt:
        """Send one file to a record. Raises one of the six errors, or what its pieces raise."""

    def choices(self, dictionary: str) -> Sequence[Choice]:
        """Read a dictionary, or one of `lists`; each value stands in it once. Raises one of the six errors."""

    def lists(self, forms: Mapping[str, Form]) -> Sequence[str]:
        """Name what is to be read beside the dictionaries that forms name: fields, and lists of ids that they hold."""

    def uses(self, forms: Mapping[str, Form]) -> Sequence[Use]:
        """Name what forms take from the lists of this destination, place by place. Asks nobody."""

    def survey(self, forms: Mapping[str, Form]) -> Survey:
        """Ask once, harmlessly, for all that forms need. What is refused or away is an observation, never an error."""

    def compare(self, forms: Mapping[str, Form], lists: Lists) -> Sequence[Observation]:
        """Compare forms with lists that were read, as far as these tell. Asks nobody."""

    def probe(self) -> None:
        """Ask something harmless. Raises one of the six errors."""

    def close(self) -> None:
        """Let go of idle connections."""
