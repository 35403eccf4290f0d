"""A person asks what is kept of them, as docs/security.md says step by step; and what stays once all of it is gone."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
from sqlalchemy import delete, update

from gateway.store import tables
from gateway.store.database import Database
from tests.docs.reading import commands, section
from tests.end_to_end.house import House, wait_for
from tests.end_to_end.papers import ADD, a_file, send, to_the_letter
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT

HEADING = "## When somebody asks what you keep of them"
EXAMPLE = "RG-7K3F-9Q2M"
CANARY = "Kanarienvogel"


@pytest.fixture
def database(house: House) -> Iterator[Database]:
    """The store of the shared gateway."""
    found = Database(house.environment["GATEWAY_DATABASE_URL"])
    yield found
    found.close()


def post_again(house: House, address: str, fields: dict[str, str]) -> requests.Response:
    headers = {"Origin": house.base, "Sec-Fetch-Site": "same-origin"}
    return requests.post(address, data=fields, headers=headers, timeout=30)


def of_the_document(name: str, reference: str, folder: str) -> list[str]:
    """Give the command of the document that begins with a word, about a reference and a folder of our own."""
    found = next(
        each for each in commands(section("docs/security.md", HEADING), "flask") if each[:2] == ["referrals", name]
    )
    return [reference if word == EXAMPLE else folder if word == "subject-request-12" else word for word in found]


def test_a_request_is_answered_with_the_commands_of_the_document(house: House, visitor: Visitor) -> None:
    folder = house.folder / "subject request"
    to_the_letter(visitor).submit(press=ADD, files=[a_file(f"{CANARY}.pdf")])
    reference = send(visitor, f"My bird is called {CANARY}")
    receipt = visitor.response.url
    wait_for(lambda: house.state(reference) == "delivered", "its delivery")

    found = house.flask(*of_the_document("find", reference, ""), stdin=f"request 12\n{CANARY.upper()} testperson\n")
    exported = house.flask(*of_the_document("export", reference, str(folder)))
    erased = house.flask(*of_the_document("erase", reference, ""), stdin="y\n")

    assert found.stdout.startswith(reference)
    assert exported.stdout.endswith(f"{reference} exported\n")
    written = json.loads((folder / reference / "referral.json").read_text(encoding="utf-8"))
    assert CANARY in written["sent_to_the_destination"][0]["content"]
    assert written["consents"][0]["wording"]
    assert (folder / reference / f"1 {CANARY}.pdf").read_bytes().startswith(b"%PDF")
    assert "riverside's own system may hold it still: erase it there too" in erased.stdout
    assert house.state(reference) == "closed"
    assert CANARY not in found.stdout + found.stderr + exported.stdout + erased.stdout
    page = visitor.open(receipt)
    assert page.response.status_code == 200
    assert page.reference == reference
    again = house.flask(*of_the_document("find", reference, ""), stdin=f"request 12\n{CANARY}\n", check=False)
    assert reference not in again.stdout


def test_an_erased_form_that_is_sent_again_shows_its_receipt(house: House, visitor: Visitor) -> None:
    visitor.open("/riverside/contact-me")
    fields = dict(visitor.page.form.fields) | CONTACT
    address = visitor.response.url
    first = post_again(house, address, fields)
    reference = visitor.open(first.url).reference
    wait_for(lambda: house.state(reference) == "delivered", "its delivery")
    house.flask("referrals", "erase", reference, "--yes")

    same = post_again(house, address, fields)
    other = post_again(house, address, fields | {"description": "Something else"})

    assert (same.status_code, other.status_code) == (200, 200)
    assert same.url == other.url == first.url
    assert reference in same.text


def test_a_worker_purges_by_itself_and_the_receipt_stays(house: House, visitor: Visitor, database: Database) -> None:
    visitor.open("/riverside/contact-me")
    fields = dict(visitor.page.form.fields) | CONTACT
    address = visitor.response.url
    first = post_again(house, address, fields)
    reference = visitor.open(first.url).reference
    wait_for(lambda: house.state(reference) == "delivered", "its delivery")
    house.flask("destinations", "prove", "riverside", reference, "--yes", check=False)
    old = datetime.now(UTC) - timedelta(days=40)
    with database.write() as connection:
        connection.execute(update(tables.referrals).values(delivered_at=old, created_at=old))
        connection.execute(delete(tables.turns).where(tables.turns.c.name == "purge"))
    look, by_hand = commands(section("docs/operations.md", "## What is deleted, and when"), "flask")
    assert reference in house.flask(*look).stdout
    house.kill("worker")
    house.start("worker")

    wait_for(lambda: listed(house, reference)["purged_at"], "its purge")

    assert listed(house, reference)["state"] == "delivered"
    same = post_again(house, address, fields)
    other = post_again(house, address, fields | {"description": "Something else"})
    assert (same.status_code, other.status_code) == (200, 409)
    assert reference in same.text
    assert "purged organisation=riverside" in house.log("worker")
    assert "riverside: nothing to purge" in house.flask(*by_hand).stdout
    shown = house.flask("referrals", "files", reference, check=False)
    assert f"{reference} holds nothing any more: it was deleted on" in shown.stderr


def listed(house: House, reference: str) -> dict[str, object]:
    return next(each for each in house.referrals() if each["reference"] == reference)
