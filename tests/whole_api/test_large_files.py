"""A file of 100 MB goes from a client to a sandbox without standing in the memory of either, two processes."""

import hashlib
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

MIB = 1024 * 1024
SIZE = 100_000_000
MOST_MORE = 32 * MIB

SANDBOX = """
from gateway.sandbox import create_sandbox, make_server

server = make_server(create_sandbox(source="invented", org="invented", user="invented"))
print(server.port, flush=True)
server.serve_forever()
"""
CLIENT = """
import sys
from gateway.charitylog import Client, Credentials, Upload

client = Client(sys.argv[1], Credentials(source="invented", org="invented", user="invented"))
print("ready", flush=True)
for line in sys.stdin:
    size = int(line)
    pieces = (bytes([start // 10**6 % 256]) * min(10**6, size - start) for start in range(0, size, 10**6))
    upload = Upload("large.bin", "application/octet-stream", size, pieces)
    print(client.uploads.post("clients", "1", upload, user_visibility="1", group_visibility="1").status, flush=True)
"""


class Process:
    """Some Python that runs by itself, speaks in lines, and is ended with the test."""

    def __init__(self, code: str, *arguments: str) -> None:
        self._running = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            cwd=Path(__file__).parents[2], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip

    def say(self, line: object) -> str:
        """Write a line, and give the one that comes back."""
        assert self._running.stdin
        self._running.stdin.write(f"{line}\n")
        return self.hear()

    def hear(self) -> str:
        """Wait for the next line."""
        assert self._running.stdout
        return self._running.stdout.readline().strip()

    def peak(self) -> int:
        """The most memory that it ever held, in bytes."""
        lines = Path(f"/proc/{self._running.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

    def end(self) -> None:
        """End it, and wait until it has ended."""
        self._running.kill()
        self._running.communicate()


@pytest.fixture
def sandbox() -> Iterator[Process]:
    process = Process(SANDBOX)
    yield process
    process.end()


@pytest.fixture
def address(sandbox: Process) -> str:
    return f"http://127.0.0.1:{sandbox.hear()}"


@pytest.fixture
def client(address: str) -> Iterator[Process]:
    process = Process(CLIENT, f"{address}/v2")
    assert process.hear() == "ready"
    yield process
    process.end()


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_100_mb_need_32_mib_more_at_most_on_either_side(sandbox: Process, address: str, client: Process) -> None:
    assert client.say(1000) == "201"  # what any first upload needs is no part of the measure
    before = client.peak(), sandbox.peak()

    assert client.say(SIZE) == "201"

    after = client.peak(), sandbox.peak()
    more = [most - least for least, most in zip(before, after, strict=True)]
    assert max(more) <= MOST_MORE, [f"{size // MIB} MiB" for size in more]
    with urllib.request.urlopen(f"{address}/_sandbox/uploads") as answer:
        large = json.load(answer)[-1]
    expected = hashlib.sha256()
    for number in range(SIZE // 10**6):
        expected.update(bytes([number % 256]) * 10**6)
    assert (large["size"], large["sha256"]) == (SIZE, expected.hexdigest())
