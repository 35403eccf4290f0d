"""`flask keys`: make a key, and seal everything again with the first one while the gateway serves.

`new` needs no setting, for it is what the first setting is made with.
"""

import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import click

from gateway.cli import opening
from gateway.keys import KeyRing, new_key
from gateway.store import audit, resealing
from gateway.store.database import Database
from gateway.store.resealing import Unreadable

_EVERYTHING = (
    "Everything is sealed with the first key. The keys behind it may be taken out of GATEWAY_KEYS once "
    "GATEWAY_TOKEN_HOURS have passed since the first was put in front; keep them for backups from before."
)
_PASSES = 3
_TELL_EVERY_SECONDS = 2


@click.group("keys")
def command() -> None:
    """Make keys for GATEWAY_KEYS, and change them."""


@command.command("new")
def new() -> None:
    """Print a new key. Keep it safe: without it nothing that was stored can be read."""
    click.echo("Put this key into GATEWAY_KEYS, and a copy where you keep the keys of the house:", err=True)
    click.echo(new_key())


@command.command("rotate")
@click.option("--batch", type=click.IntRange(1, 1000), default=100, show_default=True, help="Values a step.")
@click.option("--dry-run", is_flag=True, help="Only count what each key has sealed.")
def rotate(batch: int, dry_run: bool) -> None:
    """Seal everything again that is not sealed with the first key, while the gateway serves. Safe to break off.

    The old key may go only once this has found nothing left.
    """
    settings = opening.settings()
    database, ring = opening.database(settings), opening.key_ring(settings)
    stale = _stale(database, ring)
    if dry_run:
        _count(database, ring)
        return
    unreadable: Counter[Unreadable] = Counter()
    if stale:
        audit.note(
            database, actor=audit.COMMAND_LINE, action="rotate keys", detail=f"{stale} values", now=datetime.now(UTC)
        )
    for _ in range(_PASSES):
        if not stale:
            break
        # What somebody changed meanwhile, and what a process with the old key in front has written: once more.
        unreadable = _once_through(database, ring, batch, stale, _telling())
        stale = _stale(database, ring)
        if stale <= unreadable.total():
            break
    database.checkpoint()
    _conclude(stale, unreadable)


def _once_through(
    database: Database, ring: KeyRing, batch: int, stale: int, tell: Callable[[int, int], None]
) -> Counter[Unreadable]:
    unreadable: Counter[Unreadable] = Counter()
    done = 0
    for step in resealing.steps(database, ring, batch=batch, now=lambda: datetime.now(UTC)):
        done += step.sealed
        unreadable.update(step.unreadable)
        tell(done, stale)
    click.echo(f"{done} of {stale} sealed again", err=True)
    return unreadable


def _telling() -> Callable[[int, int], None]:
    began = told = time.monotonic()

    def tell(done: int, stale: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= _TELL_EVERY_SECONDS:
            told = now
            click.echo(f"{done} of {stale} sealed again, {done / (now - began):.0f} a second", err=True)

    return tell


def _conclude(stale: int, unreadable: Counter[Unreadable]) -> None:
    for each, count in sorted(unreadable.items(), key=lambda one: (one[0].table, one[0].about)):
        click.echo(f"{each.about} ({count} in {each.table}) cannot be opened: {each.reason}", err=True)
    if not stale:
        click.echo(_EVERYTHING)
        return
    if stale <= unreadable.total():
        raise click.ClickException(
            f"{stale} values cannot be opened with any key of GATEWAY_KEYS. All others are sealed with the first one. "
            "If you still have the key of these, put it behind the others and rotate again."
        )
    raise click.ClickException(
        f"{stale} values are not sealed with the first key. Keep the old key. A web or worker process still has it in "
        "front: start them all again with the new GATEWAY_KEYS, then rotate again."
    )


def _stale(database: Database, ring: KeyRing) -> int:
    counts = resealing.in_use(database).values()
    return sum(count for keys in counts for key, count in keys.items() if key != ring.ids[0])


def _count(database: Database, ring: KeyRing) -> None:
    places = {key: f"key {number} of GATEWAY_KEYS" for number, key in enumerate(ring.ids, start=1)}
    for table, keys in resealing.in_use(database).items():
        for key, count in sorted(keys.items(), key=lambda each: places.get(each[0], "~")):
            click.echo(f"{table}: {count} by {places.get(key, 'a key that is not in GATEWAY_KEYS')}")
