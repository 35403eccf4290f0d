"""What forms take from the lists of a Charitylog, place by place: names of fields, and ids of dictionaries. Pure.

Source: API Details, 2018 (seed 000) for selectable_fields and for a dictionary's name, api_group/table_reference;
"API external referrals", 2023: every field of clients is taken; "API: Extension Databases", 2024: a field's own list.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gateway.definitions.conditions import looked_at
from gateway.definitions.fields import HiddenField, RadiosField, SelectField
from gateway.definitions.schema import Choice, Form, Page, PersonDefinition, Question, Text
from gateway.destinations.direct import OF_THE_REFERRAL
from gateway.destinations.questions import dictionaries_of
from gateway.destinations.requirements import RESERVED, is_direct
from gateway.destinations.seam import Use

CLIENT_FIELDS, TAKEN_FIELDS, REFERRAL_FIELDS = "fields/clients", "fields/external_referral", "fields/referrals"
CLIENT_TYPE, PROJECT = "client_type", "referrals/project"
RELATIONSHIPS, CARER_RELATIONSHIPS = "relationships", "carer_relationships"
# Named by the pages about external_referral, whatever the lists of fields say.
_OF_EXTERNAL_REFERRAL = RESERVED | {"description", "project"}
_RELATIONS = {
    "to_main": (RELATIONSHIPS, "what {} is to the main person"),
    "from_main": (RELATIONSHIPS, "what the main person is to {}"),
    "carer_to_main": (CARER_RELATIONSHIPS, "what {} is to the main person as carer"),
    "carer_from_main": (CARER_RELATIONSHIPS, "what the main person is to {} as carer"),
}


def uses_of(forms: Mapping[str, Form]) -> list[Use]:
    """Name everything of forms that can be looked up in a list; of `source` and `role` there is none."""
    kinds = (_blocks, _questions, _conditions)
    return [use for slug, form in forms.items() for kind in kinds for use in kind(slug, form)]


def written_ids(forms: Mapping[str, Form]) -> list[str]:
    """Name the dictionaries of the ids that blocks hold, as far as the pages say that there are such."""
    known = (CLIENT_TYPE, PROJECT, RELATIONSHIPS, CARER_RELATIONSHIPS)
    held = {use.lists[0] for slug, form in forms.items() for use in _blocks(slug, form)}
    return [name for name in known if name in held]


def is_of_fields(use: Use) -> bool:
    """Tell whether this is the name of a field; else it is an id."""
    return use.lists[0].startswith("fields/")


def _blocks(slug: str, form: Form) -> Iterator[Use]:
    block = _block(form.blocks)
    if "project" in block:
        yield Use(slug, "charitylog.project", "the project of the form", (PROJECT,), _ids(block["project"]))
    for name, number in _block(block, "referral").items():
        yield Use(slug, f"charitylog.referral.{name}", f"the {_words(name)} of each referral",
                  (_of_a_referral(name),), _ids(number))  # fmt: skip
    for index, person in enumerate(form.people):
        if person.described:
            continue
        own, path, whom = _block(person.blocks), f"people[{index}].charitylog", f"“{person.label or person.id}”"
        if "org_type_id" in own:
            yield Use(slug, f"{path}.org_type_id", f"the type of {whom}", (CLIENT_TYPE,), _ids(own["org_type_id"]))
        for name, (listed, words) in _RELATIONS.items():
            if name in own:
                yield Use(slug, f"{path}.{name}", words.format(whom), (listed,), _ids(own[name]))


def _questions(slug: str, form: Form) -> Iterator[Use]:
    for position, page in enumerate(form.pages):
        person = form.person(form.whose(page))
        for number, question in enumerate(page.fields):
            if not isinstance(question, Question):
                continue
            path, place = f"pages[{position}].fields[{number}]", _place(page, question)
            sent = question.sending == "field" and not person.described
            if sent and (lists := _fields(form, person, question.sent_as)):
                yield Use(slug, path, place, lists, _ids(question.sent_as))
            if dictionary := getattr(question, "dictionary", None):
                yield Use(slug, path, place, (dictionary,))
            elif sent and (choices := _choices(question)):
                yield Use(slug, path, place, _dictionaries(question.sent_as), choices)


def _conditions(slug: str, form: Form) -> Iterator[Use]:
    for path, question, values in looked_at(form):
        if isinstance(question, Question) and (dictionary := getattr(question, "dictionary", None)):
            waited = tuple(Choice(value=value, label=Text({"": value})) for value in values)
            yield Use(slug, path, f"what is shown after some answers to “{question.label}”", (dictionary,), waited)


def _fields(form: Form, person: PersonDefinition, name: str) -> tuple[str, ...]:
    if not is_direct(form):
        return () if name in _OF_EXTERNAL_REFERRAL else (CLIENT_FIELDS, TAKEN_FIELDS)
    if person is form.main and name == "description":
        return ()  # under which name it goes is a setting, and the pages name both
    return (REFERRAL_FIELDS,) if person is form.main and name in OF_THE_REFERRAL else (CLIENT_FIELDS,)


def _choices(question: Question) -> tuple[Choice, ...]:
    if isinstance(question, SelectField | RadiosField):
        return question.choices or ()
    return _ids(question.value) if isinstance(question, HiddenField) and question.value else ()


def _dictionaries(name: str) -> tuple[str, ...]:
    return (_of_a_referral(name),) if name in OF_THE_REFERRAL else dictionaries_of(name)


def _of_a_referral(name: str) -> str:
    return f"{'contacts' if name.startswith('contact_') else 'referrals'}/{name}"


def _place(page: Page, question: Question) -> str:
    where = f"page “{page.title or page.id}”"
    return f"{where}, question “{question.label}”"


def _ids(value: object) -> tuple[Choice, ...]:
    return (Choice(value=str(value), label=Text({"": str(value)})),)


def _block(blocks: Mapping[str, Any], name: str = "charitylog") -> Mapping[str, Any]:
    found = blocks.get(name)
    return found if isinstance(found, dict) else {}


def _words(name: str) -> str:
    return name.replace("_", " ")
