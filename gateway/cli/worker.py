"""`flask worker`: the delivery side, as one process. Any number of them may run."""

import logging
import os
import random
import secrets
import signal
import socket
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import click

from gateway import arenas, mailserver
from gateway.cli import opening
from gateway.cli.dictionaries import wanted_of
from gateway.cli.watching import watching
from gateway.definitions.loader import Organisation
from gateway.delivery.chores import Doing
from gateway.delivery.importing import HOURLY, Importing, expect_imports
from gateway.delivery.looking_again import LookingAgain
from gateway.delivery.mails import giving_up, handing_over
from gateway.delivery.policy import Rules
from gateway.delivery.purging import purge
from gateway.delivery.reading import LOOK, Reading
from gateway.delivery.regular import Regular
from gateway.delivery.scanning import Scanning
from gateway.delivery.uploading import Uploading
from gateway.delivery.worker import Pace, Worker
from gateway.destinations import registry
from gateway.destinations.seam import Destination
from gateway.keys import KeyRing
from gateway.ledger import Ledger
from gateway.logs import write_logs
from gateway.settings import OFF, Settings
from gateway.store import drafts, files, following, invitations, mails, page_counts, sessions, sums, trail, tries
from gateway.store.database import Database
from gateway.store.files import SCAN, Files

log = logging.getLogger(__name__)


@click.command("worker")
@click.option("--once", is_flag=True, help="End when nothing is due.")
def command(once: bool) -> None:
    """Carry referrals to their destinations until stopped; then end calls and give back what was not begun."""
    arenas.share()
    settings = opening.settings()
    write_logs(settings.log_level)
    ring = opening.key_ring(settings)
    database = opening.database(settings)
    organisations = opening.organisations(settings.organisations)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        # On a thread of its own: this one may hold the lock of the event at the moment of the signal.
        signal.signal(number, lambda *_: threading.Thread(target=stop.set).start())
    destinations = _destinations(settings, organisations)
    rules, pace = _rules(settings), _pace(settings)
    probe_every = timedelta(seconds=settings.pause_probe_seconds)
    reading = Reading(
        database, destinations, wanted_of(organisations, destinations), probe_every=probe_every, stop=stop
    )
    worker = Worker(
        database,
        ring,
        destinations,
        rules=rules,
        pace=pace,
        name=f"{socket.gethostname()[:32]}-{os.getpid()}-{secrets.token_hex(4)}",
        now=_now,
        chores=_chores(settings, database, ring),
        errands=_errands(database, ring, destinations, rules, pace),
        regular=[
            *watching(settings, database, ring, organisations, once=once),
            *_regular(settings, database, organisations),
            Regular("read dictionaries", LOOK, reading.due),
            Regular("look again", rules.import_poll * HOURLY, LookingAgain(database, destinations)),
            Regular(
                "expect imports",
                rules.import_poll,
                lambda now: expect_imports(database, destinations, now, poll=rules.import_poll),
            ),
        ],
    )
    if problem := Ledger(settings.ledger).problem():
        log.error("the ledger cannot be written problem=%s", problem)
    log.info("worker started")
    worker.run(stop, once=once)
    log.info("worker ended")


def _now() -> datetime:
    return datetime.now(UTC)


def _chores(settings: Settings, database: Database, ring: KeyRing) -> dict[str, Doing]:
    server = mailserver.read(settings.smtp_url.get_secret_value())
    doings: dict[str, Doing] = {
        mails.KIND: handing_over(database, ring, server, now=_now) if server else giving_up(database, now=_now)
    }
    if settings.clamd != OFF:
        doings[SCAN] = Scanning(Files(database, ring), settings.clamd)
    return doings


def _errands(
    database: Database, ring: KeyRing, destinations: Mapping[str, Destination], rules: Rules, pace: Pace
) -> dict[str, Doing]:
    return {
        following.IMPORT: Importing(database, ring, destinations, rules, pace.lease, _now, random.random),
        following.UPLOAD: Uploading(database, ring, destinations, rules, _now, random.random),
    }


def _regular(settings: Settings, database: Database, organisations: Mapping[str, Organisation]) -> list[Regular]:
    """List what is done by the clock; deleting what people began and left touches nothing that was sent."""
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    ledger, retentions = Ledger(settings.ledger), opening.retentions(organisations)
    return [
        Regular("forget drafts", minute, lambda now: drafts.forget_expired(database, now)),
        Regular("forget files", minute, lambda now: files.forget_left(database, now)),
        Regular("forget mails", minute, lambda now: mails.forget_old(database, now)),
        Regular("forget page counts", timedelta(hours=24), lambda now: page_counts.forget_old(database, now)),
        Regular("sum up the audit trail", timedelta(hours=24), lambda now: trail.advance(database, now)),
        Regular("write sums down", minute, lambda now: sums.write_down(database, now)),
        Regular("forget tries", minute, lambda now: tries.forget_old(database, now)),
        Regular("forget sessions", hour, lambda now: sessions.forget_old(database, now)),
        Regular("forget invitations", hour, lambda now: invitations.forget_old(database, now)),
        Regular("purge", hour, lambda now: purge(database, ledger, retentions, now)),
    ]


def _destinations(settings: Settings, organisations: Mapping[str, Organisation]) -> dict[str, Destination]:
    limits = registry.Limits.of(settings)
    found: dict[str, Destination] = {}
    for slug, organisation in organisations.items():
        for problem in organisation.problems:
            log.error("organisation closed problem=%s", problem)
        destination = registry.build(organisation, limits, opening.console(settings, slug))
        if destination is not None:
            found[slug] = destination
    return found


def _rules(settings: Settings) -> Rules:
    return Rules(
        retry_base=timedelta(seconds=settings.retry_base_seconds),
        retry_max=timedelta(seconds=settings.retry_max_seconds),
        retry_for=timedelta(days=settings.retry_days),
        unknown_resend=timedelta(seconds=settings.unknown_resend_seconds),
        probe_every=timedelta(seconds=settings.pause_probe_seconds),
        breaker=timedelta(seconds=settings.breaker_seconds),
        import_poll=timedelta(seconds=settings.import_poll_seconds),
    )


def _pace(settings: Settings) -> Pace:
    return Pace(
        poll=timedelta(seconds=settings.worker_poll_seconds),
        concurrency=settings.worker_concurrency,
        lease=timedelta(seconds=settings.lease_seconds),
        beat=timedelta(seconds=min(5, settings.lease_seconds / 4)),
    )
