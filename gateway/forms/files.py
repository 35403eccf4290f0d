"""The question that takes files. Its answer is the ids of files that the draft holds; no post ever says them.

A form knows no store: the caller looks the files up, and says what went wrong with one that was not taken.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from wtforms.form import BaseForm

from gateway.definitions.fields import FileField as Definition
from gateway.forms import wording
from gateway.forms.fields import Host, QuestionField, Validator
from gateway.forms.wording import say
from gateway.uploads.kinds import ENDINGS

MB = 1024 * 1024
_UNITS = (("MB", 1_000_000), ("KB", 1000))


class Upload(Protocol):
    """A file as the store knows it."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...
    @property
    def refused(self) -> bool: ...
    @property
    def quarantined(self) -> bool: ...


def _none(_: Iterable[str]) -> dict[str, Upload]:
    return {}


@dataclass(frozen=True, repr=False)
class Uploads:
    """What a form is told: how to look files up by id, what went wrong by input name, whether files are scanned."""

    look_up: Callable[[Sequence[str]], Mapping[str, Upload]] = _none
    troubles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    scanned: bool = True


NO_UPLOADS = Uploads()


@dataclass(frozen=True)
class Listed:
    """A file as a template needs it."""

    id: str
    name: str
    size: str
    state: str
    refused: bool


class FileField(QuestionField):
    """Documents and pictures; `data` is what is there of them and was not refused."""

    kind = "file"

    def attach(self, form: Host) -> None:
        """Take the way to the files of this draft."""
        self.files: Uploads = form.files

    def as_pattern(self) -> "FileField":
        """Let go of the files too."""
        self.files = NO_UPLOADS
        return super().as_pattern()

    @property
    def uploads(self) -> list[Upload]:
        """The files that are there, in the order in which they came."""
        ids = self.posted[self.name]
        found = self.files.look_up(ids) if ids else {}
        return [found[each] for each in ids if each in found]

    @property
    def listed(self) -> list[Listed]:
        """The files for the page."""
        return [
            Listed(each.id, each.name, size_in_words(each.size), self._state(each), each.refused)
            for each in self.uploads
        ]

    @property
    def most(self) -> int:
        """How many files may be added."""
        return int(self.definition.max_files)

    @property
    def largest(self) -> int:
        """How many bytes a file may have."""
        return int(self.definition.max_mb) * MB

    @property
    def limits(self) -> str:
        """How many, how large, which kinds: said before anything is chosen."""
        sentence = wording.FILE_LIMITS if self.most == 1 else wording.FILES_LIMITS
        return say(self, sentence, count=self.most, size=self.definition.max_mb, kinds=self.kinds)

    @property
    def kinds(self) -> str:
        """The kinds of file that are taken, as people name them."""
        return kinds_in_words(self.definition, self.gettext)

    @property
    def accept(self) -> str:
        """The same for the browser: it shows the camera where pictures are taken."""
        types = dict.fromkeys(ENDINGS[each] for each in self.definition.accept)
        return ",".join([*(f".{ending}" for ending, kind in ENDINGS.items() if kind in types), *types])

    @property
    def words(self) -> str:
        """Names and sizes."""
        return "\n".join(f"{each.name} ({size_in_words(each.size)})" for each in self.data or ())

    def read(self) -> tuple[Upload, ...]:
        """Give the files that count."""
        return tuple(each for each in self.uploads if not each.refused)

    def validate(self, form: BaseForm, extra_validators: tuple[Validator, ...] | list[Validator] = ()) -> bool:
        """Judge what is there; what went wrong with the last one comes first."""
        in_order = super().validate(form, extra_validators)
        return self.complain() and in_order

    def complain(self) -> bool:
        """Say what went wrong with files that were posted, and nothing else; False where something did."""
        if self.visible and (troubles := self.files.troubles.get(self.name)):
            self.errors = list(troubles)
            return False
        return True

    def _missing(self) -> str:
        if self.uploads:
            return self.gettext(wording.FILE_REFUSED)
        message = self.definition.required_message
        return message.within(self.language) if message else say(self, wording.CHOOSE_FILE)

    def _state(self, upload: Upload) -> str:
        if upload.refused:
            return self.gettext(wording.HAD_A_VIRUS)
        if upload.quarantined:
            return self.gettext(wording.TO_BE_SCANNED)
        return self.gettext(wording.SCANNED) if self.files.scanned else ""


def kinds_in_words(definition: Definition, gettext: Callable[[str], str]) -> str:
    """List the kinds of file that a question takes, as people name them."""
    *others, last = [each.upper() for each in dict.fromkeys(definition.accept)]
    return gettext(wording.ONE_OR_OTHER).format(one=", ".join(others), other=last) if others else last


def size_in_words(size: int) -> str:
    """Write a size as file managers do: 120 KB, 1.2 MB."""
    for unit, length in _UNITS:
        if size >= length:
            number = size / length
            return f"{number:.0f} {unit}" if number >= 10 or unit == "KB" else f"{number:.1f} {unit}"
    return "1 KB"
