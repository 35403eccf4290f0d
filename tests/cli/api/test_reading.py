"""What is read, as a table, as JSON and as it came; and how an organisation is found."""

import io
import json
import sys
from pathlib import Path

import pytest

from gateway.charitylog import Answer
from gateway.cli.api import showing

from .conftest import Typing, Wire

CHOSEN = ("get", "clients", "--filter", "id=1,2", "--fields", "id,first_name,surname")


def test_records_come_as_a_table(typed: Typing, wire: Wire) -> None:
    assert typed(*CHOSEN).stdout.splitlines() == [
        "id  first_name  surname",
        "--  ----------  ----------",
        "1   Alba        Samplewell",
        "2   Bertram     Samplewell",
    ]


@pytest.mark.parametrize("shape", ["list", "data", "map"])
def test_records_come_as_one_object_a_line_in_whatever_shape_they_were_answered(
    typed: Typing, wire: Wire, shape: str
) -> None:
    wire.sandbox.answers = wire.sandbox.answers.changed({"list_shape": shape})

    lines = typed(*CHOSEN, "--json").stdout.splitlines()

    assert [json.loads(line)["first_name"] for line in lines] == ["Alba", "Bertram"]


def test_an_answer_comes_as_it_came_for_raw(typed: Typing, wire: Wire) -> None:
    wire.sandbox.answers = wire.sandbox.answers.changed({"list_shape": "data"})

    assert [each["id"] for each in json.loads(typed(*CHOSEN, "--raw").stdout_bytes)["data"]] == [1, 2]


def test_raw_and_json_are_not_both_possible(typed: Typing, wire: Wire) -> None:
    assert "not both" in typed(*CHOSEN, "--raw", "--json").stderr
    assert wire.sent == []


def test_one_record_comes_as_a_block(typed: Typing) -> None:
    assert typed("get", "clients", "1", "--fields", "id,surname").stdout == "id       1\nsurname  Samplewell\n"


def test_that_nothing_was_found_is_said_beside_the_output(typed: Typing) -> None:
    done = typed("get", "clients", "999999")

    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "Nothing was found.\n")


def test_a_value_that_was_asked_for_reaches_the_api_and_no_output(typed: Typing, wire: Wire) -> None:
    done = typed("get", "clients", "--filter", "nhs_number=-", stdin="9990000000\n")

    assert wire.sent == ["GET /v2/clients/nhs_number/9990000000"]
    assert done.stdout == ""


def test_a_dictionary_and_what_is_found_in_it_are_told_by_number_and_name(typed: Typing) -> None:
    assert typed("dictionary", "referrals/project", "--search", "TRIAGE").stdout.splitlines()[-2:] == [
        "id    7",
        "name  Triage",
    ]
    found = [json.loads(line) for line in typed("dictionary", "client_type", "--json").stdout.splitlines()]
    assert {"id": "7", "name": "Service user"} in found


@pytest.mark.parametrize("shape", ["map", "list"])
def test_all_dictionaries_are_told_with_theirs(typed: Typing, wire: Wire, shape: str) -> None:
    wire.sandbox.answers = wire.sandbox.answers.changed({"dictionary_shape": shape})

    found = [json.loads(line) for line in typed("dictionary", "--json").stdout.splitlines()]

    assert {"dictionary": "referrals/project", "id": "7", "name": "Triage"} in found


def test_searching_needs_a_dictionary(typed: Typing, wire: Wire) -> None:
    assert "Say in which dictionary" in typed("dictionary", "--search", "Triage").stderr
    assert wire.sent == []


def test_fields_are_told_with_what_they_are_called(typed: Typing, wire: Wire) -> None:
    wire.sandbox.answers = wire.sandbox.answers.changed({"fields_shape": "map"})

    found = [json.loads(line) for line in typed("fields", "clients", "--json").stdout.splitlines()]

    assert {"name": "surname", "label": "Surname"} in found


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["get", "client"], "client is no group for this. There are: clients, referrals,"),
        (["fields", "workers", "--filterable"], "There are: clients, due_contacts, done_contacts."),
        (["get", "clients", *(word for number in range(11) for word in ("--filter", f"key_{number}=1"))], "ten"),
        (["get", "clients", "--filter", "field=id"], "field is no filter"),
        (["get", "clients", ".."], "may not be empty"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_anything_is_sent(
    typed: Typing, wire: Wire, words: list[str], told: str
) -> None:
    done = typed(*words)

    assert done.exit_code == 1
    assert told in done.stderr.replace("10 filters", "ten filters")
    assert wire.sent == []


def test_one_of_several_organisations_is_named(typed: Typing, wire: Wire) -> None:
    other = Path("organisations/others")
    other.mkdir()
    (other / "organisation.yaml").write_text(
        "name: Others\nlanguages: [en]\ncontact: {phone: 01632 960124}\n", encoding="utf-8"
    )

    assert "There are: carers, others." in typed("get", "clients").stderr
    assert "There is no organisation nobody." in typed("get", "clients", "--organisation", "nobody").stderr
    refused = typed("get", "clients", "--organisation", "others").stderr
    assert "others/organisation.yaml: charitylog: is missing" in refused
    assert wire.sent == []
    assert typed(*CHOSEN, "--organisation", "carers").exit_code == 0


def test_no_organisation_at_all_is_said(typed: Typing) -> None:
    Path("organisations/carers/organisation.yaml").unlink()
    Path("organisations/carers").rmdir()

    assert "organisations holds none." in typed("get", "clients").stderr


def test_a_form_that_is_wrong_keeps_nobody_from_reading(typed: Typing) -> None:
    forms = Path("organisations/carers/forms")
    forms.mkdir()
    (forms / "broken.yaml").write_text("pages: nonsense", encoding="utf-8")

    assert typed(*CHOSEN).exit_code == 0


def test_only_the_settings_that_are_needed_have_to_be_right(typed: Typing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_SMTP_URL", "nonsense")
    assert typed(*CHOSEN).exit_code == 0

    monkeypatch.setenv("GATEWAY_READ_TIMEOUT_SECONDS", "soon")
    assert typed(*CHOSEN).stderr.startswith("Error: GATEWAY_READ_TIMEOUT_SECONDS: ")


def test_a_key_that_is_not_set_is_named(typed: Typing, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHARITYLOG_ORG")

    assert "needs CHARITYLOG_ORG, which is not set" in typed("get", "clients").stderr
    assert wire.sent == []


def test_a_key_that_cannot_be_sent_is_not_shown(typed: Typing, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARITYLOG_ORG", "two words")

    refused = typed("get", "clients").stderr

    assert "charitylog.org: must be plain characters" in refused
    assert "two words" not in refused


def test_what_was_answered_cannot_command_a_terminal(
    typed: Typing, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed("create", "clients", "first_name=\x1b]0;owned\x07", "surname=\u202eTestperson\x9b2J", "--yes")
    words = ("get", "clients", "--filter", "id=14", "--fields", "id,first_name,surname")

    table, lines = typed(*words).stdout, typed(*words, "--json").stdout

    assert "owned" in table
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(table + lines)
    screen = _Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    showing.as_it_came(Answer(200, {}, b"\x1b[2J\nlines stay\xff", 0))
    assert screen.getvalue() == "�[2J\nlines stay�\n"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True
