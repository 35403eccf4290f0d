"""What is kept with the program is what somebody wrote: no leftover of a trial."""

import subprocess
from pathlib import Path

from tests.docs.reading import ROOT

LARGEST = 200_000  # bytes; pinned requirements with their hashes are the largest that there is
COMPILED = ".mo"  # what translators wrote, as gettext reads it


def kept() -> list[Path]:
    """List the files that are under version control."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def test_every_file_is_text_of_a_size_that_can_be_read() -> None:
    files = {path: path.read_bytes() for path in kept() if path.exists() and path.suffix != COMPILED}

    assert len(files) > 900
    assert [path.name for path, held in files.items() if b"\0" in held or len(held) > LARGEST] == []
    assert [path.name for path, held in files.items() if not held and path.name != "__init__.py"] == []
