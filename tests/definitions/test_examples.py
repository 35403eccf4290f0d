"""The examples that people copy from are right: one with everything in it, and the organisation that ships."""

import re
from pathlib import Path

import pytest

from gateway.definitions.fields import Question, SelectField
from gateway.definitions.loader import Organisation, load_organisations
from gateway.definitions.schema import Form

from .writing import write

ROOT = Path(__file__).parents[2]
BLOCKS = frozenset({"charitylog"})
ENVIRONMENT = {f"CHARITYLOG_{name}": "x" for name in ("URL", "SOURCE", "ORG", "USER")}

PROFILE = """
name: Riverside Carers
languages: [en, cy]                 # the first is the default
contact: {phone: 01234 567890, email: help@riverside.example}
urgent_help: "In danger? Call 999. Samaritans: 116 123, day and night."    # first page, errors, limits, sent page
privacy_notice: {url: "https://riverside.example/privacy", version: "2026-05"}
theme: {brand: "#5a2a82", logo: logo.png}             # contrast is checked
embed_origins: ["https://www.riverside.example"]      # who may frame our forms; none by default
charitylog:
  url: ${CHARITYLOG_URL}            # …/v2
  source: ${CHARITYLOG_SOURCE}
  org: ${CHARITYLOG_ORG}
  user: ${CHARITYLOG_USER}
  body: form
  ids: string
  writes: classic
  correlate: none
  uploads: {when: never, user_visibility: "1", group_visibility: "1"}
retention: {delivered_days: 30, undelivered_days: 90, draft_minutes: 60, saved_days: 7, answers_of_the_api_days: 7}
alerts: {email: [referrals@riverside.example], undelivered_after_hours: 4, not_imported_after_days: 5}
"""
FORM = """
title: {en: Ask for support, cy: Gofyn am gymorth}
audience: public                    # public | partner
open: true                          # false: `closed:` text is shown instead
quick_exit: true
basis: {article_6: legitimate_interests, article_9: social_care}
charitylog: {delivery: staged, source: 1, project: 7}
people:
  - {id: client, charitylog: {org_type_id: 1, role: 1}}
  - {id: carer, min: 0, max: 2, charitylog: {org_type_id: 9, role: 2, to_main: 5, from_main: 8}}
pages:
  - id: about
    title: About you
    fields:
      - {name: first_name, type: text, label: First name, required: true, autocomplete: given-name}
      - {name: surname, type: text, label: Surname, required: true}
      - {name: date_of_birth, type: date, label: Date of birth, past: true}
      - {name: ethnicity, type: select, label: Ethnic group, dictionary: organisations/ethnic_group}
      - {name: registered_disabled, type: yes_no, label: "Are you registered disabled?"}
      - {name: helps, type: text, label: "What helps?", show_when: {registered_disabled: "Y"}, send: description}
      - {name: has_carer, type: yes_no, label: "Does somebody care for you?", send: none}
      - {name: safe, type: safe_contact, label: "How may we contact you safely?"}
  - id: carer
    person: carer                   # repeats up to max: "Add another person"
    show_when: {has_carer: "Y"}
    fields: [{name: first_name, type: text, label: First name}, {name: mobile, as: telephone, type: phone, label: Mobile}]
  - id: why
    fields:
      - {name: description, type: textarea, label: "How can we help?", required: true, max_length: 4000}
      - {name: letter, type: file, label: A letter, accept: [pdf, jpg, png, heic, docx], max_files: 3, max_mb: 10, attach_to: client}
      - {name: agree, type: consent, label: I agree that you may call me, required: true}
check_answers: true
sent: {what_happens_next: "We will call you within 3 working days."}
"""  # noqa: E501  # as people would write it


@pytest.fixture(scope="module")
def riverside() -> Organisation:
    return load_organisations(ROOT / "organisations", environment=ENVIRONMENT, blocks=BLOCKS)["riverside"]


def test_a_form_with_everything_in_it_loads(tmp_path: Path) -> None:
    home = tmp_path / "riverside"
    write(home, "organisation.yaml", PROFILE)
    write(home, "forms/support.yaml", FORM)
    write(home, "logo.png", b"x")
    write(home, "dictionaries/organisations/ethnic_group.json", '[{"value": "35", "label": "White British"}]')

    organisation = load_organisations(tmp_path, environment=ENVIRONMENT, blocks=BLOCKS)["riverside"]

    assert organisation.problems == ()
    form = organisation.forms["support"]
    assert form.blocks == {"charitylog": {"delivery": "staged", "source": "1", "project": "7"}}
    assert form.person("carer").repeats
    assert form.page("why").title is None
    assert form.page("carer").show_when == {"has_carer": ("Y",)}
    assert Form.model_validate_json(form.model_dump_json(by_alias=True)) == form


def test_the_organisation_that_ships_has_no_problem(riverside: Organisation) -> None:
    assert riverside.problems == ()
    assert set(riverside.forms) == {"support", "contact-me", "agency", "refer"}
    assert riverside.profile.contact.form == "contact-me"


@pytest.mark.parametrize("slug", ["support", "contact-me", "agency"])
def test_every_form_that_ships_asks_what_a_referral_needs(riverside: Organisation, slug: str) -> None:
    form = riverside.forms[slug]
    asked = [field for page in form.pages for field in page.fields if form.whose(page) == form.main.id]
    needed = {field.name for field in asked if isinstance(field, Question) and field.required and not field.show_when}

    assert {"first_name", "surname", "description"} <= needed
    assert any(field.type in ("consent", "agreement") and field.required for field in asked)


@pytest.mark.parametrize("slug", ["support", "contact-me", "agency"])
def test_nobody_is_asked_for_the_same_thing_twice(riverside: Organisation, slug: str) -> None:
    form = riverside.forms[slug]
    asked = [(form.whose(page), field) for page in form.pages for field in page.fields if hasattr(field, "label")]
    labels = [(person, str(field.label).casefold()) for person, field in asked if field.label]
    # Only whoever fills in the form has answers that a browser may know.
    purposes = [field.autocomplete for _, field in asked if field.autocomplete]

    assert len(labels) > len(form.pages)
    assert sorted(set(labels)) == sorted(labels)
    assert sorted(set(purposes)) == sorted(purposes)


@pytest.mark.parametrize("name", ["ethnicity", "gender", "date_of_birth", "registered_disabled"])
def test_a_sensitive_question_says_why_and_may_be_skipped(riverside: Organisation, name: str) -> None:
    form = riverside.forms["support"]
    [field] = [field for page in form.pages if not page.person for field in page.fields if field.name == name]

    assert field.hint is not None
    assert not field.required
    if isinstance(field, SelectField):
        labels = {str(choice.label) for choice in riverside.dictionaries[field.dictionary]}
        assert "Prefer not to say" in labels


def test_only_numbers_set_aside_for_drama_stand_for_the_invented_charity() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "organisations/riverside").rglob("*.yaml")]

    numbers = re.findall(r"\b01\d{3} ?\d{6}\b", "".join(texts))
    assert numbers
    assert all(number.startswith("01632 960") for number in numbers)


def test_no_word_of_a_destination_stands_in_this_room() -> None:
    room = ROOT / "gateway/definitions"

    assert [path.name for path in room.rglob("*.py") if "charitylog" in path.read_text(encoding="utf-8").lower()] == []
