"""/healthz says that the process is alive; /readyz says in words whether referrals are taken and carried."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response

from gateway.store import referrals, workers
from gateway.web.site import Site, site

bp = Blueprint("health", __name__)

SILENT_AFTER = timedelta(seconds=60)
LATE_AFTER = timedelta(minutes=15)


@bp.get("/healthz")
def healthz() -> Response:
    """Answer as long as the process serves."""
    return _plain(200, ["alive"])


@bp.get("/readyz")
def readyz() -> Response:
    """Say what is wrong, one line each, or that all is well; and what waits for a person."""
    here = site()
    wrong = list(_wrong(here))
    return _plain(503 if wrong else 200, wrong or ["ready", *_waiting(here, datetime.now(UTC))])


def _wrong(here: Site) -> Iterator[str]:
    # Of a closed organisation the file and the place, in the log; here its name, for anybody can read this page.
    for slug, organisation in here.organisations.items():
        if organisation.closed:
            yield f"organisation {slug} is closed: {len(organisation.problems)} to correct, run `flask forms check`"
    if problem := here.database.problem():
        yield f"store: {problem}"
        return
    pulse = workers.pulse(here.database)
    if pulse.since_last_worker is None or pulse.since_last_worker > SILENT_AFTER:
        yield "worker: no sign of life, start `flask worker`"
    if pulse.oldest_due is not None and pulse.oldest_due > LATE_AFTER:
        yield f"worker: the oldest job has been due for {int(pulse.oldest_due.total_seconds() // 60)} minutes"


def _waiting(here: Site, now: datetime) -> Iterator[str]:
    # No fault of the gateway: a host that is taken out of service for it could not take referrals either.
    count, since = referrals.held(here.database)
    if since is not None:
        hours = int((now - since).total_seconds() // 3600)
        yield f"held: {count} to look at, the first for {hours} hours, see `flask referrals list --state held`"


def _plain(status: int, lines: list[str]) -> Response:
    response = Response("".join(f"{line}\n" for line in lines), status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response
