"""The work: does a worker live, what is late, what waits for a person, how old are the lists that were read?"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from gateway.definitions.loader import Organisation
from gateway.destinations import registry
from gateway.doctor.finding import Finding, Parts, lasting, look, ok, wrong
from gateway.settings import OFF
from gateway.store import destinations as standings
from gateway.store import dictionaries as lists
from gateway.store import examining, purging, watching, workers
from gateway.store.states import FileState, JobStatus, ReferralState
from gateway.store.workers import LATE_AFTER, SILENT_AFTER

OLD_LIST = timedelta(days=1)
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
            what = f"{slug}: the oldest job has been due for {lasting(late)}"
            yield (look if paused else wrong)("worker", what, f"see `flask destinations status` for {slug}")
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
            yield look("referrals", f"{slug}: {each.count} {state}, the oldest for {age}", _REFERRALS[state])
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


def dictionaries(parts: Parts) -> Iterator[Finding]:
    """Look how old the lists are that people choose from, and whether each could be read."""
    if parts.database is None:
        return
    known = lists.readings(parts.database)
    for slug, destination in parts.destinations.items():
        named = sorted(parts.organisations[slug].dictionaries_named)
        troubled = list(_lists(parts, slug, [*named, *destination.lists()], known))
        yield from troubled
        if not troubled:
            yield ok("dictionaries", f"{slug}: all {len(named)} that its forms name were read within a day")
        yield from _against_forms(parts, parts.organisations[slug], destination.lists())


def _lists(
    parts: Parts, slug: str, names: Sequence[str], known: dict[tuple[str, str], lists.Reading]
) -> Iterator[Finding]:
    remedy = f"run `flask dictionaries refresh {slug}`: it says what is in the way"
    if never := [name for name in names if (slug, name) not in known]:
        were = "was" if len(never) == 1 else "were"
        yield look("dictionaries", f"{slug}: {', '.join(never)} {were} never read", remedy)
    for name in names:
        reading = known.get((slug, name))
        if reading is None:
            continue
        if reading.read_at is None or parts.now - reading.read_at > OLD_LIST:
            age = f"was read {lasting(parts.now - reading.read_at)} ago" if reading.read_at else "could never be read"
            yield look(
                "dictionaries", f"{slug}: {name} {age}: {reading.problem or 'no worker has tried since'}", remedy
            )
        elif reading.problem:
            yield look("dictionaries", f"{slug}: {name} is as it was: {reading.problem}", remedy)


def _against_forms(parts: Parts, organisation: Organisation, names: Sequence[str]) -> Iterator[Finding]:
    """Compare the forms with the fields that the destination has."""
    if parts.database is None:
        return
    found = {name: lists.load(parts.database, organisation.slug, name) or () for name in names}
    fields = {name: {each.value for each in listed if each.withdrawn_at is None} for name, listed in found.items()}
    for problem in registry.compared(organisation, fields):
        yield look("forms", f"{organisation.slug}: {problem}", "correct the form, or the system")
