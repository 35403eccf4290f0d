"""In whose name something is written down: what somebody is about to see or do, and what an administrator decides."""

from datetime import UTC, datetime

from gateway.store import audit
from gateway.store.people import Deciding
from gateway.store.referrals import Listed
from gateway.web.auth.access import signed_in
from gateway.web.site import site


def note(listed: Listed, *, action: str, detail: str) -> None:
    """Write it into the audit trail, as done by whoever is signed in, before it is shown or done."""
    audit.note(
        site().database,
        actor=signed_in().account.id,
        action=action,
        organisation=listed.organisation,
        reference=listed.reference,
        detail=detail,
        now=datetime.now(UTC),
    )


def deciding(organisation: str, now: datetime | None = None) -> Deciding:
    """Give whoever is signed in as the one who decides for an organisation, at this moment unless it is given."""
    return Deciding(signed_in().account.id, organisation, now or datetime.now(UTC))
