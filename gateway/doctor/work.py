"""The work: does a worker live, what is late, what waits for a person?"""

from collections.abc import Iterator
from datetime import timedelta

from gateway.doctor.finding import Finding, Parts, look, ok, wrong
from gateway.settings import OFF
from gateway.spans import lasting
from gateway.store import destinations as standings
from gateway.store import examining, purging, watching, workers
from gateway.store.states import FileState, JobStatus, ReferralState
from gateway.store.workers import LATE_AFTER, SILENT_AFTER

_REFERRALS = {
    ReferralState.HELD: "look at them, then `flask referrals settle RG-… release` or `… close`",
    ReferralState.UNKNOWN: "look for each in the case-management system, then `flask referrals settle RG-… arrived`",
    ReferralState.FAILED: "see `flask referrals list --state failed`, and docs/operations.md for each reason",
}


def worker(parts: Parts) -> Iterator[Finding]:
    """Look for signs of life, for jobs that are late, and for what a dead worker left."""
    if parts.database is None:
        return
    pulse = workers.pulse(parts.database)
    if pulse.since_last_worker is None:
        yield wrong("worker", "none has shown a sign of life", "start `flask worker`")
    elif pulse.since_last_worker > SILENT_AFTER:
        what = f"the last sign of life is {lasting(pulse.since_last_worker)} old"
        yield wrong("worker", what, "start `flask worker`, and find out why it ended")
    else:
        yield ok("worker", "it shows signs of life")
    known = standings.standings(parts.database)
    for slug, late in watching.oldest_due(parts.database).items():
        if late > LATE_AFTER:
            paused = slug in known and known[slug].paused_at is not None
            what = f"the oldest job has been due for {lasting(late)}"
            yield (look if paused else wrong)("worker", what, f"see `flask destinations status` for {slug}").of(slug)
    lease = timedelta(seconds=parts.settings.lease_seconds if parts.settings else 120)
    left = examining.left_behind(parts.database, lease=lease)
    if left.leases:
        yield look("worker", f"{left.leases} jobs have a lease that ran out", "a worker that runs takes them over")
    if left.attempts:
        remedy = "start the worker again; it makes them unknown, and says so"
        yield look("worker", f"{left.attempts} attempts are open, and no worker is at them", remedy)


def referrals(parts: Parts) -> Iterator[Finding]:
    """Count what waits for a person."""
    if parts.database is None:
        return
    counted = {(each.organisation, each.state): each for each in watching.queue(parts.database)}
    for (slug, state), each in sorted(counted.items()):
        if state in _REFERRALS:
            age = lasting(parts.now - each.oldest)
            yield look("referrals", f"{each.count} {state}, the oldest for {age}", _REFERRALS[state]).of(slug)
    if not any(state in _REFERRALS for _, state in counted):
        on_the_way = sum(each.count for each in counted.values())
        yield ok("referrals", f"none waits for a person, {on_the_way} are on their way")


def retention(parts: Parts) -> Iterator[Finding]:
    """Look for what nothing says any more how long to keep."""
    if parts.database is None or not parts.organisations:
        return
    left = purging.kept_for_ever(parts.database, list(parts.organisations))
    for slug, count in sorted(left.items()):
        remedy = "put the folder back until they are purged, or erase them: `flask referrals erase RG-…`"
        yield look("retention", f"{slug} has no folder any more, so its {count} referrals stay for ever", remedy)
    if not left:
        yield ok("retention", "every organisation says how long its answers are kept")


def files(parts: Parts) -> Iterator[Finding]:
    """Count the files and mails that are not where they belong."""
    if parts.database is None:
        return
    found = watching.open_files(parts.database)
    scanner = parts.settings.clamd if parts.settings else OFF
    remedies = {
        FileState.QUARANTINED: "set GATEWAY_CLAMD and start the worker again: while it is off nobody scans them"
        if scanner == OFF
        else "see that clamd runs; the worker has them scanned",
        FileState.WAITING: "import their referrals in the case-management system; the files follow",
        FileState.FAILED: "save them with `flask referrals files`, and carry them by hand",
    }
    for state, remedy in remedies.items():
        if count := found.get(state, 0):
            yield look("files", f"{count} {state}", remedy)
    given_up = sum(each.count for each in watching.chores(parts.database) if each.status == JobStatus.PARKED)
    if given_up:
        yield look("files", f"{given_up} chores were given up", "the worker's log says why: `chore given up`")
    if not found and not given_up:
        yield ok("files", "none waits for anything")
