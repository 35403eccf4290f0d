"""Folders become organisations; what is wrong closes one of them and is said, and the rest goes on."""

from pathlib import Path

import pytest

from gateway.definitions.loader import load_organisations
from gateway.definitions.problems import Problem
from gateway.definitions.schema import Form

from .writing import BLOCKS, ENVIRONMENT, a_field, a_form, a_page, a_profile, load, problems, write

SECRET = ENVIRONMENT["CRM_KEY"]


def test_blocks_of_destinations_are_carried_unopened(tmp_path: Path) -> None:
    form = a_form(crm={"source": "1", "list": ["a"]}, people=[{"id": "client", "crm": {"role": "1"}}])

    organisation = load(tmp_path, form, a_profile(crm={"url": "${CRM_URL}", "key": "k-${CRM_KEY}"}))

    assert not organisation.closed
    assert organisation.profile.blocks == {"crm": {"url": "https://crm.example/v2", "key": f"k-{SECRET}"}}
    assert organisation.forms["support"].blocks == {"crm": {"source": "1", "list": ["a"]}}
    assert organisation.forms["support"].main.blocks == {"crm": {"role": "1"}}


def test_a_stored_form_needs_no_names_of_destinations(tmp_path: Path) -> None:
    form = load(tmp_path, a_form(crm={"source": "1"})).forms["support"]

    assert Form.model_validate_json(form.model_dump_json(by_alias=True)).blocks == {"crm": {"source": "1"}}


def test_a_form_has_the_name_of_its_file_and_the_languages_of_its_organisation(tmp_path: Path) -> None:
    organisation = load(tmp_path, profile=a_profile(languages=["en", "cy"]))

    assert organisation.forms["support"].slug == "support"
    assert organisation.forms["support"].languages == ("en", "cy")
    assert organisation.files == {
        "": (tmp_path / "riverside/organisation.yaml").as_posix(),
        "support": (tmp_path / "riverside/forms/support.yaml").as_posix(),
    }


def test_texts_by_language_are_read(tmp_path: Path) -> None:
    form = a_form(title={"cy": "Gofyn am gymorth", "en": "Ask for support"})

    organisation = load(tmp_path, form, a_profile(languages=["en", "cy"]))

    assert problems(organisation) == []
    assert organisation.forms["support"].title.within("cy") == "Gofyn am gymorth"


@pytest.mark.parametrize(
    ("title", "path", "remedy"),
    [
        ({"en": "Ask", "pl": "Pytaj"}, "pages[0].fields[0].label.pl", "(en, cy). Remove it or add it there."),
        ({"cy": "Gofyn"}, "pages[0].fields[0].label", "has no text in 'en'"),
    ],
)
def test_a_language_too_many_or_too_few_is_refused(tmp_path: Path, title: object, path: str, remedy: str) -> None:
    form = a_form(a_page(a_field(label=title)))

    [(where, message)] = problems(load(tmp_path, form, a_profile(languages=["en", "cy"])))

    assert where == path
    assert remedy in message


def test_a_form_takes_nothing_from_the_environment(tmp_path: Path) -> None:
    organisation = load(tmp_path, a_form(title="${CRM_KEY}"))

    assert str(organisation.forms["support"].title) == "${CRM_KEY}"


@pytest.mark.parametrize(
    "changes",
    [
        {"contact": {"phone": "1", "email": "${CRM_KEY}"}},
        {"contact": {"phone": "1", "form": "${CRM_KEY}"}},
        {"theme": {"brand": "${CRM_KEY}"}},
        {"theme": {"logo": "${CRM_KEY}"}},
        {"languages": ["${CRM_KEY}"]},
        {"privacy_notice": {"url": "${CRM_KEY}", "version": "1"}},
        {"alerts": {"email": ["${CRM_KEY}"]}},
        {"alerts": "${CRM_KEY}"},
        {"retention": {"delivered_days": "${CRM_KEY}"}},
        {"embed_origins": ["${CRM_KEY}"]},
        {"crm": {"key": "${CRM_KEY}", "url": "${CRM_ABSENT}"}},
    ],
    ids=str,
)
def test_no_problem_shows_a_value_of_the_environment(tmp_path: Path, changes: dict[str, object]) -> None:
    organisation = load(tmp_path, profile=a_profile(**changes))

    assert organisation.closed
    assert SECRET not in "".join(map(str, organisation.problems))


def test_no_repr_shows_the_blocks_of_an_organisation(tmp_path: Path) -> None:
    organisation = load(tmp_path, profile=a_profile(crm={"key": "${CRM_KEY}"}))

    assert organisation.profile.blocks["crm"]["key"] == SECRET
    assert SECRET not in f"{organisation!r}{organisation.profile!r}{organisation.profile}"


def test_an_empty_variable_counts_as_missing(tmp_path: Path) -> None:
    write(tmp_path / "riverside", "organisation.yaml", a_profile(crm={"url": "${CRM_URL}"}))

    organisation = load_organisations(tmp_path, environment={"CRM_URL": " "}, blocks=BLOCKS)["riverside"]

    assert [path for path, _ in problems(organisation)] == ["crm.url"]
    assert organisation.profile.blocks == {}


@pytest.mark.parametrize(
    "broken",
    [
        {"organisation.yaml": "name: {"},
        {"organisation.yaml": a_profile(crm={"url": "${CRM_ABSENT}"})},
        {"forms/support.yaml": "title: {label: What?}"},
        {"forms/support.yaml": b"\xff\xfe"},
        {"forms/support.yaml": "[]"},
        {"forms/support.yaml": ""},
        {"forms/Support.yaml": a_form()},
        {"forms/other.yml": a_form()},
        {"dictionaries/a.json": "{}"},
        {"dictionaries/a.json": "[]"},
        {"dictionaries/a.json": '[{"value": "1", "label": "One"}, {"value": "1", "label": "Two"}]'},
        {"dictionaries/a.json": '[{"value": "1", "lable": "One"}]'},
        {"dictionaries/a.json": '[{"value": "1", "label": "One", "ask": "Which"}]'},
        {"dictionaries/a b.json": '[{"value": "1", "label": "One"}]'},
    ],
    ids=str,
)
def test_a_broken_organisation_leaves_its_neighbour_alone(tmp_path: Path, broken: dict[str, object]) -> None:
    for slug in ("hillside", "riverside"):
        write(tmp_path / slug, "organisation.yaml", a_profile())
        write(tmp_path / slug, "forms/support.yaml", a_form())
    for name, content in broken.items():
        write(tmp_path / "hillside", name, content)

    found = load_organisations(tmp_path, environment=ENVIRONMENT, blocks=BLOCKS)

    assert found["hillside"].closed
    assert {problem.file for problem in found["hillside"].problems} == {
        (tmp_path / "hillside" / next(iter(broken))).as_posix()
    }
    assert not found["riverside"].closed
    assert list(found["riverside"].forms) == ["support"]


def test_a_broken_form_leaves_the_other_forms_loaded(tmp_path: Path) -> None:
    organisation = load(tmp_path, "title: {", **{"forms/other.yaml": a_form()})

    assert organisation.closed
    assert list(organisation.forms) == ["other"]


@pytest.mark.parametrize(
    "changes",
    [
        {"theme": {"brand": "purple"}},
        {"alerts": ""},
        {"crm": "${CRM_ABSENT}"},
        {"alerts": {"email": ["${CRM_ABSENT}"]}},
    ],
    ids=str,
)
def test_a_wrong_profile_still_says_whom_to_call(tmp_path: Path, changes: dict[str, object]) -> None:
    organisation = load(tmp_path, profile=a_profile(**changes))

    assert organisation.closed
    assert organisation.profile.contact.phone == "01632 960123"
    assert str(organisation.profile.name) == "Riverside Carers"
    assert str(organisation.profile.urgent_help) == "In danger? Call 999."


def test_a_wrong_profile_keeps_no_stand_in_for_an_address(tmp_path: Path) -> None:
    profile = load(tmp_path, profile=a_profile(alerts="", privacy_notice="")).profile

    assert (profile.alerts.email, profile.privacy_notice) == ((), None)


def test_half_a_contact_is_enough_to_call(tmp_path: Path) -> None:
    profile = load(tmp_path, profile={"contact": {"phone": "01632 960123", "email": "nobody"}}).profile

    assert profile.contact.phone == "01632 960123"
    assert str(profile.name) == "riverside"
    assert "999" in str(profile.urgent_help)


@pytest.mark.parametrize("profile", ["contact: [", {"name": "Riverside"}, {"contact": "01632 960123"}], ids=str)
def test_without_a_telephone_number_there_is_no_profile(tmp_path: Path, profile: object) -> None:
    organisation = load(tmp_path, profile=profile)

    assert organisation.closed
    assert organisation.profile is None


def test_a_missing_organisation_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "riverside").mkdir()

    organisation = load_organisations(tmp_path, environment={}, blocks=BLOCKS)["riverside"]

    assert "is missing. Write it" in organisation.problems[0].message


@pytest.mark.parametrize(("slug", "said"), [("staff", "Choose another name"), ("Riverside Carers", "Rename it")])
def test_a_folder_whose_name_is_no_address_is_closed(tmp_path: Path, slug: str, said: str) -> None:
    write(tmp_path / slug, "organisation.yaml", a_profile())

    organisation = load_organisations(tmp_path, environment={}, blocks=BLOCKS)[slug]

    assert said in organisation.problems[0].message


def test_files_and_hidden_folders_are_no_organisations(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "words")
    write(tmp_path / ".git", "organisation.yaml", a_profile())

    assert load_organisations(tmp_path, environment={}, blocks=BLOCKS) == {}


def test_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="Make it, or name"):
        load_organisations(tmp_path / "absent", environment={}, blocks=BLOCKS)


def test_dictionaries_are_named_by_their_path(tmp_path: Path) -> None:
    organisation = load(tmp_path, **{"dictionaries/organisations/gender.json": [{"value": "1", "label": "Female"}]})

    [choice] = organisation.dictionaries["organisations/gender"]
    assert (choice.value, str(choice.label)) == ("1", "Female")


def test_what_others_find_closes_the_organisation_too(tmp_path: Path) -> None:
    organisation = load(tmp_path)

    more = organisation.with_problems([Problem("a.yaml", "crm.source", "is missing. Add it.")])

    assert (organisation.closed, more.closed) == (False, True)
    assert str(more.problems[0]) == "a.yaml: crm.source: is missing. Add it."
