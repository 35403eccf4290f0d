"""A destination that costs next to nothing: answers every call at once, after a while, or never.

`python -m bench.upstream PORT DELAY` with the delay in seconds, or `never`. `GET /seen` tells how many calls came, and
when the first and the last one did; `GET /last` gives the body of the last one; `GET /reset` begins to count anew.
"""

import asyncio
import json
import re
import sys
import time

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_ANSWER = b'{"id":1,"status":"ok"}'


class Seen:
    """What came in."""

    calls = 0
    first = 0.0
    last = 0.0
    body = b""


class Upstream(asyncio.Protocol):
    """One connection."""

    def __init__(self, seen: Seen, delay: float | None) -> None:
        self._seen = seen
        self._delay = delay
        self._data = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each whole request."""
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._data, 0, end + 2)
            size = end + 4 + (int(length[1]) if length else 0)
            if len(self._data) < size:
                return
            request, self._data = self._data[:size], self._data[size:]
            self._take(request, end + 4)

    def _take(self, request: bytes, body_at: int) -> None:
        seen = self._seen
        if request.startswith(b"GET /seen "):
            self._answer(json.dumps([seen.calls, seen.first, seen.last]).encode())
        elif request.startswith(b"GET /last "):
            self._answer(seen.body)
        elif request.startswith(b"GET /reset "):
            seen.calls, seen.first, seen.last = 0, 0.0, 0.0
            self._answer(b"")
        else:
            seen.last = time.monotonic()
            seen.first = seen.first or seen.last
            seen.calls += 1
            seen.body = request[body_at:]
            if self._delay == 0:
                self._answer(_ANSWER)
            elif self._delay is not None:
                asyncio.get_running_loop().call_later(self._delay, self._answer, _ANSWER)

    def _answer(self, body: bytes) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        self._transport.write(head + body)


async def serve(port: int, delay: float | None) -> None:
    """Listen until the process is ended."""
    seen = Seen()
    server = await asyncio.get_running_loop().create_server(lambda: Upstream(seen, delay), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), None if sys.argv[2] == "never" else float(sys.argv[2])))
