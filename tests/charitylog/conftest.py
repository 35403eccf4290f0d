"""Clients of servers that speak HTTP on the wire, with certificates made for the test."""

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.charitylog import Client, Credentials

from ..certificates import certify
from .server import Server

KEYS = Credentials(source="invented-source-key", org="invented-org-key", user="invented-user-key")


@pytest.fixture
def client_of() -> Iterator[Callable[..., Client]]:
    """Make clients with the invented keys; all are closed at the end."""
    made: list[Client] = []

    def make(url: str, **limits: object) -> Client:
        made.append(Client(url, KEYS, **limits))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture(scope="session")
def certified(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1, and the server's side of TLS with it."""
    return certify(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def certificate(certified: tuple[Path, ssl.SSLContext]) -> Path:
    return certified[0]


@pytest.fixture
def tls(certified: tuple[Path, ssl.SSLContext]) -> ssl.SSLContext:
    return certified[1]


@pytest.fixture
def noise_server(client_of: Callable[..., Client]) -> Iterator[tuple[Server, Client]]:
    """One server and client for many examples of a property."""
    with Server() as server:
        yield server, client_of(server.url, deadline=10)
