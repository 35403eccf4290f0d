"""Error pages: what went wrong in plain words, what to do now, and whom to call. Never a traceback."""

import logging
from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from gateway.definitions.loader import Organisation
from gateway.languages import N_, say
from gateway.store.database import Moved
from gateway.store.holding import AgencyEnded
from gateway.store.second_factor import FactorLocked
from gateway.store.sessions import Over
from gateway.web import security
from gateway.web.api import guard, problems
from gateway.web.auth import access
from gateway.web.auth import errors as signed_in
from gateway.web.shell import asked_language, bare_shell, render, shell_of
from gateway.web.site import site

log = logging.getLogger(__name__)

_WORDS = {
    400: (
        N_("We could not read that"),
        [N_("Go back, check what you typed, and try again, or call us instead.")],
    ),
    403: (N_("This page cannot be opened"), [N_("Go back to the form and try again, or call us instead.")]),
    404: (
        N_("Page not found"),
        [N_("If you typed the address, check that it is right."), N_("If you need help, please call us.")],
    ),
    405: (N_("This page cannot be opened like that"), [N_("Open the form again, or call us instead.")]),
    410: (N_("This page is no longer here"), [N_("Please start again, or call us instead.")]),
    413: (
        N_("That was too much at once"),
        [
            N_("What you sent is larger than we can take. Nothing was sent."),
            N_("Go back and shorten it, or call us instead."),
        ],
    ),
    503: (
        N_("This page cannot be shown at the moment"),
        [N_("Try again in a few minutes, or call us instead.")],
    ),
}
_SORRY = (
    N_("Sorry, something went wrong on our side"),
    [
        N_("We do not know whether it was sent. Go back and press the button once more: it cannot be sent twice."),
        N_("If that does not help, please call us."),
    ],
)
_NOBODY_TO_CALL = N_("If somebody gave you this address, ask them whether it is right.")
_DISCARD_BYTES = 64 * 1024 * 1024


def init_app(app: Flask) -> None:
    """Show our pages for every error, and lead on from what is nearly an address of ours."""
    app.register_error_handler(HTTPException, _known)
    app.register_error_handler(Moved, _moved)
    app.register_error_handler(AgencyEnded, _agency_ended)
    app.register_error_handler(FactorLocked, _factor_locked)
    app.register_error_handler(Over, _over)
    app.register_error_handler(Exception, _unforeseen)
    app.after_request(_led_on)


def page(
    status: int,
    heading: str,
    lines: Sequence[str],
    *,
    organisation: Organisation | None,
    embedded: bool = False,
) -> Response:
    """Render an error page in the frame of its organisation, if it has one; its words are keys of the catalogues."""
    language = asked_language(organisation)
    title = say(language, heading)
    if organisation is None:
        frame = bare_shell(title, language)
    else:
        frame = shell_of(organisation, language, embedded=embedded, title=title)
    translated = [say(language, line) for line in lines]
    body = render("errors/error.html", frame, heading=title, lines=translated, link=None)
    origins = organisation.profile.embed_origins if organisation and organisation.profile and embedded else ()
    headers = security.page_headers(frame_ancestors=" ".join(origins) or "'none'")
    return Response(body, status, headers=headers)


def _known(error: HTTPException) -> Response | HTTPException:
    if error.response is not None:
        return error  # a page of ours, already made
    status = error.code or 500
    if status < 400:
        return error
    if status == 413:
        _discard_body()
    response = _special(status, error) or _foreseen(status)
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return response


def _led_on(response: Response) -> Response:
    """Lead from an address that is nearly right to the right one here, kept nowhere: its query may hold answers."""
    redirect = request.routing_exception
    if isinstance(redirect, RequestRedirect):  # Flask answers it without asking us
        parts = urlsplit(redirect.new_url)
        # Without scheme and host: ours are wrong where a proxy is not known, and whoever asks may name any.
        response.location = urlunsplit(("", "", f"/{parts.path.lstrip('/')}", parts.query, ""))
        response.data = b""
        security.harden(response, security.page_headers(frame_ancestors="'none'"))
    return response


def _foreseen(status: int) -> Response:
    organisation, embedded = _whose()
    heading, lines = _WORDS.get(status, _WORDS[400] if status < 500 else _SORRY)
    if organisation is None:
        lines = [_NOBODY_TO_CALL]
    return page(status, heading, lines, organisation=organisation, embedded=embedded)


def _moved(error: Moved) -> Response:
    log.error("request refused error=%s", type(error).__name__)
    if special := _special(503):
        return special
    heading, lines = _WORDS[503]
    organisation, embedded = _whose()
    return page(503, heading, lines, organisation=organisation, embedded=embedded)


def _agency_ended(error: AgencyEnded) -> Response:
    del error
    return guard.harden(problems.answer(guard.bad_token())) if problems.is_ours() else signed_in.agency_ended()


def _factor_locked(error: FactorLocked) -> Response:
    log.error("a second factor cannot be opened error=%s", error)
    return signed_in.factor_locked()


def _over(error: Over) -> Response:
    del error
    return access.to_sign_in()


def _unforeseen(error: Exception) -> Response:
    # The class and our own lines alone: texts and values of an exception can hold answers.
    log.error("request failed error=%s at=%s", type(error).__name__, _where(error))
    if special := _special(500):
        return special
    heading, lines = _SORRY
    organisation, embedded = _whose()
    return page(500, heading, lines, organisation=organisation, embedded=embedded)


def _special(status: int, error: HTTPException | None = None) -> Response | None:
    """Answer as programs read it, or people who are signed in, where the address is for them."""
    if problems.is_ours():
        return guard.harden(problems.plain(status))
    return signed_in.page(status, error) if signed_in.wanted() else None


def _where(error: Exception) -> str:
    steps, trace = [], error.__traceback__
    while trace is not None:
        steps.append(f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " ".join(steps[-6:])


def _whose() -> tuple[Organisation | None, bool]:
    parts = request.path.split("/")
    embedded = len(parts) > 2 and parts[1] == "embed"
    return site().organisations.get(parts[2] if embedded else parts[1] if len(parts) > 1 else ""), embedded


def _discard_body() -> None:
    """Read on what the browser still sends, within reason: otherwise it shows a broken connection, not our page."""
    stream, left = request.environ["wsgi.input"], _DISCARD_BYTES
    while left > 0 and (part := stream.read(min(65536, left))):
        left -= len(part)
