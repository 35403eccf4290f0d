"""A server of this very process, on a thread, as long as a block lasts."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

LOOKS = 0.02  # seconds between two looks at whether the block has ended


class Server(Protocol):
    """What `http.server`, werkzeug and the sandbox make."""

    def serve_forever(self, poll_interval: float = ..., /) -> None: ...

    def shutdown(self) -> None: ...

    def server_close(self) -> None: ...


@contextmanager
def serving(server: Server) -> Iterator[None]:
    """Serve until the block ends; then close the server with its connections."""
    thread = threading.Thread(target=server.serve_forever, args=(LOOKS,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
