"""The store: is it there, up to date and writable, has it room, and does its clock agree with ours?"""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from gateway.doctor.finding import Finding, Parts, look, ok, wrong
from gateway.ledger import Ledger
from gateway.settings import Settings
from gateway.store import examining
from gateway.store.database import Database

MIB = 1024 * 1024
LITTLE, TOO_LITTLE = 1024 * MIB, 100 * MIB
APART, FAR_APART = 30, 300  # seconds


def opened(settings: Settings) -> tuple[Database | None, Finding | None]:
    """Open the store where it can be used; else say what is wrong with it."""
    found, problem = examining.opened(settings.database_url.get_secret_value())
    if problem:
        what, _, remedy = problem.partition(": ")
        return None, wrong("database", what, remedy)
    return found, None


def database(parts: Parts) -> Iterator[Finding]:
    """Try to write, and look at the room that is left."""
    if parts.database is None:
        return
    kind = "SQLite" if parts.database.sqlite_file else "PostgreSQL"
    yield ok("database", f"{kind}, with the tables of this version")
    if newer := examining.newer(parts.database):
        yield look("database", f"its tables are of a newer version ({newer})", "run that version of the gateway")
    if parts.database.sqlite_file:
        yield from _file(parts.database.sqlite_file)
        if not examining.is_free_to_write(parts.database):
            remedy = "see whether a command runs for long; if a process hangs, end it"
            yield look("database", "somebody has been writing all the time that we looked", remedy)
            return
    if problem := examining.try_to_write(parts.database):
        yield wrong(
            "database", f"nothing can be written ({problem})", "look at the rights of its files, and at its log"
        )
    else:
        yield ok("database", "it can be written")


def ledger(parts: Parts) -> Iterator[Finding]:
    """See whether the ledger, which stands outside the database, can be written."""
    if parts.settings is None or not parts.has("ledger"):
        return
    path = parts.settings.ledger
    if not path.exists():  # looking makes none
        nearest = next(parent for parent in path.absolute().parents if parent.exists())
        if nearest.is_dir() and os.access(nearest, os.W_OK):
            yield ok("ledger", f"{path} is made with its first line")
        else:
            yield wrong("ledger", f"{path} cannot be made", "correct GATEWAY_LEDGER, or the rights of its folder")
    elif problem := Ledger(path).problem():
        what, _, remedy = problem.partition(": ")
        yield wrong("ledger", what, remedy)
    else:
        yield ok("ledger", f"{path} can be written")


def clock(parts: Parts) -> Iterator[Finding]:
    """Compare the database's clock, which leases run on, with ours."""
    if parts.database is None:
        return
    apart = abs(examining.clock_difference(parts.database).total_seconds())
    remedy = "let both machines take the time from the network (NTP)"
    what = f"this machine and the database are {int(apart)} seconds apart"
    if apart >= FAR_APART:
        yield wrong("clock", what, remedy)
    elif apart >= APART:
        yield look("clock", what, remedy)
    else:
        yield ok("clock", "this machine and the database agree")


def _file(path: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(path.parent).free
    what = f"{free // MIB} MiB are free on its disk"
    if free < TOO_LITTLE:
        yield wrong("disk", what, "make room at once: without it no referral can be taken")
    elif free < LITTLE:
        yield look("disk", what, "make room, or move to a larger disk")
    else:
        yield ok("disk", what)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield look("database", f"others on this machine may open {path.name}", "take their rights away (chmod 600)")
