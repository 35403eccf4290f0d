"""What one model cannot see: whether the parts of a form agree with each other. Each finding is a path and a remedy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from gateway.definitions.explain import guess, join
from gateway.definitions.fields import Field, FileField, Question, SelectField
from gateway.definitions.schema import REFERRAL, RESERVED_FIELDS, RESERVED_WORDS, Choice, Form
from gateway.definitions.text import ANY_LANGUAGE, Text

Finding = tuple[str, str]
# What browsers fill in, and a person has one of. People may well have two telephones.
HAD_ONCE = frozenset({
    "name", "given-name", "additional-name", "family-name", "bday", "sex", "email", "street-address", "address-line1",
    "postal-code",
})  # fmt: skip
# The words that browsers know for what somebody writes of themselves.
AUTOFILL = HAD_ONCE | {
    "honorific-prefix", "honorific-suffix", "nickname", "bday-day", "bday-month", "bday-year", "organization",
    "organization-title", "address-line2", "address-line3", "address-level1", "address-level2", "country",
    "country-name", "language", "tel", "tel-national", "off",
}  # fmt: skip
_SAY_WHEN = "Ask before it whether there is anybody, and write 'show_when' at each page about them."
Dictionaries = Mapping[str, tuple[Choice, ...]]


@dataclass(frozen=True)
class Placed:
    """A field with its place in the form."""

    path: str
    position: tuple[int, int]
    person: str
    field: Field


def placed(form: Form) -> Iterator[Placed]:
    """Go through all fields in the order in which people see them."""
    for page_index, page in enumerate(form.pages):
        for field_index, field in enumerate(page.fields):
            path = f"pages[{page_index}].fields[{field_index}]"
            yield Placed(path, (page_index, field_index), form.whose(page), field)


def check_form(form: Form, dictionaries: Dictionaries) -> Iterator[Finding]:
    """Find everything in a form that disagrees, but for conditions and languages."""
    if not form.open and form.closed is None:
        yield "closed", "is missing, and the form is not open. Add what people read instead."
    yield from _check_people(form)
    yield from _check_nobody(form)
    yield from _check_pages(form)
    yield from _check_names(form)
    yield from _check_sent_as(form)
    yield from _check_asked_once(form)
    yield from _check_autofill(form)
    yield from _check_hints(form)
    yield from _check_references(form, dictionaries)
    yield from _check_receipt(form)
    yield from _check_prefilled(form)


def _check_people(form: Form) -> Iterator[Finding]:
    seen: set[str] = set()
    asked = {form.whose(page) for page in form.pages}
    for index, person in enumerate(form.people):
        path = f"people[{index}]"
        if person.id in seen:
            yield f"{path}.id", f"{person.id!r} stands twice. Give each person an id of their own."
        elif person.id == REFERRAL:
            yield f"{path}.id", f"{REFERRAL!r} means the whole referral. Choose another id."
        elif person.id not in asked:
            yield path, f"no page asks about {person.id!r}. Add a page with person: {person.id}, or remove the person."
        seen.add(person.id)
    if (form.main.min, form.main.max) != (1, 1):
        yield "people[0]", "the first person is the main one, and there is one of them. Remove 'min' and 'max'."
    if form.main.described:
        yield "people[0].send", "the referral is about the first person. Remove 'send', or put somebody else first."


def _check_nobody(form: Form) -> Iterator[Finding]:
    # A page that is shown asks for one person at least: without a condition nobody could say that there is none.
    always = {form.whose(page) for page in form.pages if page.show_when is None}
    for index, person in enumerate(form.people):
        if person.min == 0 and person.id in always:
            yield f"people[{index}].min", f"is 0, but a page about {person.id!r} is always shown. {_SAY_WHEN}"


def _check_pages(form: Form) -> Iterator[Finding]:
    known = {person.id: person for person in form.people}
    seen: set[str] = set()
    closed: set[str] = set()
    before = ""
    for index, page in enumerate(form.pages):
        path, person = f"pages[{index}]", form.whose(page)
        if page.id in RESERVED_WORDS:
            yield f"{path}.id", f"{page.id!r} is a part of this gateway's own addresses. Choose another id."
        if page.id in seen:
            yield f"{path}.id", f"{page.id!r} stands twice. Give each page an id of its own."
        seen.add(page.id)
        if person not in known:
            yield f"{path}.person", f"{guess(f'{person!r} is nobody among people', person, known)} Correct it."
        elif person in closed and known[person].repeats:
            yield f"{path}.person", f"the pages about {person!r} must follow each other. Move this page up to them."
        if before and person != before:
            closed.add(before)
        before = person


def _check_names(form: Form) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for place in placed(form):
        name = place.field.name
        if name is None:
            continue
        if name in RESERVED_FIELDS:
            yield (
                f"{place.path}.name",
                f"{name!r} is a name of this gateway's own. Choose another; 'as' may still be it.",
            )
        if (place.person, name) in seen:
            yield f"{place.path}.name", f"{name!r} stands twice for {place.person!r}. Give each a name of its own."
        seen.add((place.person, name))


def _check_sent_as(form: Form) -> Iterator[Finding]:
    """Refuse two answers in one field of the destination, unless a condition may keep them apart."""
    seen: dict[tuple[str, str], Question] = {}
    described = {person.id for person in form.people if person.described}
    for place in placed(form):
        field = place.field
        if not isinstance(field, Question) or field.sending != "field" or place.person in described:
            continue
        other = seen.setdefault((place.person, field.sent_as), field)
        if other is field or field.show_when or other.show_when or other.name == field.name:
            continue
        key = "as" if field.as_ else "name"
        both = f"both {other.name!r} and {field.name!r} are sent as {field.sent_as!r}"
        yield f"{place.path}.{key}", f"{both}. Change 'as' of one, or give one 'send: description' or a 'show_when'."


def _check_asked_once(form: Form) -> Iterator[Finding]:
    """Refuse to ask somebody twice for what a person has one of, unless a condition may keep the two apart."""
    seen: dict[tuple[str, str], Question] = {}
    for place in placed(form):
        field = place.field
        if not isinstance(field, Question) or field.autocomplete not in HAD_ONCE or field.show_when:
            continue
        if form.pages[place.position[0]].show_when:
            continue
        other = seen.setdefault((place.person, field.autocomplete), field)
        if other is not field:
            said = f"{other.name!r} asks for {field.autocomplete!r} already, and nobody should have to write it twice"
            yield f"{place.path}.autocomplete", f"{said}. Remove one question, or its 'autocomplete'."


def _check_autofill(form: Form) -> Iterator[Finding]:
    for place in placed(form):
        word = getattr(place.field, "autocomplete", None)
        if word is not None and word not in AUTOFILL:
            said = guess(f"no browser knows {word!r}", word, AUTOFILL)
            yield f"{place.path}.autocomplete", f"{said} Correct it, or remove it."


def _check_hints(form: Form) -> Iterator[Finding]:
    for place in placed(form):
        for index, choice in enumerate(place.field.choices or () if isinstance(place.field, SelectField) else ()):
            if choice.hint is not None:
                said = "a list of one line each cannot show it. Remove it, or write 'type: radios'."
                yield f"{place.path}.choices[{index}].hint", said


def _check_references(form: Form, dictionaries: Dictionaries) -> Iterator[Finding]:
    attachable = {REFERRAL, *(person.id for person in form.people if not person.described)}
    for place in placed(form):
        field = place.field
        if isinstance(field, FileField) and (owner := field.attach_to or place.person) not in attachable:
            said = guess(f"{owner!r} is nobody whom a file can go to", owner, attachable)
            yield f"{place.path}.attach_to", f"{said} Write a person's id or {REFERRAL}."
        dictionary = getattr(field, "dictionary", None)
        if dictionary is not None and dictionary not in dictionaries:
            lacking = guess(f"{dictionary!r} has no snapshot", dictionary, dictionaries)
            remedy = f"Put its choices into dictionaries/{dictionary}.json, or correct the name"
            yield f"{place.path}.dictionary", f"{lacking} {remedy}."


def check_languages(model: BaseModel, languages: Sequence[str]) -> Iterator[Finding]:
    """Find texts that leave out the organisation's first language, or speak one it does not have."""
    for path, text in texts(model):
        if set(text.root) == {ANY_LANGUAGE}:
            continue
        for language in text.root:
            if language not in languages:
                known = ", ".join(languages)
                yield (
                    join(path, language),
                    f"{language!r} is not among 'languages' of organisation.yaml ({known}). Remove it or add it there.",
                )
        if languages[0] not in text.root:
            yield path, f"has no text in {languages[0]!r}, the organisation's first language. Add it."


def find_untranslated(model: BaseModel, languages: Sequence[str]) -> Iterator[Finding]:
    """Find texts that are in some of the organisation's languages, but not in all; nothing is wrong with that."""
    for path, text in texts(model):
        if set(text.root) == {ANY_LANGUAGE}:
            continue
        for language in languages:
            if language not in text.root:
                yield path, f"has no text in {language!r}: people read it in {next(iter(text.root))!r}."


def texts(value: Any, path: str = "") -> Iterator[tuple[str, Text]]:  # noqa: ANN401  # whatever a model holds
    """Go through all words for people, each with its path."""
    if isinstance(value, Text):
        yield path, value
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from texts(getattr(value, name), join(path, field.alias or name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from texts(item, join(path, index))


def _check_receipt(form: Form) -> Iterator[Finding]:
    wanted = form.sent.receipt_to if form.sent else None
    if wanted is None:
        return
    single = {person.id for person in form.people if not person.repeats}
    emails = {
        each.field.name if each.person == form.main.id else f"{each.person}.{each.field.name}"
        for each in placed(form)
        if isinstance(each.field, Question) and each.field.type == "email" and each.person in single
    }
    if wanted not in emails:
        known = guess("there is no such email question", wanted, sorted(emails))
        remedy = "Write the name of a question of type email; of somebody else than the main person, as referrer.email."
        yield "sent.receipt_to", f"{known} {remedy}"
    if not form.check_answers:
        yield "sent.receipt_to", "the receipt is offered where answers are checked. Remove it, or `check_answers`."


def _check_prefilled(form: Form) -> Iterator[Finding]:
    for place in placed(form):
        known = isinstance(place.field, Question) and place.field.prefill in ("agency", "again")
        if known and any(person.id == place.person and person.repeats for person in form.people):
            said = f"there may be several of {place.person!r}, and an agency has one answer. Remove it"
            yield f"{place.path}.prefill", f"{said}, or write 'prefill: true'."
