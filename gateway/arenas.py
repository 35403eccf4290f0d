"""How a process takes memory of the system: its threads take it from one place.

Left alone, glibc gives each thread an arena of its own, which grows as that thread needs it and is never given back:
5 MiB a process. One at a time is no loss, for Python runs one thread at a time.
"""

import ctypes
import sys

_ARENA_MAX = -8  # M_ARENA_MAX of malloc.h; it stands in no module of Python


def share() -> None:
    """Let all threads that begin from now on take from one arena, where the C library is glibc."""
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(_ARENA_MAX, 1)
