"""Writing down what somebody is about to see or do with a referral, before it is shown or done."""

from datetime import UTC, datetime

from gateway.store import audit
from gateway.store.referrals import Listed
from gateway.web.auth.access import signed_in
from gateway.web.site import site


def note(listed: Listed, *, action: str, detail: str) -> None:
    """Write it into the audit trail, as done by whoever is signed in."""
    audit.note(
        site().database,
        actor=signed_in().account.id,
        action=action,
        organisation=listed.organisation,
        reference=listed.reference,
        detail=detail,
        now=datetime.now(UTC),
    )
