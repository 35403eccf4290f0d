"""What the documents are compared with: the app as it serves the example organisation."""

from collections.abc import Iterator

import pytest
from flask import Flask

from gateway.cli.migrate import upgrade
from gateway.factory import create_app
from gateway.keys import new_key
from gateway.settings import Settings
from gateway.store.database import Database
from tests.docs.reading import ROOT


@pytest.fixture(scope="package")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The web with the example organisation and an empty store."""
    url = f"sqlite:///{tmp_path_factory.mktemp('docs')}/gateway.db"
    database = Database(url)
    upgrade(database)
    database.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARITYLOG_URL", "http://127.0.0.1:1/v2")
        for name in ("CHARITYLOG_SOURCE", "CHARITYLOG_ORG", "CHARITYLOG_USER"):
            patch.setenv(name, "invented")
        yield create_app(
            Settings(
                _env_file=None,
                keys=new_key(),
                base_url="http://localhost",
                clamd="off",
                smtp_url="off",
                database_url=url,
                organisations=ROOT / "organisations",
            )
        )
