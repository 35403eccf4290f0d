"""The imitated API at /v2: external_referral. (The modules called …_writing hold records, dictionary.py lists.)"""

import logging

from flask import Blueprint, Response, request

from gateway.sandbox.api.answers import accepted, refused
from gateway.sandbox.api.arriving import read_body
from gateway.sandbox.api.bodies import FORM, JSON, BadBody, decode
from gateway.sandbox.api.calls import is_api
from gateway.sandbox.api.rules import judge
from gateway.sandbox.manager.staging import stage
from gateway.sandbox.state import KEY_NAMES, current

KEPT_HEADERS = ("Content-Type", "Content-Length", "Transfer-Encoding", "User-Agent", "Accept")

log = logging.getLogger(__name__)
bp = Blueprint("api", __name__, url_prefix="/v2")


@bp.before_app_request
def check_keys() -> Response | None:
    """Let nobody into /v2, known address or not, without the three keys."""
    if not is_api(request.path):
        return None
    sandbox = current()
    wrong = sandbox.keys.wrong({name: request.headers.get(name, "") for name in KEY_NAMES})
    if not wrong:
        return None
    message = f"Missing or not accepted: {', '.join(wrong)}. Send the headers Source, Org and User."
    return refused(message, int(sandbox.answers.keys_status))


@bp.put("/external_referral")
def external_referral() -> Response:
    """Stage one referral, whoever sent it and however often."""
    raw = read_body()
    if request.mimetype not in (FORM, JSON):
        return refused(f"Send the body as {FORM} or {JSON}.", 415)
    sandbox = current()
    try:
        body = decode(raw, request.mimetype, strict=sandbox.strict)
    except BadBody as problem:
        return refused(str(problem), 400)
    problems = judge(body.people, sandbox.seeds, sandbox.profile, strict=sandbox.strict)
    if problems:
        for each in problems:
            log.warning("refused: person %d, %s: %s", each.person + 1, each.field_for_the_log, each.message)
        return refused("The external referral was not staged.", 422, problems)
    return accepted(sandbox.answers.shape, stage(sandbox.database, body, raw, _kept_headers()))


def _kept_headers() -> dict[str, str]:
    """Keep what tells how the body came, and that the keys came, but no key."""
    kept = {name: request.headers[name] for name in KEPT_HEADERS if name in request.headers}
    return kept | {"Keys": ", ".join(name for name in KEY_NAMES if name in request.headers)}
