"""Carries faults out, between the server and the application.

What was processed and what was not is exact: a test of "nothing lost, nothing doubled" rests on it.
"""

import json
import selectors
import socket
import threading
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.exceptions import ClientDisconnected
from werkzeug.wrappers import Request, Response

from gateway.sandbox.api.calls import Calls, is_api, path_group
from gateway.sandbox.faults import Fault, FaultQueue
from gateway.sandbox.wire import BODILESS, HangUp, render

GARBAGE = b"\x16\x03\x01\x00 this is not HTTP \xff\xfe\r\n\r\n"
LOOK_SECONDS = 0.05


class FaultyWire:
    """WSGI middleware: counts each call to /v2, and lets a waiting fault have it."""

    def __init__(self, inner: WSGIApplication, faults: FaultQueue, calls: Calls) -> None:
        self._inner = inner
        self._faults = faults
        self._calls = calls

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if not is_api(path):
            return self._inner(environ, start_response)
        self._calls.arrived(method, path)
        fault = self._faults.take(method, path_group(path).removeprefix("/v2/"))
        if fault is None:
            return self._inner(environ, start_response)
        return self._misbehave(fault, environ)(environ, start_response)

    def _misbehave(self, fault: Fault, environ: WSGIEnvironment) -> Response:
        ending = environ.get("sandbox.ending") or threading.Event()
        if fault.latency and ending.wait(fault.latency):
            raise HangUp
        if fault.cut == "before":
            raise HangUp
        answer = self._answer(fault, environ)
        if fault.cut == "after":
            raise HangUp
        if fault.hang:
            _wait_until_gone(_connection(environ), ending)
        elif fault.garbage:
            _send(environ, [GARBAGE])
        elif fault.cut == "body":
            _send(environ, [_half(answer)])
        elif fault.drip is not None:
            _drip(environ, render(answer, close=True), fault.drip, ending)
        return answer

    def _answer(self, fault: Fault, environ: WSGIEnvironment) -> Response:
        """Let the application have the call, unless the fault stands before it."""
        if fault.processed or (fault.status is None and not fault.hang):
            answer = Response.from_app(self._inner, environ, buffered=True)
        else:
            answer = self._swallow(environ)
        if fault.status is not None:
            answer = _invented(fault.status)
        answer.headers.update(fault.headers)
        return answer

    def _swallow(self, environ: WSGIEnvironment) -> Response:
        """Read the body and forget it."""
        try:
            Request(environ).get_data(cache=False)
        except ClientDisconnected:
            raise HangUp from None
        if environ["REQUEST_METHOD"] == "PUT":
            self._calls.put_body_read()
        return Response()


def _invented(status: int) -> Response:
    body = json.dumps({"error": "A fault asked for this status.", "invented_by_the_sandbox": True})
    return Response("" if status in BODILESS else body, status, {"X-Sandbox": "invented"}, mimetype="application/json")


def _connection(environ: WSGIEnvironment) -> socket.socket:
    connection: socket.socket | None = environ.get("werkzeug.socket")
    if connection is None:
        raise RuntimeError("This fault needs a real connection: serve the sandbox with make_server().")
    return connection


def _half(answer: Response) -> bytes:
    """The answer's head and half its body; with no body, a head that never ends."""
    whole = render(answer, close=True)
    body = len(answer.get_data())
    return whole[: -(body - body // 2)] if body else whole[:-2]


def _send(environ: WSGIEnvironment, pieces: Iterable[bytes]) -> None:
    connection = _connection(environ)
    for piece in pieces:
        connection.sendall(piece)
    raise HangUp


def _drip(environ: WSGIEnvironment, wire: bytes, seconds: float, ending: threading.Event) -> None:
    # The last byte is followed by no wait; ending the server ends the dripping.
    _send(environ, (wire[at : at + 1] for at in range(len(wire)) if at == 0 or not ending.wait(seconds)))


def _wait_until_gone(connection: socket.socket, ending: threading.Event) -> None:
    """Hold the call until the client closes its side, or the server ends."""
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        while not ending.wait(LOOK_SECONDS):
            if selector.select(timeout=0) and not connection.recv(1, socket.MSG_PEEK):
                break
    raise HangUp
