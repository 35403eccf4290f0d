"""What somebody of an agency does with what is its own: written down; with a draft of a colleague, once for each visit.

One's own draft is one's own. What was written down already stands in the cookie, so that a form of ten pages is one
entry: whoever took it out of there would be written down once more.
"""

from datetime import UTC, datetime

from flask import request

from gateway.store import agency_drafts, audit
from gateway.store.drafts import instance_hash
from gateway.web.auth import cookie
from gateway.web.partner.acting import sender
from gateway.web.site import site
from gateway.web.tokens import read_instance

_NOTED, _MOST = "noted", 40  # in the cookie: the last ones
_NAME = 8  # letters of a draft's hash that name it in the trail


def note_page(organisation: str, instance: str) -> None:
    """Note that somebody opens or changes a page of a draft, where a colleague has begun it."""
    secret = read_instance(instance)
    if secret is None:
        return
    draft, changes = instance_hash(secret), request.method == "POST"
    mark = f"{'!' if changes else '?'}{draft[:_NAME]}"
    noted = cookie.kept(_NOTED).split()
    acting = sender()
    if mark in noted or agency_drafts.begun_by(site().database, acting.agency, draft) in (None, acting.account):
        return
    note(organisation, action="change draft" if changes else "open draft", detail=_named(draft))
    cookie.keep(_NOTED, " ".join([*noted, mark][-_MOST:]))


def note_deletion(organisation: str, draft: str) -> None:
    """Note that somebody deletes a draft, whoever has begun it."""
    note(organisation, action="delete draft", detail=_named(draft))


def note(organisation: str, *, action: str, detail: str) -> None:
    """Write it down as done by whoever acts for an agency."""
    audit.note(
        site().database,
        actor=sender().account or "",
        action=action,
        organisation=organisation,
        detail=detail,
        now=datetime.now(UTC),
    )


def _named(draft: str) -> str:
    return f"draft {draft[:_NAME]}"
