"""A choice that goes while somebody fills in a form: it counts for whoever was shown it, and for nobody else."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.cli.migrate import upgrade
from gateway.factory import create_app
from gateway.store import dictionaries
from gateway.store.database import Database
from gateway.web.site import Site
from gateway.web.tokens import new_instance
from tests.opened import credentials, settings_of

ROOT = Path(__file__).parents[2]
NAME, GONE, THERE = "organisations/district", "1", "2"
HOUR = timedelta(hours=1)
FORM = """
title: Where you live
people: [{id: client, charitylog: {org_type_id: 1}}]
pages:
  - id: about
    fields:
      - {name: first_name, type: text, label: First name, required: true}
      - {name: surname, type: text, label: Surname, required: true}
      - {name: district, type: select, label: Your district, dictionary: organisations/district, required: true}
  - id: why
    fields:
      - {name: description, type: textarea, label: What would help}
sent: {what_happens_next: We will call you.}
"""
ANSWERS = {"first_name": "Alba", "surname": "Testperson"}
NOT_IN_LIST = "Choose one of the answers in the list."


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """A browser of a gateway, one of whose choices went an hour ago."""
    shutil.copytree(ROOT / "organisations", tmp_path / "organisations")
    (tmp_path / "organisations/riverside/forms/where.yaml").write_text(FORM)
    credentials(monkeypatch)
    loaded = settings_of(
        f"sqlite:///{tmp_path}/gateway.db",
        organisations=tmp_path / "organisations",
        rate_limit="off",
        min_fill_seconds=0,
        ledger=tmp_path / "ledger.jsonl",
    )
    from_before = [(GONE, "Upper Sample"), (THERE, "Lower Sample")]
    database = Database(loaded.database_url.get_secret_value())
    upgrade(database)
    now = datetime.now(UTC) - HOUR
    dictionaries.keep(database, "riverside", NAME, from_before[1:], before=from_before, now=now)
    database.close()
    app = create_app(loaded)
    yield app.test_client()
    site_of(app.test_client()).database.close()


def site_of(client: FlaskClient) -> Site:
    found: Site = client.application.extensions["gateway"]
    return found


def posted(client: FlaskClient, address: str, *, shown: timedelta, **answers: str) -> TestResponse:
    """Post a first page that was shown some time ago."""
    site = site_of(client)
    definition = site.organisations["riverside"].forms["where"].hash
    token = site.tokens.sign(new_instance(), definition, "en", datetime.now(UTC) - shown)
    return post(client, address, {"token": token, **ANSWERS, **answers})


def post(client: FlaskClient, address: str, fields: dict[str, str]) -> TestResponse:
    return client.post(address, data=fields, headers={"Sec-Fetch-Site": "same-origin"})


def test_it_is_not_offered_any_more(client: FlaskClient) -> None:
    page = client.get("/riverside/where").text

    assert f'value="{GONE}"' not in page
    assert f'value="{THERE}"' in page


def test_whoever_was_shown_it_may_send_it(client: FlaskClient) -> None:
    first = posted(client, "/riverside/where", shown=2 * HOUR, district=GONE)
    assert first.status_code == 303

    # It stands in the draft from then on: on its page, and on the one that checks the answers.
    draft = first.location.partition("/why")[0]
    again = client.get(f"{draft}/about")
    assert re.search(rf'<option value="{GONE}" selected', again.text)
    token = re.search(r'name="token"[^>]*value="([^"]+)"', again.text)
    assert token
    second = post(client, f"{draft}/about", {"token": token[1], **ANSWERS, "district": GONE})
    assert second.status_code == 303
    third = post(client, f"{draft}/why", {"token": token[1], "description": "Please call me"})
    check = client.get(third.location)
    assert "Upper Sample" in check.text
    assert post(client, third.location, {"token": token[1], "action": "send"}).location.endswith("/sent")


def test_whoever_was_shown_the_page_later_is_asked_again(client: FlaskClient) -> None:
    answer = posted(client, "/riverside/where", shown=timedelta(minutes=5), district=GONE)

    assert answer.status_code == 422
    assert NOT_IN_LIST in answer.text
    assert 'value="Testperson"' in answer.text


def test_what_never_was_a_choice_is_none(client: FlaskClient) -> None:
    assert posted(client, "/riverside/where", shown=2 * HOUR, district="77").status_code == 422
