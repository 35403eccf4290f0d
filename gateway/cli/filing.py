"""Puts new files into a folder: all of them or none, each whole, and never in the place of another."""

import os
import secrets
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from gateway.ledger import sync_folder


def put(folder: Path, files: Mapping[str, str]) -> None:
    """Write texts by their paths within a folder, in their order; folders are made.

    Raises FileExistsError where one is there already, OSError where one cannot be written; then nothing of it stays.
    """
    with ExitStack() as undone:
        for name, text in files.items():
            file = folder / name
            for missing in [each for each in reversed(file.parents) if not each.exists()]:
                missing.mkdir()
                undone.callback(missing.rmdir)
            _place(file, text)
            undone.callback(file.unlink)
            sync_folder(file.parent)
        undone.pop_all()


def _place(file: Path, text: str) -> None:
    """Write under another name first; a link, unlike a new name, takes nobody's place."""
    unfinished = file.with_name(f".{file.name}.unfinished-{secrets.token_hex(4)}")
    try:
        with unfinished.open("x", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.link(unfinished, file)
    finally:
        unfinished.unlink(missing_ok=True)
