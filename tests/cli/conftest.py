"""Commands as somebody types them, with the example organisation and a store of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest
from click.testing import CliRunner, Result

from gateway.cli import Commands
from gateway.keys import KeyRing, new_key
from gateway.store.database import Database
from tests.docs.reading import ROOT

Typing = Callable[..., Result]


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> str:
    """The text of GATEWAY_KEYS."""
    text = new_key()
    monkeypatch.setenv("GATEWAY_KEYS", text)
    return text


@pytest.fixture
def ring(keys: str) -> KeyRing:
    """The ring that the commands have, too."""
    return KeyRing(keys)


@pytest.fixture
def typed(database: Database, keys: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Typing]:
    """Type a `flask` command; `stdin` is what is typed into it."""
    assert keys
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")  # no .env of ours is read
    for name, value in {
        "GATEWAY_DATABASE_URL": database.url.render_as_string(hide_password=False),
        "GATEWAY_BASE_URL": "http://localhost",
        "GATEWAY_CLAMD": "off",
        "GATEWAY_SMTP_URL": "off",
        "GATEWAY_LEDGER": str(tmp_path / "ledger.jsonl"),
        "GATEWAY_ORGANISATIONS": str(ROOT / "organisations"),
        "CHARITYLOG_URL": "http://127.0.0.1:1/v2",
        "CHARITYLOG_SOURCE": "invented",
        "CHARITYLOG_ORG": "invented",
        "CHARITYLOG_USER": "invented",
    }.items():
        monkeypatch.setenv(name, value)

    def type_(*words: str, stdin: str | IO[bytes] = "") -> Result:
        return CliRunner().invoke(Commands("flask"), words, input=stdin)

    return type_
