"""Starts Python programs that need not read their modules first: forks of one process that has read them all.

To read what a `flask` command imports takes far longer than what most commands of a test do. Each program is a process
of its own, with its own arguments, environment, folder, files and signals, and starts from modules that ran no command.
`test_demo.py` and others that start `sys.executable` prove that all of it starts from nothing, too.
"""

import atexit
import functools
import gc
import json
import os
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[1]
READ_LATE = "sqlalchemy.dialects.postgresql.psycopg"  # by whoever opens such a database
LONGEST = 100_000  # bytes of a request: arguments and an environment


class Program:
    """A running program; what it offers means what it means in `subprocess.Popen`."""

    def __init__(self, words: Sequence[str], files: Sequence[IO[Any]], *, cwd: Path, env: Mapping[str, str]) -> None:
        """Start `python -m` words as the leader of a session, with standard input, output and error."""
        self.returncode: int | None = None
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            request = json.dumps([list(words), str(cwd), dict(env)]).encode()
            socket.send_fds(_warm(), [request], [theirs.fileno(), *(file.fileno() for file in files)])
        self.pid = int(self._line.recv(LONGEST))

    def wait(self, timeout: float | None = None) -> int:
        """Give the exit status, or the number of a signal below zero. Raises TimeoutError."""
        if self.returncode is None:
            self._line.settimeout(timeout)
            self.returncode = os.waitstatus_to_exitcode(int(self._line.recv(LONGEST)))
            self._line.close()
        return self.returncode


def run(
    words: Sequence[str], *, cwd: Path, env: Mapping[str, str], stdin: str = "", timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run `python -m` words to its end. Raises TimeoutError."""
    with tempfile.TemporaryFile() as typed, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        typed.write(stdin.encode())
        typed.seek(0)
        program = Program(words, (typed, output, errors), cwd=cwd, env=env)
        try:
            program.wait(timeout)
        finally:
            if program.returncode is None:
                os.killpg(program.pid, signal.SIGKILL)
                program.wait()
        output.seek(0)
        errors.seek(0)
        said, complained = output.read().decode(), errors.read().decode()
        return subprocess.CompletedProcess(words, program.wait(), said, complained)


@functools.cache
def _warm() -> socket.socket:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.warm", str(theirs.fileno())],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def main() -> None:
    """Read the modules, then become one program after another, each in a fork."""
    _read_modules()
    words = _asked(socket.socket(fileno=int(sys.argv[1])))
    sys.argv = words
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)


def _read_modules() -> None:
    import gateway

    for found in pkgutil.walk_packages(gateway.__path__, "gateway."):
        import_module(found.name)
    import_module(READ_LATE)
    gc.collect()
    gc.freeze()  # no collection of a program copies what all have in common


def _asked(requests: socket.socket) -> list[str]:
    """Fork for every request, and give its words to the fork; end with the process that asks."""
    while True:
        request, fds, _, _ = socket.recv_fds(requests, LONGEST, 4)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not request:
            sys.exit()
        if os.fork() == 0:
            requests.close()
            words, folder, environment = json.loads(request)
            _become_program(*fds)
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(environment)
            return list(words)
        for fd in fds:
            os.close(fd)


def _become_program(line: int, *files: int) -> None:
    """Go on in a child that has these files, while the parent waits to tell its end."""
    if pid := os.fork():
        for fd in files:
            os.close(fd)
        _, status = os.waitpid(pid, 0)
        try:
            os.write(line, str(status).encode())
        finally:
            os._exit(0)
    os.setsid()
    for number, fd in enumerate(files):
        os.dup2(fd, number)
        os.close(fd)
    os.write(line, str(os.getpid()).encode())
    os.close(line)


if __name__ == "__main__":
    main()
