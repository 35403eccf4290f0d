"""Coming back by the link of a saved form. Opening it changes nothing, for mail scanners open links too.

Only the remembered answer, posted, brings the draft to a new instance; then the link is over.
"""

import logging

from flask import Response, request

from gateway.forms.journey import first_step
from gateway.keys import KeyMissing, SealBroken
from gateway.languages import N_
from gateway.store.saved import LinkOver, Saved, WrongAnswer
from gateway.web.posted import read_post
from gateway.web.public import arriving, pages, problems, remembered, rendering, sending
from gateway.web.public.receipt import in_words
from gateway.web.public.suspicion import TooMany
from gateway.web.public.visit import Visit, resume, switched
from gateway.web.tokens import new_instance, read_instance

log = logging.getLogger(__name__)

NOTHING_TYPED = N_("Type the word or phrase that you chose when you saved your answers")
ONE_TRY = N_("That is not the answer. You have one more try. After that, what you saved is deleted.")
WRONG = N_("That is not the answer. You have {tries} more tries.")


def show_link(organisation: str, form: str, secret: str, *, embedded: bool) -> Response:
    """Ask for the remembered answer."""
    visit = arriving.tried(pages.opened(organisation, form, embedded=embedded))
    found = _found(visit, secret)
    return found if isinstance(found, Response) else _ask(visit, secret)


def post_link(organisation: str, form: str, secret: str, *, embedded: bool) -> Response:
    """Judge the remembered answer; where it is right, lead to the first page that is not in order yet."""
    visit = arriving.tried(pages.opened(organisation, form, embedded=embedded))
    problems.refuse_foreign(visit)
    fields = read_post(request)
    found = _found(visit, secret)
    if isinstance(found, Response):
        return found
    if other := switched(visit, fields):
        return _ask(other, secret)
    answer = remembered.plain(fields.get("answer", "")[: remembered.MOST])
    if not answer:
        return _ask(visit, secret, wrong=visit.say(NOTHING_TYPED))
    address = request.remote_addr or ""
    if visit.site.tries.use(address, visit.now) > 1:
        return problems.too_many_tries(visit, TooMany(visit.site.tries.seconds_until(1, address, visit.now)))
    return _judge(visit, secret, answer, found)


def _judge(visit: Visit, secret: str, answer: str, found: Saved) -> Response:
    link, new = read_instance(secret) or b"", new_instance()
    try:
        visit.site.saved.take(link, answer, new=new, expires_at=visit.now + visit.patience, now=visit.now)
    except WrongAnswer as wrong:
        if not wrong.tries_left:
            return _deleted(visit)
        sentence = ONE_TRY if wrong.tries_left == 1 else WRONG
        return _ask(visit, secret, wrong=visit.say(sentence, tries=wrong.tries_left))
    except LinkOver:
        return _over(visit)
    except (KeyMissing, SealBroken) as error:
        log.error("a saved form cannot be opened error=%s", type(error).__name__)  # noqa: TRY400 - the class says all
        return _locked(visit, found)
    back = resume(visit, new)
    return rendering.lead(back, sending.next_place(back)) if back else problems.gone(visit.with_instance(new))


def _found(visit: Visit, secret: str) -> Saved | Response:
    link = read_instance(secret)
    found = visit.site.saved.find(link, visit.now) if link else None
    if found is None or (found.organisation, found.form) != (visit.organisation.slug, visit.form.slug):
        return _over(visit)
    if not visit.form.open and not visit.marks.trial:
        return problems.not_open(visit, kept_until=in_words(visit, found.expires_at))
    return found


def _ask(visit: Visit, secret: str, *, wrong: str = "") -> Response:
    return rendering.respond(
        visit,
        "public/return.html",
        422 if wrong else 200,
        draft=False,
        heading=visit.say("Carry on where you stopped"),
        wrong_answer=wrong,
        form=rendering.bound_form(visit, first_step(visit.form), None),
        action=visit.beside(f"save/{secret}"),
        fresh=visit.start,
    )


def _over(visit: Visit) -> Response:
    return problems.plain(
        visit,
        410,
        heading=visit.say("This link no longer works"),
        lines=[
            visit.say("It was used before, or its time is over, or too many wrong answers were given."),
            visit.say("If you saved your answers again since then, use the newer link."),
            visit.say("You can start again, or call us and we will fill in the form with you."),
        ],
        link=(visit.start, visit.say("Start again")),
    )


def _deleted(visit: Visit) -> Response:
    return problems.plain(
        visit,
        410,
        heading=visit.say("What you saved has been deleted"),
        lines=[
            visit.say("That was not the answer either. To keep your answers private, we have deleted them."),
            visit.say("Nothing was sent. You can start again, or call us and we will fill in the form with you."),
        ],
        link=(visit.start, visit.say("Start again")),
    )


def _locked(visit: Visit, found: Saved) -> Response:
    return problems.plain(
        visit,
        503,
        heading=visit.say("We cannot open what you saved at the moment"),
        lines=[
            visit.say("This is a mistake on our side, not yours. Your answers are still there."),
            visit.say(
                "Try the link again later, until {until}, or call us instead.", until=in_words(visit, found.expires_at)
            ),
        ],
    )
