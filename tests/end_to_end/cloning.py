"""A fresh copy of the project, as git brings it to a new machine."""

import shutil
import subprocess
from pathlib import Path

from tests.end_to_end.house import ROOT


def clone(folder: Path) -> Path:
    """Copy what git would bring to a new machine."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder
