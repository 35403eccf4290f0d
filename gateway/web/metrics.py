"""/metrics: what is open and what was done, as numbers for Prometheus, behind a token. All of it from the store.

The web runs as several processes, so none of them counts anything by itself. No label says more than an organisation,
a state, a kind.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from flask import Blueprint, Response, abort, request

from gateway.store import alerts, destinations, tallies, watching, workers
from gateway.store.destinations import Standing
from gateway.store.states import ReferralState
from gateway.web.site import Site, site

bp = Blueprint("metrics", __name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Metric:
    """A name, what it counts, what its labels are, and whether it only grows."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    only_grows: bool = False


class Sample(NamedTuple):
    """One number, and what it is about."""

    metric: Metric
    labels: dict[str, str]
    value: float


REFERRALS = Metric("gateway_referrals", "Referrals that are not delivered, by state.", ("organisation", "state"))
OLDEST_REFERRAL = Metric(
    "gateway_oldest_referral_seconds",
    "Seconds since the oldest referral in a state was sent.",
    ("organisation", "state"),
)
ATTEMPTS = Metric(
    "gateway_attempts_total",
    "Attempts at a delivery that ended, by outcome.",
    ("organisation", "outcome"),
    only_grows=True,
)
OLDEST_DUE = Metric(
    "gateway_oldest_due_job_seconds",
    "Seconds for which the oldest due job has waited; 0 if none is due.",
    ("organisation",),
)
PAUSED = Metric("gateway_destination_paused", "1 while nothing is sent to the destination.", ("organisation",))
PROVEN = Metric("gateway_destination_proven", "1 once somebody has seen the first referral there.", ("organisation",))
CLOSED = Metric(
    "gateway_organisation_closed", "1 while the forms are closed for a mistake in their files.", ("organisation",)
)
ALERTS = Metric("gateway_alerts", "What is open for a person, by matter.", ("organisation", "matter"))
CHORES = Metric(
    "gateway_chores", "Mails and files that are not done, by kind and status.", ("organisation", "kind", "status")
)
FILES = Metric("gateway_files", "Files that are not where they belong yet, by state.", ("state",))
WORKER = Metric("gateway_worker_seen_seconds", "Seconds since a worker last showed life; +Inf if none ever did.")
METRICS = (REFERRALS, OLDEST_REFERRAL, ATTEMPTS, OLDEST_DUE, PAUSED, PROVEN, CLOSED, ALERTS, CHORES, FILES, WORKER)


@bp.get("/metrics")
def metrics() -> Response:
    """Answer with every metric; without a token in the settings there is no such page."""
    here = site()
    token = here.settings.metrics_token
    if token is None or not token.get_secret_value():
        abort(404)
    if not _opens(token.get_secret_value()):
        return _answer("a bearer token is needed\n", 401)
    if problem := here.database.problem():
        return _answer(f"store: {problem}\n", 503)
    return _answer("".join(_lines(here, datetime.now(UTC))), 200)


def _opens(token: str) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    # Both as bytes: compare_digest refuses text that is not plain.
    same = hmac.compare_digest(given.strip().encode(), token.encode())
    return same and scheme.lower() == "bearer"


def _answer(text: str, status: int) -> Response:
    response = Response(text, status, content_type=CONTENT_TYPE)
    response.headers["Cache-Control"] = "no-store"
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _lines(here: Site, now: datetime) -> Iterator[str]:
    samples = [*_queue(here, now), *_destinations(here), *_beside(here)]
    for metric in METRICS:
        yield f"# HELP {metric.name} {_escaped(metric.help)}\n"
        yield f"# TYPE {metric.name} {'counter' if metric.only_grows else 'gauge'}\n"
        for each in samples:
            if each.metric is metric:
                yield f"{metric.name}{_in_braces(each.labels)} {_number(each.value)}\n"


def _queue(here: Site, now: datetime) -> Iterator[Sample]:
    queue = {(each.organisation, each.state): each for each in watching.queue(here.database)}
    for slug in sorted({*here.organisations, *(organisation for organisation, _ in queue)}):
        for state in watching.UNDELIVERED:
            labels = {"organisation": slug, "state": state.value}
            each = queue.get((slug, ReferralState(state)))
            yield Sample(REFERRALS, labels, each.count if each else 0)
            yield Sample(OLDEST_REFERRAL, labels, (now - each.oldest).total_seconds() if each else 0)
    for (slug, outcome), count in sorted(tallies.read(here.database).items()):
        yield Sample(ATTEMPTS, {"organisation": slug, "outcome": outcome}, count)


def _destinations(here: Site) -> Iterator[Sample]:
    due = watching.oldest_due(here.database)
    standings = destinations.standings(here.database)
    for slug in sorted({*here.organisations, *standings, *due}):
        standing, labels = standings.get(slug, Standing(slug)), {"organisation": slug}
        yield Sample(OLDEST_DUE, labels, due.get(slug, timedelta()).total_seconds())
        yield Sample(PAUSED, labels, standing.paused_at is not None)
        yield Sample(PROVEN, labels, standing.proven_at is not None)
        if slug in here.organisations:
            yield Sample(CLOSED, labels, here.organisations[slug].closed)


def _beside(here: Site) -> Iterator[Sample]:
    for slug, matters in sorted(alerts.told(here.database).items()):
        for matter, told in sorted(matters.items()):
            yield Sample(ALERTS, {"organisation": slug, "matter": matter.value}, told.count)
    for each in watching.chores(here.database):
        labels = {"organisation": each.organisation, "kind": each.kind, "status": each.status}
        yield Sample(CHORES, labels, each.count)
    files = watching.open_files(here.database)
    for state in watching.OPEN_FILES:
        yield Sample(FILES, {"state": state.value}, files.get(state, 0))
    seen = workers.pulse(here.database).since_last_worker
    yield Sample(WORKER, {}, seen.total_seconds() if seen is not None else float("inf"))


def _in_braces(labels: dict[str, str]) -> str:
    pairs = ",".join(f'{name}="{_escaped(value, quotes=True)}"' for name, value in labels.items())
    return f"{{{pairs}}}" if pairs else ""


def _escaped(text: str, *, quotes: bool = False) -> str:
    plain = text.replace("\\", r"\\").replace("\n", r"\n")
    return plain.replace('"', r"\"") if quotes else plain


def _number(value: float) -> str:
    if value == float("inf"):
        return "+Inf"
    return repr(int(value) if value == int(value) else round(value, 3))
