"""The watchman outside is called while all is well: not when jobs are overdue, and nowhere else than where he is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from io import BytesIO
from urllib.request import Request

import pytest

from gateway.delivery.heartbeat import Heartbeat, _SameOrSafer
from gateway.keys import KeyRing
from gateway.store import destinations
from gateway.store.database import Database

from ..store.making import NOW, send
from ..watchman import Watchman, open_watchman

LONG_AGO = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def watchman() -> Iterator[Watchman]:
    """A watchman who is called."""
    with open_watchman() as found:
        yield found


def test_the_watchman_is_called_while_all_is_well(database: Database, watchman: Watchman) -> None:
    Heartbeat(database, f"{watchman.base}/ping")(NOW)

    assert watchman.calls == ["/ping"]


def test_he_is_not_called_while_a_job_is_overdue(
    database: Database, ring: KeyRing, watchman: Watchman, caplog: pytest.LogCaptureFixture
) -> None:
    send(database, ring, now=LONG_AGO)

    Heartbeat(database, f"{watchman.base}/ping")(NOW)

    assert watchman.calls == []
    assert "heartbeat withheld due_minutes=6" in caplog.text


@pytest.mark.parametrize("trouble", ["paused_at", "broken_until"])
def test_a_destination_that_is_shut_or_away_is_no_fault_of_the_worker(
    database: Database, ring: KeyRing, watchman: Watchman, trouble: str
) -> None:
    send(database, ring, now=LONG_AGO)
    with database.write() as connection:
        destinations.remember(connection, "riverside", **{trouble: LONG_AGO})

    Heartbeat(database, f"{watchman.base}/ping")(NOW)

    assert watchman.calls == ["/ping"]


def test_a_redirect_within_the_scheme_is_followed(database: Database, watchman: Watchman) -> None:
    watchman.leads_to = f"{watchman.base}/elsewhere"

    Heartbeat(database, f"{watchman.base}/ping")(NOW)

    assert watchman.calls == ["/ping", "/elsewhere"]


@pytest.mark.parametrize("away", ["file:///etc/hostname", "ftp://127.0.0.1/x", "gopher://127.0.0.1/"])
def test_no_redirect_leads_to_another_scheme(
    database: Database, watchman: Watchman, away: str, caplog: pytest.LogCaptureFixture
) -> None:
    watchman.leads_to = away

    Heartbeat(database, f"{watchman.base}/ping")(NOW)

    assert watchman.calls == ["/ping"]
    assert "heartbeat failed error=HTTPError" in caplog.text


@pytest.mark.parametrize(
    ("leads_to", "follows"), [("http://watch.example.org/", False), ("https://other.example/", True)]
)
def test_no_redirect_leaves_https(leads_to: str, follows: bool) -> None:
    request = Request("https://watch.example.org/ping")

    found = _SameOrSafer().redirect_request(request, BytesIO(), 302, "Found", Message(), leads_to)

    assert (found is not None) is follows


def test_a_watchman_who_is_away_is_named_by_the_kind_of_error_alone(
    database: Database, watchman: Watchman, caplog: pytest.LogCaptureFixture
) -> None:
    watchman.status = 503
    Heartbeat(database, f"{watchman.base}/a-secret")(NOW)
    Heartbeat(database, "http://127.0.0.1:1/a-secret")(NOW)

    assert caplog.text.count("heartbeat failed error=") == 2
    assert "a-secret" not in caplog.text


def test_no_proxy_of_the_environment_stands_between(
    database: Database, watchman: Watchman, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    Heartbeat(database, f"{watchman.base}/ping")(NOW)

    assert watchman.calls == ["/ping"]
