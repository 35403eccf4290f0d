"""The quick way out leads where the form says, whatever letters its address is written with."""

import shutil
from pathlib import Path

import pytest

from gateway.factory import create_app
from gateway.web.tokens import new_instance, write_instance
from tests.opened import ORGANISATIONS, credentials, settings_of


def test_the_way_out_may_have_letters_of_any_language(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ORGANISATIONS, tmp_path / "organisations")
    form = tmp_path / "organisations" / "riverside" / "forms" / "support.yaml"
    away = 'quick_exit: {url: "https://tywydd-môr.example/gwên?dŵr=1"}'
    form.write_text(form.read_text().replace("quick_exit: true", away))
    shutil.copyfile(sqlite_template, tmp_path / "gateway.db")
    credentials(monkeypatch)
    app = create_app(settings_of(f"sqlite:///{tmp_path}/gateway.db", organisations=tmp_path / "organisations"))

    left = app.test_client().get(f"/riverside/support/d/{write_instance(new_instance())}/exit")

    assert left.status_code == 303
    assert left.headers["Location"] == "https://xn--tywydd-mr-n7a.example/gw%C3%AAn?d%C5%B5r=1"
    app.extensions["gateway"].database.close()
