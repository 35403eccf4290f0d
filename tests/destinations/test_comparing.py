"""Forms beside the fields and ids that a Charitylog has: what is missing is named by its place, with what to do."""

from typing import Any

import pytest

from gateway.definitions.schema import Form
from gateway.destinations.comparing import differences
from gateway.destinations.seam import Observation

from .test_requirements import DIRECT, NAMES, WORDS, a_carer, a_form, asked

FIELDS = {name: name for name in ("first_name", "surname", "ethnicity", "date_of_birth", "title")}
LISTS = {
    "fields/clients": FIELDS,
    "client_type": {"1": "Client", "9": "Carer"},
    "referrals/project": {"7": "Triage"},
    "relationships": {"5": "Cares for", "8": "Is cared for by"},
    "organisations/ethnic_group": {"35": "White British", "36": "White Irish"},
}


def seen(form: Form, *, correlates: bool = False, **lists: Any) -> list[Observation]:
    read = {**LISTS, **{name.replace("__", "/"): entries for name, entries in lists.items()}}
    found = {name: entries for name, entries in read.items() if entries is not None}
    return list(differences({"support": form}, found, correlates=correlates))


def told(form: Form, *, correlates: bool = False, **lists: Any) -> list[str]:
    found = seen(form, correlates=correlates, **lists)
    return [f"{each.state} {each.form} {each.what} — {each.remedy}" for each in found if each.state != "ok"]


def choosing(name: str, *choices: tuple[str, str], kind: str = "select") -> Form:
    offered = [{"value": value, "label": label} for value, label in choices]
    return a_form(*NAMES, WORDS, asked(name, kind, label=f"Your {name}", choices=offered))


def test_a_form_that_fits_says_what_was_looked_up() -> None:
    (found,) = seen(a_form(block={"delivery": "staged", "project": "7"}))

    assert (found.state, found.form) == ("ok", "support")
    assert found.what == (
        "Charitylog has every field and choice that could be looked up (2 fields); the project of the form is "
        "7 “Triage”; the type of “client” is 1 “Client”"
    )


def test_a_field_that_is_not_listed_is_named_by_page_and_question_and_path() -> None:
    (line,) = told(
        a_form(*NAMES, WORDS, asked("birthday", "date", label="When were you born?", **{"as": "date_birth"}))
    )

    assert line == (
        "look support page “About you”, question “When were you born?”: Charitylog lists no field date_birth; it may "
        "drop that answer (pages[0].fields[3]) — write `as: date_of_birth` at that question if that is the field that "
        "is meant, or `send: description`; or have the field shown to the user of our keys"
    )


def test_any_list_of_fields_may_have_a_field_and_without_that_of_clients_nobody_can_tell() -> None:
    form = a_form(*NAMES, WORDS, asked("letter_to"))

    assert len(told(form)) == 1
    assert told(form, fields__external_referral={"letter_to": "Letter to"}) == []
    assert told(form, fields__clients=None, fields__external_referral={"surname": "Surname"}) == []


def test_what_the_pages_name_needs_no_list() -> None:
    assert told(a_form(*NAMES, WORDS, asked("project", "hidden", required=False, value="7"))) == []


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (a_form(person={"org_type_id": "2"}), "the type of “client”: Charitylog has no 2 in its list client_type"),
        (a_form(block={"project": "8"}), "the project of the form: Charitylog has no 8 in its list referrals/project"),
        (a_form(**a_carer(to_main="6", from_main="8")), "what “carer” is to the main person: Charitylog has no 6"),
        (a_form(**a_carer(to_main="5", from_main="6")), "what the main person is to “carer”: Charitylog has no 6"),
        (choosing("ethnicity", ("35", "White British"), ("99", "Any")), "“Your ethnicity”: Charitylog has no 99 “Any”"),
        (a_form(*NAMES, WORDS, asked("project", "hidden", required=False, value="8")), "has no 8 in its list"),
    ],
)  # fmt: skip
def test_an_id_that_is_not_there_is_wrong(form: Form, words: str) -> None:
    (line,) = told(form)

    assert line.startswith("wrong support ")
    assert words in line
    assert "write the id of one that it has: " in line


def test_a_condition_that_waits_for_what_nobody_can_choose_is_wrong() -> None:
    district = asked("ethnicity", "select", label="Your background", dictionary="organisations/ethnic_group")
    more = asked("more", send="description", show_when={"ethnicity": ["36", "53"]})
    (line,) = told(a_form(*NAMES, WORDS, district, more))

    assert line.startswith(
        "wrong support what is shown after some answers to “Your background”: Charitylog has no 53 in its list "
        "organisations/ethnic_group (pages[0].fields[4].show_when.ethnicity)"
    )


def test_a_project_may_be_hidden_from_the_user() -> None:
    assert "or let the user of our keys see that project" in told(a_form(block={"project": "8"}))[0]


def test_a_choice_that_is_sent_as_another_one_is_told() -> None:
    (line,) = told(choosing("ethnicity", ("35", "White Irish"), ("36", "White Irish (other)")))

    assert line.startswith(
        "look support page “About you”, question “Your ethnicity”: “White Irish” is sent as 35, which is "
        "“White British” in Charitylog's list organisations/ethnic_group"
    )
    assert line.endswith("if “White Irish” is meant, write 36")


def test_own_words_for_a_choice_are_no_mistake() -> None:
    assert told(choosing("ethnicity", ("35", "British"), kind="radios")) == []


def test_what_has_no_list_is_never_wrong() -> None:
    assert told(choosing("title", ("Dr", "Doctor")), client_type=None) == []
    assert told(a_form(block={"source": "4"}, person={"org_type_id": "1", "role": "12"})) == []


def test_a_field_of_an_extension_database_has_a_list_of_its_own() -> None:
    form = choosing("title", ("109", "Yes"))

    assert told(form, extension_database__title={"109": "Yes"}) == []
    assert "its list extension_database/title" in told(form, extension_database__title={"110": "No"})[0]


def test_direct_delivery_is_judged_by_the_fields_of_its_records() -> None:
    form = a_form(*NAMES, WORDS, asked("priority", "number"), asked("letter_to"), block=DIRECT)
    lists = {"fields__referrals": {"project": "Project"}, "fields__external_referral": {"letter_to": "Letter to"}}

    assert [line.partition("lists no field ")[2].partition(";")[0] for line in told(form, **lists)] == [
        "priority", "letter_to",
    ]  # fmt: skip
    assert (
        "the template of each referral: Charitylog has no 3" in told(form, **lists, referrals__template={"1": "x"})[0]
    )


@pytest.mark.parametrize(
    ("correlates", "fields", "state"),
    [(True, {}, "look"), (True, {"external_id": "Id"}, None), (False, {"external_id": "Id"}, "ok"), (False, {}, None)],
)
def test_external_id_is_told_where_it_is_missing_or_could_be_used(
    correlates: bool, fields: dict[str, str], state: str | None
) -> None:
    found = [each for each in seen(a_form(), correlates=correlates, fields__clients={**FIELDS, **fields})
             if "external_id" in each.what]  # fmt: skip

    assert [each.state for each in found] == ([state] if state else [])


def test_people_who_only_stand_in_the_description_send_nothing() -> None:
    nurse = {"id": "nurse", "send": "description"}
    page = {"id": "nurse", "title": "You", "person": "nurse", "fields": [asked("ward")]}

    assert told(a_form(others=(nurse,), pages=(page,))) == []


def test_entries_of_a_list_of_people_are_never_told() -> None:
    lists = {"fields__referrals": {"project": "Project"}, "referrals__referrer": {"4": "Zebedee Testperson"}}
    for referrer in ("4", "5"):
        form = a_form(block={**DIRECT, "referral": {"template": "3", "stage": "1", "referrer": referrer}})
        assert "Zebedee" not in repr(seen(form, **lists))
    assert "write the id of one that it has: there are 1" in told(form, **lists)[0]
