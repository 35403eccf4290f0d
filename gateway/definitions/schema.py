"""A form as data: people, pages and what stands round them. A form read back from the store equals the one put in."""

import hashlib
import json
from functools import cached_property
from typing import Any, Literal, Self

import pydantic

from gateway.definitions.base import Condition, Flag, Model, Name, Slug, Word
from gateway.definitions.choices import AGREED, INTEREST, Choice
from gateway.definitions.fields import ExitField, Field, NoteField, Passage, Question
from gateway.definitions.profile import Address, Alerts, Contact, PrivacyNotice, Profile, Retention, Theme
from gateway.definitions.text import Text

__all__ = [
    "AGREED", "HONEYPOT", "INTEREST", "REFERRAL", "RESERVED_FIELDS", "RESERVED_FOR_PEOPLE", "RESERVED_WORDS",
    "Alerts", "Basis", "Choice", "Condition", "Contact", "ExitField", "Field", "Form", "NoteField", "Page", "Passage",
    "PersonDefinition", "PrivacyNotice", "Profile", "Question", "QuickExit", "Retention", "Sent", "Text", "Theme",
]  # fmt: skip

# A field that people never see and only a machine fills in.
HONEYPOT = "website_address"
RESERVED_FIELDS = frozenset({"token", "csrf_token", "lang", "test", "action", HONEYPOT})
# Parts of our own addresses, refused as slugs and as page ids alike. `d` stands before a draft's secret.
RESERVED_WORDS = frozenset({
    "partner", "staff", "api", "embed", "static", "healthz", "readyz", "metrics", "robots.txt", ".well-known",
    "check", "sent", "save", "files", "exit", "d", "logo",
})  # fmt: skip
# What stands beside an organisation's slug among the pages of people who sign in, so that none can be called so.
RESERVED_FOR_PEOPLE = frozenset({"account", "invitation", "prove", "sign-in", "sign-out", "vouch", "vouched"})
# What a file is attached to where it belongs to no single person.
REFERRAL = "referral"


class QuickExit(Model):
    """Where "Leave this page" leads; without an address, to a page that gives nothing away."""

    url: Address | None = None


class Basis(Model):
    """The lawful basis of a form, kept with each referral: articles 6 and 9 of the UK GDPR."""

    article_6: Literal[
        "consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests"
    ]
    article_9: (
        Literal[
            "explicit_consent", "employment", "vital_interests", "not_for_profit", "made_public", "legal_claims",
            "substantial_public_interest", "social_care", "public_health", "research",
        ] | None
    ) = None  # fmt: skip


class Sent(Model):
    """What the last page says; `receipt_to` is the email question whose answer may get a receipt: `[person.]name`."""

    what_happens_next: Text
    receipt_to: Word | None = None


class PersonDefinition(Model):
    """Somebody the form asks about; how many of them, and what a destination makes of them."""

    id: Name
    label: Text | None = None
    min: int = pydantic.Field(default=1, ge=0)
    max: int = pydantic.Field(default=1, ge=1, le=20)
    send: Literal["person", "description"] = "person"
    blocks: dict[str, Any] = pydantic.Field(default_factory=dict)

    @pydantic.model_validator(mode="after")
    def _range_fits(self) -> Self:
        if self.min > self.max:
            raise ValueError("'min' is above 'max'. Swap the two, or correct one")
        return self

    @property
    def repeats(self) -> bool:
        """Whether the form offers "Add another"."""
        return self.max > 1

    @property
    def described(self) -> bool:
        """Whether what is asked about them only stands in the description, and they are nobody at the destination."""
        return self.send == "description"


class Page(Model):
    """One page of questions, about one person; without a person, about the main one."""

    id: Slug
    title: Text | None = None
    introduction: Text | None = None
    person: Name | None = None
    show_when: Condition | None = None
    fields: tuple[Field, ...] = pydantic.Field(min_length=1)


class Form(Model):
    """A whole form. `slug`, `languages` and `blocks` are filled in by the loader."""

    slug: Slug
    title: Text
    introduction: Text | None = None
    audience: Literal["public", "partner"] = "public"
    open: Flag = True
    closed: Text | None = None
    languages: tuple[str, ...] = ("en",)
    quick_exit: QuickExit | None = None
    basis: Basis | None = None
    blocks: dict[str, Any] = pydantic.Field(default_factory=dict)
    people: tuple[PersonDefinition, ...] = pydantic.Field(min_length=1)
    pages: tuple[Page, ...] = pydantic.Field(min_length=1)
    check_answers: Flag = True
    sent: Sent | None = None

    @pydantic.field_validator("quick_exit", mode="before")
    @classmethod
    def _plain_exit(cls, value: object) -> object:
        words: dict[object, object] = {True: {}, "true": {}, "yes": {}, False: None, "false": None, "no": None}
        return words.get(value, value) if isinstance(value, str | bool) else value

    @classmethod
    def from_store(cls, digest: str, body: str) -> Self:
        """Read a definition that was stored; pydantic's ValidationError says that it cannot be read any more."""
        form = cls.model_validate_json(body)
        # Its name stays: this version may know keys that it lacks, and would name it otherwise.
        form.__dict__["hash"] = digest
        return form

    @property
    def main(self) -> PersonDefinition:
        """The person whom the referral is for."""
        return self.people[0]

    def person(self, person_id: str) -> PersonDefinition:
        """Find somebody by id."""
        return self._people[person_id]

    def page(self, page_id: str) -> Page:
        """Find a page by id."""
        return self._pages[page_id]

    def whose(self, page: Page) -> str:
        """Say whom a page is about, by id."""
        return page.person or self.main.id

    @cached_property
    def _people(self) -> dict[str, PersonDefinition]:
        return {person.id: person for person in self.people}

    @cached_property
    def _pages(self) -> dict[str, Page]:
        return {page.id: page for page in self.pages}

    @cached_property
    def hash(self) -> str:
        """Name this definition by its content: the same form has the same hash on every machine."""
        plain = self.model_dump(mode="json", by_alias=True)
        canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()
