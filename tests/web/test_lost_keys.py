"""What a key sealed that is gone: pages say in words what to do, and nothing of it is a crash."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gateway.factory import create_app
from gateway.keys import KeyRing, new_key
from gateway.store import sending
from gateway.store.database import Database
from gateway.store.drafts import Draft, Drafts, instance_hash
from gateway.store.files import Details, Files
from gateway.web.tokens import write_instance
from tests.opened import credentials, settings_of
from tests.store.making import a_referral

LOST, HERE = new_key(), new_key()
LOST_RING, RING = KeyRing(LOST), KeyRing(HERE)
INSTANCE = b"an-instance-only"
ADDRESS = f"/riverside/support/d/{write_instance(INSTANCE)}"


@pytest.fixture
def store(database: Database) -> Database:
    """A store on each of the two databases."""
    return database


@pytest.fixture
def client(store: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """The web with another key than the one that sealed what is stored."""
    credentials(monkeypatch)
    url = store.url.render_as_string(hide_password=False)
    app = create_app(settings_of(url, keys=HERE, ledger=tmp_path / "ledger.jsonl"))
    yield app.test_client()
    app.extensions["gateway"].database.close()


def definition(client: FlaskClient) -> str:
    """The hash of the form as it is served."""
    served: str = client.application.extensions["gateway"].organisations["riverside"].forms["support"].hash
    return served


def a_draft(client: FlaskClient, store: Database, ring: KeyRing, **answers: list[str]) -> None:
    now = datetime.now(UTC)
    draft = Draft("riverside", "support", definition(client), "en", answers, 1, now, now + timedelta(hours=1))
    Drafts(store, ring).create(INSTANCE, draft)


def test_a_draft_whose_key_is_gone_gets_the_page_of_one_that_is_over(client: FlaskClient, store: Database) -> None:
    a_draft(client, store, LOST_RING, first_name=["Alba"])

    for page in ("contact", "check", "save"):
        found = client.get(f"{ADDRESS}/{page}")
        assert found.status_code == 410, page
        assert "Alba" not in found.text


def test_a_draft_with_a_file_whose_key_is_gone_goes_on_without_it(client: FlaskClient, store: Database) -> None:
    a_draft(client, store, RING, first_name=["Alba"], surname=["Testperson"])
    files = Files(store, LOST_RING)
    file = files.begin(instance_hash(INSTANCE), datetime.now(UTC), most_bytes=10**9)
    writer = files.writer(file)
    writer.write(b"%PDF")
    writer.close()
    details = Details("odd.pdf", "application/pdf", "0")
    files.finish(file, details, clean=True, organisation="riverside", now=datetime.now(UTC))
    Drafts(store, RING).save(
        INSTANCE,
        {"first_name": ["Alba"], "surname": ["Testperson"], "letter": [file]},
        version=1,
        language="en",
        expires_at=datetime.now(UTC) + timedelta(hours=1),
    )

    found = client.get(f"{ADDRESS}/help")

    assert found.status_code == 200
    assert "odd.pdf" not in found.text


def test_the_receipt_of_a_referral_whose_key_is_gone_is_shown(client: FlaskClient, store: Database) -> None:
    referral = a_referral(definition=definition(client), created_at=datetime.now(UTC))
    sending.send(store, LOST_RING, referral, instance=instance_hash(INSTANCE), answers=b"{}", now=datetime.now(UTC))

    found = client.get(f"{ADDRESS}/sent")

    assert found.status_code == 200
    assert referral.reference in found.text
