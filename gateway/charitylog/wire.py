"""The connection that counts: it knows whether a byte of the request was written, and keeps the call's deadline.

Both are known here and nowhere above: the name of an exception cannot tell whether writing had begun, and a
socket's time-out starts anew with every byte that a slow server drips. Whatever is waited for here (only the
system's name resolver cannot be hurried) is waited for until the deadline at most.
"""

import http.client
import io
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, cast

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.response import HTTPResponse

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

BURST_SECONDS = 2.0  # a connection idle for longer may be closing at the other end just now: it is not used again


@dataclass(frozen=True)
class Limits:
    """Seconds: for one connection and its handshake, for one silence, for the whole call.

    In a call that streams its body, `total` is for each piece of it, and for the answer.
    """

    connect: float
    read: float
    total: float

    def __post_init__(self) -> None:
        if min(self.connect, self.read, self.total) <= 0:
            raise ValueError("Each time-out must be more than 0 seconds.")


class DeadlinePassed(TimeoutError):
    """The time for the whole call is used up."""


class Call:
    """One call in progress: what the connection learned of it, for the one who must say what happened."""

    def __init__(self, limits: Limits, *, streams: bool = False) -> None:
        self.limits = limits
        self.streams = streams
        self.started = self._since = monotonic()
        self.connected = False
        self.written = False
        self.received = False
        self.ended = False
        self.cause: OSError | None = None
        self._reason = ""

    @property
    def elapsed(self) -> float:
        """Seconds since the call began."""
        return monotonic() - self.started

    @property
    def reason(self) -> str:
        """Why the call failed, in a fixed phrase: as the socket told it, else from how far the call had come."""
        if self._reason:
            return self._reason
        if not self.written:
            return "tls failed" if self.connected else "connection failed"
        if self.ended:
            return "answer cut short" if self.received else "closed without answer"
        return "not http"

    def next_piece(self) -> None:
        """Begin a piece of the request; where it is streamed, the deadline begins anew."""
        if self.streams:
            self._since = monotonic()

    def wait(self, seconds: float) -> float:
        """Return how long the next step may take, or raise DeadlinePassed."""
        left = self.limits.total - (monotonic() - self._since)
        if left <= 0:
            raise DeadlinePassed
        return min(seconds, left)

    @contextmanager
    def step(self, late: str, broken: str) -> Iterator[None]:
        """Keep the reason and the cause of the first socket error within: `late` for a time-out, else `broken`."""
        try:
            yield
        except OSError as error:
            if not self._reason:
                self._reason = self._named(error, late, broken)
                self.cause = error
            raise

    def _named(self, error: OSError, late: str, broken: str) -> str:
        match error:
            case DeadlinePassed():
                return "deadline passed"
            case TimeoutError():
                return "deadline passed" if monotonic() - self._since >= self.limits.total else late
            case socket.gaierror():
                return "name not resolved"
            case ConnectionRefusedError():
                return "connection refused"
            case ConnectionResetError() | BrokenPipeError() if self.written:
                return "connection reset"
        return broken


_current: ContextVar[Call] = ContextVar("charitylog_call")


@contextmanager
def calling(limits: Limits, *, streams: bool = False) -> Iterator[Call]:
    """Make a new call the one that the connections used within count for."""
    call = Call(limits, streams=streams)
    token = _current.set(call)
    try:
        yield call
    finally:
        _current.reset(token)


def _hurry(sock: socket.socket, seconds: float) -> None:
    """Set how long a socket waits, where that changes: each time the system is told, other threads go first."""
    if sock.gettimeout() != seconds:
        sock.settimeout(seconds)


class _Incoming(io.RawIOBase):
    """The receiving side of a socket; each read waits no longer than the call may."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        self._sock = sock
        # Through makefile, since closing what it returns releases the socket once the connection has let go of it.
        self._raw = sock.makefile("rb", buffering=0)

    def makefile(self, mode: str) -> io.BufferedReader:
        """Stand in for the socket where http.client asks one for its file."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        call = _current.get()
        with call.step("read timed out", "connection lost"):
            _hurry(self._sock, call.wait(call.limits.read))
            size = self._raw.readinto(buffer)
        call.received = call.received or bool(size)
        call.ended = not size
        return size

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """An answer read under the deadline, whose headers must be complete."""

    def __init__(
        self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, url: str | None = None
    ) -> None:
        super().__init__(cast("socket.socket", _Incoming(sock)), debuglevel, method, url)

    def begin(self) -> None:
        super().begin()
        while 102 <= self.status < 200:  # news on the way, as of a proxy; http.client knows only 100 for it
            self.headers = None  # type: ignore[assignment]  # by this it knows that it has not begun yet
            super().begin()
        # http.client takes the end of the stream for the end of the headers: a cut answer would pass for a whole one.
        if _current.get().ended:
            raise http.client.IncompleteRead(b"")


class _Connection(HTTPConnection):
    """A connection that marks its call as written before the first byte goes out."""

    response_class = _Response
    _used = 0.0
    _head: bytes | None = None  # b"": the next piece is the head, and waits for the one that follows it

    @property
    def is_connected(self) -> bool:
        """Whether the connection may be used again: within a burst, and neither closed nor readable."""
        return monotonic() - self._used <= BURST_SECONDS and super().is_connected

    def _new_conn(self) -> socket.socket:
        call = _current.get()
        try:
            with call.step("connect timed out", "connection failed"):
                sock = self._dialled(call)
        except OSError as error:
            # Not as it is: urllib3 swallows a reset as "may have been written" and stumbles over the missing socket.
            raise NewConnectionError(self, call.reason) from error
        call.connected = True
        return sock

    def _dialled(self, call: Call) -> socket.socket:
        failure = OSError("the name has no address")
        for family, kind, protocol, _, address in socket.getaddrinfo(
            self.host.strip("[]"), self.port, type=socket.SOCK_STREAM
        ):
            sock = socket.socket(family, kind, protocol)
            try:
                for option in self.socket_options or ():
                    sock.setsockopt(*option)
                sock.settimeout(call.wait(call.limits.connect))
                sock.connect(address)
                sock.settimeout(call.wait(call.limits.connect))  # for the handshake, whose whole it limits
            except OSError as error:
                sock.close()
                failure = error
            else:
                return sock
        raise failure

    def endheaders(self, message_body: "ReadableBuffer | None" = None, *, encode_chunked: bool = False) -> None:  # type: ignore[override]
        """Keep the head back until the first piece of the body: a small request goes out at once, in one packet."""
        self._head = b""
        super().endheaders(message_body, encode_chunked=encode_chunked)

    def send(self, data: "ReadableBuffer") -> None:  # type: ignore[override]  # urllib3 sends bytes and nothing else
        if self._head == b"":
            self._head = bytes(data)
            return
        if self._head:
            data, self._head = self._head + data, None
        if self.sock is None:
            self.connect()
        call = _current.get()
        rest = memoryview(data)
        call.next_piece()
        with call.step("write timed out", "connection lost"):
            while rest:
                _hurry(self.sock, call.wait(call.limits.read))
                call.written = True  # before the byte: from here on nobody can say that it did not arrive
                rest = rest[self.sock.send(rest) :]

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 does
        if self._head:
            self.send(b"")
        _current.get().next_piece()  # the answer is waited for anew, however long the last piece took
        response = super().getresponse()
        self._used = monotonic()
        return response


class _TlsConnection(_Connection, HTTPSConnection):
    """The same over TLS, whose handshake writes nothing of the request."""

    def connect(self) -> None:
        with _current.get().step("tls timed out", "tls failed"):
            super().connect()


class Pool(HTTPConnectionPool):
    """Counted connections."""

    ConnectionCls = _Connection


class TlsPool(HTTPSConnectionPool):
    """Counted connections over TLS."""

    ConnectionCls = _TlsConnection


class _OutsideOurCalls(logging.Filter):
    """Drops what urllib3 logs during a call of ours: it shows whole addresses, and they may hold a person's number."""

    def filter(self, record: logging.LogRecord) -> bool:
        return _current.get(None) is None


for _name in ("connection", "connectionpool", "response", "util.retry"):
    logging.getLogger(f"urllib3.{_name}").addFilter(_OutsideOurCalls())
