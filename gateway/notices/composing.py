"""From a few words to a mail, in text and in HTML. Its subject gives nothing away: others may see it arrive."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path

from email_validator import EmailNotValidError, validate_email
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from gateway.languages import N_, catalogue, direction, spoken

TEMPLATES = Path(__file__).parents[2] / "templates" / "mail"
SUBJECTS: Mapping[str, str] = {
    "saved": N_("The link you asked for"),
    "receipt": N_("Your reference number"),
    # To staff and partners, who read English: no sentence for the translators.
    "alert": "Referral gateway: {count} to look at",
    "digest": "Referral gateway: {count} to look at still",
    "well": "Referral gateway: all is well again",
    "invitation": "An invitation to sign in",
    "new_password": "A new password",
}


class NoAddress(Exception):
    """Nothing can be sent to this address as it stands."""


def compose(
    kind: str,
    *,
    language: str,
    facts: Mapping[str, object],
    sender: str,
    recipient: str,
    message_id: str,
    now: datetime,
) -> EmailMessage:
    """Compose a mail of a kind. Raises NoAddress.

    The same `message_id` twice is the same mail: many mail programs show it once.
    """
    language = spoken(language)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = catalogue(language).gettext(SUBJECTS[kind]).format_map(facts)
    message["From"] = _address(sender)
    message["To"] = _address(recipient)
    if facts.get("email"):
        message["Reply-To"] = _address(str(facts["email"]))
    message["Date"] = format_datetime(now.astimezone(UTC))
    # Made of our own address and a random id: no name of a machine.
    message["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    words = {**facts, "language": language, "direction": direction(language), "subject": message["Subject"]}
    message.set_content(_templates(language).get_template(f"{kind}.txt").render(words), cte="quoted-printable")
    html = _templates(language).get_template(f"{kind}.html").render(words)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = language
    return message


def _address(text: str) -> Address:
    try:
        found = validate_email(text, check_deliverability=False)
        # The domain in the letters that every mail server knows; what stands before the @ stays as it is.
        return Address(username=found.ascii_local_part or found.local_part, domain=found.ascii_domain)
    except (EmailNotValidError, ValueError):
        raise NoAddress("no mail can be sent to this address") from None


@cache
def _templates(language: str) -> Environment:
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    found.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]  # the extension brings it
    return found
