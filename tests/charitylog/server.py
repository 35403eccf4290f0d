"""A server of raw bytes on the loopback: what a test scripts is what goes over the wire, well formed or not."""

import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes
    raw: bytes = field(repr=False)


Script = Callable[["Server", socket.socket, Received], bool]


def answering(raw: bytes, *, keep: bool = True) -> Script:
    """Answer each request with these bytes, then keep the connection or close it."""

    def script(server: "Server", peer: socket.socket, request: Received) -> bool:
        peer.sendall(raw)
        return keep

    return script


def http(body: bytes = b"{}", status: str = "200 OK", *headers: str) -> bytes:
    """Write a well-formed answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Server:
    """Accepts on a free port, reads whole requests, keeps them, and lets the script answer; closes all it opened."""

    def __init__(
        self, script: Script | None = None, tls: ssl.SSLContext | None = None, *, greeting: bytes = b""
    ) -> None:
        self.script = script or answering(http())
        self.requests: list[Received] = []
        self.connections = 0
        self.closed = threading.Semaphore(0)
        self.stopping = threading.Event()
        self._tls = tls
        self._greeting = greeting
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._peers: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/v2"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stopping.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        for peer in self._peers:
            try:
                peer.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._peers.append(peer)
            thread = threading.Thread(target=self._serve, args=(peer,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, peer: socket.socket) -> None:
        wrapped = peer
        try:
            if self._tls:
                wrapped = self._tls.wrap_socket(peer, server_side=True, do_handshake_on_connect=False)
                self._peers.append(wrapped)
                wrapped.do_handshake()
            wrapped.sendall(self._greeting)
            while (request := _read(wrapped)) is not None:
                self.requests.append(request)
                if not self.script(self, wrapped, request):
                    break
        except OSError:
            pass
        finally:
            wrapped.close()
            self.closed.release()


def _read(peer: socket.socket) -> Received | None:
    raw = b""
    while b"\r\n\r\n" not in raw:
        part = peer.recv(65536)
        if not part:
            return None
        raw += part
    head, _, body = raw.partition(b"\r\n\r\n")
    line, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, value in (header.split(": ", 1) for header in rest)}
    while len(body) < int(headers.get("content-length", "0")):
        part = peer.recv(65536)
        if not part:
            return None
        body += part
        raw += part
    return Received(line, headers, body, raw)
