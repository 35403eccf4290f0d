"""/healthz says that the process is alive; /readyz says in words whether referrals are taken and carried.

Nothing is asked outside: what a scanner, a mail server or a destination keeps waiting is seen by what waits.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response

from gateway.store import destinations, mails, watching, workers
from gateway.store.destinations import Standing
from gateway.store.files import SCAN
from gateway.store.states import ReferralState
from gateway.store.workers import LATE_AFTER, SILENT_AFTER
from gateway.web.site import Site, site

bp = Blueprint("health", __name__)

STUCK_AFTER = timedelta(hours=1)  # a mail to staff
FOR_A_PERSON = (ReferralState.HELD, ReferralState.UNKNOWN, ReferralState.FAILED)


@bp.get("/healthz")
def healthz() -> Response:
    """Answer as long as the process serves."""
    return _plain(200, ["alive"])


@bp.get("/readyz")
def readyz() -> Response:
    """Say what is wrong, one line each, or that all is well; and what waits for a person."""
    here, now = site(), datetime.now(UTC)
    problem = here.database.problem()
    wrong = [*_closed(here), *([f"store: {problem}"] if problem else _still(here))]
    waiting = [] if problem else _waiting(here, now)
    return _plain(503 if wrong else 200, [*(wrong or ["ready"]), *waiting])


def _closed(here: Site) -> Iterator[str]:
    # Of a closed organisation the file and the place, in the log; here its name, for anybody can read this page.
    for slug, organisation in here.organisations.items():
        if organisation.closed:
            yield f"organisation {slug} is closed: {len(organisation.problems)} to correct, run `flask forms check`"


def _still(here: Site) -> Iterator[str]:
    pulse = workers.pulse(here.database)
    if pulse.since_last_worker is None or pulse.since_last_worker > SILENT_AFTER:
        yield "worker: no sign of life, start `flask worker`"
    if pulse.overdue is not None:
        yield f"worker: the oldest job has been due for {_minutes(pulse.overdue)} minutes"


def _waiting(here: Site, now: datetime) -> Iterator[str]:
    # No fault of the gateway: a host that is taken out of service for it could not take referrals either.
    yield from _for_a_person(here, now)
    yield from _outside(here, now)
    yield from _reaching_nobody(here, now)


def _for_a_person(here: Site, now: datetime) -> Iterator[str]:
    queue = watching.queue(here.database)
    for state in FOR_A_PERSON:
        if found := [each for each in queue if each.state is state]:
            count, hours = sum(each.count for each in found), _hours(now - min(each.oldest for each in found))
            look = f"see `flask referrals list --state {state}`"
            yield f"{state}: {count} to look at, the first for {hours} hours, {look}"
    for slug, standing in _served(here):
        if standing.proven_at is None and standing.asked_about is not None:
            yield f"unproven: is the first referral of {slug} there? see `flask destinations status`"


def _served(here: Site) -> list[tuple[str, Standing]]:
    """Give the destinations of organisations whose folder is there: nobody can do anything about another one."""
    known = destinations.standings(here.database)
    return [(slug, standing) for slug, standing in sorted(known.items()) if slug in here.organisations]


def _outside(here: Site, now: datetime) -> Iterator[str]:
    due = watching.oldest_due(here.database)
    for slug, standing in _served(here):
        waits = f", its oldest job for {_minutes(due[slug])} minutes" if slug in due else ""
        # Why stands in the status: anybody can read this page.
        if standing.paused_at is not None:
            yield f"paused: {slug}{waits}, see `flask destinations status`"
        elif standing.broken_until is not None and due.get(slug, timedelta()) > LATE_AFTER:
            yield f"away: the destination of {slug} cannot be reached{waits}"
    scans = [each for each in watching.chores(here.database) if each.kind == SCAN]
    if scans and now - min(each.oldest for each in scans) > LATE_AFTER:
        hours = _hours(now - min(each.oldest for each in scans))
        count = sum(each.count for each in scans)
        yield f"files: {count} wait for the virus scanner, the first for {hours} hours, see that clamd runs"


def _reaching_nobody(here: Site, now: datetime) -> Iterator[str]:
    if not here.sends_mail:
        yield "alerts: nobody is told by mail, for GATEWAY_SMTP_URL is off"
        return
    for slug, organisation in sorted(here.organisations.items()):
        if organisation.profile is None or not organisation.profile.alerts.email:
            yield f"alerts: {slug} tells nobody, write `alerts: {{email: […]}}` into its organisation.yaml"
    waiting, lost = mails.stuck(here.database, mails.TO_STAFF, before=now - STUCK_AFTER)
    if waiting:
        yield f"alerts: {waiting} mails to staff wait for the mail server, see the worker's log"
    if lost:
        yield f"alerts: {lost} mails to staff were refused for good this week, see the worker's log"


def _hours(span: timedelta) -> int:
    return int(span.total_seconds() // 3600)


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def _plain(status: int, lines: list[str]) -> Response:
    response = Response("".join(f"{line}\n" for line in lines), status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response
