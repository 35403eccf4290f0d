"""From a visit to a response. The first page is rendered once and kept: only its token changes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from urllib.parse import quote

from flask import Response, request
from werkzeug.datastructures import MultiDict

from gateway.definitions.loader import Organisation
from gateway.definitions.schema import Form, Page
from gateway.forms import journey
from gateway.forms.build import PageForm, page_form
from gateway.forms.files import NO_UPLOADS
from gateway.forms.journey import Answers, Step, first_step, number_of_people, prefix_of, steps
from gateway.languages import catalogue
from gateway.web import assets, security, shell
from gateway.web.public import kept
from gateway.web.public.visit import CHANGE, EMBED, PARTNER, PERSON, Visit
from gateway.web.tokens import TokenField
from gateway.web.trials import TRY

# Comforts of single kinds of question: a page without such a question does not load them.
SCRIPTS: Mapping[str, str] = {"email": "email.js", "file": "upload.js", "select": "choose.js"}


def first_page(visit: Visit) -> Response:
    """Show the first page of a fresh form."""

    def render() -> str:
        step = first_step(visit.form)
        form = bound_form(visit, step, None, token=kept.mark(0))
        return page(visit, step, form, first=True).get_data(as_text=True)

    slug = visit.organisation.slug
    edition = visit.site.dictionaries.edition(slug)
    key = ("first", slug, visit.form.hash, edition, visit.language, visit.embedded, visit.marks.trial)
    return _response(visit, kept.filled(key, render, [visit.token()]))


def bound_form(visit: Visit, step: Step, posted: MultiDict[str, str] | None, *, token: str | None = None) -> PageForm:
    """Build the form of a step, with what was posted or nothing; its files are those of the draft."""
    made = page_form(visit.form, visit.form.page(step.page_id))
    prefix = prefix_of(visit.form, step.person_id, step.index)
    if made.takes_files and posted is not None:
        posted = posted.copy()
        for name in made.leaf.files:
            posted.setlist(prefix + name, list(visit.answers.get(prefix + name, ())))
    return made(
        posted,
        prefix=prefix,
        meta={
            "csrf_class": TokenField,
            "csrf_context": token or visit.token(),
            "csrf_field_name": "token",
            "translations": catalogue(visit.language),
        },
        language=visit.language,
        choices=visit.choices(),
        today=visit.today,
        given=visit.answers,
        files=visit.uploads() if made.takes_files else NO_UPLOADS,
    )


def page(
    visit: Visit, step: Step, form: PageForm, *, first: bool, back: str = "", notice: str = "", status: int = 200
) -> Response:
    """Show a page of questions; `first` is the stateless one, whose answers nobody has yet.

    `notice` stands above the errors of the fields.
    """
    definition = visit.form.page(step.page_id)
    opening = definition is visit.form.pages[0] and not step.index
    heading = heading_at(visit, step)
    title = visit.form.title.within(visit.language)
    return respond(
        visit,
        "public/page.html",
        status,
        draft=not first,
        heading=heading,
        caption=title if title != heading else "",
        introduction=_introduction(visit, definition, opening=opening),
        form=form,
        notice=visit.say(notice),
        action=visit.start if first else visit.address(step, *(flag for flag in (CHANGE,) if flag in request.args)),
        back=back,
        button=visit.say("Send") if sends(visit, step) else visit.say("Continue"),
        opening=opening,
        begins=first,
        can_be_saved=can_be_saved(visit),
        scripts=[assets.address(name) for name in sorted(_scripts(form))],
    )


def respond(visit: Visit, template: str, code: int = 200, *, draft: bool = True, **context: object) -> Response:
    """Render a page of this visit with its frame and headers."""
    return _response(visit, text(visit, template, draft=draft, query=_query(), **context), code)


def respond_kept(
    visit: Visit, template: str, code: int, *, key: tuple[object, ...], words: Sequence[str], **context: object
) -> Response:
    """Answer with a page that is rendered once for its key; only `words` change, where the context has marks."""
    whole = (
        template,
        visit.organisation.slug,
        visit.form.hash,
        visit.language,
        visit.embedded,
        visit.marks.trial,
        visit.sender,
        *key,
    )
    body = kept.filled(whole, lambda: text(visit, template, draft=False, query="", **context), words)
    return _response(visit, body, code)


def text(visit: Visit, template: str, *, draft: bool, query: str, **context: object) -> str:
    """Render a page of this visit with its frame; `query` is what leads to the same page in another language."""
    frame = shell.shell_of(
        visit.organisation, visit.language, embedded=visit.embedded, title=visit.form.title.within(visit.language)
    )
    frame = replace(frame, query=query)
    if visit.organisation.profile and visit.organisation.profile.contact.form == visit.form.slug:
        frame = replace(frame, call_me="")  # this is the form that asks for a call
    if visit.marks.trial:
        frame = replace(frame, test=True)
    if visit.sender:
        frame = replace(frame, home=f"{PARTNER}/{visit.organisation.slug}/", call_me="", signed_in=True)
    else:
        frame = shell.leaving(
            frame, visit.form, draft=visit.draft_base if draft and visit.form.audience == "public" else ""
        )
    if visit.embedded:
        frame = replace(frame, by_itself=_by_itself(visit, draft=draft))
    return shell.render(template, frame, **context)


def _response(visit: Visit, body: str | bytes, code: int = 200) -> Response:
    return security.Page(body, code, headers=page_headers(visit.organisation, embedded=visit.embedded))


def lead(visit: Visit, address: str) -> Response:
    """Lead the browser to an address in ASCII; drafts' addresses are secrets, so nothing on the way keeps them."""
    headers = [*page_headers(visit.organisation, embedded=visit.embedded), ("Location", address)]
    return security.Page("", 303, headers=headers)


def heading_of(form: Form, definition: Page, language: str) -> str:
    """The heading of a page: its title, else its only question, else the form's title."""
    if definition.title:
        return definition.title.within(language)
    labels = [field.label for field in definition.fields if hasattr(field, "label")]
    return (labels[0] if len(labels) == 1 else form.title).within(language)


def heading_at(visit: Visit, step: Step) -> str:
    """The heading of a page; where it is about one of several people, with a number that tells which."""
    heading = heading_of(visit.form, visit.form.page(step.page_id), visit.language)
    several = step.index or number_of_people(visit.form, step.person_id, visit.answers) > 1
    if step.listing or not several:
        return heading
    return visit.say("{heading}: person {number}", heading=heading, number=step.index + 1)


def sends(visit: Visit, step: Step) -> bool:
    """Tell whether the button of a page sends the form."""
    return not visit.form.check_answers and steps(visit.form, visit.answers, step)[-1] == step


def sends_at_once(form: Form) -> bool:
    """Tell whether the first page is the whole form."""
    return len(form.pages) == 1 and not form.check_answers and not form.person(_whom(form)).repeats


def can_be_saved(visit: Visit) -> bool:
    """Tell whether a form can be kept for later by a link: a single page is not worth it, and an agency needs none."""
    return visit.sender is None and len(visit.form.pages) > 1


def as_posted(form: Form, answers: Answers) -> MultiDict[str, str]:
    """The answers of a draft as a browser would post them."""
    return MultiDict((name, value) for name, values in journey.kept(form, answers).items() for value in values)


def page_headers(organisation: Organisation, *, embedded: bool) -> list[tuple[str, str]]:
    """The headers of an organisation's pages: framed by whom it lists, and only where the address says so."""
    origins = organisation.profile.embed_origins if organisation.profile and embedded else ()
    return _headers(" ".join(origins) or "'none'")


def _query() -> str:
    """What an address says of a page beside its language."""
    given = ((name, request.args.get(name, "")) for name in (PERSON, CHANGE, TRY))
    return "".join(f"{name}={quote(value)}&" for name, value in given if value)


@cache
def _headers(ancestors: str) -> list[tuple[str, str]]:
    return security.page_headers(frame_ancestors=ancestors)


def _by_itself(visit: Visit, *, draft: bool) -> str:
    """The address of this page outside the frame: the same draft, or a fresh form."""
    return (request.full_path.rstrip("?") if draft else visit.start).removeprefix(EMBED)


def _introduction(visit: Visit, definition: Page, *, opening: bool) -> str:
    texts = [visit.form.introduction if opening else None, definition.introduction]
    return "\n\n".join(text.within(visit.language) for text in texts if text)


def _scripts(form: PageForm) -> set[str]:
    return {SCRIPTS[field.kind] for field in form.questions if field.kind in SCRIPTS and field.scripted}


def _whom(form: Form) -> str:
    return form.whose(form.pages[0])
