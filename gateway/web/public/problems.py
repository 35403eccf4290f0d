"""Pages for what is in the way: not open, expired, sent already, from elsewhere. Each says what to do now."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import NoReturn

from flask import Response, abort, request

from gateway.definitions.loader import Organisation
from gateway.languages import N_
from gateway.web import errors
from gateway.web.public import rendering
from gateway.web.public.receipt import in_words, receipt
from gateway.web.public.suspicion import TooMany
from gateway.web.public.visit import LONDON, Visit
from gateway.web.security import comes_from_ours, is_sandboxed

log = logging.getLogger(__name__)
_DELETED_AFTER = (
    (86400, N_("To keep them private, we delete answers that were not sent after {number} days without a change.")),
    (3600, N_("To keep them private, we delete answers that were not sent after {number} hours without a change.")),
    (60, N_("To keep them private, we delete answers that were not sent after {number} minutes without a change.")),
)


def not_open(visit: Visit, *, kept_until: str = "") -> Response:
    """Show the text of a form that takes nothing at the moment, and how long something saved is kept all the same."""
    text = _closed_text(visit)
    if kept_until:
        text += "\n" + visit.say("What you saved is kept until {until}.", until=kept_until)
    return rendering.respond(
        visit, "public/closed.html", draft=False, heading=visit.form.title.within(visit.language), text=text
    )


def plain(
    visit: Visit,
    code: int,
    *,
    heading: str,
    lines: Sequence[str],
    link: tuple[str, str] | None = None,
    draft: bool = False,
) -> Response:
    """Say what is in the way in a heading and lines, and lead on by one link; `draft` where the page belongs to one."""
    return rendering.respond(visit, "errors/error.html", code, draft=draft, heading=heading, lines=lines, link=link)


def trial_over(visit: Visit) -> Response:
    """Say that a link for trying a form no longer works."""
    return plain(
        visit,
        410,
        heading=visit.say("This test link no longer works"),
        lines=[
            visit.say("A link for trying a form ends after some days. Nothing was sent."),
            visit.say("Ask the person who gave it to you for a new one."),
        ],
        link=(visit.start, visit.say("Open the real form")) if visit.form.open else None,
    )


def ended(visit: Visit, text: str, *, back: str) -> Response:
    """End a journey kindly."""
    heading = visit.form.title.within(visit.language)
    return rendering.respond(visit, "public/ended.html", heading=heading, text=text, back=back)


def gone(visit: Visit) -> Response:
    """Lead to the receipt of a form that was sent; else say that the draft is no longer there, and how to go on."""
    if visit.sent() is not None and not request.path.endswith("/sent"):
        return rendering.lead(visit, visit.at("sent"))
    lines = [
        _kept_for(visit),
        visit.say("Nothing was sent. You can start again, or call us and we will fill in the form with you."),
    ]
    if rendering.can_be_saved(visit):
        lines.insert(
            1, visit.say("If you saved your answers to come back later, open the link that you were given then.")
        )
    return plain(
        visit,
        410,
        heading=visit.say("Your answers are no longer here"),
        lines=lines,
        link=(visit.start, visit.say("Start again")),
    )


def _kept_for(visit: Visit) -> str:
    """Say after what time answers are deleted, in the largest unit of which there are several."""
    seconds = visit.patience.total_seconds()
    size, words = next((each for each in _DELETED_AFTER if seconds >= 2 * each[0]), _DELETED_AFTER[-1])
    return visit.say(words, number=round(seconds / size))


def already_sent(visit: Visit) -> Response:
    """Say that this form was sent before with other answers, show the first receipt, and offer a fresh form."""
    listed = visit.sent()
    return receipt(visit, listed, other_answers=True) if listed else gone(visit)


def too_many(visit: Visit, much: TooMany, *, back: str) -> Response:
    """Say that a draft is not taken now, though it is kept, and lead back to it."""
    page = plain(
        visit,
        429,
        draft=True,
        heading=visit.say("We cannot take this just now"),
        lines=[too_many_in_words(visit, much)],
        link=(back, visit.say("Back to my answers")),
    )
    return refused(page, much)


def too_many_tries(visit: Visit, much: TooMany) -> Response:
    """Say that no more answers are judged now that come from this address."""
    page = plain(
        visit,
        429,
        heading=visit.say("We cannot take this just now"),
        lines=[
            visit.say(
                "Too many tries are coming from your internet connection. What you saved is still there: try again "
                "after {time}, or call us instead.",
                time=_a_time_after(visit, much),
            )
        ],
    )
    page.headers["Retry-After"] = str(much.seconds)
    return page


def too_many_in_words(visit: Visit, much: TooMany) -> str:
    """Say why nothing more is taken from this address now, and what to do."""
    return visit.say(
        "Too many forms are coming from your internet connection. Nothing was sent. Your answers are still here: "
        "try again after {time}, or call us instead.",
        time=_a_time_after(visit, much),
    )


def refused(page: Response, much: TooMany) -> Response:
    """Tell programs, too, that it was too much, and when to come back."""
    page.status_code = 429
    page.headers["Retry-After"] = str(much.seconds)
    log.warning("send refused seconds=%s", much.seconds)
    return page


def refuse_foreign(visit: Visit) -> None:
    """End a request that was not posted by a page of ours; in a frame without an origin, offer the page by itself."""
    if comes_from_ours(request, visit.site.settings.base_url):
        return
    address = visit.start.removeprefix("/embed") if is_sandboxed(request) else visit.start
    lines = [
        visit.say("Your answers were not sent, because the request did not come from our own page."),
        visit.say("Open the form by itself and fill it in there, or call us instead."),
    ]
    abort(
        plain(
            visit,
            403,
            heading=visit.say("This form has to be sent from its own page"),
            lines=lines,
            link=(address, visit.say("Open the form")),
        )
    )


def closed(organisation: Organisation, *, embedded: bool) -> NoReturn:
    """End a request to an organisation whose definition is wrong: its pages still say whom to call."""
    abort(
        errors.page(
            503,
            N_("We cannot show this form at the moment"),
            [N_("This is a mistake on our side, not yours. Please call us instead, or try again later.")],
            organisation=organisation,
            embedded=embedded,
        )
    )


def _closed_text(visit: Visit) -> str:
    if visit.form.closed:
        return visit.form.closed.within(visit.language)
    return visit.say("This form is closed at the moment. Please call us instead.")


def _a_time_after(visit: Visit, much: TooMany) -> str:
    now = visit.now.astimezone(LONDON)
    again = now + timedelta(seconds=much.seconds + 60)  # its minute has passed
    return f"{again:%H:%M}" if again.date() == now.date() else in_words(visit, again)
