"""Check your answers: all of them once more, each with a way to change it, before anything is sent."""

from dataclasses import dataclass

from flask import Response, request

from gateway.forms.build import PageForm
from gateway.forms.collect import answer_rows
from gateway.forms.journey import Step, previous_step
from gateway.languages import N_
from gateway.web.posted import read_post
from gateway.web.public import letters, pages, problems, rendering, sending
from gateway.web.public.visit import CHANGE, SAVE, Visit, switched

RECEIPT = "receipt"  # the box that asks for a mail with the reference
MOVED = N_("Your answers were changed in another window. Check them once more, then press the button again.")


@dataclass(frozen=True, slots=True)
class Row:
    """A question, its answer, where to change it, and what may have been meant instead."""

    label: str
    shown: str
    change: str
    meant: str


@dataclass(frozen=True, slots=True)
class Group:
    """The answers of one page."""

    title: str
    rows: list[Row]


def show_check(organisation: str, form: str, instance: str, *, embedded: bool) -> Response:
    """Show every answer of a draft."""
    visit = pages.resumed(organisation, form, instance, embedded=embedded)
    return visit if isinstance(visit, Response) else _check(visit)


def post_check(organisation: str, form: str, instance: str, *, embedded: bool) -> Response:
    """Send a draft."""
    visit = pages.resumed(organisation, form, instance, embedded=embedded)
    if isinstance(visit, Response):
        return visit
    problems.refuse_foreign(visit)
    fields = read_post(request)
    if other := switched(visit, fields):
        return pages.read_on(other, "check")
    if fields.get("action") == SAVE:
        return rendering.lead(visit, visit.at(SAVE))
    late = pages.late_token(visit, fields)
    if not late and visit.draft and fields.get("version", str(visit.draft.version)) != str(visit.draft.version):
        late = MOVED
    receipt = RECEIPT in fields
    if late:
        return _check(visit, error=late, receipt=receipt)
    return sending.send_draft(visit.noticing(fields), receipt=receipt)


def _check(visit: Visit, *, error: str = "", receipt: bool = False) -> Response:
    filled, wrong = sending.judged(visit)
    if wrong is not None:
        return wrong
    last = previous_step(visit.form, None, visit.answers)
    first = Step(filled[0].page.id, filled[0].person_id, filled[0].index)
    return rendering.respond(
        visit,
        "public/check.html",
        422 if error else 200,
        heading=visit.say("Check your answers"),
        groups=[group for group in (_group(visit, each) for each in filled) if group.rows],
        form=rendering.bound_form(visit, first, None),
        action=visit.at("check"),
        can_be_saved=rendering.can_be_saved(visit),
        back=visit.address(last) if last else "",
        version=visit.draft.version if visit.draft else 0,
        error=visit.say(error),
        receipt_to=letters.receipt_address(visit, filled),
        receipt=receipt,
    )


def _group(visit: Visit, page: PageForm) -> Group:
    step = Step(page.page.id, page.person_id, page.index)
    title = rendering.heading_at(visit, step)
    change = visit.address(step, CHANGE)
    return Group(title, [Row(row.label, row.shown, f"{change}#{row.id}", row.meant) for row in answer_rows(page)])
