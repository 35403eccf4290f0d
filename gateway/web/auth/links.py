"""The link of an invitation, for one person alone: mailed, and shown to nobody.

Where no mail is sent it is shown once to whoever made it, who hands it over.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from flask import flash, request

from gateway.languages import ENGLISH
from gateway.store import mails, people
from gateway.store.invitations import Invitation, Link
from gateway.store.mails import Mail
from gateway.web.auth import cookie, invited
from gateway.web.public.letters import DAY, MOST_MAILS
from gateway.web.site import site
from gateway.web.staff.noting import deciding

_MADE = "link"  # in the cookie, until the next page has told of it
OVER = "The invitation had ended before."
MAILED, SHOWN, TOO_MANY = "mailed", "shown", "too many"
_KINDS = (mails.INVITATION, mails.NEW_PASSWORD)


class Made(NamedTuple):
    """What became of a link that was made: how it is handed over, for whom it is, and its address where it is shown."""

    how: str
    email: str
    address: str


def address(link: Link) -> str:
    """Give the whole address that the link is."""
    return site().settings.base_url + invited.address(link.leads_to, link.secret)


def hand_over(link: Link, now: datetime) -> None:
    """Mail a link, or keep it for the next page, which shows it."""
    email = link.leads_to.email
    if not site().sends_mail:
        cookie.keep_secret(_MADE, f"{SHOWN}|{email}|{address(link)}")
        return
    if mails.sent_to(site().database, site().ring, email, since=now - DAY, kinds=_KINDS) >= MOST_MAILS:
        cookie.keep_secret(_MADE, f"{TOO_MANY}|{email}|")
        return
    letter = mails.rows(site().ring, _composed(link.leads_to, address(link)), now)
    with site().database.write() as connection:
        mails.write(connection, letter)
    cookie.keep_secret(_MADE, f"{MAILED}|{email}|")


def offer_again(organisation: str, open_ones: Iterable[Invitation]) -> None:
    """Make a new link for the invitation that the form names, if it is one of these, and hand that over."""
    now, wanted = datetime.now(UTC), request.form.get("invitation", "")
    with site().database.write() as connection:
        mine = wanted in {each.hash for each in open_ones}
        link = people.invite_again(connection, deciding(organisation, now), wanted) if mine else None
    if link is None:
        flash(OVER)
    else:
        hand_over(link, now)


def withdraw(organisation: str, open_ones: Iterable[Invitation]) -> None:
    """Take back the invitation that the form names, if it is one of these."""
    wanted = request.form.get("invitation", "")
    with site().database.write() as connection:
        mine = wanted in {each.hash for each in open_ones}
        ended = mine and people.withdraw(connection, deciding(organisation), wanted)
    flash("The invitation is withdrawn." if ended else OVER)


def just_made() -> Made | None:
    """Tell of the link that was made a moment ago. Once."""
    how, _, rest = cookie.take_secret(_MADE).partition("|")
    email, _, shown = rest.partition("|")
    return Made(how, email, shown) if how else None


def _composed(found: Invitation, link: str) -> Mail:
    profile = site().organisations[found.organisation].profile
    facts = {
        "organisation": str(profile.name) if profile else found.organisation,
        "phone": profile.contact.phone if profile else "",
        "email": (profile.contact.email if profile else None) or "",
        "link": link,
        "until": f"{found.expires_at:%-d %B %Y}",
    }
    kind = mails.INVITATION if found.account is None else mails.NEW_PASSWORD
    return Mail(kind, found.organisation, found.email, ENGLISH, facts, found.expires_at.isoformat())
