"""Each way in which a call comes to nothing: what is said, what to do, and that no answer's text is in it."""

import logging

import pytest

from gateway.charitylog.body import MAX_BYTES
from gateway.sandbox.faults import parse_fault

from ...charitylog.server import Server, answering, http
from .conftest import Typing, Wire

READ = ("get", "clients", "--filter", "nhs_number=9990000000")
WRITE = ("create", "clients", "first_name=Ada", "surname=Testperson", "--yes")
LOOK = "It may have been done: look there before you type it again."


def fault(wire: Wire, **wish: object) -> None:
    wire.sandbox.faults.add(parse_fault(wish))


def test_keys_that_are_refused_say_where_they_stand(typed: Typing, wire: Wire) -> None:
    wire.sandbox.keys.rotate({"Org": "another"})

    refused = typed(*READ)

    assert refused.exit_code == 1
    assert "Charitylog does not take the keys of carers" in refused.stderr
    assert "3rd Party Systems" in refused.stderr


@pytest.mark.parametrize(
    ("wish", "read", "written"),
    [
        ({"status": 403}, "The user of these keys may not do this", "change the user's rights there"),
        ({"status": 404}, "There is no such record or address", "`url` in organisation.yaml"),
        ({"status": 302}, "There is no such record or address", "`url` in organisation.yaml"),
        ({"status": 422}, "Charitylog rejects what was asked", "`flask api fields`"),
        ({"status": 503}, "Type it again later.", "Charitylog is busy, and did nothing"),
        ({"status": 429, "headers": {"Retry-After": "30"}}, "Type it again in 30 seconds.", "in 30 seconds"),
        ({"status": 500}, "Something broke there. Type it again later.", LOOK),
        ({"cut": "after"}, "No whole answer came: ", LOOK),
        ({"cut": "body"}, "Type it again.", LOOK),
        ({"garbage": True}, "Type it again.", LOOK),
    ],
)
def test_what_to_do_is_said_and_whether_it_may_have_been_done(
    typed: Typing, wire: Wire, wish: dict[str, object], read: str, written: str
) -> None:
    fault(wire, calls=2, **wish)

    reading, writing = typed(*READ), typed(*WRITE)

    assert (reading.exit_code, writing.exit_code) == (1, 1)
    assert (reading.stdout, writing.stdout) == ("", "")
    assert read in reading.stderr
    assert written in writing.stderr
    assert LOOK not in reading.stderr
    assert len(wire.sent) == 2


def test_an_answer_that_is_too_large_says_how_to_ask_for_less(typed: Typing, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(answering(http(bytes(MAX_BYTES + 1)))) as server:
        monkeypatch.setenv("CHARITYLOG_URL", server.url)

        assert "Ask for less, by --filter or --fields." in typed(*READ).stderr
        assert LOOK in typed(*WRITE).stderr


def test_an_address_where_nobody_listens_was_sent_nothing(typed: Typing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARITYLOG_URL", "http://127.0.0.1:1/v2")

    assert "Nothing was sent: connection refused." in typed(*WRITE).stderr


def test_what_was_answered_is_shown_for_raw_alone(typed: Typing, wire: Wire) -> None:
    words = ("create", "clients", "surname=Testperson", "--yes")

    quiet, raw = typed(*words), typed(*words, "--raw")

    assert quiet.stdout == ""
    assert "Add --raw to see the answer as it came." in quiet.stderr
    assert "first_name is missing" in raw.stdout
    assert "Add --raw" not in raw.stderr
    assert raw.exit_code == 1


def test_an_answer_that_cannot_be_read_says_how_to_see_it(typed: Typing, wire: Wire) -> None:
    fault(wire, status=200)

    refused = typed("dictionary", "client_type")

    assert refused.exit_code == 1
    assert "It was answered, but" in refused.stderr
    assert "Add --raw" in refused.stderr


def test_no_value_is_logged_or_said(typed: Typing, wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    fault(wire, status=500)

    told = typed(*READ).output + typed("create", "clients", "surname=Testperson", "--yes").output

    assert "9990000000" not in told + caplog.text
    assert "Testperson" not in told + caplog.text
