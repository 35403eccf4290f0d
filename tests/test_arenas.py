"""Threads take their memory from one place, however many there are."""

import subprocess
import sys

import pytest

from tests.warm import ROOT

# Each thread holds what it took until all have taken: the C library says in how many arenas it lies.
COUNTED = """
import ctypes, os, sys, threading
from gateway import arenas

if sys.argv[1] == "shared":
    arenas.share()
library = ctypes.CDLL(None)
library.malloc.restype = ctypes.c_void_p
together = threading.Barrier(8)

def take():
    library.malloc(1000)
    together.wait()

threads = [threading.Thread(target=take) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
library.fopen.restype = library.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(library.fdopen(1, b"w"))
library.malloc_info(0, out)
library.fflush(out)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take memory in other ways")
def test_eight_threads_share_one_arena() -> None:
    def arenas(way: str) -> int:
        words = [sys.executable, "-c", COUNTED, way]
        said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        return said.count("<heap nr=")

    assert arenas("left alone") > 1
    assert arenas("shared") == 1
