"""A threaded HTTP/1.1 server for the sandbox. A body that nobody read never becomes the next request,
and ending the server ends every connection and every wait."""

import logging
import signal
import socket
import threading
from contextlib import suppress
from types import FrameType
from typing import IO, cast
from wsgiref.types import WSGIEnvironment

from flask import Flask
from werkzeug.exceptions import ClientDisconnected
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Response
from werkzeug.wsgi import LimitedStream

from gateway.sandbox.api.calls import path_group
from gateway.sandbox.wire import HangUp, render

IDLE_SECONDS = 75
DRAIN_BYTES = 64 * 1024 * 1024
PIECE_BYTES = 64 * 1024

log = logging.getLogger(__name__)


class Handler(WSGIRequestHandler):
    """One connection, kept open between requests (werkzeug's own handler closes it each time)."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    server: "SandboxServer"

    def setup(self) -> None:
        super().setup()
        with self.server.connections_guard:
            self.server.connections.add(self.connection)

    def finish(self) -> None:
        with self.server.connections_guard:
            self.server.connections.discard(self.connection)
        super().finish()

    def run_wsgi(self) -> None:
        try:
            environ = self.make_environ()
        except ValueError:
            self.send_error(400)
            return
        environ["sandbox.ending"] = self.server.ending
        self._frame_body(environ)
        try:
            answer = Response.from_app(self.server.app, environ, buffered=True)
        except HangUp:
            self.close_connection = True
            return
        log.info("%s %s %d", self.command, path_group(environ["PATH_INFO"]), answer.status_code)
        self.wfile.write(render(answer, close=self.close_connection))
        self._drain(environ)

    def _frame_body(self, environ: WSGIEnvironment) -> None:
        """Give the application a body that ends, whatever the application reads of it."""
        if environ.get("wsgi.input_terminated"):
            return
        length = environ.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdecimal()):
            # Nobody can tell where such a body ends, so nothing after it can be trusted.
            self.close_connection = True
            environ.pop("CONTENT_LENGTH")
            length = "0"
        environ["wsgi.input"] = LimitedStream(cast("IO[bytes]", self.rfile), int(length))
        environ["wsgi.input_terminated"] = True

    def _drain(self, environ: WSGIEnvironment) -> None:
        """Read away what is left of the body, or give the connection up."""
        for _ in range(DRAIN_BYTES // PIECE_BYTES):
            try:
                if not environ["wsgi.input"].read(PIECE_BYTES):
                    return
            except (ClientDisconnected, OSError, ValueError):
                break
        self.close_connection = True

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  (the name in the base class)
        """Say nothing: a request line can hold an NHS number."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing, as above; `run_wsgi` logs the status without the path's values."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a request that is not HTTP, without repeating any of it."""
        self.close_connection = True
        answer = Response("The sandbox could not read this request.\n", code, {"X-Sandbox": "invented"})
        self.wfile.write(render(answer, close=True))


class SandboxServer(ThreadedWSGIServer):
    """Serve until `shutdown()`, which also wakes whoever waits on `ending`."""

    def __init__(self, app: Flask, host: str, port: int) -> None:
        self.ending = threading.Event()
        self.connections: set[socket.socket] = set()
        self.connections_guard = threading.Lock()
        super().__init__(host, port, app, Handler)

    def serve_forever(self, poll_interval: float = 0.05) -> None:
        """Serve in this thread until `shutdown()` is called from another one."""
        super().serve_forever(poll_interval)

    def shutdown(self) -> None:
        """Stop serving, and end the connections that are still open."""
        self.ending.set()
        super().shutdown()
        with self.connections_guard:
            for connection in self.connections:
                # One that ended a moment ago is as good as one ended here.
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


def make_server(app: Flask, host: str = "127.0.0.1", port: int = 0) -> SandboxServer:
    """Bind a server, on a free port when `port` is 0; its `.port` says which."""
    return SandboxServer(app, host, port)


def serve(app: Flask, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT, then return."""
    server = make_server(app, host, port)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        # shutdown() waits for the loop that this very thread is running.
        threading.Thread(target=server.shutdown, daemon=True).start()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        server.serve_forever()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
