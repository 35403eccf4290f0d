"""Scanner, mail server and destinations, each there, away and wrong. No mail is sent by looking."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from gateway.store import destinations as standings

from .conftest import SQLITE, Patient

Told = Callable[..., list[str]]
pytestmark = SQLITE


def test_a_scanner_that_is_away_is_told(patient: Patient, told: Told) -> None:
    assert told("scanner", offline=False) == []
    patient.clamd.stop()

    assert told("scanner", offline=False)[0].startswith("wrong the scanner cannot be reached")
    assert told("scanner") == []
    patient.clamd.start()


def test_something_that_is_no_scanner_is_told(patient: Patient, told: Told) -> None:
    patient.clamd.answers = {b"zPING\0": b"220 mail.example.org\0"}

    assert told("scanner", offline=False)[0].startswith("wrong what answers is no clamd")


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (b"ClamAV 1.4.1/27460/Mon Nov 18 09:31:07 2024\0", "its signatures are"),
        (b"ClamAV 1.4.1\0", ""),
        (b"COMMAND UNAVAILABLE\0", ""),
        (b"ClamAV 1.4.1/27460/Mon Foo 18 09:31:07 2024\0", ""),
    ],
)
def test_old_signatures_are_told(patient: Patient, told: Told, version: bytes, words: str) -> None:
    patient.clamd.answers[b"zVERSION\0"] = version
    found = told("scanner", offline=False)

    assert (words in found[0]) if words else found == []


def test_a_scanner_that_is_off_is_told_where_forms_ask_for_files(patient: Patient, told: Told) -> None:
    assert "forms ask for files" in told("scanner", GATEWAY_CLAMD="off")[0]
    for form in (patient.organisations / "riverside" / "forms").glob("*.yaml"):
        if "type: file" in form.read_text():
            form.unlink()
    assert told("scanner", GATEWAY_CLAMD="off") == []


def test_a_mail_server_that_does_not_let_us_in_is_told(patient: Patient, told: Told) -> None:
    assert told("mail", offline=False) == []
    away = "smtp://127.0.0.1:1?from=refer@example.org&tls=off"
    assert "could not be reached" in told("mail", offline=False, GATEWAY_SMTP_URL=away)[0]
    no_tls = patient.mailbox.url().replace("&tls=off", "")
    assert "offers no STARTTLS" in told("mail", offline=False, GATEWAY_SMTP_URL=no_tls)[0]
    assert told("mail", GATEWAY_SMTP_URL=away) == []
    assert told("mail", GATEWAY_SMTP_URL="off")[0].startswith("look it is off")


def test_a_destination_that_refuses_or_is_away_is_told(told: Told) -> None:
    assert told("destinations", offline=False) == []
    assert told("destinations", offline=False, CHARITYLOG_USER="other")[0].startswith(
        "wrong riverside it refused us: answered 401"
    )
    assert told("destinations", offline=False, CHARITYLOG_URL="http://127.0.0.1:1/v2")[0].startswith(
        "look riverside it is away: connection refused"
    )
    assert told("destinations", CHARITYLOG_URL="http://127.0.0.1:1/v2") == []
    assert "charitylog.url: is no address" in told("organisations", CHARITYLOG_URL="http://127.0.0.1:0/v2")[0]
    assert "charitylog.user: must be plain" in told("organisations", CHARITYLOG_USER="two words")[0]


@pytest.mark.parametrize(("reason", "state"), [("our keys were refused", "wrong"), ("paused by a person", "look")])
def test_a_paused_destination_is_told(patient: Patient, told: Told, reason: str, state: str) -> None:
    with patient.database.write() as connection:
        standings.pause(connection, "riverside", reason=reason, now=datetime.now(UTC) - timedelta(hours=1))
    (line,) = told("destinations")

    assert line.startswith(f"{state} riverside it is paused since ")
    assert reason in line


def test_a_destination_that_is_not_proven_is_told(patient: Patient, told: Told) -> None:
    with patient.database.write() as connection:
        standings.remember(connection, "riverside", proven_at=None)

    assert told("destinations")[0].startswith("look riverside it is not proven: it has accepted no referral yet")
    with patient.database.write() as connection:
        standings.remember(connection, "riverside", asked_about="RG-7K3F-9Q2M")

    assert told("destinations")[0].startswith(
        "look riverside it is not proven: nobody has said that RG-7K3F-9Q2M arrived"
    )
