"""The load generator: many connections, one process, as little work for each answer as will still check it.

What a visitor does is a script: a generator that yields requests, gets answers, and returns whether all was right.
"""

import gc
import re
import select
import socket
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

PATIENCE = 15.0  # seconds without any answer, after which what is under way counts as an error
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    head: bytes
    body: bytes


Script = Generator[bytes, Answer, bool]


@dataclass(slots=True)
class Run:
    """What came of a run: how many scripts ended well, how many did not, how long each took (seconds)."""

    done: int = 0
    errors: int = 0
    seconds: float = 0.0
    own_processor: float = 0.0
    times: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Scripts a second."""
        return self.done / self.seconds if self.seconds else 0.0


class _Line:
    """A connection and the script that runs on it."""

    __slots__ = ("began", "data", "needed", "script", "sock")

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data = b""
        self.needed = 0
        self.began = 0.0
        self.script: Script

    def begin(self, script: Script) -> None:
        self.script = script
        self.began = time.perf_counter()
        self.sock.sendall(next(script))

    def answer(self) -> Answer | None:
        """Read what there is; give the answer once it is whole. Raises ValueError where it is none."""
        part = self.sock.recv(262_144)
        if not part:
            raise ValueError
        self.data += part
        if len(self.data) < self.needed:
            return None
        end = self.data.find(b"\r\n\r\n")
        if end < 0:
            return None
        length = _LENGTH.search(self.data, 0, end + 2)
        if length is None:
            raise ValueError
        self.needed = end + 4 + int(length[1])
        if len(self.data) < self.needed:
            return None
        whole = Answer(int(self.data[9:12]), self.data[:end], self.data[end + 4 :])
        self.data, self.needed = b"", 0
        return whole


def drive(port: int, scripts: Iterator[Script], *, connections: int, seconds: float, fresh: bool = False) -> Run:
    """Run scripts on so many connections for so long, or until there are no more; `fresh` gives each its own one."""
    run = Run()
    gc.disable()
    own = time.process_time()
    began = time.perf_counter()
    try:
        _Drive(port, scripts, run, began + seconds, fresh).go(connections)
    finally:
        gc.enable()
    run.seconds = time.perf_counter() - began
    run.own_processor = time.process_time() - own
    return run


class _Drive:
    def __init__(self, port: int, scripts: Iterator[Script], run: Run, end: float, fresh: bool) -> None:
        self._port = port
        self._scripts = scripts
        self._run = run
        self._end = end
        self._fresh = fresh
        self._lines: dict[int, _Line] = {}
        self._ready = select.epoll()

    def go(self, connections: int) -> None:
        try:
            for _ in range(connections):
                self._open()
            while self._lines:
                found = self._ready.poll(PATIENCE)
                if not found:
                    self._run.errors += len(self._lines)
                    return
                for number, _ in found:
                    self._step(self._lines[number])
        finally:
            for line in self._lines.values():
                line.sock.close()
            self._ready.close()

    def _open(self) -> None:
        script = next(self._scripts, None) if time.perf_counter() < self._end else None
        if script is None:
            return
        line = _Line(self._port)
        self._lines[line.sock.fileno()] = line
        self._ready.register(line.sock.fileno(), select.EPOLLIN)
        line.begin(script)

    def _step(self, line: _Line) -> None:
        try:
            answer = line.answer()
            if answer is None:
                return
            line.sock.sendall(line.script.send(answer))
        except StopIteration as end:
            self._ended(line, right=end.value)
        except (OSError, ValueError):
            self._run.errors += 1
            self._close(line)
            self._open()

    def _ended(self, line: _Line, *, right: bool) -> None:
        now = time.perf_counter()
        if right:
            self._run.done += 1
            self._run.times.append(now - line.began)
        else:
            self._run.errors += 1
        if self._fresh:
            self._close(line)
            self._open()
            return
        script = next(self._scripts, None) if now < self._end else None
        if script is None:
            self._close(line)
        else:
            line.begin(script)

    def _close(self, line: _Line) -> None:
        del self._lines[line.sock.fileno()]
        line.sock.close()
