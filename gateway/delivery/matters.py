"""What is open for a person, counted by organisation and matter. What nobody has to do anything about is no matter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from gateway.store import destinations, mails, watching
from gateway.store.alerts import Matter, Told
from gateway.store.database import Database
from gateway.store.destinations import Standing
from gateway.store.following import IMPORT
from gateway.store.states import FileState, JobStatus, ReferralState

SILENT_AFTER = timedelta(minutes=30)  # without a worker that looks
_EXPIRES = timedelta(days=14)
LOOKED_AT_SELDOM = (Matter.KEYS_MISSING, Matter.KEYS_OLD)
_PLAIN = {
    ReferralState.FAILED: Matter.FAILED,
    ReferralState.UNKNOWN: Matter.UNKNOWN,
    ReferralState.HELD: Matter.HELD,
}
WAITING = (ReferralState.PENDING, ReferralState.SENDING)

Counts = dict[str, dict[Matter, int]]


@dataclass(frozen=True, slots=True)
class Watched:
    """An organisation: whom it wants told, and when waiting has lasted too long.

    `console` is where its staff put things right. `undelivered_for` is how long what is not delivered is kept;
    `problems` are those of its own files; within `settles_within` a destination that can be asked may settle by itself
    what is unknown.
    """

    name: str
    emails: tuple[str, ...] = ()
    late_after: timedelta = timedelta(hours=4)
    not_imported_after: timedelta = timedelta(days=5)
    undelivered_for: timedelta = timedelta(days=90)
    settles_within: timedelta = timedelta()
    problems: int = 0
    console: str = ""

    @property
    def expires_after(self) -> timedelta:
        """Begin to warn two weeks before the end, or half way where that is sooner."""
        return max(self.undelivered_for - _EXPIRES, self.undelivered_for / 2)


def counts(
    database: Database,
    watched: Mapping[str, Watched],
    known: Mapping[str, Mapping[Matter, Told]],
    now: datetime,
    *,
    last_watch: datetime | None = None,
) -> Counts:
    """Count what is open, of organisations that are no longer known too; `last_watch` is when a worker last counted."""
    found: Counts = {slug: {} for slug in {*watched, *known}}
    _count_referrals(database, watched, found, now)
    _count_chores(database, watched, found, now)
    for slug, standing in destinations.standings(database).items():
        of = found.setdefault(slug, {})
        of[Matter.PAUSED] = int(_is_paused(standing))
        of[Matter.UNPROVEN] = int(standing.asked_about is not None and standing.proven_at is None)
    silent = silence(last_watch, now)
    for slug, of in found.items():
        of[Matter.CONFIGURATION] = watched[slug].problems if slug in watched else 0
        of[Matter.SILENCE] = silent
        of |= {matter: each.count for matter, each in known.get(slug, {}).items() if matter in LOOKED_AT_SELDOM}
    return {slug: {matter: count for matter, count in of.items() if count} for slug, of in found.items()}


def silence(last_watch: datetime | None, now: datetime) -> int:
    """Say for how many minutes no worker looked, where that was longer than it should be; else nought."""
    if last_watch is None or now - last_watch < SILENT_AFTER:
        return 0
    return int((now - last_watch).total_seconds() // 60)


def _count_referrals(database: Database, watched: Mapping[str, Watched], found: Counts, now: datetime) -> None:
    @cache  # organisations with the same patience are counted together
    def older(states: tuple[ReferralState, ...], before: datetime) -> Mapping[str, int]:
        return watching.older(database, states, before)

    for each in watching.queue(database):
        slug, watch = each.organisation, watched.get(each.organisation, Watched(each.organisation))
        of = found.setdefault(slug, {})
        if each.state is ReferralState.UNKNOWN and watch.settles_within:
            of[Matter.UNKNOWN] = watching.doubtful(database, now - watch.settles_within).get(slug, 0)
        elif each.state in _PLAIN:
            of[_PLAIN[each.state]] = each.count
        elif each.oldest < now - watch.late_after:
            of[Matter.LATE] = older(WAITING, now - watch.late_after).get(slug, 0)
        if each.oldest < now - watch.expires_after:
            of[Matter.OVERDUE] = older(watching.UNDELIVERED, now - watch.undelivered_for).get(slug, 0)
            of[Matter.EXPIRING] = older(watching.UNDELIVERED, now - watch.expires_after).get(slug, 0)
            of[Matter.EXPIRING] -= of[Matter.OVERDUE]


def _count_chores(database: Database, watched: Mapping[str, Watched], found: Counts, now: datetime) -> None:
    for each in watching.chores(database):
        if each.kind == mails.KIND:
            continue  # a mail that was given up is settled; one that waits could not tell of itself
        watch = watched.get(each.organisation, Watched(each.organisation))
        matter = Matter.NOT_IMPORTED if each.kind == IMPORT else Matter.FILES
        patience = watch.not_imported_after if each.kind == IMPORT else watch.late_after
        of = found.setdefault(each.organisation, {})
        if each.status == JobStatus.PARKED:
            of[matter] = of.get(matter, 0) + each.count
        elif each.oldest < now - patience:
            late = watching.chores_since(database, now - patience, each.status)
            of[matter] = of.get(matter, 0) + late.get((each.organisation, each.kind), 0)
    if watching.open_files(database).get(FileState.WAITING):
        _count_lost_files(database, watched, found, now)


def _count_lost_files(database: Database, watched: Mapping[str, Watched], found: Counts, now: datetime) -> None:
    """Count files that wait for a person to say where they go: nobody can look for their import, or it named nobody."""

    @cache
    def lost_for(patience: timedelta) -> Mapping[str, int]:
        return watching.lost_files(database, now - patience)

    for slug, of in found.items():
        if lost := lost_for(watched.get(slug, Watched(slug)).not_imported_after).get(slug, 0):
            of[Matter.FILES] = of.get(Matter.FILES, 0) + lost


def _is_paused(standing: Standing) -> bool:
    # One that is let try a single call after a pause is no better yet: its end would be told, and then its beginning.
    trying = standing.misconfigured_in_a_row > 0 and standing.broken_until is not None
    return standing.paused_at is not None or trying
