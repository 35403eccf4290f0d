"""Whoever reads a call of the client finds its address, what it raises, and the page that says so."""

import inspect
from collections.abc import Callable, Iterator

import pytest

from gateway.charitylog import Client

from .conftest import KEYS


def calls() -> Iterator[tuple[str, Callable[..., object]]]:
    """Give every public method of the groups of a client."""
    client = Client("http://127.0.0.1:1/v2", KEYS)
    groups = {name: group for name, group in vars(client).items() if not name.startswith("_")}
    groups["extension_database"] = client.extension_database("wellcheck_notes_9")
    for name, group in groups.items():
        for method, call in inspect.getmembers(group, inspect.ismethod):
            if not method.startswith("_"):
                yield f"{name}.{method}", call


CALLS = dict(calls())


def said_of(call: Callable[..., object]) -> tuple[str, str]:
    """Give a method's own words, and with them those of the class where it is written."""
    owner = vars(inspect.getmodule(call))[call.__qualname__.partition(".")[0]]
    own = inspect.getdoc(call) or ""
    return own, f"{own} {inspect.getdoc(owner)}"


@pytest.mark.parametrize("name", CALLS)
def test_a_call_names_its_address_its_errors_and_its_source(name: str) -> None:
    own, all_of_it = said_of(CALLS[name])

    assert any(f"{method} /v2/" in own for method in ("GET", "PUT", "POST"))
    assert "aises" in all_of_it
    assert "ource" in all_of_it


def test_every_group_is_looked_at() -> None:
    assert len(CALLS) > 60
    assert {"clients.create", "uploads.post", "extension_database.update", "workers.report"} <= set(CALLS)
