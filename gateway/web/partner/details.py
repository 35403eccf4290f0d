"""What an agency says of itself on every form: typed once, judged as the form would judge it, kept sealed."""

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Response, current_app, flash, redirect, request
from werkzeug.datastructures import MultiDict

from gateway.definitions.fields import Question
from gateway.definitions.schema import Form, Page, PersonDefinition
from gateway.definitions.text import Text
from gateway.forms.build import PageForm, page_form
from gateway.languages import ENGLISH, catalogue
from gateway.store import agencies, audit
from gateway.web.partner import known
from gateway.web.partner.acting import sender
from gateway.web.partner.home import agency_at, forms_of
from gateway.web.public.visit import LONDON
from gateway.web.site import site
from gateway.web.staff.frame import render

_ID = "details"


def show_details(organisation: str) -> Response:
    """Show what is kept, to be changed."""
    kept = agencies.details(site().database, site().ring, agency_at(organisation).id)
    return _page(organisation, _filled(organisation, MultiDict(kept)))


def post_details(organisation: str) -> Response:
    """Keep what was typed, where every answer is one that the forms will take."""
    found = _filled(organisation, MultiDict(request.form))
    if found is None or not found.validate():
        return _page(organisation, found, status=422)
    acting = sender()
    audit.note(
        site().database,
        actor=acting.account or "",
        action="change agency details",
        organisation=organisation,
        detail=f"agency {acting.agency}",
        now=datetime.now(UTC),
    )
    typed = {name: values[0].strip() for name, values in found.raw().items() if values and values[0].strip()}
    agencies.keep_details(site().database, site().ring, acting.agency, typed)
    flash("Your details are saved. New forms begin with them.")
    return current_app.make_response(redirect(request.path, 303))


def _filled(organisation: str, typed: MultiDict[str, str]) -> PageForm | None:
    """Make the page that asks for the details; None where no form wants any."""
    questions = known.questions(forms_of(organisation))
    if not questions:
        return None
    form = _form(questions)
    return page_form(form, form.pages[0])(
        typed,
        meta={"csrf": False, "translations": catalogue(ENGLISH)},
        language=ENGLISH,
        choices=lambda *_: (),
        today=datetime.now(LONDON).date(),
    )


def _form(questions: Sequence[Question]) -> Form:
    title = Text({"": "Our details"})
    page = Page.model_construct(id=_ID, title=title, introduction=None, person=None, show_when=None, fields=questions)
    return Form(slug=_ID, title=title, people=(PersonDefinition(id="agency"),), pages=(page,))


def _page(organisation: str, found: PageForm | None, *, status: int = 200) -> Response:
    body = render(
        "partner/details.html",
        "Our details",
        agency=agency_at(organisation).name,
        form=found,
        mistakes=found.errors_summary if found else [],
    )
    return Response(body, status)
