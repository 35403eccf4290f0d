"""Runs a command in a process of its own that is killed, -9, exactly where a test says."""

import os
import signal
from pathlib import Path

from tests import warm


def dying(when: str, place: str, *words: str, times: int = 1) -> None:
    """Run a `flask` command with this process's environment, and see that it was killed at its place."""
    command = ["tests.end_to_end.dying", when, place, str(times), "flask", *words]
    ended = warm.run(command, cwd=Path.cwd(), env={**os.environ, "FLASK_APP": str(warm.ROOT / "app.py")})
    assert ended.returncode == -signal.SIGKILL, ended.stderr[-2000:]
