"""Runs a command in a process of its own that is killed, -9, exactly where a test says."""

import os
import signal
import subprocess
import sys

from tests.docs.reading import ROOT


def dying(when: str, place: str, *words: str, times: int = 1) -> None:
    """Run a `flask` command with this process's environment, and see that it was killed at its place."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.end_to_end.dying", when, place, str(times), *words],
        env={**os.environ, "PYTHONPATH": str(ROOT), "FLASK_APP": str(ROOT / "app.py")},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL, ended.stderr[-2000:]
