"""A scanner that keeps silent is asked once: those who wait for it must not keep everybody else waiting."""

import io
import re
import shutil
import socket
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.cli.migrate import upgrade
from gateway.factory import create_app
from gateway.store import tables
from gateway.store.database import Database
from gateway.web.public import uploading
from tests.docs.reading import ROOT
from tests.end_to_end.papers import rewritten
from tests.opened import credentials, settings_of

FIRST = "    fields:\n"
LETTER = "      - {name: letter, type: file, label: A letter, accept: [pdf], max_files: 3}\n"


def test_a_silent_scanner_is_left_alone_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "SCAN_SECONDS", 0.05)
    credentials(monkeypatch)
    organisations = shutil.copytree(ROOT / "organisations", tmp_path / "organisations")
    rewritten(organisations, "contact-me", lambda form: form.replace(FIRST, FIRST + LETTER, 1))
    database = Database(f"sqlite:///{tmp_path}/gateway.db")
    upgrade(database)
    with socket.create_server(("127.0.0.1", 0)) as clamd:
        clamd.setblocking(False)
        scanner = f"127.0.0.1:{clamd.getsockname()[1]}"
        app = create_app(settings_of(f"sqlite:///{tmp_path}/gateway.db", clamd=scanner, organisations=organisations))
        client = app.test_client()
        token = re.search(r'name="token"[^>]* value="([^"]+)"', client.get("/riverside/contact-me").text)
        assert token is not None
        for number in range(2):
            letter = (io.BytesIO(b"%%PDF-1.4 %d" % number), f"{number}.pdf")
            data = {"token": token[1], "action": "add-file-letter", "letter": letter}
            assert client.post("/riverside/contact-me", data=data).status_code == 303

        clamd.accept()[0].close()
        with pytest.raises(BlockingIOError):
            clamd.accept()
    with database.read() as connection:
        assert list(connection.scalars(select(tables.files.c.state))) == ["quarantined", "quarantined"]
    database.close()
    app.extensions["gateway"].database.close()
