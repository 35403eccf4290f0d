"""What the documents are compared with: the app as it serves the example organisation."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from gateway.factory import create_app
from tests.opened import credentials, settings_of


@pytest.fixture(scope="package")
def app(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Flask]:
    """The web with the example organisation and an empty store."""
    file = shutil.copyfile(sqlite_template, tmp_path_factory.mktemp("docs") / "gateway.db")
    with pytest.MonkeyPatch.context() as patch:
        credentials(patch)
        yield create_app(settings_of(f"sqlite:///{file}"))
