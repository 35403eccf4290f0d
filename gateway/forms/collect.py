"""From valid forms to the people and consents of a referral: wire values beside the words that the person saw."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gateway.definitions.schema import Form, PersonDefinition
from gateway.forms.build import PageForm
from gateway.forms.choices import AgreementField, ConsentField
from gateway.forms.fields import QuestionField
from gateway.forms.files import FileField
from gateway.forms.lines import EmailField, HiddenField
from gateway.referral import Answer, Consent, File, Person, Sending


@dataclass(frozen=True, repr=False)
class Collected:
    """The part of a referral that its forms give. The main person comes first."""

    people: tuple[Person, ...]
    consents: tuple[Consent, ...]
    files: tuple[File, ...]


class Row(NamedTuple):
    """One line of "check your answers"; `shown` is empty where there is no answer, `id` is the input to change.

    `meant` is what may have been meant instead, to be asked.
    """

    label: str
    shown: str
    id: str
    meant: str = ""


def collect(form: Form, forms: Sequence[PageForm], *, destination: str) -> Collected:
    """Merge the pages of each person; whoever has no answer at all is left out, but for the main person."""
    order = {person.id: number for number, person in enumerate(form.people)}
    language = forms[0].language if forms else ""
    sorted_forms = sorted(forms, key=lambda page: (order[page.person_id], page.index))
    answers: dict[tuple[str, int], list[Answer]] = {(form.main.id, 0): []}
    for page in sorted_forms:
        person = form.person(page.person_id)
        theirs = [answer for field in page.answered for answer in answers_of(field, person)]
        if theirs:
            answers.setdefault((page.person_id, page.index), []).extend(theirs)
    people = tuple(
        _person(form.person(person_id), tuple(theirs), destination, language)
        for (person_id, _), theirs in answers.items()
    )
    return Collected(
        people,
        tuple(consent for page in sorted_forms for consent in _consents(page)),
        tuple(file for page in sorted_forms if page.takes_files for file in _files(page)),
    )


def answer_rows(page: PageForm) -> list[Row]:
    """List the questions of a valid page that the person was asked, with their answers."""
    return [
        Row(field.label.text, field.words, field.id, field.meant if isinstance(field, EmailField) else "")
        for field in page.answered
        if not isinstance(field, HiddenField)
    ]


def _person(definition: PersonDefinition, answers: tuple[Answer, ...], destination: str, language: str) -> Person:
    return Person(
        definition.id,
        definition.blocks.get(destination, {}),
        answers,
        label=definition.label.within(language) if definition.label else "",
        described=definition.described,
    )


def answers_of(field: QuestionField, person: PersonDefinition) -> Iterator[Answer]:
    """Give the answer, and as a line what was said beside a value that has a field of its own."""
    if isinstance(field, FileField):
        return  # files travel apart
    definition = field.definition
    sending: Sending = definition.sending
    if sending == "field" and person.described:
        sending = "description"
    if field.data:
        yield Answer(definition.name, field.label.text, field.data, field.words, sending, definition.sent_as)
    if field.beside and (sending == "field" or not field.data):
        line: Sending = "description" if sending == "field" else sending
        yield Answer(definition.name, field.label.text, field.beside, field.beside, line, definition.sent_as)


def _files(page: PageForm) -> Iterator[File]:
    for field in page.answered:
        if isinstance(field, FileField):
            attach_to = field.definition.attach_to or page.person_id
            index = page.index if attach_to == page.person_id else 0
            for each in field.data or ():
                yield File(
                    id=each.id,
                    question=field.definition.name,
                    label=field.label.text,
                    name=each.name,
                    media_type=each.media_type,
                    size=each.size,
                    sha256=each.sha256,
                    attach_to=attach_to,
                    index=index,
                )


def _consents(page: PageForm) -> list[Consent]:
    """Keep every wording that was shown; an empty value means that the box stayed empty."""
    return [_consent(field) for field in page.answered if isinstance(field, ConsentField | AgreementField)]


def _consent(field: ConsentField | AgreementField) -> Consent:
    return Consent(
        name=field.name,
        wording=_wording(field),
        version=field.definition.version,
        value=field.data or "",
        reason=field.reason_given if isinstance(field, AgreementField) else "",
    )


def _wording(field: ConsentField | AgreementField) -> str:
    chosen = field.answer if isinstance(field, AgreementField) else ""
    return "\n".join(filter(None, (field.label.text, field.hint, chosen)))
