"""Saved forms and their mails are no way to guess without end, nor to fill strangers' mailboxes."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from gateway.factory import create_app
from gateway.forms.journey import input_names, steps
from gateway.store import tables
from gateway.store.drafts import Draft
from gateway.web.limits import Limit, Rate
from gateway.web.site import Site
from gateway.web.tokens import new_instance, write_instance
from tests.opened import credentials, settings_of

ONCE = Rate(1, 3600)
LINK = "/riverside/support/save/{}"


@pytest.fixture
def app(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The web with the example organisation, an empty store and a mail server."""
    file = shutil.copyfile(sqlite_template, tmp_path / "gateway.db")
    credentials(monkeypatch)
    made = create_app(settings_of(f"sqlite:///{file}", smtp_url="smtp://localhost?tls=off&from=refer@example.org"))
    yield made
    site_of(made).database.close()


def site_of(app: Flask) -> Site:
    found: Site = app.extensions["gateway"]
    return found


def begin(app: Flask, **answers: str) -> bytes:
    """Store a draft; give its instance."""
    now, instance, site = datetime.now(UTC), new_instance(), site_of(app)
    digest = site.organisations["riverside"].forms["support"].hash
    kept = {"surname": ["Testperson"]} | {name: [value] for name, value in answers.items()}
    begun, ends = now - timedelta(minutes=1), now + timedelta(hours=1)
    draft = Draft("riverside", "support", digest, "en", kept, 1, begun, ends)
    site.drafts.create(instance, draft)
    return instance


def save(app: Flask) -> bytes:
    """Store a saved form; give the secret of its link."""
    now, link = datetime.now(UTC), new_instance()
    site_of(app).saved.keep(
        link, "teapot", old=begin(app), new=new_instance(), organisation="riverside", form="support",
        expires_at=now + timedelta(days=7), now=now,
    )  # fmt: skip
    return link


def test_from_one_address_so_many_answers_are_judged_and_no_more(app: Flask) -> None:
    site = site_of(app)
    site.tries = Limit(ONCE)
    first, second = save(app), save(app)
    client = app.test_client()
    assert client.post(LINK.format(write_instance(first)), data={"answer": "kettle"}).status_code == 422

    held = client.post(LINK.format(write_instance(second)), data={"answer": "kettle"})

    assert held.status_code == 429
    assert 1800 <= int(held.headers["Retry-After"]) <= 5400  # by how far the hour is
    assert "What you saved is still there" in held.text
    found = site.saved.find(second, datetime.now(UTC))
    assert found is not None
    assert found.tries_left == 5


def test_from_one_address_so_many_mails_are_asked_for_and_no_more(app: Flask) -> None:
    site_of(app).letters = Limit(ONCE)
    client = app.test_client()

    def ask(email: str) -> tuple[int, str]:
        address = f"/riverside/support/d/{write_instance(begin(app))}/save"
        hidden = dict(re.findall(r'name="(token|link)"[^>]* value="([^"]+)"', client.get(address).text))
        answer = client.post(address, data={**hidden, "answer": "Purple teapot", "email": email})
        return answer.status_code, answer.text

    assert ask("alba@example.org")[0] == 200
    status, text = ask("bruno@example.org")
    assert (status, "Too many emails are asked for" in text) == (422, True)
    assert ask("")[0] == 200


def test_from_one_address_so_many_receipts_are_mailed_and_no_more(app: Flask) -> None:
    site_of(app).letters = Limit(ONCE)
    client = app.test_client()
    form = site_of(app).organisations["riverside"].forms["support"]
    short = {"has_cared_for": "N", "has_others": "N"}
    way = steps(form, {name: [value] for name, value in short.items()})
    answers = {name: "" for step in way for name in input_names(form, step)} | short
    answers |= {"first_name": "Alba", "surname": "Testperson", "email": "alba@example.org", "safe_contact": "email"}
    answers |= {"telephone": "01632 960001", "description": "Please write", "contact_agreed": "Y"}

    def offered() -> bool:
        visited = f"/riverside/support/d/{write_instance(begin(app, **answers))}/check"
        page = client.get(visited).text
        token, version = (re.search(rf'name="{name}"[^>]* value="([^"]+)"', page) for name in ("token", "version"))
        assert token is not None
        assert version is not None
        sent = client.post(visited, data={"token": token[1], "version": version[1], "receipt": "yes"})
        assert sent.location.endswith("/sent")
        return "Email my reference number" in page

    assert [offered() for _ in range(3)] == [True, True, False]
    with site_of(app).database.read() as connection:
        assert len(connection.execute(select(tables.mails)).all()) == 2


def test_from_one_address_so_many_forms_are_saved_and_the_rest_are_not_lost(app: Flask) -> None:
    site_of(app).saves = Limit(ONCE)
    client = app.test_client()

    def ask(instance: bytes) -> tuple[int, str]:
        address = f"/riverside/support/d/{write_instance(instance)}/save"
        hidden = dict(re.findall(r'name="(token|link)"[^>]* value="([^"]+)"', client.get(address).text))
        answer = client.post(address, data={**hidden, "answer": "Purple teapot"})
        return answer.status_code, answer.text

    assert ask(begin(app))[0] == 200
    second = begin(app)
    status, text = ask(second)
    assert (status, "Your answers are still here" in text) == (429, True)
    assert site_of(app).drafts.load(second, datetime.now(UTC)) is not None


def test_a_link_that_saved_something_else_before_is_replaced_and_nothing_is_lost(app: Flask) -> None:
    site, now, link = site_of(app), datetime.now(UTC), new_instance()
    site.saved.keep(
        link, "teapot", old=begin(app), new=new_instance(), organisation="riverside", form="agency",
        expires_at=now + timedelta(days=7), now=now,
    )  # fmt: skip
    instance, client = begin(app), app.test_client()
    address = f"/riverside/support/d/{write_instance(instance)}/save"
    hidden = dict(re.findall(r'name="(token)"[^>]* value="([^"]+)"', client.get(address).text))

    answer = client.post(address, data={**hidden, "link": write_instance(link), "answer": "Purple teapot"})

    assert answer.status_code == 422
    assert write_instance(link) not in answer.text
    assert site.drafts.load(instance, now) is not None


ODD = [
    b"\xff\xfe\xfd\xfc",
    b"%FF%FE%FD%FC",
    b"%00%00%00%00",
    b"a" * 100_000,
    b"%E2%80%AE%F0%9F%98%80",
    b"%ED%A0%80" * 4,
]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", [b"answer", b"email", b"link", b"token"])
def test_whatever_is_posted_is_answered_in_words(app: Flask, name: bytes, odd: bytes) -> None:
    client = app.test_client()
    address = f"/riverside/support/d/{write_instance(begin(app))}/save"
    hidden = re.findall(r'name="(token|link)"[^>]* value="([^"]+)"', client.get(address).text)
    fields = {each.encode(): value.encode() for each, value in hidden}
    fields |= {b"answer": b"Purple teapot", b"email": b"alba@example.org", name: odd}
    body = b"&".join(key + b"=" + value for key, value in fields.items())
    form = "application/x-www-form-urlencoded"

    assert client.post(address, data=body, content_type=form).status_code in {200, 422}
    back = client.post(LINK.format(write_instance(save(app))), data=b"answer=" + odd, content_type=form)
    assert back.status_code == 422


@pytest.mark.parametrize("secret", ["x", "A" * 21, "A" * 23, "%FF" * 22, "%00", "..%2f..", "é" * 22])
def test_whatever_stands_in_a_link_is_answered_in_words(app: Flask, secret: str) -> None:
    for answer in (app.test_client().get(LINK.format(secret)), app.test_client().post(LINK.format(secret))):
        assert answer.status_code in {404, 405, 410}
