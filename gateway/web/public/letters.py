"""Mails that pages offer: whether one may go to an address now, and the words that it is made of.

Anybody can type any address, so that few go to one address a day, and few from one internet connection. No mail holds
an answer or a word that somebody typed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from email_validator import EmailNotValidError, validate_email

from gateway.forms.build import PageForm
from gateway.languages import N_
from gateway.store import mails
from gateway.store.mails import Mail, MailRows
from gateway.web.public.receipt import in_words
from gateway.web.public.visit import Visit

BY_EMAIL = "email"  # among the ways of contact that are safe
DAY = timedelta(days=1)
MOST_LINKS, MOST_MAILS = 3, 10  # to one address a day
NO_ADDRESS = N_("Enter an email address like name@example.org, or leave this empty")
ENOUGH = N_("We cannot send more emails to this address today. Leave this empty: the next page shows you the link")
TOO_MANY = N_(
    "Too many emails are asked for from your internet connection. Leave this empty: the next page shows you the link"
)


def misspelt(email: str) -> str:
    """Say what is wrong with an address as it stands; "" where nothing is."""
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        return NO_ADDRESS
    return ""


def too_often(visit: Visit, email: str) -> str:
    """Say why the link of a saved form cannot go to this address now; "" where it can, and then it is counted."""
    if not may_write_to(visit, email) or _written(visit, email, mails.SAVED) >= MOST_LINKS:
        return ENOUGH
    return TOO_MANY if visit.site.letters.use(visit.counted, visit.now) > 1 else ""


def may_write_to(visit: Visit, email: str) -> bool:
    """Tell whether this address has had less than its share of mails today."""
    return _written(visit, email) < MOST_MAILS


def saved_link(visit: Visit, email: str, link: str, until: datetime) -> MailRows:
    """Make the mail that carries the link of a saved form."""
    facts = {"link": link, "until": in_words(visit, until)}
    return _rows(visit, mails.SAVED, email, facts, until)


def receipt_address(visit: Visit, pages: Sequence[PageForm]) -> str:
    """Find the address that a receipt may be offered to, among valid pages; "" where there is none that is safe."""
    wanted = visit.form.sent.receipt_to if visit.form.sent else None
    if wanted is None or not visit.site.sends_mail or visit.marks.trial:
        return ""
    person, _, name = wanted.rpartition(".")
    theirs = [field for page in pages if page.person_id == (person or visit.form.main.id) for field in page.answered]
    if any(field.kind == "safe_contact" and field.data and BY_EMAIL not in field.data for field in theirs):
        return ""
    email = next((field.data for field in theirs if field.kind == "email" and field.short_name == name), None) or ""
    enough = visit.site.letters.seconds_until(1, visit.counted, visit.now) > 0
    return email if email and not enough and may_write_to(visit, email) else ""


def receipt(visit: Visit, email: str, reference: str) -> MailRows:
    """Make the mail that tells a reference, and count it."""
    visit.site.letters.use(visit.counted, visit.now)
    facts = {"reference": reference, "sent_at": in_words(visit, visit.now)}
    return _rows(visit, mails.RECEIPT, email, facts, visit.now + mails.KEPT_FOR)


def _written(visit: Visit, email: str, kind: str | None = None) -> int:
    return mails.sent_to(
        visit.site.database, visit.site.ring, email, since=visit.now - DAY, kinds=[kind] if kind else []
    )


def _rows(visit: Visit, kind: str, email: str, facts: dict[str, str], useful_until: datetime) -> MailRows:
    profile = visit.organisation.profile
    who = {
        "organisation": profile.name.within(visit.language) if profile else "",
        "phone": profile.contact.phone if profile else "",
        "email": (profile.contact.email if profile else None) or "",
    }
    mail = Mail(kind, visit.organisation.slug, email, visit.language, {**who, **facts}, useful_until.isoformat())
    return mails.rows(visit.site.ring, mail, visit.now)
