"""The pages of questions: the first one without any trace on the server, every later one from the draft."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial

from flask import Response, abort, request
from werkzeug.datastructures import MultiDict

from gateway.forms.build import PageForm
from gateway.forms.journey import Answers, Step, first_gap, first_step, input_names, next_step, previous_step, step_at
from gateway.forms.removing import without_removed
from gateway.store.drafts import DraftMoved
from gateway.web.auth import cookie
from gateway.web.posted import read_post, read_query
from gateway.web.public import (
    arriving,
    attached,
    people,
    prefilling,
    problems,
    rendering,
    sending,
    suspicion,
    uploading,
)
from gateway.web.public.attached import Pressed, asks_for_files, pressed_in, questions_on
from gateway.web.public.suspicion import TooMany
from gateway.web.public.uploading import Received
from gateway.web.public.visit import (
    CHANGE,
    CHANGED,
    PROBLEM,
    SAVE,
    UNSIGNED,
    Visit,
    begin,
    claim,
    organisation_at,
    resume,
    switched,
)
from gateway.web.tokens import read_instance

_MOST_UNJUDGED = 100_000  # characters: drafts that nobody has judged must not fill the disk
_Keep = Callable[[Visit, Step, PageForm], Response]


def show_first(organisation: str, form: str, *, embedded: bool) -> Response:
    """Show the first page of a form."""
    visit = arriving.tried(opened(organisation, form, embedded=embedded))
    if not visit.form.open and not visit.marks.trial:
        return problems.not_open(visit)
    if request.args and request.method == "GET" and (given := prefilling.given(visit.form, read_query(request))):
        return arriving.begun(visit, given)
    return rendering.first_page(visit)


def post_first(organisation: str, form: str, *, embedded: bool) -> Response:
    """Take the first page: begin a draft, or send a form that is only one page."""
    visit = opened(organisation, form, embedded=embedded)
    problems.refuse_foreign(visit)
    received = uploading.receive_first(visit)
    fields = received.fields
    claimed = claim(visit, fields.get("token", ""))
    shown = arriving.taken(visit, claimed)
    if shown is None:
        return problems.not_open(visit)
    visit = shown.noticing(fields)
    step = first_step(visit.form)
    if asks_for_files(visit.form, step.page_id):
        visit = uploading.told(visit, received)
    # A good token is shown again, for it knows since when somebody has been writing.
    token = "" if claimed.problem else fields.get("token", "")
    if other := switched(visit, fields):
        return _typed_so_far(other, step, fields, first=True, since=None if claimed.problem else other.marks.shown_at)
    page = rendering.bound_form(visit, step, fields, token=fields.get("token", ""))
    keep = _pressed(visit, fields, page, first=True)
    if claimed.problem or not _may_be_kept(page, keep):
        return _again(visit, step, fields, claimed.problem, first=True, token=token)
    try:
        if keep is _go_on and rendering.sends_at_once(visit.form):
            return sending.send(visit, [page], page.raw())
        suspicion.let_begin(visit)
        return keep(visit, step, page)
    except TooMany as much:
        again = _again(visit, step, fields, problems.too_many_in_words(visit, much), first=True, token=token)
        return problems.refused(again, much)


def show_page(organisation: str, form: str, instance: str, page: str, *, embedded: bool) -> Response:
    """Show a later page, or the first one again, with the answers given so far."""
    visit = resumed(organisation, form, instance, embedded=embedded)
    if isinstance(visit, Response):
        return visit
    index = _index(visit, page, ())
    if index is None:
        return people.show(visit, page)
    step = step_at(visit.form, page, index, visit.answers)
    if step is None:
        return rendering.lead(visit, visit.address(first_gap(visit.form, visit.answers)))
    shown = rendering.as_posted(visit.form, visit.answers)
    shown.update(prefilling.on_page(visit.form, step, visit.answers))
    filled = rendering.bound_form(visit, step, shown)
    if PROBLEM in request.args:
        filled.validate()
    return rendering.page(visit, step, filled, first=False, back=back_address(visit, step))


def post_page(organisation: str, form: str, instance: str, page: str, *, embedded: bool) -> Response:
    """Take a later page into the draft; a change that comes after sending is not taken, and not in silence."""
    visit = resumed(organisation, form, instance, embedded=embedded, changing=True)
    if isinstance(visit, Response):
        return visit
    problems.refuse_foreign(visit)
    with_files = asks_for_files(visit.form, page)
    received = uploading.receive(visit, page) if with_files else Received(read_post(request))
    fields = received.fields
    visit = (uploading.told(visit, received) if with_files else visit).noticing(fields)
    index = _index(visit, page, list(fields))
    late = late_token(visit, fields)
    if other := switched(visit, fields):
        return _later_page_in_another_language(other, page, index, fields)
    if index is None:
        if visit.marks.trapped:
            with suppress(DraftMoved):
                visit = visit.saving(dict)
        return people.post(visit, page, fields, late=late)
    step = step_at(visit.form, page, index, visit.answers)
    if step is None:
        return rendering.lead(visit, visit.address(first_gap(visit.form, visit.answers)))
    filled = rendering.bound_form(visit, step, fields, token=fields.get("token", ""))
    keep = _pressed(visit, fields, filled, first=False)
    if late or not _may_be_kept(filled, keep):
        return _again(visit, step, fields, late, first=False)
    return keep(visit, step, filled)


def read_on(visit: Visit, part: str) -> Response:
    """Show a part of a draft in the language of the visit."""
    speaking = _speaking(visit)
    return speaking if isinstance(speaking, Response) else rendering.lead(speaking, speaking.at(part))


def opened(organisation: str, form: str, *, embedded: bool) -> Visit:
    """Open a form of an organisation that is open; its own page tells where it is not."""
    found = organisation_at(organisation)
    if found.closed:
        problems.closed(found, embedded=embedded)
    return begin(found, form, embedded=embedded)


def resumed(organisation: str, form: str, instance: str, *, embedded: bool, changing: bool = False) -> Visit | Response:
    """Take up the draft of an address; else the receipt, where it was sent, or a page that says how to go on.

    Whoever is `changing` an answer learns that what was sent stays as it was.
    """
    visit = opened(organisation, form, embedded=embedded)
    secret = read_instance(instance)
    if secret is None:
        abort(404)
    found = resume(visit, secret)
    if found is not None:
        return found
    visit = visit.with_instance(secret)
    return problems.already_sent(visit) if changing else problems.gone(visit)


def late_token(visit: Visit, fields: MultiDict[str, str]) -> str:
    """Say what is wrong with the token of a post to a draft; "" where nothing is."""
    if visit.sender and not cookie.vouches(fields.get(cookie.POSTED_AS, "")):
        return UNSIGNED
    claimed = claim(visit, fields.get("token", ""))
    # A draft keeps the definition that it was begun with, whatever its pages were shown with.
    if claimed.visit.instance != visit.instance:
        return UNSIGNED
    return "" if claimed.problem == CHANGED else claimed.problem


def back_address(visit: Visit, step: Step) -> str:
    """Where "Back" leads from a step: to the check page, if that is where it was opened; from the first, nowhere."""
    if CHANGE in request.args:
        return visit.at("check")
    before = previous_step(visit.form, step, visit.answers)
    return visit.address(before) if before else ""


def _index(visit: Visit, page: str, names: Sequence[str]) -> int | None:
    found = next((each for each in visit.form.pages if each.id == page), None)
    if found is None:
        abort(404)
    return people.asked_index(visit, visit.form.whose(found), names)


def _later_page_in_another_language(
    visit: Visit, page: str, index: int | None, fields: MultiDict[str, str]
) -> Response:
    step = None if index is None else step_at(visit.form, page, index, visit.answers)
    if step is None:
        return read_on(visit, page)
    speaking = _speaking(visit)
    return speaking if isinstance(speaking, Response) else _typed_so_far(speaking, step, fields, first=False)


def _typed_so_far(
    visit: Visit, step: Step, fields: MultiDict[str, str], *, first: bool, since: datetime | None = None
) -> Response:
    """Show a page with what was typed: nobody has judged it, so the draft does not have it yet."""
    form = rendering.bound_form(visit, step, fields, token=visit.token(since))
    return attached.typed_so_far(visit, step, form, first=first, back="" if first else back_address(visit, step))


def _speaking(visit: Visit) -> Visit | Response:
    """Let the draft speak the language of the visit from now on."""
    try:
        return visit.saving(dict)
    except DraftMoved:
        return problems.gone(visit)


def _with_page(visit: Visit, step: Step, page: PageForm, answers: Answers) -> Answers:
    mine = input_names(visit.form, step)
    before = without_removed(answers).items()
    others = {name: values for name, values in before if prefilling.input_of(name) not in mine}
    return {**others, **page.raw(), **attached.files_of(page, answers)}


def _moved(visit: Visit) -> Response:
    return problems.already_sent(visit) if visit.sent() else problems.gone(visit)


def _again(
    visit: Visit, step: Step, fields: MultiDict[str, str], late: str, *, first: bool, token: str = ""
) -> Response:
    """Show a page again with what was typed, and what to do about it."""
    form = rendering.bound_form(visit, step, fields, token=token)
    form.validate()
    back = "" if first else back_address(visit, step)
    return rendering.page(visit, step, form, first=first, back=back, notice=late, status=422)


def _pressed(visit: Visit, fields: MultiDict[str, str], page: PageForm, *, first: bool) -> _Keep:
    """Find what the button that was pressed does with a page."""
    if pressed := pressed_in(fields, questions_on(page)):
        return partial(_files_changed, pressed=pressed, first=first)
    put_off = fields.get("action") == SAVE and rendering.can_be_saved(visit) and not visit.troubles
    return _put_off if put_off else _go_on


def _may_be_kept(page: PageForm, keep: _Keep) -> bool:
    """Tell whether a page is in order, or short enough to be kept by a button that does not ask whether it is."""
    if keep is not _go_on and sum(len(value) for values in page.raw().values() for value in values) <= _MOST_UNJUDGED:
        return True
    return page.validate()


def _files_changed(visit: Visit, step: Step, page: PageForm, *, pressed: Pressed, first: bool) -> Response:
    try:
        visit = visit.saving(lambda answers: attached.without(pressed, _with_page(visit, step, page, answers)))
    except DraftMoved:
        return _moved(visit)
    return attached.shown(visit, step, page, pressed, first=first, back="" if first else back_address(visit, step))


def _put_off(visit: Visit, step: Step, page: PageForm) -> Response:
    """Keep what was typed, which nobody judges before it is sent, and ask how the person comes back to it."""
    typed = any(value.strip() for values in page.raw().values() for value in values)

    def with_what_was_typed(answers: Answers) -> Answers:
        # A page on which nothing was ever typed is asked again as a fresh one.
        known = typed or not input_names(visit.form, step).isdisjoint(answers)
        return _with_page(visit, step, page, answers) if known else answers

    try:
        visit = visit.saving(with_what_was_typed)
    except DraftMoved:
        return _moved(visit)
    return rendering.lead(visit, visit.at(SAVE))


def _go_on(visit: Visit, step: Step, page: PageForm) -> Response:
    """Keep the answers of a valid page and go to the next one."""
    try:
        past = "" if page.ending else step.page_id
        visit = visit.saving(lambda answers: _with_page(visit, step, page, answers), past)
    except DraftMoved:
        return _moved(visit)
    if page.ending:
        return problems.ended(visit, page.ending, back=visit.address(step))
    if CHANGE in request.args:
        return rendering.lead(visit, visit.address(first_gap(visit.form, visit.answers), CHANGE))
    following = next_step(visit.form, step, visit.answers)
    if following is None and not visit.form.check_answers:
        return sending.send_draft(visit)
    return rendering.lead(visit, visit.address(following))
