"""Many referrals at once: a table is chosen, looked at row by row, and what is right of it is sent.

Nothing is sent by choosing a file. What a form's pages refuse, its rows refuse.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Response, abort, current_app, flash, redirect, request
from werkzeug.exceptions import RequestEntityTooLarge

from gateway.forms.columns import Column, Unfit, WrongHeader, columns_of, files_of
from gateway.forms.examples import EXAMPLE, accepts, example, offered
from gateway.languages import ENGLISH
from gateway.spreadsheets import writing
from gateway.spreadsheets.reading import MOST_BYTES, MOST_ROWS, TOO_LARGE, Table, Unreadable, read
from gateway.store.own_references import LONGEST
from gateway.web.auth import cookie
from gateway.web.partner import colleagues, many_kept
from gateway.web.partner.acting import sender
from gateway.web.partner.many_header import OWN, WRONG, read_header
from gateway.web.partner.many_kept import Kept
from gateway.web.partner.many_rows import Many, Standing
from gateway.web.partner.standing import moment
from gateway.web.posted import IN_PARTS, Parts
from gateway.web.public import pages
from gateway.web.public.marks import Marks
from gateway.web.public.visit import UNSIGNED, Visit
from gateway.web.staff.frame import render
from gateway.web.tokens import read_instance, write_instance


@dataclass(frozen=True, slots=True)
class Explained:
    """A column, for whoever fills it in."""

    name: str
    label: str
    required: bool
    known: bool  # whether the agency says it of itself, where a cell is empty
    accepts: str
    choices: Sequence[str]


FILE = "table"
SENDING_SECONDS = 10.0  # of one request: well below the time after which a server gives it up
MOST_PROBLEMS = 20
NO_FILE = "Choose the file with your table."
CLOSED = "This form takes nothing at the moment. Nothing was sent."
GONE = "This table is not kept any longer. Choose the file again: what was sent of it is not sent twice."
MANY_TABLES = "You have chosen very many files in a short time. Wait a few minutes, then choose this one again."
RESULTS = ("row", "result", "reference", "own reference", WRONG)
OWN_COLUMN = Explained(
    OWN,
    "Your own reference",
    required=False,
    known=False,
    accepts=f"A number or a word by which you know it again, up to {LONGEST} characters. No name, no date of birth",
    choices=(),
)
# What is read and passed over beyond the limit, so that the page can say so.
_PASSED_OVER = 10


def show_many(organisation: str, form: str) -> Response:
    """Say how to send many at once with this form, with what each column may hold."""
    return _choose(_opened(organisation, form))


def post_many(organisation: str, form: str) -> Response:
    """Take a file, refuse what is no table of this form, and lead to what stands in its rows. Nothing is sent."""
    visit = _opened(organisation, form)
    try:
        token, data = _received()
    except RequestEntityTooLarge:
        return _choose(visit, [TOO_LARGE], 413)
    if not cookie.vouches(token):
        return _choose(visit, [UNSIGNED], 400)
    if not visit.form.open:
        return _choose(visit, [CLOSED], 422)
    if visit.site.uploads.use(visit.counted, visit.now) > 1:
        return _choose(visit, [MANY_TABLES], 429)
    if not data:
        return _choose(visit, [NO_FILE], 422)
    try:
        table = read(data)
        _check(visit, table)
    except (Unreadable, Unfit) as refused:
        return _choose(visit, [str(refused)], 422)
    except WrongHeader as wrong:
        return _choose(visit, wrong.problems, 422)
    colleagues.note(organisation, action="choose table", detail=f"{form}, rows: {len(table.rows)}")
    secret = many_kept.keep(visit, sender().agency, table)
    return _lead(visit, secret)


def show_template(organisation: str, form: str) -> Response:
    """Give a table with the columns of a form, and a row that shows how; that row is never sent."""
    visit = _opened(organisation, form)
    columns = _columns(visit) or abort(404)
    shown = [example(column, _words(visit, column)) for column in columns]
    names = [OWN, *(column.name for column in columns)]
    return _csv([names, *([["", *shown]] if EXAMPLE in shown else [])], f"{visit.form.slug}.csv")


def show_table(organisation: str, form: str, table: str) -> Response:
    """Show where each row stands, every mistake at its row."""
    visit, kept, _ = _kept(organisation, form, table)
    return _choose(visit, [GONE], 410) if kept is None else _look(visit, kept)


def post_table(organisation: str, form: str, table: str) -> Response:
    """Send the rows that are right and not sent yet; what there is no time for waits for the next press."""
    visit, kept, secret = _kept(organisation, form, table)
    if kept is None:
        return _choose(visit, [GONE], 410)
    if not visit.form.open or not visit.organisation.forms[form].open:
        return _look(visit, kept, CLOSED)
    count = Many(visit, sender(), kept.table).send(SENDING_SECONDS)
    flash(f"Sent just now: {count}. Each has its reference below." if count else "There was nothing left to send.")
    return _lead(visit, secret)


def show_results(organisation: str, form: str, table: str) -> Response:
    """Give where each row stands as a table for programs. No answer is in it."""
    visit, kept, _ = _kept(organisation, form, table)
    if kept is None:
        return _choose(visit, [GONE], 410)
    rows = [
        (str(each.number), _result(each), each.reference, each.own, _wrong(each))
        for each in Many(visit, sender(), kept.table).standings()
    ]
    return _csv([RESULTS, *rows], f"{visit.form.slug}-results.csv")


def show_wrong(organisation: str, form: str, table: str) -> Response:
    """Give the rows that are wrong, to be put right and chosen again, with what is wrong in a column in front."""
    visit, kept, _ = _kept(organisation, form, table)
    if kept is None:
        return _choose(visit, [GONE], 410)
    standings = Many(visit, sender(), kept.table).standings()
    wrong = {each.number: _wrong(each) for each in standings if each.wrong and not each.is_example}
    place = read_header(visit.form, visit.language, kept.table.header).others.get(WRONG)
    rows = [(wrong[row.number], *_without(place, row.cells)) for row in kept.table.rows if row.number in wrong]
    return _csv([(WRONG, *_without(place, kept.table.header)), *rows], f"{visit.form.slug}-wrong.csv")


def post_forget(organisation: str, form: str, table: str) -> Response:
    """Delete a table now; what was sent of it stays sent."""
    visit, kept, secret = _kept(organisation, form, table)
    if kept is None:
        return _choose(visit, [GONE], 410)
    colleagues.note(organisation, action="delete table", detail=f"{form}, rows: {len(kept.table.rows)}")
    visit.site.drafts.forget(secret)
    flash("The table is deleted. What was sent of it stays sent.")
    return current_app.make_response(redirect(_address(visit), 303))


def _opened(organisation: str, form: str) -> Visit:
    sender()
    visit = pages.opened(organisation, form, embedded=False)
    # These pages are in English, and so is what stands in a table, where the form has it.
    languages = visit.form.languages
    return replace(visit, language=ENGLISH if ENGLISH in languages else languages[0])


def _kept(organisation: str, form: str, table: str) -> tuple[Visit, Kept | None, bytes]:
    visit = _opened(organisation, form)
    secret = read_instance(table)
    if secret is None:
        abort(404)
    kept = many_kept.find(visit, sender().agency, secret)
    definition = visit.site.definition(kept.definition, organisation, form) if kept else None
    if kept is None or definition is None:
        return visit, None, secret
    # What was offered when the table was looked at still counts.
    visit = replace(visit, form=definition, marks=Marks(kept.created_at))
    try:
        _check(visit, kept.table)
    except (Unfit, WrongHeader):  # a newer version of the gateway may name columns otherwise
        return visit, None, secret
    return visit, kept, secret


def _received() -> tuple[str, bytes]:
    """Read the post: its token, and the file as far as it may go. Raises RequestEntityTooLarge."""
    if request.mimetype != IN_PARTS:
        return "", b""
    parts = Parts(request, most_bytes=MOST_BYTES * _PASSED_OVER)
    data = bytearray()
    for part in parts:
        for piece in part.pieces:
            if part.name == FILE and len(data) <= MOST_BYTES:
                data += piece
    return parts.fields.get(cookie.POSTED_AS, ""), bytes(data)


def _check(visit: Visit, table: Table) -> None:
    """Raise Unfit or WrongHeader where a table is none of this form."""
    read_header(visit.form, visit.language, table.header)


def _columns(visit: Visit) -> tuple[Column, ...]:
    try:
        return columns_of(visit.form, visit.language)
    except Unfit:
        return ()


def _words(visit: Visit, column: Column) -> list[tuple[str, str]]:
    return [] if column.suffix else offered(column.field, visit.choices(), visit.language)


def _choose(visit: Visit, wrong: Sequence[str] = (), status: int = 200) -> Response:
    unfit = ""
    try:
        columns = columns_of(visit.form, visit.language)
    except Unfit as why:
        columns, unfit = (), str(why)
    body = render(
        "partner/many.html",
        "Send many at once",
        form=visit.form.title.within(ENGLISH),
        closed=not visit.form.open,
        unfit=unfit,
        wrong=bool(wrong),
        mistakes=_listed(wrong, "" if unfit or not visit.form.open else FILE),
        columns=[OWN_COLUMN, *(_explained(visit, column) for column in columns)] if columns else [],
        files=files_of(visit.form, visit.language),
        most=MOST_ROWS,
        base=_address(visit),
        back=f"/partner/{visit.organisation.slug}/",
        field=FILE,
    )
    return Response(body, status)


def _listed(wrong: Sequence[str], at: str) -> list[tuple[str, str]]:
    """List what is wrong, each with where to go; of very much, the first."""
    further = len(wrong) - MOST_PROBLEMS
    return [(at, words) for words in wrong[:MOST_PROBLEMS]] + ([("", f"And {further} more.")] if further > 0 else [])


def _explained(visit: Visit, column: Column) -> Explained:
    words = [each for _, each in _words(visit, column)]
    known = column.field.prefill == "agency"
    return Explained(column.name, column.label, column.required, known, accepts(column), words)


def _look(visit: Visit, kept: Kept, wrong: str = "") -> Response:
    standings = Many(visit, sender(), kept.table).standings()
    body = render(
        "partner/many_rows.html",
        "Look before you send",
        form=visit.form.title.within(ENGLISH),
        wrong=wrong,
        notes=kept.table.notes,
        mistaken=[each for each in standings if each.wrong],
        ready=[each for each in standings if each.ready],
        sent=[each for each in standings if each.reference],
        total=len(standings),
        until=moment(kept.expires_at),
        base=_address(visit),
        here=request.path,
        referrals_base=f"/partner/{visit.organisation.slug}/referrals",
        back=f"/partner/{visit.organisation.slug}/",
    )
    return Response(body, 422 if wrong else 200)


def _without(place: int | None, cells: Sequence[str]) -> Sequence[str]:
    return [cell for number, cell in enumerate(cells) if number != place]


def _wrong(standing: Standing) -> str:
    return " | ".join(_sentence(*said) for said in standing.wrong)


def _sentence(column: str, message: str) -> str:
    return f"{column}: {message}" if column else message


def _result(standing: Standing) -> str:
    return "sent" if standing.reference else "wrong" if standing.wrong else "not sent"


def _address(visit: Visit) -> str:
    return f"/partner/{visit.organisation.slug}/forms/{visit.form.slug}/many"


def _lead(visit: Visit, secret: bytes) -> Response:
    return current_app.make_response(redirect(f"{_address(visit)}/{write_instance(secret)}", 303))


def _csv(rows: Sequence[Sequence[str]], name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(writing.write(rows), content_type=writing.MEDIA_TYPE, headers=headers)
