"""The post of a referral: as JSON, or in parts, where files follow it and stream into the store."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from flask import Response, request

from gateway.definitions.fields import FileField
from gateway.forms import objects
from gateway.forms.files import MB
from gateway.forms.objects import Wrong, shown
from gateway.web.api import guard, keys, taking
from gateway.web.api.guard import caller
from gateway.web.api.problems import Problem, invalid
from gateway.web.api.taking import JSON, Call
from gateway.web.posted import IN_PARTS, MOST_BYTES, FilePart, Parts
from gateway.web.public.uploading import Taking
from gateway.web.public.visit import Visit
from gateway.web.site import site

REFERRAL = "referral"  # the part that is the JSON
_PLAIN = "identity"


def post_referral() -> Response:
    """Take a referral."""
    key = keys.read(request.headers.get(keys.HEADER))
    instances = keys.instances(site(), caller().token.agency, key)
    _refuse_packed()
    if request.mimetype == JSON:
        return _without_files(Call(caller(), instances, taking.read_json()))
    if request.mimetype != IN_PARTS:
        raise Problem(415, "media_type", f"Send {JSON}, or {IN_PARTS} with files.")
    parts = Parts(request, most_bytes=int(site().settings.max_upload_mb * MB))
    files = iter(parts)
    try:
        return _in_parts(instances, parts, files)
    except Problem:
        # What is still being sent is passed over: otherwise its sender sees a broken connection, not our answer.
        for _ in files:
            pass
        raise


def _refuse_packed() -> None:
    # What is unpacked may be of any size.
    if request.headers.get("Content-Encoding", _PLAIN).strip().lower() != _PLAIN:
        detail = "Send the body as it is, without Content-Encoding."
        raise Problem(415, "packed", detail, headers={"Accept-Encoding": _PLAIN})


def _in_parts(instances: Sequence[bytes], parts: Parts, files: Iterator[FilePart]) -> Response:
    first = next(files, None)
    texts, said = len(parts.fields.getlist(REFERRAL)), _said(parts, first)
    if first is not None and first.name == REFERRAL:
        first = next(files, None)
    call = Call(caller(), instances, said)
    if first is None:
        _refuse_texts(parts, texts)
        return _without_files(call)
    return _with_files(call, parts, _from(first, files), texts)


def _without_files(call: Call) -> Response:
    if before := call.before():
        return taking.told(call, before)
    visit, people = taking.visit_of(call)
    return taking.send(call, replace(visit, answers=taking.answers_of(visit, people)))


def _with_files(call: Call, parts: Parts, files: Iterator[FilePart], texts: int) -> Response:
    if call.before():
        return taking.told(call, call.before([_digest(part) for part in files]))
    visit, people = taking.visit_of(call)
    answers = taking.answers_of(visit, people)
    with _drafted(visit) as begun:
        asked = objects.file_inputs(visit.form, answers)
        taken, found = _take(begun, files, asked)
        _refuse_texts(parts, texts)
        return taking.send(call, replace(begun, answers={**answers, **taken}), found)


def _take(
    visit: Visit, files: Iterator[FilePart], asked: dict[str, tuple[str, FileField]]
) -> tuple[dict[str, Sequence[str]], list[list[str]]]:
    """Take files into the draft of a visit; give their ids by input, and what tells them apart. Raises Problem."""
    inputs = dict(asked.values())
    taken = Taking(visit, inputs, guard.count_file)
    found, wrong = [], []
    for part in files:
        if part.name not in asked:
            wrong.append(Wrong(shown(part.name), "The form has no such question for files."))
            continue
        hashed = _Hashed(part)
        taken.take(FilePart(asked[part.name][0], part.filename, hashed.pieces()), within=lambda: True)
        found.append(hashed.told())
    names = {name: path for path, (name, _) in asked.items()}
    wrong += [Wrong(names[name], said) for name, sentences in taken.troubles.items() for said in sentences]
    if wrong and visit.site.drafts.load(visit.instance, visit.now) is None:
        raise taking.gone()  # its time was over, or somebody swept: the files are not to blame
    if wrong:
        raise invalid(wrong)
    return {name: ids for name, ids in taken.answers.items() if name in inputs}, found


@contextmanager
def _drafted(visit: Visit) -> Iterator[Visit]:
    """Begin the draft that holds the files of this call alone until the referral is sent; nothing of it stays."""
    begun = visit.begun()
    try:
        yield begun
    finally:
        visit.site.drafts.forget(visit.instance)


def _said(parts: Parts, first: FilePart | None) -> object:
    """Read the part that says the referral: it comes before every file."""
    texts = parts.fields.getlist(REFERRAL)
    if first is not None and first.name == REFERRAL and not texts:
        body = bytearray()
        for piece in first.pieces:
            body += piece
            if len(body) > MOST_BYTES:
                raise Problem(413, "too_large", f"The part {REFERRAL} is too large.")
        return taking.parsed(bytes(body))
    if len(texts) != 1:
        raise Problem(400, "no_referral", f"Send one part {REFERRAL} with the JSON, before the files.")
    return taking.parsed(texts[0].encode(errors="surrogateescape"))


def _refuse_texts(parts: Parts, texts: int) -> None:
    """Refuse what is no file, but for the referral itself, which was one of so many `texts` of its name."""
    unknown = [name for name, values in parts.fields.lists() if name != REFERRAL or len(values) > texts]
    if unknown:
        raise invalid([Wrong(shown(name), "There is no such part for a text.") for name in unknown])


def _from(first: FilePart, others: Iterator[FilePart]) -> Iterator[FilePart]:
    yield first
    yield from others


def _digest(part: FilePart) -> list[str]:
    hashed = _Hashed(part)
    for _ in hashed.pieces():
        pass
    return hashed.told()


class _Hashed:
    """A file that is hashed as it passes."""

    def __init__(self, part: FilePart) -> None:
        self._part, self._sha256 = part, hashlib.sha256()

    def pieces(self) -> Iterator[bytes]:
        """Give what passes."""
        for piece in self._part.pieces:
            self._sha256.update(piece)
            yield piece

    def told(self) -> list[str]:
        """Tell which file it was, once it has passed."""
        return [self._part.name, self._part.filename, self._sha256.hexdigest()]
