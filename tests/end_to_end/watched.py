"""A `flask` command that ends at once, with status 70, where a byte goes out while a transaction of its thread is open.

    python -m tests.end_to_end.watched worker --once

At its end it says how often it has looked, by the port that was spoken to: a watch that never looked proves nothing.
"""

import atexit
import json
import os
import socket
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask.cli import main

from gateway.store.database import Database

CAUGHT = 70
_open = threading.local()
_looks: Counter[int] = Counter()


def _opening(living: Callable[..., Any]) -> Callable[..., Any]:
    @contextmanager
    def watched(*args: object, **kwargs: object) -> Iterator[Any]:
        with living(*args, **kwargs) as transaction:
            _open.depth = getattr(_open, "depth", 0) + 1
            try:
                yield transaction
            finally:
                _open.depth -= 1

    return watched


def _going_out(living: Callable[..., Any]) -> Callable[..., Any]:
    def watched(self: socket.socket, *args: Any) -> Any:
        if self.family == socket.AF_INET:
            _looks[args[0][1] if living.__name__ == "connect" else self.getpeername()[1]] += 1
            if getattr(_open, "depth", 0):
                traceback.print_stack()
                os._exit(CAUGHT)
        return living(self, *args)

    return watched


def watch() -> None:
    """Watch every way into the store, and every way out to the network."""
    for name in ("read", "write", "migrate", "write_by_driver"):
        setattr(Database, name, _opening(getattr(Database, name)))
    for name in ("connect", "send", "sendall"):
        setattr(socket.socket, name, _going_out(getattr(socket.socket, name)))
    atexit.register(lambda: print("watched", json.dumps(_looks), flush=True))  # noqa: T201 - it is what it is asked for


if __name__ == "__main__":
    watch()
    sys.argv = ["flask", *sys.argv[1:]]
    main()
