"""The link of an invitation: shown to whoever made it, once, and mailed to whom it is for, where mail is sent."""

from datetime import datetime

from gateway.identity.roles import Role
from gateway.languages import ENGLISH
from gateway.store import mails
from gateway.store.invitations import Invitation, Link
from gateway.store.mails import Mail, MailRows
from gateway.web.auth import cookie
from gateway.web.public.letters import DAY, MOST_MAILS
from gateway.web.site import site

_SHOWN = "link"  # in the cookie, until the next page has shown it


def address(link: Link) -> str:
    """Give the whole address that the link is."""
    area = "partner" if link.leads_to.role is Role.PARTNER else "staff"
    return f"{site().settings.base_url}/{area}/invitation/{link.secret}"


def hand_over(link: Link, now: datetime) -> None:
    """Mail the link, where mail is sent, and keep it for the next page, which shows it."""
    letter = _mail(link, now)
    if letter is not None:
        with site().database.write() as connection:
            mails.write(connection, letter)
    mailed = "mailed" if letter is not None else "not mailed"
    cookie.keep(_SHOWN, f"{mailed}|{link.leads_to.email}|{address(link)}")


def just_made() -> tuple[bool, str, str] | None:
    """Give the link that was made a moment ago: whether it was mailed, for whom, and its address. Once."""
    mailed, _, rest = cookie.take(_SHOWN).partition("|")
    email, _, made = rest.partition("|")
    return (mailed == "mailed", email, made) if made else None


def _mail(link: Link, now: datetime) -> MailRows | None:
    """Make the mail that carries the link; None where no mail is sent, or this address has had enough today."""
    found = link.leads_to
    if not site().sends_mail:
        return None
    if mails.sent_to(site().database, site().ring, found.email, since=now - DAY) >= MOST_MAILS:
        return None
    return mails.rows(site().ring, _composed(found, address(link)), now)


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
