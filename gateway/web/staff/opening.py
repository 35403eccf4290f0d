"""Opening what is sealed of a referral, for the pages that do so on purpose; where that cannot be, a plain sentence."""

from gateway.keys import KeyMissing, SealBroken
from gateway.referral import Referral
from gateway.spans import moment
from gateway.store import referrals
from gateway.store.referrals import Listed
from gateway.web.site import site


class CannotOpen(Exception):
    """There is nothing to open, or no key for it. The text says so to people, without anything of an answer."""


def opened(listed: Listed) -> Referral:
    """Open a referral. Raises CannotOpen."""
    try:
        with site().database.read() as connection:
            found = referrals.opened(connection, site().ring, listed.reference)
    except (KeyMissing, SealBroken):
        raise CannotOpen(no_key(f"the answers of {listed.reference}")) from None
    if found is None:
        when = f" at {moment(listed.purged_at)}" if listed.purged_at else ""
        raise CannotOpen(f"{listed.reference} holds no answers any more: they were deleted{when}.")
    return found


def no_key(what: str) -> str:
    """Say that the key is gone."""
    return (
        f"Nothing was opened: the key to {what} is not in GATEWAY_KEYS, or what is stored was changed. Ask whoever "
        "looks after the server."
    )
