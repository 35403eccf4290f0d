"""The whole round: a gateway in order, one without anything, and nothing that no report may show."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from gateway.cli.doctor import command
from gateway.doctor import round as rounds
from gateway.doctor.finding import State
from gateway.doctor.round import CHECKS, OF_ONE

from .conftest import SQLITE, Patient

Told = Callable[..., list[str]]


def test_a_gateway_in_order_has_nothing_to_look_at(patient: Patient) -> None:
    found = patient.examined(offline=False)

    assert [str(each) for each in found if each.state is not State.OK] == []
    assert {each.about for each in found} >= {*CHECKS, "settings", "web"}
    assert patient.mailbox.mails == []


@SQLITE
def test_a_command_prints_lines_and_ends_with_0(patient: Patient) -> None:
    result = CliRunner().invoke(command, ["--offline"])

    assert result.exit_code == 0
    assert "ok     database: " in result.stdout
    assert all(json.loads(line)["state"] == "ok" for line in
               CliRunner().invoke(command, ["--json", "--offline"]).stdout.splitlines())  # fmt: skip


@SQLITE
def test_what_is_wrong_ends_with_1(patient: Patient) -> None:
    patient.environment.setenv("GATEWAY_KEYS", "no key")
    result = CliRunner().invoke(command, ["--offline"])

    assert result.exit_code == 1
    assert "wrong  keys: GATEWAY_KEYS holds something that is no key — Make one with `flask keys new`" in result.stdout
    assert "ok     database: " in result.stdout


def test_without_any_setting_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("KEYS", "BASE_URL", "CLAMD", "SMTP_URL", "DATABASE_URL", "ORGANISATIONS"):
        monkeypatch.delenv(f"GATEWAY_{name}", raising=False)
    result = CliRunner().invoke(command, [])

    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit)
    for name in ("KEYS", "BASE_URL", "CLAMD", "SMTP_URL"):
        assert f"wrong  settings: GATEWAY_{name} is not set" in result.stdout
    assert "wrong  database: the folder var of the database does not exist — run `flask migrate`" in result.stdout
    assert "wrong  organisations: there is no folder organisations" in result.stdout


def test_a_file_of_settings_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(b"GATEWAY_KEYS=\xff\xfe")
    result = CliRunner().invoke(command, [])

    assert result.exit_code == 1
    assert result.stdout.startswith("wrong  settings: they could not be read (")


@SQLITE
def test_settings_that_do_not_fit_together_keep_nothing_from_being_looked_at(patient: Patient) -> None:
    found = patient.examined(GATEWAY_LEASE_SECONDS="3", GATEWAY_SMTP_URL="nonsense")

    wrong = [each.what for each in found if each.state is State.WRONG]
    assert wrong[0].startswith("GATEWAY_SMTP_URL: ")
    assert {each.about for each in found} >= {"database", "keys", "worker"}


@SQLITE
def test_no_secret_is_shown_whatever_is_wrong(patient: Patient) -> None:
    shown = ""
    for changes in (
        {},
        {"GATEWAY_SMTP_URL": "smtp://Zebedee:Zebedee@127.0.0.1:1?from=refer@example.org"},
        {"GATEWAY_DATABASE_URL": "postgresql://Zebedee:Zebedee@127.0.0.1:1/none?connect_timeout=2"},
        {"GATEWAY_KEYS": "Zebedee"},
        {"CHARITYLOG_URL": "http://Zebedee:Zebedee@127.0.0.1/v2"},
        {"CHARITYLOG_SOURCE": "Zebedee"},
        {"GATEWAY_LEASE_SECONDS": "Zebedee"},
    ):
        settings: dict[str, Any] = changes
        shown += "\n".join(map(str, patient.examined(offline=False, **settings)))

    assert "wrong" in shown
    assert "Zebedee" not in shown
    assert patient.key not in shown


@SQLITE
def test_a_check_that_breaks_keeps_no_other_from_being_made(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> list[object]:
        raise ValueError("Zebedee")

    breaking = list(CHECKS)[::2]
    monkeypatch.setattr(rounds, "CHECKS", {**CHECKS, **dict.fromkeys(breaking, broken)})
    found = patient.examined(offline=False)

    assert [each.about for each in found if each.state is State.WRONG] == breaking
    assert {each.about for each in found} >= {*CHECKS}
    assert "it could not be looked at (ValueError)" in {each.what for each in found}
    assert "Zebedee" not in "".join(map(str, found))


@SQLITE
def test_one_organisation_can_be_looked_at_alone(patient: Patient) -> None:
    (patient.organisations / "elsewhere").mkdir()
    result = CliRunner().invoke(command, ["--organisation", "riverside", "--json"])
    found = [json.loads(line) for line in result.stdout.splitlines()]

    assert result.exit_code == 0
    assert {each["about"] for each in found} == {"settings", *OF_ONE}
    assert {each["organisation"] for each in found if each["about"] != "settings"} == {"riverside"}
    assert {each["form"] for each in found} == {"", "support", "contact-me", "refer"}


@SQLITE
def test_an_organisation_that_is_not_there_is_told(patient: Patient) -> None:
    result = CliRunner().invoke(command, ["--organisation", "elsewhere"])

    assert result.exit_code == 1
    assert "wrong  organisations: there is none called elsewhere — write the name of its folder" in result.stdout


@SQLITE
def test_a_page_to_print_says_what_to_do_by_organisation_and_form(patient: Patient) -> None:
    form = patient.organisations / "riverside" / "forms" / "support.yaml"
    text = form.read_text().replace("org_type_id: 1", "org_type_id: 99").replace("name: date_of_birth", "name: born")
    form.write_text(text.replace("label: Date of birth", 'label: "Born <when>?"'))
    file = patient.folder / "report.html"
    result = CliRunner().invoke(command, ["--report", str(file)])
    page = file.read_text(encoding="utf-8")

    assert result.exit_code == 1
    assert result.stderr.endswith(f"The page is in {file}.\n")
    support = page.partition("<h2>riverside</h2>")[2].partition("<h3>Form: support</h3>")[2]
    assert support.index("To put right") < support.index("Charitylog has no 99") < support.index("To look at")
    assert "“Born &lt;when&gt;?”" in support
    assert '<span class="remedy">Write the id of one that it has: 1 “Client”' in support
    assert "<code>send: description</code>" in support
    for secret in ("source-key", "org-key", "user-key", patient.key, "<script", "http-equiv"):
        assert secret not in page


@SQLITE
def test_a_page_that_cannot_be_written_is_told_after_the_lines(patient: Patient) -> None:
    result = CliRunner().invoke(command, ["--offline", "--report", str(patient.folder / "nowhere" / "report.html")])

    assert result.exit_code == 1
    assert "in order" in result.output
    assert "cannot be written (No such file or directory). Choose another place." in result.stderr


@SQLITE
def test_whoever_administers_keys_and_rights_is_told_what_to_ask_for(patient: Patient, told: Told) -> None:
    control = patient.settings["CHARITYLOG_URL"].removesuffix("/v2") + "/_sandbox"
    wish = {"status": 403, "groups": ["dictionary"], "calls": 100}
    assert requests.post(f"{control}/faults", json=wish, timeout=10).ok

    lines = told("destinations", offline=False)
    assert any(
        "people choose from it in support, page “about”, question “Where do you live?”" in line for line in lines
    )
    assert all("ask your Charitylog administrator" in line for line in lines)

    assert requests.post(f"{control}/keys", json={"source": "new-key"}, timeout=10).ok
    (line,) = told("destinations", offline=False)
    assert "`source` (header Source) comes by text message" in line
    assert told("forms", offline=False) == []  # by what was read before
