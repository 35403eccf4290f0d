"""One visit before the fork: what it leaves behind is for every process, and nothing of it is in the store."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from gateway.factory import create_app
from gateway.keys import new_key
from gateway.settings import Settings
from gateway.store import sending, tables
from gateway.store.database import Database
from gateway.web.public import kept
from gateway.web.site import Site
from gateway.web.warming import warm

ROOT = Path(__file__).parents[2]
EVERY_SEND = (sending._SPEND, sending._INSERT_REFERRAL, sending._INSERT_JOB)


@pytest.fixture
def app(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The app as it stands in the web server before it forks; no test before it has warmed anything."""
    for name in ("SOURCE", "ORG", "USER"):
        monkeypatch.setenv(f"CHARITYLOG_{name}", "key")
    monkeypatch.setenv("CHARITYLOG_URL", "http://127.0.0.1:1/v2")
    shutil.copyfile(sqlite_template, tmp_path / "gateway.db")
    monkeypatch.setattr(kept, "_pages", {})
    for each in EVERY_SEND:
        monkeypatch.setattr(each, "_texts", {})
    made = create_app(
        Settings(
            keys=new_key(), base_url="http://localhost", clamd="off", smtp_url="off",
            organisations=ROOT / "organisations", database_url=f"sqlite:///{tmp_path}/gateway.db",
            ledger=tmp_path / "ledger.jsonl",
        )
    )  # fmt: skip
    yield made
    store_of(made).close()


def store_of(app: Flask) -> Database:
    found: Site = app.extensions["gateway"]
    return found.database


def test_the_first_visitor_after_the_fork_finds_a_page_rendered_and_a_send_compiled(app: Flask) -> None:
    assert [key[:2] for key in kept._pages] == [("first", "riverside")]
    assert all(each._texts for each in EVERY_SEND)


def test_what_is_taken_back_empty_is_judged_and_shown_again(app: Flask) -> None:
    answers: list[int] = []
    app.after_request_funcs.setdefault(None, []).append(lambda given: (answers.append(given.status_code), given)[1])
    warm(app)
    assert answers == [200, 422]


def test_nothing_is_stored_and_no_connection_stays_open_over_the_fork(app: Flask) -> None:
    database = store_of(app)
    assert database.engine.pool.status().startswith("Pool size: 10  Connections in pool: 0")
    with database.read() as connection:
        for table in (tables.drafts, tables.instances, tables.referrals, tables.jobs):
            assert connection.scalar(select(func.count()).select_from(table)) == 0
