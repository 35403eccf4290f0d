"""/readyz in words and /metrics in numbers: what is wrong, what waits, who is told; no more than anybody may read."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, update

from gateway.factory import create_app
from gateway.keys import KeyRing
from gateway.store import alerts, destinations, mails, tables, tallies, workers
from gateway.store.alerts import Matter, Told
from gateway.store.database import Database
from gateway.store.mails import Mail
from gateway.web.metrics import METRICS
from tests.docs.reading import ROOT
from tests.opened import credentials, settings_of

from ..store.making import send
from ..store.test_watching import leave

TOKEN = "an-invented-token"
SMTP = "smtp://127.0.0.1?from=refer@example.org&tls=off"
HOUR = timedelta(hours=1)
Open = Callable[..., FlaskClient]


@pytest.fixture
def open_web(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Open the web on the store of the test; a worker has just shown life."""
    credentials(monkeypatch)
    workers.beat(database, worker="a", started_at=datetime.now(UTC))
    opened = []

    def make(**settings: object) -> FlaskClient:
        told = {"smtp_url": SMTP, "metrics_token": TOKEN, **settings}
        app = create_app(settings_of(database.url.render_as_string(hide_password=False), **told))
        opened.append(app.extensions["gateway"].database)
        return app.test_client()

    yield make
    for each in opened:
        each.close()


def ready(client: FlaskClient) -> tuple[int, list[str]]:
    response = client.get("/readyz")
    assert response.headers["Cache-Control"] == "no-store"
    return response.status_code, response.text.splitlines()


def put(database: Database, ring: KeyRing, state: str, age: timedelta = HOUR) -> None:
    then = datetime.now(UTC) - age
    reference = send(database, ring, now=then, created_at=then)
    with database.write() as connection:
        table = tables.referrals
        connection.execute(update(table).where(table.c.reference == reference).values(state=state))
        if state != "pending":
            connection.execute(update(tables.jobs).where(tables.jobs.c.reference == reference).values(status="parked"))


def test_all_is_well_in_one_word(open_web: Open) -> None:
    assert ready(open_web()) == (200, ["ready"])


def test_what_waits_for_a_person_is_a_line_each_and_no_fault_of_the_host(
    open_web: Open, database: Database, ring: KeyRing
) -> None:
    for state in ("held", "unknown", "failed", "failed"):
        put(database, ring, state, 3 * HOUR)

    assert ready(open_web()) == (
        200,
        [
            "ready",
            "held: 1 to look at, the first for 3 hours, see `flask referrals list --state held`",
            "unknown: 1 to look at, the first for 3 hours, see `flask referrals list --state unknown`",
            "failed: 2 to look at, the first for 3 hours, see `flask referrals list --state failed`",
        ],
    )


def test_a_job_that_nobody_does_is_the_workers_fault(open_web: Open, database: Database, ring: KeyRing) -> None:
    put(database, ring, "pending")

    assert ready(open_web()) == (503, ["worker: the oldest job has been due for 60 minutes"])


@pytest.mark.parametrize(
    ("trouble", "line"),
    [
        ("paused_at", "paused: riverside, its oldest job for 60 minutes, see `flask destinations status`"),
        ("broken_until", "away: the destination of riverside cannot be reached, its oldest job for 60 minutes"),
    ],
)
def test_a_destination_that_is_shut_is_a_line(
    open_web: Open, database: Database, ring: KeyRing, trouble: str, line: str
) -> None:
    put(database, ring, "pending")
    with database.write() as connection:
        reason = {"pause_reason": "our keys were refused"}
        destinations.remember(connection, "riverside", **{trouble: datetime.now(UTC)}, **reason)

    status, lines = ready(open_web())

    assert (status, lines) == (200, ["ready", line])


def test_a_first_referral_that_nobody_has_seen_is_a_line(open_web: Open, database: Database) -> None:
    with database.write() as connection:
        destinations.remember(connection, "riverside", asked_about="RG-7K3F-9Q2M", asked_at=datetime.now(UTC))

    assert "unproven: is the first referral of riverside there?" in ready(open_web())[1][1]


def test_nothing_is_asked_of_an_organisation_whose_folder_is_gone(open_web: Open, database: Database) -> None:
    with database.write() as connection:
        destinations.remember(connection, "gone", asked_about="RG-7K3F-9Q2M", asked_at=datetime.now(UTC))

    assert not any("gone" in line for line in ready(open_web())[1])


def test_files_that_wait_for_the_scanner_are_a_line(open_web: Open, database: Database) -> None:
    leave(database, "scan", hours=99)

    assert ready(open_web())[1][1].startswith("files: 1 wait for the virus scanner, the first for ")


def test_alerts_that_reach_nobody_are_a_line(open_web: Open, tmp_path: Path) -> None:
    folder = tmp_path / "organisations"
    (folder / "riverside").mkdir(parents=True)
    profile = (ROOT / "organisations/riverside/organisation.yaml").read_text()
    (folder / "riverside/organisation.yaml").write_text(profile.replace("  email: [referrals@riverside.example]\n", ""))

    assert ready(open_web(smtp_url="off"))[1][1] == "alerts: nobody is told by mail, for GATEWAY_SMTP_URL is off"
    assert any(line.startswith("alerts: riverside tells nobody") for line in ready(open_web(organisations=folder))[1])


def test_mails_to_staff_that_do_not_go_out_are_a_line(open_web: Open, database: Database, ring: KeyRing) -> None:
    then = datetime.now(UTC) - 2 * HOUR
    for kind in ("alert", "digest", "receipt"):
        with database.write() as connection:
            mails.write(connection, mails.rows(ring, Mail(kind, "riverside", "a@example.org", "en", {}, ""), then))
    assert ready(open_web())[1][1] == "alerts: 2 mails to staff wait for the mail server, see the worker's log"

    with database.write() as connection:
        connection.execute(update(tables.jobs).values(status="parked"))

    assert ready(open_web())[1][1] == "alerts: 2 mails to staff were refused for good this week, see the worker's log"


SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\\n]|\\[\\"n])*",?)+)\})? (\+Inf|-?\d+(?:\.\d+)?)')
LABEL = re.compile(r'([a-z]+)="((?:[^"\\\n]|\\[\\"n])*)"')


def parsed(text: str) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """Read the format strictly: HELP, then TYPE, then the samples of each metric; every line ends; nothing twice."""
    assert text.endswith("\n")
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    lines = iter(text.removesuffix("\n").split("\n"))
    name = ""
    for line in lines:
        if line.startswith("# HELP "):
            name = line.split()[2]
            assert name not in found
            assert re.fullmatch(rf"# TYPE {name} (counter|gauge)", next(lines))
            found[name] = {}
            continue
        sample = SAMPLE.fullmatch(line)
        assert sample is not None, line
        assert sample[1] == name
        labels = tuple(LABEL.findall(sample[2] or ""))
        assert labels not in found[name]
        found[name][labels] = float(sample[3])
    return found


def scrape(client: FlaskClient) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert response.headers["Cache-Control"] == "no-store"
    return parsed(response.text)


def test_metrics_say_what_is_open_and_what_was_done(open_web: Open, database: Database, ring: KeyRing) -> None:
    put(database, ring, "failed", 3 * HOUR)
    put(database, ring, "delivered", 9 * HOUR)
    put(database, ring, "pending")
    leave(database, "mail", hours=1)
    now = datetime.now(UTC)
    with database.write() as connection:
        tallies.add(connection, [("riverside", "delivered"), ("riverside", "busy"), ("riverside", "delivered")])
        destinations.remember(connection, "riverside", paused_at=now, proven_at=now)
        alerts.remember(connection, "riverside", {}, {Matter.FAILED: Told(now, None, 1)})
        connection.execute(insert(tables.instances).values(hash="i", created_at=now))
        values = {"id": "f", "instance": "i", "state": "waiting", "complete": True, "size": 1, "created_at": now}
        connection.execute(insert(tables.files).values(**values))

    found = scrape(open_web())

    def value(name: str, **labels: str) -> float:
        return found[f"gateway_{name}"][tuple(labels.items())]

    riverside = {"organisation": "riverside"}
    labels = {name: {tuple(name for name, _ in each) for each in samples} for name, samples in found.items()}
    assert labels == {metric.name: {metric.labels} for metric in METRICS}
    assert value("referrals", **riverside, state="failed") == 1
    assert value("referrals", **riverside, state="unknown") == 0
    assert value("oldest_referral_seconds", **riverside, state="failed") == pytest.approx(3 * 3600, abs=600)
    assert value("attempts_total", **riverside, outcome="delivered") == 2
    assert value("attempts_total", **riverside, outcome="busy") == 1
    assert value("oldest_due_job_seconds", **riverside) == pytest.approx(3600, abs=600)
    assert value("destination_paused", **riverside) == 1
    assert value("destination_proven", **riverside) == 1
    assert value("organisation_closed", **riverside) == 0
    assert value("alerts", **riverside, matter="failed") == 1
    assert value("chores", **riverside, kind="mail", status="due") == 1
    assert value("files", state="waiting") == 1
    assert value("worker_seen_seconds") < 600


def test_a_worker_that_never_lived_was_seen_an_eternity_ago(open_web: Open, database: Database) -> None:
    workers.leave(database, worker="a")

    assert scrape(open_web())["gateway_worker_seen_seconds"][()] == float("inf")


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ö"])
def test_without_the_token_nothing_is_shown(open_web: Open, sent: str) -> None:
    response = open_web().get("/metrics", headers={"Authorization": sent} if sent else {})

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.headers["Cache-Control"] == "no-store"
    assert "riverside" not in response.text


def test_without_the_setting_there_is_no_such_page(open_web: Open) -> None:
    response = open_web(metrics_token=None).get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    assert response.status_code == 404


def test_what_a_label_holds_can_end_no_label(open_web: Open, database: Database) -> None:
    odd = 'a "quoted" \\ name\nin two lines'
    with database.write() as connection:
        tallies.add(connection, [(odd, "busy")])

    (labels,) = scrape(open_web())["gateway_attempts_total"]

    assert dict(labels)["organisation"] == odd.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
