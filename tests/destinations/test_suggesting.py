"""A form is made of whatever a Charitylog lists, and passes every check; what the lists lack is said."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.definitions.loader import Organisation, load_organisations
from gateway.definitions.schema import RESERVED_FIELDS, Choice, Question, Text
from gateway.definitions.writing import snapshot, written
from gateway.destinations.asking import OWN_AT_MOST, Ask, Unsuitable, Wishes, find_out
from gateway.destinations.judging import NAMES, judged
from gateway.destinations.lists import read_choices, read_fields
from gateway.destinations.requirements import RESERVED
from gateway.destinations.seam import Busy, CredentialsRefused, Misconfigured, Receipt, Rejected, Unknown
from gateway.destinations.suggesting import Suggestion, suggest
from tests.definitions.writing import a_profile, write

KEYS = {"url": "https://api.example.org/v2", "source": "one", "org": "two", "user": "three"}
CLIENTS, EXTERNAL = "fields/clients", "fields/external_referral"
WISHED = Wishes("Ask for support")
MODEST = {"first_name": "First name", "surname": "Surname", "telephone": "Telephone", "email": "Email"}


def charitylog(lists: Mapping[str, object]) -> Ask:
    """Answer as the adapter does: what is there goes through its own reading, the rest is not there."""

    def ask(name: str) -> list[Choice]:
        if name not in lists:
            raise Misconfigured("answered 404", status=404)
        if isinstance(found := lists[name], Exception):
            raise found
        receipt = Receipt(200, "200 json", json.dumps(found).encode())
        return list((read_fields if name.startswith("fields/") else read_choices)(receipt))

    return ask


def suggested(lists: Mapping[str, object], **wishes: Any) -> Suggestion:
    """Suggest a form of these lists."""
    wished = replace(WISHED, **wishes)
    return suggest(find_out(charitylog(lists), wished, [CLIENTS, EXTERNAL]), wished, charity="Riverside Carers")


def loaded(folder: Path, suggestion: Suggestion) -> Organisation:
    """Write it as the command does, and let everything judge it."""
    write(folder / "riverside", "organisation.yaml", a_profile(charitylog=KEYS))
    write(folder / "riverside", "forms/made.yaml", written(suggestion.draft))
    for name, choices in suggestion.dictionaries.items():
        write(folder / "riverside", f"dictionaries/{name}.json", snapshot(choices))
    return judged(load_organisations(folder, environment={}, blocks=NAMES)["riverside"])


def questions(folder: Path, suggestion: Suggestion) -> dict[str, Question]:
    """Give the questions about the main person, by name; the form is in order."""
    organisation = loaded(folder, suggestion)
    assert [str(problem) for problem in organisation.problems] == []
    form = organisation.forms["made"]
    pages = [page for page in form.pages if page.person in (None, form.main.id)]
    return {each.name: each for page in pages for each in page.fields if isinstance(each, Question)}


def pages(folder: Path, suggestion: Suggestion) -> list[str]:
    return [page.id for page in loaded(folder, suggestion).forms["made"].pages]


KNOWN = [
    "first_name", "surname", "title", "email", "telephone", "mobile", "phone", "postcode", "nhs_number", "ethnicity",
    "religion", "people_in_household", "description", "project", "id", "consent", "school", "county",
]  # fmt: skip
NASTY = ["Full Name", "Surname", "a-b", "a[b]", "address(1)", "1st", "é", "agree", "avoid", "say_who", "safe_contact",
         "x" * 64, "x" * 65, "website_photo_consent", "agree_2", "date_of_visit"]  # fmt: skip
FIELD_NAMES = st.sampled_from([*KNOWN, *NASTY, *sorted(RESERVED_FIELDS), *sorted(RESERVED)]) | st.from_regex(
    r"[a-z][a-z0-9_]{0,63}", fullmatch=True
)
LABELS = st.sampled_from(
    ["", " ", "Yes: or no?", 'a "b"', "#", "{", "No", "1", "\x00", "a\nb", "\U0001f600", "x" * 900]
) | st.text(max_size=30)
LISTS = st.fixed_dictionaries(
    {CLIENTS: st.dictionaries(FIELD_NAMES, LABELS, min_size=1, max_size=30)},
    optional={
        EXTERNAL: st.lists(FIELD_NAMES, min_size=1, max_size=10, unique=True),
        **{
            name: st.dictionaries(st.text(max_size=6), LABELS, max_size=6)
            for name in ("client_type", "referrals/project", "organisations/ethnic_group", "organisations/religion",
                         "organisations/school", "extension_database/website_photo_consent")
        },
    },
)  # fmt: skip


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lists=LISTS,
    about=st.sampled_from(["me", "someone-else"]),
    everything=st.booleans(),
    source=st.sampled_from([None, 1]),
)
def test_whatever_the_lists_hold_the_form_passes_every_check(
    tmp_path: Path, lists: dict[str, object], about: str, everything: bool, source: int | None
) -> None:
    try:
        made = suggested(lists, about=about, everything=everything, source=source, role=source)
    except Rejected:
        return  # a list with names that are no names of fields: the adapter takes none of it

    with TemporaryDirectory(dir=tmp_path) as folder:  # no snapshot of another example stands in for a missing one
        assert [str(problem) for problem in loaded(Path(folder), made).problems] == []


def test_a_short_form_asks_for_little_and_names_the_rest(tmp_path: Path) -> None:
    made = suggested({CLIENTS: {**MODEST, "religion": "Religion", "shoe_size": "Size of shoes", "external_id": "Id"}})
    text = written(made.draft)

    ours = {"safe_contact", "say_who", "avoid", "description", "agree"}
    assert set(questions(tmp_path, made)) == {*MODEST, *ours}
    assert "# religion, shoe_size (Size of shoes)\n" in text
    assert "# Not for whoever fills in a form:\n# external_id" in text
    assert pages(tmp_path, made) == ["about", "contact", "help", "agree"]


def test_a_full_form_asks_for_everything_but_what_is_for_staff(tmp_path: Path) -> None:
    fields = {**MODEST, "religion": "Religion", "shoe_size": "Size of shoes", "nhs_number": "NHS", "school": "School"}
    of_staff = {
        "id": "Id",
        "deceased": "Deceased",
        "usual_support_worker": "Worker",
        "created_by": "By",
        "tag_id": "Tag",
    }
    made = suggested({CLIENTS: {**fields, **of_staff}}, everything=True)

    asked = questions(tmp_path, made)
    assert set(fields) <= set(asked)
    assert not set(of_staff) & set(asked)
    assert asked["shoe_size"].label.root == {"": "Size of shoes"}
    assert not asked["shoe_size"].required
    assert pages(tmp_path, made) == ["about", "contact", "help", "home", "health", "background", "more", "agree"]


def test_a_form_about_somebody_else_asks_who_refers_and_fills_in_nothing_of_them(tmp_path: Path) -> None:
    made = suggested({CLIENTS: MODEST}, about="someone-else")

    asked = questions(tmp_path, made)
    assert asked["first_name"].label.root == {"": "Their first name"}
    assert {question.autocomplete for question in asked.values()} == {None}
    assert asked["agreement"].type == "agreement"
    assert pages(tmp_path, made)[:2] == ["referrer", "about"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("email", "email"), ("telephone", "phone"), ("mobile", "phone"), ("postcode", "postcode"),
        ("nhs_number", "nhs_number"), ("date_of_birth", "date"), ("registered_disabled", "yes_no"),
        ("blue_badge_holder", "yes_no"), ("people_in_household", "number"), ("ethnicity", "select"), ("school", "text"),
        ("date_of_last_visit", "date"), ("neighbours_phone", "phone"),
        ("consent_to_email", "text"), ("phone_type", "text"), ("gp_telephone_2", "phone"), ("wheelchair_user", "text"),
        ("shoe_size", "select"),
    ],
)  # fmt: skip
def test_a_field_gets_the_type_that_fits_it(tmp_path: Path, name: str, kind: str) -> None:
    lists = {CLIENTS: {name: "Label"}, "organisations/ethnic_group": {"35": "White British"}}
    made = suggested({**lists, "extension_database/shoe_size": {"109": "Small"}}, everything=True)

    assert questions(tmp_path, made)[name].type == kind


def test_an_id_without_a_list_goes_into_the_description_and_is_spoken_of(tmp_path: Path) -> None:
    made = suggested({CLIENTS: {**MODEST, "religion": "Religion"}}, everything=True)

    religion = questions(tmp_path, made)["religion"]
    assert (religion.type, religion.sending) == ("text", "description")
    assert "# Your Charitylog gave no list organisations/religion" in written(made.draft)
    assert any("organisations/religion" in remark for remark in made.remarks)


@pytest.mark.parametrize("error", [Unknown("answered 500", status=500), Rejected("answered 403", status=403)])
def test_a_list_that_is_refused_is_a_list_that_is_not_there(tmp_path: Path, error: Exception) -> None:
    made = suggested({CLIENTS: {**MODEST, "religion": "R"}, "organisations/religion": error}, everything=True)

    assert questions(tmp_path, made)["religion"].type == "text"


@pytest.mark.parametrize("error", [Unknown("no answer"), CredentialsRefused("answered 401"), Busy("answered 503")])
def test_without_an_answer_nothing_is_made(error: Exception) -> None:
    with pytest.raises(type(error)):
        suggested({CLIENTS: {**MODEST, "religion": "R"}, "organisations/religion": error}, everything=True)
    with pytest.raises(type(error)):
        suggested({CLIENTS: error})


def test_one_list_of_fields_is_enough_and_none_is_too_little() -> None:
    assert suggested({EXTERNAL: ["email"]}).draft.pages
    with pytest.raises(Misconfigured):
        suggested({})


def test_names_of_our_own_are_kept_apart_from_those_of_the_charity(tmp_path: Path) -> None:
    made = suggested({CLIENTS: {"lang": "Language", "agree": "Agrees", "token": "Token"}}, everything=True)

    sent_as = {question.name: question.sent_as for question in questions(tmp_path, made).values()}
    assert (sent_as["lang_2"], sent_as["token_2"], sent_as["agree"]) == ("lang", "token", "agree")
    assert "agree_2" in sent_as


def test_names_that_no_form_can_hold_are_said(tmp_path: Path) -> None:
    made = suggested({CLIENTS: {**MODEST, "Next of Kin": "Kin", "a-b": "Odd"}}, everything=True)

    assert not loaded(tmp_path, made).problems
    assert "cannot hold their names:\n# Next of Kin (Kin), a-b (Odd)\n" in written(made.draft)


def test_two_phones_of_one_meaning_keep_their_own_labels(tmp_path: Path) -> None:
    made = suggested({CLIENTS: {"telephone": "Telephone", "home_phone": "Phone at home"}}, everything=True)

    asked = questions(tmp_path, made)
    assert (str(asked["telephone"].label), str(asked["home_phone"].label)) == ("Phone number", "Phone at home")


def test_two_fields_of_one_label_are_pointed_out() -> None:
    made = suggested({CLIENTS: {"one": "Agreed on", "two": "Agreed on"}}, everything=True)

    assert written(made.draft).count("# Another question has these words already") == 1


def test_hundreds_of_fields_are_no_page_that_nobody_can_answer(tmp_path: Path) -> None:
    made = suggested({CLIENTS: {f"own_{number}": f"Own {number}" for number in range(500)}}, everything=True)

    own = [name for name in questions(tmp_path, made) if name.startswith("own_")]
    assert len(own) == OWN_AT_MOST
    assert f"and {500 - OWN_AT_MOST - 300} more" in written(made.draft).replace("\n# ", " ")


def test_a_list_of_5000_choices_is_a_list_to_choose_from(tmp_path: Path) -> None:
    choices = {str(number): f"Language {number}" for number in range(5000)}
    made = suggested({CLIENTS: {"main_language": "Language"}, "organisations/main_language": choices})

    assert questions(tmp_path, made)["main_language"].type == "select"
    assert len(made.dictionaries["organisations/main_language"]) == 5000


def test_a_list_that_no_snapshot_can_hold_is_left_out() -> None:
    label = Text({"": "\U0001f600" * 1000})  # four bytes each
    huge = [Choice(value=str(number), label=label) for number in range(2200)]
    others = charitylog({CLIENTS: {"main_language": "Language"}})

    found = find_out(lambda name: huge if name == "organisations/main_language" else others(name), WISHED, [CLIENTS])

    assert {each.name: each.dictionary for each in found.asked}["main_language"] is None


def test_without_a_phone_in_the_lists_the_form_still_asks_for_one(tmp_path: Path) -> None:
    asked = questions(tmp_path, suggested({CLIENTS: ["surname"]}))

    assert (asked["telephone"].type, asked["telephone"].sending) == ("phone", "description")


def test_kinds_and_projects_are_named_beside_the_ids() -> None:
    lists = {CLIENTS: MODEST, "client_type": {"7": "Service user", "9": "Carer"}, "referrals/project": {"3": "Triage"}}
    made = suggested(lists, project=3)
    text = written(made.draft)

    assert "{id: client, charitylog: {org_type_id: 7}}" in text
    assert "7 = Service user, 9 = Carer" in text
    assert "3 = Triage" in text
    assert "charitylog: {delivery: staged, project: 3}" in text
    assert made.remarks[0].startswith("org_type_id is 7 (Service user).")


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"org_type": 5}, "--org-type 5 is not in your Charitylog. It has: 7 = Service user."),
        ({"project": 5}, "--project 5 is not in your Charitylog. It has: 3 = Triage."),
        ({"source": 1}, "A source needs a role"),
        ({"role": 1}, "A source needs a role"),
    ],
)
def test_what_this_charitylog_does_not_have_is_refused(wishes: dict[str, int], said: str) -> None:
    lists = {CLIENTS: MODEST, "client_type": {"7": "Service user"}, "referrals/project": {"3": "Triage"}}
    with pytest.raises(Unsuitable, match=said):
        suggested(lists, **wishes)
