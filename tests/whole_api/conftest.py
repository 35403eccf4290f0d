"""One sandbox on a real socket for all of these tests, which remembers every address as it came over the wire."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest

from gateway.charitylog import Client, Credentials
from gateway.sandbox import create_sandbox, make_server
from gateway.sandbox.api.rules import Profile
from tests.serving import serving

KEYS = Credentials(source="sandbox-source", org="sandbox-org", user="sandbox-user")  # as in the documents


class Arrived(NamedTuple):
    """One call of the API: its address as it was written, and what the sandbox answered."""

    method: str
    address: str
    status: int


@dataclass
class Service:
    """The sandbox of these tests, and what came to it since a test began."""

    address: str = ""
    arrived: list[Arrived] = field(default_factory=list, repr=False)

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

    def clients(self) -> dict[int, Any]:
        """Give what the sandbox has of each client, by number."""
        return {each["id"]: each for each in self.ask("records")}

    def listening(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a WSGI application, to note each call of the API."""

        def outer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            def started(status: str, *more: Any) -> Any:
                if environ["REQUEST_URI"].startswith("/v2"):
                    self.arrived.append(Arrived(environ["REQUEST_METHOD"], environ["REQUEST_URI"], int(status[:3])))
                return start_response(status, *more)

            return inner(environ, started)

        return outer


@contextmanager
def a_sandbox(profile: Profile = "any") -> Iterator[Service]:
    """Run a sandbox on a free port."""
    app = create_sandbox(source=KEYS.source, org=KEYS.org, user=KEYS.user, profile=profile)
    service = Service()
    app.wsgi_app = service.listening(app.wsgi_app)  # type: ignore[method-assign]
    server = make_server(app)
    service.address = f"http://127.0.0.1:{server.port}"
    with serving(server):
        yield service


@pytest.fixture(scope="session")
def running() -> Iterator[Service]:
    """The sandbox, started once."""
    with a_sandbox() as service:
        yield service


@pytest.fixture(scope="session")
def filters() -> dict[str, list[str]]:
    """The filters that the page of 2019 lists, by group."""
    found: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("filters.txt").read_text().splitlines():
        group, name = line.split()
        found.setdefault(group, []).append(name)
    return found


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
def service(running: Service) -> Iterator[Service]:
    """The sandbox in its first state, and left in it: properties share one that nobody resets between examples."""
    running.ask("reset", {})
    running.arrived.clear()
    yield running
    running.ask("reset", {})


@pytest.fixture
def client(service: Service, clients: Callable[..., Client]) -> Client:
    """A client as it is unless somebody says otherwise, and a sandbox in its first state."""
    return clients()
