"""`flask forms new` against a sandbox over HTTP: what it writes, what it refuses, and a referral by its form."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result
from werkzeug.serving import make_server as serve

from gateway.cli import Commands, opening
from gateway.destinations import registry
from gateway.factory import create_app
from gateway.keys import KeyRing
from gateway.sandbox import create_sandbox, make_server
from gateway.settings import Settings
from gateway.store import referrals
from gateway.store.database import Database
from tests.end_to_end.visitor import Visitor
from tests.opened import settings_of
from tests.serving import serving

PROFILE = """
name: Hillside Carers
contact: {phone: 01632 960123}
charitylog:
  url: ${CHARITYLOG_URL}
  source: ${CHARITYLOG_SOURCE}
  org: ${CHARITYLOG_ORG}
  user: ${CHARITYLOG_USER}
"""
DISTRICT = "dictionaries/organisations/district.json"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[int]:
    """A sandbox that refuses every field and id that it does not know; gives its port."""
    server = make_server(create_sandbox(source="source", org="org", user="user", profile="2019", strict=True))
    with serving(server):
        yield server.port


@pytest.fixture
def shaped(sandbox: int) -> Iterator[Callable[..., None]]:
    """Let the sandbox answer in other shapes, for one test."""

    def shape(**shapes: str) -> None:
        requests.post(f"http://127.0.0.1:{sandbox}/_sandbox/answers", json=shapes, timeout=20).raise_for_status()

    yield shape
    shape(fields_shape="list", dictionary_shape="map")


@pytest.fixture
def home(tmp_path: Path, sandbox: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an organisation that has nothing but its organisation.yaml, and no setting of the gateway."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHARITYLOG_URL", f"http://127.0.0.1:{sandbox}/v2")
    for name in ("source", "org", "user"):
        monkeypatch.setenv(f"CHARITYLOG_{name.upper()}", name)
    folder = tmp_path / "organisations/hillside"
    folder.mkdir(parents=True)
    (folder / "organisation.yaml").write_text(PROFILE)
    return folder


def typed(*words: str) -> Result:
    return CliRunner().invoke(Commands("flask"), ["forms", *words])


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_one_command_makes_a_form_that_passes_every_check(home: Path) -> None:
    made = typed("new", "hillside", "help")

    assert made.exit_code == 0, made.output
    assert files(home) == {
        "organisation.yaml", "forms/help.yaml", DISTRICT, "dictionaries/organisations/main_language.json",
        "dictionaries/organisations/preferred_communication_method.json",
    }  # fmt: skip
    assert "Wrote organisations/hillside/forms/help.yaml." in made.stdout
    assert "flask forms preview hillside help" in made.stdout
    checked = typed("check")
    assert checked.output == "hillside: 1 form, all good.\n"


@pytest.mark.parametrize(
    "words",
    [
        ("--all-fields",),
        ("--about", "someone-else"),
        ("--source", "1", "--role", "2", "--project", "7", "--org-type", "9"),
    ],
)
def test_every_way_of_making_one_passes_every_check(home: Path, words: tuple[str, ...]) -> None:
    assert typed("new", "hillside", "help", *words).exit_code == 0

    assert typed("check").output == "hillside: 1 form, all good.\n"


@pytest.mark.parametrize(("fields", "lists"), [("list", "map"), ("map", "list"), ("objects", "data")])
def test_every_shape_of_answer_makes_the_same_form_but_for_labels(
    home: Path, shaped: Callable[..., None], fields: str, lists: str
) -> None:
    shaped(fields_shape=fields, dictionary_shape=lists)

    assert typed("new", "hillside", "help", "--all-fields").exit_code == 0

    assert typed("check").exit_code == 0
    text = (home / "forms/help.yaml").read_text()
    assert "dictionary: organisations/ethnic_group}" in text
    assert ("Consent to photos on the website" in text) == (fields != "list")


def test_whoever_compares_forms_that_were_made_with_the_lists_finds_nothing_to_look_at(home: Path) -> None:
    typed("new", "hillside", "full", "--all-fields", "--project=7", "--org-type=9")
    typed("new", "hillside", "referring", "--about=someone-else", "--source=1", "--role=1")
    organisation = opening.organisations(home.parent)["hillside"]
    destination = registry.build(organisation, registry.Limits(5, 30, 60))
    assert destination is not None
    with closing(destination):
        survey = destination.survey(organisation.forms)

    seen = [*survey.observations, *destination.compare(organisation.forms, survey.lists)]

    assert len(survey.lists) > 10
    assert [each for each in seen if each.state != "ok"] == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# basis: {", "basis: {"),
        (
            "charitylog: {delivery: staged}",
            "charitylog: {delivery: direct, project: 7, referral: {template: 3, stage: 1}}",
        ),
        ("        type: consent\n", "        type: consent\n        as: consent\n        send: field\n"),
        ("label: First name,", "label: {en: First name, cy: Enw cyntaf},"),
        ("title: Ask for support", "open: false\nclosed: Not yet.\ntitle: Ask for support"),
    ],
)
def test_the_changes_that_its_comments_and_our_documents_speak_of_pass_every_check(
    home: Path, before: str, after: str
) -> None:
    (home / "organisation.yaml").write_text(f"languages: [en, cy]\n{PROFILE}")
    typed("new", "hillside", "help", "--all-fields")
    file = home / "forms/help.yaml"
    assert before in file.read_text()

    file.write_text(file.read_text().replace(before, after, 1))

    assert typed("check").exit_code == 0


def test_the_ids_that_were_given_stand_in_the_form(home: Path) -> None:
    typed("new", "hillside", "help", "--source=1", "--role=2", "--project=7", "--org-type=9", "--title=Ask: us?")

    text = (home / "forms/help.yaml").read_text()
    assert "charitylog: {delivery: staged, source: 1, project: 7}" in text
    assert "{id: client, charitylog: {org_type_id: 9, role: 2}}" in text
    assert 'title: "Ask: us?"' in text


def test_snapshots_that_are_there_are_kept(home: Path) -> None:
    own = json.dumps([{"value": "1", "label": {"en": "Harbour", "cy": "Harbwr"}}])
    (home / DISTRICT).parent.mkdir(parents=True)
    (home / DISTRICT).write_text(own)
    (home / "organisation.yaml").write_text(f"languages: [en, cy]\n{PROFILE}")

    made = typed("new", "hillside", "help")

    assert f"Kept organisations/hillside/{DISTRICT} as it was." in made.stdout
    assert (home / DISTRICT).read_text() == own
    assert "{en: …, cy: …}" in (home / "forms/help.yaml").read_text()
    assert typed("check").exit_code == 0


def test_a_dry_run_prints_the_form_alone_and_writes_nothing(home: Path) -> None:
    printed = typed("new", "hillside", "help", "--dry-run")

    assert files(home) == {"organisation.yaml"}
    typed("new", "hillside", "help")
    assert printed.stdout == (home / "forms/help.yaml").read_text()
    assert "more fields can be asked" in printed.stderr


def test_a_form_is_never_written_over(home: Path) -> None:
    (home / "forms").mkdir()
    (home / "forms/help.yaml").write_text("title: Mine\n")

    made = typed("new", "hillside", "help")

    assert (made.exit_code, files(home)) == (1, {"organisation.yaml", "forms/help.yaml"})
    assert "is there already, and is left alone" in made.stderr
    assert (home / "forms/help.yaml").read_text() == "title: Mine\n"


@pytest.mark.parametrize("slug", ["Help", "help me", "../help", "sent", "a/b", ""])
def test_a_name_that_cannot_be_an_address_is_refused(home: Path, slug: str) -> None:
    made = typed("new", "hillside", slug)

    assert (made.exit_code, files(home)) == (1, {"organisation.yaml"})
    assert "address" in made.stderr


@pytest.mark.parametrize("slug", ["../hillside", "Hillside", "staff", ""])
def test_a_name_that_is_no_organisation_is_refused(home: Path, slug: str) -> None:
    made = typed("new", slug, "help")

    assert (made.exit_code, files(home)) == (1, {"organisation.yaml"})
    assert "address" in made.stderr


def test_without_an_organisation_it_says_what_to_write(home: Path) -> None:
    made = typed("new", "newtown", "help")

    assert made.exit_code == 1
    assert "There is no organisations/newtown/organisation.yaml. Write it first" in made.stderr
    (home.parent / "newtown").mkdir()
    (home.parent / "newtown/organisation.yaml").write_text(made.stderr.split("numbers:\n")[1].split("\nPut the")[0])
    assert typed("new", "newtown", "help").exit_code == 0


def test_an_organisation_that_is_closed_is_to_be_corrected_first(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHARITYLOG_USER")

    made = typed("new", "hillside", "help")

    assert (made.exit_code, made.stderr) == (
        1, "Error: hillside has something to correct first. Type `flask forms check`.\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("CHARITYLOG_USER", "wrong", "Correct the keys"),
        ("CHARITYLOG_URL", "http://127.0.0.1:1/v2", "See that it runs"),
        ("CHARITYLOG_URL", "{address}/v3", "it ends in /v2"),
    ],
)
def test_a_destination_that_lists_nothing_is_a_plain_error(
    home: Path, sandbox: int, monkeypatch: pytest.MonkeyPatch, name: str, value: str, remedy: str
) -> None:
    monkeypatch.setenv(name, value.format(address=f"http://127.0.0.1:{sandbox}"))

    made = typed("new", "hillside", "help")

    assert (made.exit_code, files(home)) == (1, {"organisation.yaml"})
    assert "The destination of hillside did not list its fields" in made.stderr
    assert remedy in made.stderr
    assert made.stderr.endswith("Nothing was written.\n")


def test_a_project_that_there_is_not_is_named_with_those_that_there_are(home: Path) -> None:
    made = typed("new", "hillside", "help", "--project", "99")

    assert (made.exit_code, files(home)) == (1, {"organisation.yaml"})
    assert "7 = Triage" in made.stderr


def test_a_folder_in_the_way_leaves_nothing_half_written(home: Path) -> None:
    (home / "forms").write_text("no folder")

    made = typed("new", "hillside", "help")

    assert (made.exit_code, files(home)) == (1, {"organisation.yaml", "forms"})
    assert made.stderr.startswith("Error: The system refused it")


# What people answer, by the name of the question; everything else stays empty.
ANSWERS = {
    "first_name": "Alba", "surname": "Testperson", "date_of_birth-day": "1", "date_of_birth-month": "2",
    "date_of_birth-year": "1960", "telephone": "01632 960001", "email": "alba@example.com", "postcode": "SA1 1ZZ",
    "district": "1", "main_language": "1", "preferred_communication_method": "1", "say_who": "N", "gender": "1",
    "description": "Please call me", "ethnicity": "35", "religion": "1", "people_in_household": "3",
    "nhs_number": "9434765919", "registered_disabled": "Y", "accommodation": "1", "website_photo_consent": "109",
    "agree": "Y", "agreement": "agreed",
    "referrer-0-name": "Nora Sample", "referrer-0-phone": "01632 960002",
}  # fmt: skip


WAYS = {"short": (), "full": ("--all-fields",), "referring": ("--about=someone-else", "--source=1", "--role=1")}


def sent_by(form: str) -> str:
    """Fill in a form page by page as a person would, and send it; give the reference."""
    visitor = Visitor(form).open(form)
    while "/sent" not in visitor.response.url:
        at = visitor.response.url
        assert visitor.page.form is not None, visitor.text
        names = visitor.page.form.names
        button = "send" if at.endswith("/check") else ""
        visitor.submit({name: ANSWERS[name] for name in names & set(ANSWERS)}, press=button)
        assert visitor.response.url != at, visitor.text
    return visitor.reference


def test_what_is_sent_by_each_form_that_was_made_is_staged(
    home: Path, sandbox: int, sqlite_template: Path, tmp_path: Path
) -> None:
    for form, words in WAYS.items():
        typed("new", "hillside", form, *words)
    (tmp_path / "gateway.db").write_bytes(sqlite_template.read_bytes())
    settings = settings_of(
        f"sqlite:///{tmp_path}/gateway.db",
        organisations=home.parent,
        min_fill_seconds=0,
        ledger=tmp_path / "ledger.jsonl",
    )
    app = create_app(settings)
    web = serve("127.0.0.1", 0, app, threaded=True)
    with closing(app.extensions["gateway"].database), serving(web):
        references = {form: sent_by(f"http://127.0.0.1:{web.port}/hillside/{form}") for form in WAYS}

    people = {form: staged(settings, reference, sandbox) for form, reference in references.items()}

    assert {form: (each["surname"], each["district"]) for form, each in people.items()} == dict.fromkeys(
        WAYS, ("Testperson", "1")
    )
    assert [form for form, each in people.items() if each.get("ethnicity") == "35"] == ["full"]
    assert [form for form, each in people.items() if "Nora Sample" in each["description"]] == ["referring"]


def staged(settings: Settings, reference: str, sandbox: int) -> dict[str, Any]:
    """Deliver a referral as the worker would; give the person whom the sandbox has staged for it."""
    organisation = opening.organisations(settings.organisations)["hillside"]
    with closing(Database(settings.database_url.get_secret_value())) as database, database.read() as connection:
        referral = referrals.opened(connection, KeyRing(settings.keys.get_secret_value()), reference)
    destination = registry.build(organisation, registry.Limits.of(settings))
    assert referral is not None
    assert destination is not None
    with closing(destination):
        for step in destination.steps(referral, repeat=False):
            destination.run(step)
    [found] = Visitor(f"http://127.0.0.1:{sandbox}").open(f"/_sandbox/staged?search={reference}").response.json()
    [person] = found["people"]
    assert reference in person["description"]
    return dict(person)
