"""A program that kills itself, -9, right before, amid or right after the n-th call of one function.

    python -m tests.end_to_end.dying before gateway.store.jobs.finish 1 flask worker

Of a server that forks, the process dies that makes the call. The place is named as it is looked up when it is called:
module, then name, or class and method. Amid a call means after the first byte of what it was given.
"""

import os
import pkgutil
import runpy
import signal
import sys
from collections.abc import Callable
from typing import Any


def die(when: str, place: str, times: int) -> None:
    """Let the process die when the function that stands at `place` is called for the n-th time."""
    owner_name, _, name = place.rpartition(".")
    owner: Any = pkgutil.resolve_name(owner_name)
    living: Callable[..., object] = getattr(owner, name)
    calls = 0

    def dying(*args: object, **kwargs: object) -> object:
        nonlocal calls
        calls += 1
        if when == "before" and calls == times:
            os.kill(os.getpid(), signal.SIGKILL)
        if when == "amid" and calls == times:
            args = (*args[:-1], memoryview(args[-1])[:1])  # type: ignore[arg-type]  # bytes, in such a place
        result = living(*args, **kwargs)
        if calls == times:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, dying)


if __name__ == "__main__":
    when, place, times, *words = sys.argv[1:]
    die(when, place, int(times))
    sys.argv = words
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)
