"""Whoever gets past a page is counted once, as a number; whoever tries a form, or sends it at once, is not."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.factory import create_app
from gateway.store import page_counts
from gateway.web.public.visit import LONDON
from gateway.web.site import Site
from gateway.web.trials import Mode
from tests.end_to_end.walks import CONTACT
from tests.opened import credentials, settings_of

ABOUT = {
    "first_name": "Alba", "surname": "Testperson",
    "date_of_birth-day": "1", "date_of_birth-month": "2", "date_of_birth-year": "1960",
}  # fmt: skip
REACH = {"telephone": "01632 960001", "safe_contact": ["phone", "text"]}
START = "/riverside/support"
_TOKEN = re.compile(r'name="token"[^>]*value="([^"]+)"')


@pytest.fixture
def app(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The web with the example organisation."""
    file = tmp_path / "gateway.db"
    shutil.copyfile(sqlite_template, file)
    credentials(monkeypatch)
    made = create_app(settings_of(f"sqlite:///{file}", min_fill_seconds=0))
    yield made
    site_of(made).database.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def site_of(app: Flask) -> Site:
    found: Site = app.extensions["gateway"]
    return found


def counts(app: Flask) -> dict[str, int]:
    """What is counted of all forms of the organisation, by page."""
    found = page_counts.read(site_of(app).database, "riverside", date(2000, 1, 1), date(2999, 1, 1))
    return {page: count for (_, page), count in found.items()}


def post(client: FlaskClient, address: str, status: int = 303, **fields: object) -> str:
    """Post a page as it was shown; give the address that follows."""
    shown = _TOKEN.search(client.get(address).get_data(as_text=True))
    assert shown is not None
    answer = client.post(address, data={"token": shown[1], **fields})
    assert answer.status_code == status
    return answer.headers.get("Location", "")


def test_a_page_that_is_in_order_counts_and_one_that_is_not_does_not(app: Flask, client: FlaskClient) -> None:
    post(client, START, status=422, **(ABOUT | {"surname": ""}))
    assert counts(app) == {}

    contact = post(client, START, **ABOUT)
    assert counts(app) == {"about": 1}

    post(client, contact, **REACH)
    assert counts(app) == {"about": 1, "contact": 1}


def test_whoever_comes_back_to_a_page_counts_once_and_another_one_again(app: Flask, client: FlaskClient) -> None:
    contact = post(client, START, **ABOUT)
    post(client, contact.replace("/contact", "/about"), **ABOUT)
    post(client, START, **ABOUT)

    assert counts(app) == {"about": 2}


def test_a_page_that_was_put_off_counts_when_it_is_passed(app: Flask, client: FlaskClient) -> None:
    contact = post(client, START, **ABOUT)
    post(client, contact, action="save", **REACH)
    assert counts(app) == {"about": 1}

    post(client, contact, **REACH)
    assert counts(app) == {"about": 1, "contact": 1}


def test_the_day_is_the_one_of_the_united_kingdom(app: Flask, client: FlaskClient) -> None:
    before = datetime.now(UTC).astimezone(LONDON).date()
    post(client, START, **ABOUT)
    after = datetime.now(UTC).astimezone(LONDON).date()

    assert page_counts.read(site_of(app).database, "riverside", before, after) == {("support", "about"): 1}


def test_whoever_tries_a_form_is_not_counted(app: Flask, client: FlaskClient) -> None:
    link = site_of(app).trials.invite("riverside", "support", Mode.NOWHERE, datetime.now(UTC) + timedelta(days=1))
    post(client, post(client, f"{START}?test={link}", **ABOUT), **REACH)

    assert counts(app) == {}


def test_a_form_that_is_sent_from_its_first_page_writes_no_count(app: Flask, client: FlaskClient) -> None:
    post(client, "/riverside/contact-me", **CONTACT)

    assert counts(app) == {}
