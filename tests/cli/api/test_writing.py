"""What is written: fields from arguments, files and questions; what is refused before anything is sent."""

import json
from pathlib import Path

import pytest

from .conftest import Typing, Wire

PERSON = {"first_name": "Ada", "surname": "Testperson", "note": "Sample; 50% / “Invented”\nŁ"}


def test_a_client_is_made_of_arguments_a_file_and_a_question(typed: Typing, wire: Wire) -> None:
    Path("more.json").write_text('{"type": 7, "email": "ada@example.org"}', encoding="utf-8")

    done = typed(
        "create", "clients", "first_name=Ada", "surname=-", "--from", "more.json", "--yes", stdin="Sample, Jr\n"
    )

    assert done.stdout == "Made (answered 201, number 14).\n"
    (made,) = [json.loads(line) for line in typed("get", "clients", "--filter", "id=14", "--json").stdout.splitlines()]
    assert made["surname"] == "Sample, Jr"
    assert (made["type"], made["email"]) == ("7", "ada@example.org")


def test_fields_can_come_from_the_standard_input(typed: Typing, wire: Wire) -> None:
    done = typed("create", "clients", "--from", "-", "--yes", "--json", stdin=json.dumps(PERSON))

    assert json.loads(done.stdout) == {"status": 201, "id": "14"}


@pytest.mark.parametrize("shape", ["id", "number", "text", "list", "data"])
def test_the_number_of_what_was_made_is_told_in_whatever_shape_it_comes(typed: Typing, wire: Wire, shape: str) -> None:
    wire.sandbox.answers = wire.sandbox.answers.changed({"record_shape": shape})

    assert "number 14)." in typed("create", "clients", "first_name=Ada", "surname=Testperson", "--yes").stdout


def test_an_answer_without_a_number_is_told_without_one(typed: Typing, wire: Wire) -> None:
    wire.sandbox.answers = wire.sandbox.answers.changed({"record_shape": "success"})
    words = ("create", "clients", "first_name=Ada", "surname=Testperson", "--yes")

    assert typed(*words).stdout == "Made (answered 200).\n"
    assert json.loads(typed(*words, "--json").stdout)["id"] is None
    assert json.loads(typed(*words, "--raw").stdout)["success"] is True


def test_people_are_staged_as_the_organisation_encodes_them(typed: Typing, wire: Wire) -> None:
    file = Path("organisations/carers/organisation.yaml")
    file.write_text(
        file.read_text(encoding="utf-8") + "  body: json\n  ids: number\n  writes: current\n", encoding="utf-8"
    )
    person = {"org_type_id": "7", "first_name": "Ada", "surname": "Testperson", "description": "Invented."}

    done = typed("stage", "--yes", stdin=json.dumps([person]))

    assert done.stdout == "Staged: it waits in the External Referral Manager (answered 200).\n"
    (staged,) = wire.app.test_client().get("/_sandbox/staged").json
    assert (staged["encoding"], staged["people"]) == ("D", [{**person, "org_type_id": 7}])
    assert typed("create", "clients", "surname=Testperson").stdout.startswith("POST http://")


def test_the_minimum_of_a_staged_referral_is_the_one_that_the_organisation_names(typed: Typing, wire: Wire) -> None:
    file = Path("organisations/carers/organisation.yaml")
    people = '[{"org_type_id": 7, "first_name": "Ada", "surname": "Testperson"}]'

    assert "person 1: description is missing" in typed("stage", "--yes", stdin=people).stderr
    file.write_text(f"{file.read_text(encoding='utf-8')}  minimum: 2023\n", encoding="utf-8")
    assert typed("stage", "--yes", stdin=people).exit_code == 0
    assert wire.sent == ["PUT /v2/external_referral"]


def test_what_would_be_staged_is_told_by_its_fields(typed: Typing, wire: Wire) -> None:
    first = {"org_type_id": 7, "first_name": "Ada", "surname": "Testperson", "description": "Invented."}
    second = {"org_type_id": 9, "first_name": "Bob", "surname": "Testperson"}

    held = typed("stage", stdin=json.dumps([first, second])).stdout

    assert "  person 1: org_type_id, first_name, surname, description\n  person 2: org_type_id," in held
    assert wire.sent == []


def test_a_name_in_a_file_cannot_command_a_terminal(typed: Typing) -> None:
    told = typed("create", "clients", "--from", "-", stdin=json.dumps({"\x1b[2J": "x"})).output
    told += typed("create", "clients", "--from", "-", stdin=json.dumps({"\x1b[2J": None})).output

    assert told.count("[2J") == 2
    assert "\x1b" not in told


def test_a_file_that_would_be_uploaded_is_told_by_name_and_size(typed: Typing, wire: Wire) -> None:
    Path("letter.txt").write_text("An invented letter.", encoding="utf-8")
    words = ("upload", "clients", "1", "letter.txt", "--user-visibility", "1", "--group-visibility", "1,2")

    assert "  letter.txt, 19 bytes\n" in typed(*words).stdout
    assert typed(*words, "--yes").exit_code == 0
    (kept,) = wire.app.test_client().get("/_sandbox/uploads").json
    assert (kept["name"], kept["size"], kept["group_visibility"]) == ("letter.txt", 19, "1,2")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("create clients", "Give one field at least"),
        ("update clients 1", "Give one field at least"),
        ("create workers surname=Testperson", "workers is no group for this. There are: clients, referrals,"),
        ("update schedules 21 status=Done", "schedules is no group for this"),
        ("create due_contacts description=Invented", "Say by --referral"),
        ("create clients surname=Testperson --referral 1", "--referral goes with due_contacts and done_contacts"),
        ("create referrals client=1 --external-id X", "--external-id goes with clients alone"),
        ("create clients Testperson", "Write each field as NAME=VALUE"),
        ("create clients surname=Testperson surname=Sample", "surname stands there twice"),
        ("create clients surname=Testperson --from more.json", "surname: given here and in the file"),
        ("create clients surname=- --from -", "nothing can be asked for beside it"),
        ("create clients --from list.json", "must hold one object"),
        ("create clients --from broken.json", "What was given is no JSON (line 2, column 1)"),
        ("create clients --from nowhere.json", "nowhere.json cannot be read: No such file or directory"),
        ("create clients --from nested.json", "surname: a field of a record must be text or a whole number"),
        ("relate 1 3 --there 5", "Missing option '--back'"),
        ("relate 1 3 --there 5 --back 8 --carer-there 3", "Give --carer-there and --carer-back together"),
        ("complete 405 --start 2026-12-03", "Missing option '--end'"),
        ("stage more.json", "Give a list of people"),
        ("stage list.json", "Give a list of people"),
        ("stage person.json", "person 1: org_type_id is missing"),
        ("upload workers 3 more.json --user-visibility 1 --group-visibility 1", "'workers' is not one of"),
        ("upload clients 1 nowhere.pdf --user-visibility 1 --group-visibility 1", "does not exist"),
        ("upload clients 1 more.json --user-visibility 1", "Missing option '--group-visibility'"),
    ],
)
def test_what_cannot_be_meant_is_refused_even_with_yes(typed: Typing, wire: Wire, words: str, told: str) -> None:
    for name, content in {
        "more.json": '{"surname": "Testperson"}',
        "list.json": '["Testperson"]',
        "broken.json": '{"surname": "Testperson",\n',
        "nested.json": '{"surname": {"Testperson": 1}}',
        "person.json": '[{"surname": "Testperson"}]',
    }.items():
        Path(name).write_text(content, encoding="utf-8")

    done = typed(*words.split(), "--yes")

    assert done.exit_code != 0
    assert told in " ".join(done.stderr.split())
    assert "Testperson" not in done.output
    assert wire.sent == []
