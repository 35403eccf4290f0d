"""An organisation as data: what its pages say of it, how long answers are kept, who is told when something fails."""

import re
from typing import Annotated, Any, Literal

import pydantic

from gateway.definitions.base import Model, Slug, Word
from gateway.definitions.text import Text
from gateway.languages import N_

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
MAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
URGENT_HELP = Text({"": N_("If somebody is in danger, call 999.")})
HOST = r"(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
ORIGIN = re.compile(rf"https?://({HOST}|\[[0-9a-f:]+\])(:(?P<port>[0-9]{{1,5}}))?", re.IGNORECASE | re.ASCII)

# None of these messages quotes its value: in organisation.yaml it may have come from the environment.


def _check_language(value: str) -> str:
    if not LANGUAGE.fullmatch(value):
        raise ValueError("is not the code of a language. Write en for English, cy for Welsh")
    return value


def _check_colour(value: str) -> str:
    if not COLOUR.fullmatch(value):
        raise ValueError('is not a colour. Write six hex digits in quotes, as in "#5a2a82"')
    return value


def _check_mail(value: str) -> str:
    if not MAIL.fullmatch(value):
        raise ValueError("is not an email address. Write it as in help@riverside.example")
    return value


def _check_origin(value: str) -> str:
    origin = ORIGIN.fullmatch(value)
    if not origin or not 0 < int(origin["port"] or 443) < 65536:
        raise ValueError(
            "is not an origin. Write scheme, host and no more than a port, as in https://www.riverside.example or "
            "https://*.riverside.example: no path, no / at the end, no * alone"
        )
    return value


def _check_address(value: str) -> str:
    if not value.startswith(("https://", "http://")) or any(mark.isspace() for mark in value):
        raise ValueError("is not a web address. Write it whole, beginning with https://")
    return value


Mail = Annotated[str, pydantic.AfterValidator(_check_mail)]
Origin = Annotated[str, pydantic.AfterValidator(_check_origin)]
Language = Annotated[str, pydantic.AfterValidator(_check_language)]
Colour = Annotated[str, pydantic.AfterValidator(_check_colour)]
Address = Annotated[str, pydantic.AfterValidator(_check_address)]
Font = Literal["system", "arial", "georgia", "tahoma", "times", "trebuchet", "verdana"]
Days = Annotated[int, pydantic.Field(ge=1, le=3650)]


class Contact(Model):
    """Whom to call instead; `form` is the slug of a short "call me" form."""

    phone: Word
    email: Mail | None = None
    form: Slug | None = None


class PrivacyNotice(Model):
    """Where the privacy notice stands, and which version people have seen."""

    url: Address
    version: Word


class Theme(Model):
    """How the pages look: colours, of which `brand` carries white text, corners in pixels, letters, a logo."""

    brand: Colour = "#1d4f73"
    link: Colour | None = None
    background: Colour = "#ffffff"
    text: Colour = "#22262c"
    corners: int = pydantic.Field(default=8, ge=0, le=24)
    font: Font = "system"
    logo: Word | None = None


class Retention(Model):
    """How long things are kept, in the unit of their name."""

    delivered_days: Days = 30
    undelivered_days: Days = 90
    draft_minutes: int = pydantic.Field(default=60, ge=5, le=1440)
    saved_days: Days = 7
    answers_of_the_api_days: Days = 7


class Alerts(Model):
    """Who is told when a machine cannot finish the job, and when waiting has lasted too long."""

    email: tuple[Mail, ...] = ()
    undelivered_after_hours: int = pydantic.Field(default=4, ge=1, le=720)
    not_imported_after_days: int = pydantic.Field(default=5, ge=1, le=365)


class SignIn(Model):
    """Who vouches for staff and partners who have an account elsewhere, by OpenID Connect."""

    name: Word
    issuer: Address
    client_id: Word = pydantic.Field(repr=False)
    client_secret: Word = pydantic.Field(repr=False)


class Profile(Model):
    """What organisation.yaml says. `blocks` holds what destinations need, secrets too, so it is never shown."""

    name: Text
    languages: tuple[Language, ...] = pydantic.Field(default=("en",), min_length=1)
    contact: Contact
    urgent_help: Text = URGENT_HELP
    privacy_notice: PrivacyNotice | None = None
    theme: Theme = Theme()
    embed_origins: tuple[Origin, ...] = ()
    blocks: dict[str, Any] = pydantic.Field(default_factory=dict, repr=False)
    retention: Retention = Retention()
    alerts: Alerts = Alerts()
    sign_in: SignIn | None = None
