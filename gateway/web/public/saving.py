"""Save and come back later: the page that asks for an answer to remember, and the one that shows the link.

The draft moves to an instance that only link and answer open, so the addresses in the browser's history lead nowhere.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import Response, abort, request

from gateway.forms.journey import first_step
from gateway.forms.typed import displayable
from gateway.store.drafts import DraftMoved
from gateway.store.saved import LinkTaken
from gateway.web import assets
from gateway.web.posted import read_post
from gateway.web.public import letters, pages, problems, remembered, rendering, sending
from gateway.web.public.receipt import in_words
from gateway.web.public.suspicion import TooMany
from gateway.web.public.visit import SAVE, UNSIGNED, Visit, switched
from gateway.web.tokens import new_instance, read_instance, write_instance


@dataclass(frozen=True, slots=True, repr=False)
class Typed:
    """What stands in the inputs of the page and what is wrong with it; `link` is the secret of the link to come.

    The link is made with the page: whoever posts the page twice, by a double click or a reload, gets the same one.
    """

    link: str
    answer: str = ""
    email: str = ""
    wrong_answer: str = ""
    wrong_email: str = ""


def show_save(organisation: str, form: str, instance: str, *, embedded: bool) -> Response:
    """Ask for an answer to remember, and for an email address if there is a safe one."""
    visit = _taken_up(organisation, form, instance, embedded=embedded)
    return visit if isinstance(visit, Response) else _ask(visit, Typed(write_instance(new_instance())))


def post_save(organisation: str, form: str, instance: str, *, embedded: bool) -> Response:
    """Save a draft and show its link; a second time, show the same link."""
    visit = pages.opened(organisation, form, embedded=embedded)
    problems.refuse_foreign(visit)
    fields = read_post(request)
    link, answer, email = (displayable(fields.get(name, "")) for name in ("link", "answer", "email"))
    typed = Typed(link, answer, email.strip())
    secret = read_instance(link)
    if secret and (until := _saved_until(visit, secret)):
        return _saved(visit, typed, until)
    taken_up = _taken_up(organisation, form, instance, embedded=embedded)
    if isinstance(taken_up, Response):
        return taken_up
    visit = taken_up
    if secret is None:
        return _ask(visit, replace(typed, link=write_instance(new_instance())), notice=UNSIGNED)
    if other := switched(visit, fields):
        return _ask(other, typed)
    if late := pages.late_token(visit, fields):
        return _ask(visit, typed, notice=late)
    judged = _judged(visit, typed)
    return _ask(visit, judged) if judged.wrong_answer or judged.wrong_email else _save(visit, judged, secret)


def link_address(visit: Visit, secret: str) -> str:
    """The whole address that brings a saved form back: by itself, for nobody opens a mail inside a frame."""
    own = replace(visit, embedded=False, draft=None)
    return visit.site.settings.base_url + own.beside(f"save/{secret}")


def _taken_up(organisation: str, form: str, instance: str, *, embedded: bool) -> Visit | Response:
    visit = pages.resumed(organisation, form, instance, embedded=embedded)
    if isinstance(visit, Visit) and not rendering.can_be_saved(visit):
        abort(404)
    return visit


def _judged(visit: Visit, typed: Typed) -> Typed:
    wrong_answer = visit.say(
        remembered.mistake(typed.answer, visit.answers.values()), least=remembered.LEAST, most=remembered.MOST
    )
    wrong_email = letters.misspelt(typed.email) if typed.email and visit.site.sends_mail else ""
    if typed.email and visit.site.sends_mail and not (wrong_answer or wrong_email):
        wrong_email = letters.too_often(visit, typed.email)
    return replace(typed, wrong_answer=wrong_answer, wrong_email=visit.say(wrong_email))


def _save(visit: Visit, typed: Typed, link: bytes) -> Response:
    address = request.remote_addr or ""
    if visit.site.saves.use(address, visit.now) > 1:
        much = TooMany(visit.site.saves.seconds_until(1, address, visit.now))
        return problems.too_many(visit, much, back=visit.at(SAVE))
    until, mail = _until(visit), None
    if typed.email and visit.site.sends_mail:
        mail = letters.saved_link(visit, typed.email, link_address(visit, typed.link), until)
    try:
        visit.site.saved.keep(
            link,
            remembered.plain(typed.answer),
            old=visit.instance,
            new=new_instance(),
            organisation=visit.organisation.slug,
            form=visit.form.slug,
            expires_at=until,
            now=visit.now,
            mail=mail,
        )
    except LinkTaken:
        return _ask(visit, replace(typed, link=write_instance(new_instance())), notice=UNSIGNED)
    except DraftMoved:
        # The other one of two clicks was faster, or the draft was sent or left in another window.
        found = _saved_until(visit, link)
        return _saved(visit, typed, found) if found else problems.gone(visit)
    return _saved(visit, typed, until)


def _saved_until(visit: Visit, link: bytes) -> datetime | None:
    found = visit.site.saved.find(link, visit.now)
    mine = found and (found.organisation, found.form) == (visit.organisation.slug, visit.form.slug)
    return found.expires_at if found and mine else None


def _saved(visit: Visit, typed: Typed, until: datetime) -> Response:
    return rendering.respond(
        visit,
        "public/saved.html",
        draft=False,
        heading=visit.say("Your answers are saved"),
        link=link_address(visit, typed.link),
        until=in_words(visit, until),
        email=typed.email if visit.site.sends_mail else "",
        scripts=[assets.address("copy.js")],
    )


def _ask(visit: Visit, typed: Typed, *, notice: str = "") -> Response:
    wrong = bool(notice or typed.wrong_answer or typed.wrong_email)
    return rendering.respond(
        visit,
        "public/save.html",
        422 if wrong else 200,
        heading=visit.say("Save and come back later"),
        notice=visit.say(notice),
        typed=typed,
        until=in_words(visit, _until(visit)),
        least=remembered.LEAST,
        mail=visit.site.sends_mail,
        form=rendering.bound_form(visit, first_step(visit.form), None),
        action=visit.at("save"),
        carry_on=sending.next_place(visit),
    )


def _until(visit: Visit) -> datetime:
    days = visit.organisation.profile.retention.saved_days if visit.organisation.profile else 7
    return visit.now + timedelta(days=days)
