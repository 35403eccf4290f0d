"""Files on their way in: streamed into the store, judged, scanned, and named in the draft's answers once they are good.

A file that is not good leaves nothing behind but a sentence beside its question.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from flask import request
from werkzeug.datastructures import MultiDict

from gateway.definitions.fields import FileField
from gateway.definitions.schema import Form
from gateway.forms.files import MB, kinds_in_words
from gateway.forms.journey import Answers, first_step, number_of_people
from gateway.forms.outline import outline_of
from gateway.languages import N_, catalogue
from gateway.scanner import ScannerAway, ScannerSilent, is_clean
from gateway.settings import OFF
from gateway.store.chunks import FileGone
from gateway.store.drafts import DraftMoved, instance_hash
from gateway.store.files import Details, TooMuch
from gateway.uploads.kinds import ENDINGS, NotThatKind, kind_of
from gateway.uploads.names import ending_of, safe_name
from gateway.uploads.photos import positions
from gateway.web.posted import IN_PARTS, FilePart, Parts, read_post
from gateway.web.public import arriving
from gateway.web.public.attached import asks_for_files, pressed_in
from gateway.web.public.visit import Visit, claim, switched

SCAN_SECONDS = 10.0  # how long clamd may be silent while somebody waits
SCANNER_RESTS = timedelta(minutes=2)  # how long it is left alone then: the worker has those files scanned later
# What is sent beyond the limit is read and passed over this far, so that the page with its answers can be shown again.
_PASSED_OVER = 4
_ENDING = re.compile("[a-z0-9]{1,8}")

WRONG_KIND = N_("“{name}” was not added, because we cannot take that kind of file. Choose a {kinds} file.")
NOT_THAT_KIND = N_(
    "“{name}” was not added, because it is damaged, locked with a password, or not really a {kind} file. "
    "Choose another file."
)
TOO_LARGE = N_("“{name}” was not added, because it is larger than {size} MB. Choose a smaller file.")
TOO_LARGE_TOGETHER = N_("“{name}” was not added. Add fewer files at a time: up to {size} MB together.")
EMPTY = N_("“{name}” was not added, because there is nothing in it. Choose another file.")
FULL = N_("“{name}” was not added, because there is no room for another file. Remove one first.")
INFECTED = N_("“{name}” was not added, because it has a virus. Choose another file.")
NOT_KEPT = N_("“{name}” could not be kept. Choose it again.")
NOTHING_CHOSEN = N_("Choose a file first, then press the button.")
TOO_OFTEN = N_("“{name}” was not added, because very many files came from your network. Try again in an hour.")


class Unwanted(Exception):
    """A file is not taken; the text is a sentence for the person, its words filled in."""


@dataclass(frozen=True, slots=True, repr=False)
class Received:
    """What a post held: its texts, and what went wrong with its files by input name."""

    fields: MultiDict[str, str]
    troubles: Mapping[str, list[str]] = field(default_factory=dict)


def receive(visit: Visit, page_id: str, know: Callable[[MultiDict[str, str]], Visit | None] | None = None) -> Received:
    """Read the post of a page that asks for files; `know` tells from its first fields whose files they are, if so."""
    if request.mimetype != IN_PARTS:
        return Received(read_post(request))
    limit = int(visit.site.settings.max_upload_mb * MB)
    parts = Parts(request, most_bytes=limit * _PASSED_OVER)
    declared = request.content_length or 0
    taking: Taking | None = None
    for part in parts:
        first = next(part.pieces, b"")
        if not part.filename and not first:
            continue  # nothing was chosen
        if taking is None:
            theirs = know(parts.fields) if know else visit
            if theirs is None:
                continue
            # A button for another language stands before the files, so that what is said of them is in that language.
            theirs = switched(theirs, parts.fields) or theirs
            taking = Taking(theirs, questions_of(theirs, page_id))
        taking.take(_whole(part, first), within=lambda: max(declared, parts.read) <= limit)
    return Received(parts.fields, taking.troubles if taking else _nothing_chosen(visit, page_id, parts.fields))


def _nothing_chosen(visit: Visit, page_id: str, fields: MultiDict[str, str]) -> dict[str, list[str]]:
    pressed = pressed_in(fields, questions_of(visit, page_id))
    return {pressed.question: [visit.say(NOTHING_CHOSEN)]} if pressed and not pressed.file else {}


def _whole(part: FilePart, first: bytes) -> FilePart:
    # The piece that was read to see whether there is anything, before the others.
    def again() -> Iterator[bytes]:
        if first:
            yield first
        yield from part.pieces

    return FilePart(part.name, part.filename, again())


def receive_first(visit: Visit) -> Received:
    """Read the post of the first page; files wait for its token, which comes before them and names the draft."""
    page_id = first_step(visit.form).page_id
    if not asks_for_files(visit.form, page_id):
        return Received(read_post(request))

    def know(fields: MultiDict[str, str]) -> Visit | None:
        shown = arriving.taken(visit, claim(visit, fields.get("token", "")))
        return told(shown.noticing(fields), Received(fields)) if shown else None

    return receive(visit, page_id, know)


def told(visit: Visit, received: Received) -> Visit:
    """Give the visit with the draft as its files left it, and what went wrong with them."""
    draft = visit.draft_of(visit.instance)
    if draft is None:
        return replace(visit, troubles=received.troubles)
    return replace(visit, draft=draft, answers=draft.answers, troubles=received.troubles)


class Taking:
    """Takes the files of one post into one draft; `asked` has the questions by the names of their inputs."""

    def __init__(self, visit: Visit, asked: Mapping[str, FileField], allowed: Callable[[], bool] | None = None) -> None:
        """Take a visit; `allowed` counts a file, and tells whether its sender may send one more at the moment."""
        self._visit = visit
        self._allowed = allowed or (lambda: visit.site.uploads.use(visit.counted, visit.now) <= 1)
        self._files = visit.site.files
        self._owner = instance_hash(visit.instance)
        self._asked = asked
        self._begun = visit.draft is not None
        self.troubles: dict[str, list[str]] = {}

    @property
    def answers(self) -> Answers:
        """The answers of the draft with the files that were taken."""
        return self._visit.answers

    def take(self, part: FilePart, *, within: Callable[[], bool]) -> None:
        """Take a file, or note why not; `within` tells whether the post is within its limit so far."""
        question = self._asked.get(part.name)
        if question is None:
            return
        ending = ending_of(part.filename)
        name = safe_name(part.filename, ending) if _ENDING.fullmatch(ending) else safe_name(part.filename, "")[:-1]
        try:
            self._take(part, question, name, ending, within)
        except Unwanted as unwanted:
            words = {"name": name, "size": question.max_mb, **unwanted.args[1]}
            self.troubles.setdefault(part.name, []).append(self._visit.say(unwanted.args[0], **words))

    def _take(self, part: FilePart, question: FileField, name: str, ending: str, within: Callable[[], bool]) -> None:
        self._refuse_early(part, question, ending)
        file_id = self._begin()
        try:
            size = self._store(file_id, part, question, within)
            self._finish(file_id, size, part.name, name, ending)
        except (FileGone, DraftMoved):
            self._files.forget(self._owner, [file_id])
            raise Unwanted(NOT_KEPT, {}) from None
        except BaseException:  # whatever happens, no half of a file stays
            self._files.forget(self._owner, [file_id])
            raise

    def _refuse_early(self, part: FilePart, question: FileField, ending: str) -> None:
        if ENDINGS.get(ending) not in {ENDINGS[each] for each in question.accept}:
            gettext = catalogue(self._visit.language).gettext
            raise Unwanted(WRONG_KIND, {"kinds": kinds_in_words(question, gettext)})
        if len(self._visit.answers.get(part.name, ())) >= question.max_files:
            raise Unwanted(FULL, {})
        if not self._allowed():
            raise Unwanted(TOO_OFTEN, {})

    def _begin(self) -> str:
        try:
            if not self._begun:
                self._visit, self._begun = self._visit.saving(dict), True
            return self._files.begin(self._owner, self._visit.now, most_bytes=_most_bytes(self._visit.form))
        except (FileGone, DraftMoved):
            raise Unwanted(NOT_KEPT, {}) from None
        except TooMuch:
            raise Unwanted(FULL, {}) from None

    def _store(self, file_id: str, part: FilePart, question: FileField, within: Callable[[], bool]) -> int:
        writer = self._files.writer(file_id)
        for piece in part.pieces:
            if not within():
                raise Unwanted(TOO_LARGE_TOGETHER, {"size": f"{self._visit.site.settings.max_upload_mb:g}"})
            writer.write(piece)
            if writer.size > question.max_mb * MB:
                raise Unwanted(TOO_LARGE, {})
        if not writer.size:
            raise Unwanted(EMPTY, {})
        writer.close()
        return writer.size

    def _finish(self, file_id: str, size: int, question: str, name: str, ending: str) -> None:
        with self._files.opened(file_id, size) as opened:
            try:
                media_type = kind_of(opened, ending)
                patches = positions(opened, media_type)
            except NotThatKind:
                raise Unwanted(NOT_THAT_KIND, {"kind": ending.upper()}) from None
        if patches:
            self._files.overwrite(file_id, size, patches)
        details = Details(name, media_type, self._sha256(file_id, size))
        if self._has(question, details):
            self._files.forget(self._owner, [file_id])  # sent twice, as after a refresh
            return
        clean = self._scan(file_id, size)
        self._files.finish(
            file_id, details, clean=clean, organisation=self._visit.organisation.slug, now=self._visit.now
        )
        self._visit = self._visit.saving(_with_file(question, file_id, self._asked[question].max_files))

    def _sha256(self, file_id: str, size: int) -> str:
        digest = hashlib.sha256()
        for piece in self._files.read(file_id, size):
            digest.update(piece)
        return digest.hexdigest()

    def _has(self, question: str, details: Details) -> bool:
        known = self._files.of_draft(self._owner)
        theirs = (known[each] for each in self._visit.answers.get(question, ()) if each in known)
        return any((each.name, each.sha256) == (details.name, details.sha256) for each in theirs)

    def _scan(self, file_id: str, size: int) -> bool:
        site = self._visit.site
        if site.settings.clamd == OFF:
            return True
        if self._visit.now < site.scanner_rests_until:
            return False
        try:
            clean = is_clean(site.settings.clamd, self._files.read(file_id, size), timeout=SCAN_SECONDS)
        except ScannerSilent:
            # A few who wait for it would keep everybody else waiting.
            site.scanner_rests_until = self._visit.now + SCANNER_RESTS
            return False
        except ScannerAway:
            return False
        if not clean:
            raise Unwanted(INFECTED, {})
        return True


def questions_of(visit: Visit, page_id: str) -> dict[str, FileField]:
    """Find the questions for files on a page by the names of their inputs, one more person than there is included."""
    leaf = outline_of(visit.form).by_id[page_id]
    fields = {each.name: each for each in visit.form.page(page_id).fields if isinstance(each, FileField)}
    most = visit.form.person(leaf.person_id).max
    indices = range(1 if leaf.main else min(most, number_of_people(visit.form, leaf.person_id, visit.answers) + 1))
    return {leaf.prefix(index) + name: found for index in indices for name, found in fields.items()}


def _most_bytes(form: Form) -> int:
    # Twice what its questions can hold: uploads that broke off are among it until they are deleted.
    return 2 * sum(
        form.person(form.whose(page)).max * each.max_files * each.max_mb * MB
        for page in form.pages
        for each in page.fields
        if isinstance(each, FileField)
    )


def _with_file(question: str, file_id: str, most: int) -> Callable[[Answers], Answers]:
    def change(answers: Answers) -> Answers:
        there = answers.get(question, ())
        if len(there) >= most:  # other windows were faster
            raise Unwanted(FULL, {})
        return {**answers, question: [*there, file_id]}

    return change
