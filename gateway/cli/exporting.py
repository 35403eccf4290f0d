"""One person's data as a folder: a text that people can read, what was sent on, and the files. Readable by one user."""

import os
from pathlib import Path

from gateway.cli import referral_files
from gateway.store import exporting
from gateway.store.attached import attached_to
from gateway.store.exporting import TEXT
from gateway.store.files import Files
from gateway.store.subjects import Everything

_PRIVATE = 0o600


def export_one(files: Files, kept: Everything, folder: Path, *, unchecked: bool) -> int:
    """Write all that is kept of one referral into a new folder; give the number of files that could not be saved.

    Raises OSError where the folder is there already, KeyMissing or SealBroken where a file's name cannot be opened.
    """
    attached = attached_to(files, kept.referral)
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    text = exporting.written(kept, attached)
    with open(
        folder / TEXT, "x", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, _PRIVATE)
    ) as target:
        target.write(text)
    return referral_files.save(files, attached, folder, unchecked=unchecked) if attached else 0
