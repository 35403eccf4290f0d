"""A file that is removed in one window while another one sends: nothing goes out until somebody has seen that."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.store import tables
from gateway.store.database import Database
from gateway.store.drafts import instance_hash
from gateway.web.posted import FilePart
from gateway.web.public import sending
from gateway.web.public.uploading import Taking, questions_of
from gateway.web.public.visit import Visit
from tests.docs.reading import ROOT

from .people.conftest import a_web

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"


def test_who_sends_sees_first_what_is_left(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    organisations = shutil.copytree(ROOT / "organisations", tmp_path / "organisations")
    app = a_web(database, organisations, tmp_path, monkeypatch)
    site = app.extensions["gateway"]
    riverside, now = site.organisations["riverside"], datetime.now(UTC)
    visit = Visit(site, riverside, riverside.forms["support"], "en", False, b"an-instance-only", now)

    with app.test_request_context():
        taking = Taking(visit.begun(), questions_of(visit, "help"))
        taking.take(FilePart("letter", "letter.pdf", iter([PDF])), within=lambda: True)
        sends = replace(visit, answers=taking.answers)
        pages = sending.filled_pages(sends)
        for page in pages:
            page.validate()
        site.files.forget(instance_hash(visit.instance), taking.answers["letter"])
        led = sending.send(sends, pages, sends.answers)

    assert (led.status_code, "/sent" in led.headers["Location"]) == (303, False)
    with database.read() as connection:
        assert connection.execute(select(tables.referrals)).first() is None
    assert site.drafts.load(visit.instance, now) is not None
    site.database.close()
