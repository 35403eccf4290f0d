"""Processes of our own: started, watched through /proc, and ended in every case."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE = 30.0  # seconds until a server that does not come up ends the run
_TICKS = os.sysconf("SC_CLK_TCK")


class DidNotStart(Exception):
    """A process that is needed did not come up; the text shows the end of its log."""


class Process:
    """A process and all that it started; together they are one session of the system."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path) -> None:
        """Start `python -m words` in a folder."""
        self._log = log
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *words],
                cwd=folder, env=dict(environment), stdout=file, stderr=file, start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """The first process."""
        return self._process.pid

    def log(self) -> str:
        """What was written so far."""
        return self._log.read_text(errors="replace")

    def check(self) -> None:
        """Raise DidNotStart where the process has ended."""
        if self._process.poll() is not None:
            raise DidNotStart(f"{self._log.name} ended with {self._process.returncode}:\n{self.log()[-2000:]}")

    def pids(self) -> list[int]:
        """Every process of the session."""
        return [pid for pid, fields in _all() if int(fields[3]) == self.pid]

    def processor_seconds(self) -> float:
        """The processor time that the session has used so far, in user and system mode."""
        return sum(int(fields[11]) + int(fields[12]) for _, fields in _all() if int(fields[3]) == self.pid) / _TICKS

    def memory_mib(self) -> float:
        """The proportional set size of the session: shared pages are counted once."""
        return sum(_pss_kib(pid) for pid in self.pids()) / 1024

    def end(self, *, kindly: bool = True) -> None:
        """End the session, at last by force."""
        if self._process.poll() is None:
            self._signal(signal.SIGTERM if kindly else signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
        self._signal(signal.SIGKILL)
        self._process.wait(5)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)


@contextmanager
def running(
    words: Sequence[str], environment: Mapping[str, str], folder: Path, *, name: str, kindly: bool = True
) -> Iterator[Process]:
    """Keep a process running for a while."""
    process = Process(words, environment, folder, folder / f"{name}.log")
    try:
        yield process
    finally:
        process.end(kindly=kindly)


def free_port() -> int:
    """Find a port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str) -> tuple[int, bytes, bytes]:
    """Fetch a page over a connection of its own: status, head, body. Raises OSError."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        data = b""
        while part := connection.recv(65_536):
            data += part
            head, found, body = data.partition(b"\r\n\r\n")
            length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            if found and length and len(body) >= int(length[0].partition(b":")[2]):
                break
    head, _, body = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/"):
        raise ConnectionError("no answer")
    return int(head.split(b" ", 2)[1]), head, body


def wait_until_served(process: Process, port: int, path: str, *, pause: float = 0.02) -> float:
    """Ask for a page until it is there; give the moment. Raises DidNotStart."""
    end = time.perf_counter() + PATIENCE
    while time.perf_counter() < end:
        process.check()
        with suppress(OSError):
            if get(port, path)[0] == 200:
                return time.perf_counter()
        time.sleep(pause)
    raise DidNotStart(f"no page in {PATIENCE:.0f} s:\n{process.log()[-2000:]}")


def _all() -> Iterator[tuple[int, list[str]]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                text = (entry / "stat").read_text()
            except OSError:
                continue  # it ended while we looked
            yield int(entry.name), text.rpartition(")")[2].split()


def _pss_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
