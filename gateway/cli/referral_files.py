"""`flask referrals files`: what came with a referral, listed or saved. No other command shows a file's name."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.cli import opening
from gateway.keys import KeyMissing, SealBroken
from gateway.store import attaching, audit, referrals
from gateway.store.attached import Attached, attached_to
from gateway.store.attaching import Sending
from gateway.store.chunks import FileGone
from gateway.store.database import Database
from gateway.store.files import Files


@click.command("files")
@click.argument("reference")
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="Save them into this folder.")
@click.option("--unchecked", is_flag=True, help="Save those too that no virus scanner has seen.")
def command(reference: str, folder: Path | None, unchecked: bool) -> None:
    """List the files that came with REFERENCE, or save them. It is written into the audit trail."""
    settings = opening.settings()
    database, ring = opening.database(settings), opening.key_ring(settings)
    wanted = reference.strip().upper()
    try:
        with database.read() as connection:
            referral = referrals.opened(connection, ring, wanted)
        if referral is None:
            raise nothing_left(database, wanted)
        files = Files(database, ring)
        attached = attached_to(files, referral)
        if not attached:
            click.echo(f"No file came with {wanted}.")
            return
        audit.note(
            database,
            actor=audit.COMMAND_LINE,
            action="save files" if folder else "list files",
            reference=wanted,
            detail=f"{len(attached)} files",
            now=datetime.now(UTC),
        )
        if folder is None:
            _show(attached, attaching.sendings(database, wanted))
        elif left := save(files, attached, folder, unchecked=unchecked):
            raise click.ClickException(f"{left} of {len(attached)} files were not saved.")
    except (KeyMissing, SealBroken):
        raise click.ClickException(cannot_be_opened(wanted)) from None


def cannot_be_opened(reference: str) -> str:
    """Say of a referral that its key is gone, by its reference alone."""
    return f"{reference} cannot be opened: its key is not in GATEWAY_KEYS, or it was changed."


def nothing_left(database: Database, reference: str) -> click.ClickException:
    """Say why there is nothing to open: it never was, or it has been deleted."""
    listed = referrals.find(database, reference)
    if listed is None or listed.purged_at is None:
        return click.ClickException(f"There is no referral {reference}. Look at `flask referrals list`.")
    return click.ClickException(f"{reference} holds nothing any more: it was deleted on {listed.purged_at:%Y-%m-%d}.")


def _show(attached: Sequence[Attached], sendings: Mapping[str, Sending]) -> None:
    for each in attached:
        click.echo(_line(each))
        sending = sendings.get(each.named.id)
        if sending and sending.outcome:
            click.echo(f"   last try to send it to its record: {sending.outcome.replace('_', ' ')}")


def _line(each: Attached) -> str:
    state = each.stored.state if each.stored else "removed before it was sent"
    return (
        f"{each.number}. {each.named.name}  {each.named.media_type}  {each.named.size} bytes  {state}\n"
        f"   {each.named.label} (for {each.named.attach_to})"
    )


def save(files: Files, attached: Sequence[Attached], folder: Path, *, unchecked: bool) -> int:
    """Save files into a folder, readable for one user alone; give the number of those that could not be."""
    folder.mkdir(parents=True, exist_ok=True)
    left = 0
    for each in attached:
        why_not = each.why_not(unchecked=unchecked) or _write(files, each, folder / each.saved_as)
        left += bool(why_not)
        despite = "; --unchecked saves it all the same" if each.stored and each.stored.quarantined else ""
        click.echo(f"{each.number}. {f'not saved: {why_not}{despite}' if why_not else 'saved'}")
    return left


def _write(files: Files, each: Attached, path: Path) -> str:
    digest = hashlib.sha256()
    try:
        # Others on this machine must not read it, and nothing that is there already is written over.
        with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as target:
            for piece in files.read(each.named.id, each.named.size):
                digest.update(piece)
                target.write(piece)
    except FileExistsError:
        return "there is a file of that name in the folder"
    except FileGone:
        path.unlink()
        return "its content is gone"
    return "" if digest.hexdigest() == each.named.sha256 else "its content is not what was sent"
