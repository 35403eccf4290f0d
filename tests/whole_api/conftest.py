"""One sandbox on a real socket for all of these tests, which remembers every address as it came over the wire."""

import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

import pytest

from gateway.charitylog import Client, Credentials
from gateway.sandbox import create_sandbox, make_server

KEYS = Credentials(source="invented-source", org="invented-org", user="invented-user")


class Arrived(NamedTuple):
    """One call of the API: its address raw and decoded, and what the sandbox answered."""

    method: str
    raw: str
    path: str
    status: int


@dataclass
class Service:
    """The sandbox of these tests, and what came to it since a test began."""

    address: str = ""
    arrived: list[Arrived] = field(default_factory=list)

    @property
    def url(self) -> str:
        """What a client is given."""
        return f"{self.address}/v2"

    def ask(self, path: str, wish: object = None) -> Any:
        """Talk to the sandbox itself: GET, or POST where there is a wish."""
        body = None if wish is None else json.dumps(wish).encode()
        request = urllib.request.Request(f"{self.address}/_sandbox/{path}", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def listening(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a WSGI application, to note each call of the API."""

        def outer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            def started(status: str, *more: Any) -> Any:
                if environ["PATH_INFO"].startswith("/v2"):
                    path = environ["PATH_INFO"].encode("latin-1").decode()
                    self.arrived.append(
                        Arrived(environ["REQUEST_METHOD"], environ["REQUEST_URI"], path, int(status[:3]))
                    )
                return start_response(status, *more)

            return inner(environ, started)

        return outer


@pytest.fixture(scope="session")
def running() -> Iterator[Service]:
    """The sandbox, started once."""
    app = create_sandbox(source=KEYS.source, org=KEYS.org, user=KEYS.user)
    service = Service()
    app.wsgi_app = service.listening(app.wsgi_app)  # type: ignore[method-assign]
    server = make_server(app)
    service.address = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield service
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def clients(running: Service) -> Iterator[Callable[..., Client]]:
    """Make clients of that sandbox, each sort once; all are closed at the end."""
    made: dict[tuple[tuple[str, object], ...], Client] = {}

    def make(**settings: object) -> Client:
        sort = tuple(sorted(settings.items()))
        if sort not in made:
            made[sort] = Client(running.url, KEYS, **cast("Any", settings))
        return made[sort]

    yield make
    for each in made.values():
        each.close()


@pytest.fixture
def service(running: Service) -> Service:
    """The sandbox in its first state."""
    running.ask("reset", {})
    running.arrived.clear()
    return running


@pytest.fixture
def client(service: Service, clients: Callable[..., Client]) -> Client:
    """A client as it is unless somebody says otherwise, and a sandbox in its first state."""
    return clients()
