"""The web server's own log: no line of it quotes a request."""

import pytest
from gunicorn.config import Config

from gateway.web.serving import QuietLogger

DRAFT = "/riverside/support/d/secret"


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> QuietLogger:
    """A logger as gunicorn makes it, heard by the test."""
    made = QuietLogger(Config())
    made.error_log.handlers[:] = [caplog.handler]
    return made


def fail() -> None:
    raise LookupError(DRAFT)


def test_an_error_in_a_request_is_named_by_its_class_alone(
    quiet: QuietLogger, caplog: pytest.LogCaptureFixture
) -> None:
    try:
        fail()
    except LookupError:
        quiet.exception("Error handling request %s", DRAFT)
    assert "error=LookupError" in caplog.text
    assert "secret" not in caplog.text


def test_a_request_that_is_not_http_is_not_quoted(quiet: QuietLogger, caplog: pytest.LogCaptureFixture) -> None:
    quiet.warning(f"Invalid request from ip=127.0.0.1: Invalid HTTP request line: 'GET {DRAFT}'")
    quiet.warning("Worker with pid %s was terminated", 7)
    assert "secret" not in caplog.text
    assert "Worker with pid 7 was terminated" in caplog.text
