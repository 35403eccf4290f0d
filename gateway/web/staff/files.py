"""The files of a referral: downloaded, looked at for viruses again, sent to the record that they belong to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

from flask import Response, abort, current_app, redirect, request
from werkzeug.http import dump_options_header

from gateway.keys import KeyMissing, SealBroken
from gateway.referral import File, Referral
from gateway.store import attached, timeline
from gateway.store.attached import NoRecord
from gateway.store.chunks import FileGone
from gateway.store.files import StoredFile
from gateway.store.referrals import Listed
from gateway.store.states import FileState, ReferralState
from gateway.store.timeline import Paper
from gateway.web.auth.access import signed_in
from gateway.web.site import site
from gateway.web.staff import noting, opening, papers, referral
from gateway.web.staff.frame import render
from gateway.web.staff.opening import CannotOpen

NOT_CHECKED = "Nothing was done: this file waits for the virus scanner. It can be taken unchecked, at your own risk."
GONE = "Nothing was done: the content of that file is gone."
ELSEWHERE = "Nothing was done: files can only follow a referral that is delivered."
NONE_GIVEN = "Give the number of a record for at least one file."


@dataclass(frozen=True, slots=True)
class Line:
    """A file that can go to a record: what it is about, what was typed for it, and what is wrong with that."""

    number: int
    id: str
    label: str
    about: str
    state: str
    kind: str
    typed: str
    wrong: str


def post_download(organisation: str, reference: str, file: str) -> Response:
    """Give a file that a scanner has seen, to be kept and not shown."""
    listed, number, paper = _known(organisation, reference, file)
    if paper.state is FileState.QUARANTINED:
        return referral.page(listed, wrong=NOT_CHECKED, status=409)
    return _download(listed, number, paper, detail=f"file {number}")


def show_unchecked(organisation: str, reference: str, file: str) -> Response:
    """Warn of a file that no scanner has seen, before it is taken all the same."""
    listed, number, paper = _known(organisation, reference, file)
    if paper.state is not FileState.QUARANTINED:
        return referral.page(listed, wrong="This file no longer waits for the virus scanner.")
    base = referral.address(organisation, reference)
    title = f"Take file {number} unchecked?"
    return Response(render("staff/unchecked.html", title, heading=title, listed=listed, base=base))


def post_unchecked(organisation: str, reference: str, file: str) -> Response:
    """Give a file that no scanner has seen."""
    listed, number, paper = _known(organisation, reference, file)
    return _download(listed, number, paper, detail=f"file {number}, which no scanner had seen")


def post_scan(organisation: str, reference: str, file: str) -> Response:
    """Have the scanner asked again."""
    listed, number, _ = _known(organisation, reference, file)
    asked = attached.scan_again(
        site().database,
        organisation,
        listed.reference,
        file,
        actor=signed_in().account.id,
        number=number,
        now=datetime.now(UTC),
    )
    if not asked:
        return referral.page(listed, wrong="Nothing was done: this file no longer waits for the virus scanner.")
    return _back(listed, "scan")


def show_attach(organisation: str, reference: str) -> Response:
    """Ask to which records the files of a referral belong."""
    listed = referral.known(organisation, reference)
    try:
        return _attach_page(listed, opening.opened(listed), {}, {})
    except CannotOpen as problem:
        return referral.page(listed, wrong=str(problem))


def post_attach(organisation: str, reference: str) -> Response:
    """Send files to the records whose numbers were given."""
    listed = referral.known(organisation, reference)
    if listed.state != ReferralState.DELIVERED:
        return referral.page(listed, wrong=ELSEWHERE, status=409)
    try:
        found = opening.opened(listed)
    except CannotOpen as problem:
        return referral.page(listed, wrong=str(problem))
    typed = {each.id: request.form.get(each.id, "").strip() for each in found.files}
    going, wrong = _records(found, typed)
    if not going and not wrong:
        wrong = {each.id: NONE_GIVEN for each in found.files[:1]}
    if wrong:
        return _attach_page(listed, found, typed, wrong)
    now = datetime.now(UTC)
    sent = attached.send(site().database, found, going, actor=signed_in().account.id, now=now)
    return _back(listed, "attached" if len(sent) == len(going) else "attached-some")


def _records(found: Referral, typed: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    going, wrong = {}, {}
    for each in found.files:
        if typed[each.id]:
            try:
                going[each.id] = attached.record(each.attach_to, typed[each.id])
            except NoRecord as problem:
                wrong[each.id] = str(problem)
    return going, wrong


def _attach_page(listed: Listed, found: Referral, typed: dict[str, str], wrong: dict[str, str]) -> Response:
    stored = timeline.papers(site().database, listed.reference)
    named = {each.id: each for each in found.files}
    shown = papers.shown(stored, listed)
    records = {each.id: each.record for each in stored}
    lines = [
        _line(each, named[each.id], records[each.id], typed, wrong)
        for each in shown
        if each.may_attach and each.id in named
    ]
    if not lines:
        return referral.page(listed, wrong=ELSEWHERE if listed.state != ReferralState.DELIVERED else GONE)
    body = render(
        "staff/attach.html",
        f"Records for the files of {listed.reference}",
        wrong=wrong,
        mistakes=[(line.id, f"File {line.number}: {line.wrong}") for line in lines if line.wrong],
        lines=lines,
        listed=listed,
        base=referral.address(listed.organisation, listed.reference),
    )
    return Response(body, 422 if wrong else 200)


def _line(shown: papers.Shown, named: File, record: str, typed: dict[str, str], wrong: dict[str, str]) -> Line:
    whose = "" if named.attach_to == attached.REFERRAL else f"{named.attach_to} {named.index + 1}"
    return Line(
        shown.number,
        shown.id,
        named.label,
        f"about {whose.removesuffix(' 1')}" if whose else "about the referral itself",
        shown.state,
        "referral" if named.attach_to == attached.REFERRAL else "client",
        typed.get(shown.id, record.rpartition(" ")[2]),
        wrong.get(shown.id, ""),
    )


def _known(organisation: str, reference: str, file: str) -> tuple[Listed, int, Paper]:
    listed = referral.known(organisation, reference)
    numbered = enumerate(timeline.papers(site().database, listed.reference), start=1)
    found = next((each for each in numbered if each[1].id == file), None)
    if found is None:
        abort(404)
    return listed, *found


def _download(listed: Listed, number: int, paper: Paper, *, detail: str) -> Response:
    if paper.state is FileState.REFUSED:
        return referral.page(listed, wrong=GONE, status=409)
    noting.note(listed, action="open file", detail=detail)
    try:
        stored, pieces = _begun(paper.id)
    except (KeyMissing, SealBroken):
        return referral.page(listed, wrong=opening.no_key(f"file {number} of {listed.reference}"))
    except FileGone:
        return referral.page(listed, wrong=GONE, status=409)
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": dump_options_header("attachment", {"filename": stored.name}),
        "Content-Length": str(stored.size),
    }
    return Response(pieces, headers=headers, direct_passthrough=True)


def _begun(file: str) -> tuple[StoredFile, Iterator[bytes]]:
    """Open the first piece at once: what cannot be opened is said on a page, not in the middle of a file."""
    stored = site().files.find(file)
    if stored is None:
        raise FileGone
    pieces = site().files.read(file, stored.size)
    return stored, chain([next(pieces)], pieces)


def _back(listed: Listed, done: str) -> Response:
    address = referral.address(listed.organisation, listed.reference)
    return current_app.make_response(redirect(f"{address}?done={done}", 303))
