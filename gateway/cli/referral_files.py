"""`flask referrals files`: what came with a referral, listed or saved. The only command that shows what people sent."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.cli import opening
from gateway.keys import KeyMissing, SealBroken
from gateway.referral import File
from gateway.store import audit, referrals
from gateway.store.chunks import FileGone
from gateway.store.files import Files, StoredFile


@dataclass(frozen=True, slots=True, repr=False)
class _Attached:
    """A file as the referral names it, and as it is stored; None where it was removed at the last moment."""

    number: int
    named: File
    stored: StoredFile | None

    @property
    def line(self) -> str:
        """What the list says of it."""
        state = self.stored.state if self.stored else "removed before it was sent"
        return (
            f"{self.number}. {self.named.name}  {self.named.media_type}  {self.named.size} bytes  {state}\n"
            f"   {self.named.label} (for {self.named.attach_to})"
        )

    def why_not(self, *, unchecked: bool) -> str:
        """Say why it cannot be saved; "" where it can."""
        if self.stored is None or self.stored.refused:
            return "its content is gone"
        if self.stored.quarantined and not unchecked:
            return "nobody has looked for viruses yet; --unchecked saves it all the same"
        return ""


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
            raise click.ClickException(f"There is no referral {reference}. Look at `flask referrals list`.")
        files = Files(database, ring)
        stored = files.of_referral(wanted)
        attached = [_Attached(number, each, stored.get(each.id)) for number, each in enumerate(referral.files, start=1)]
        if not attached:
            click.echo(f"No file came with {wanted}.")
            return
        audit.note(
            database,
            actor="command line",
            action="save files" if folder else "list files",
            reference=wanted,
            detail=f"{len(attached)} files",
            now=datetime.now(UTC),
        )
        _show(attached) if folder is None else _save(files, attached, folder, unchecked=unchecked)
    except (KeyMissing, SealBroken):
        raise click.ClickException(
            f"{wanted} cannot be opened: its key is not in GATEWAY_KEYS, or it was changed."
        ) from None


def _show(attached: Sequence[_Attached]) -> None:
    for each in attached:
        click.echo(each.line)


def _save(files: Files, attached: Sequence[_Attached], folder: Path, *, unchecked: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    left = 0
    for each in attached:
        why_not = each.why_not(unchecked=unchecked) or _write(files, each, folder / f"{each.number} {each.named.name}")
        left += bool(why_not)
        click.echo(f"{each.number}. {f'not saved: {why_not}' if why_not else 'saved'}")
    if left:
        raise click.ClickException(f"{left} of {len(attached)} files were not saved.")


def _write(files: Files, each: _Attached, path: Path) -> str:
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
