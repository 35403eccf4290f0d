"""The web server's own log: no line of it quotes a request."""

import pytest
from gunicorn.config import Config

from gateway.web.serving import QuietLogger

DRAFT = "/riverside/support/d/secret"


def fail() -> None:
    raise LookupError(DRAFT)


def test_an_error_in_a_request_is_named_by_its_class_alone(caplog: pytest.LogCaptureFixture) -> None:
    quiet = QuietLogger(Config())
    try:
        fail()
    except LookupError:
        quiet.exception("Error handling request %s", DRAFT)
    assert "error=LookupError" in caplog.text
    assert "secret" not in caplog.text


def test_a_request_that_is_not_http_is_not_quoted(caplog: pytest.LogCaptureFixture) -> None:
    quiet = QuietLogger(Config())
    quiet.warning(f"Invalid request from ip=127.0.0.1: Invalid HTTP request line: 'GET {DRAFT}'")
    quiet.warning("Worker with pid %s was terminated", 7)
    assert "secret" not in caplog.text
    assert "Worker with pid 7 was terminated" in caplog.text
