"""The examples of docs/partner-api.md do what they say: in Python in their order, and with curl."""

import json
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from flask import Flask
from werkzeug.serving import make_server

from tests.docs.reading import blocks, table, text_of, words
from tests.serving import serving

from ..test_matrix import ROWS
from .conftest import ANSWERS, REFERRALS, Software

PAGE = "docs/partner-api.md"
ADDRESS = "http://localhost:8000"


@pytest.fixture
def served(app: Flask, surgery: Software, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The app on loopback; the examples have their token and files."""
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    (tmp_path / "referral.json").write_text(json.dumps({"form": "agency", "people": ANSWERS}), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REFERRAL_TOKEN", surgery.token)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    with serving(server):
        yield f"http://127.0.0.1:{server.port}"


def test_the_python_examples_run_in_their_order(
    served: str, surgery: Software, capsys: pytest.CaptureFixture[str]
) -> None:
    room: dict[str, object] = {}
    for number, block in enumerate(blocks(text_of(PAGE), "python"), start=1):
        exec(compile(block.replace(ADDRESS, served), f"{PAGE}, example {number}", "exec"), room)  # noqa: S102 - our own document

    room["session"].close()
    assert surgery.get(REFERRALS).json["meta"]["total_count"] == 2
    assert capsys.readouterr().out.startswith("received 20")


def test_the_python_example_sends_again_until_there_is_an_answer(served: str, surgery: Software) -> None:
    nobody = "http://127.0.0.1:1"
    room: dict[str, Any] = {}
    exec(blocks(text_of(PAGE), "python")[0].replace(ADDRESS, served), room)  # noqa: S102 - our own document
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        room["GATEWAY"] = served if len(waited) == 2 else nobody

    room["time"], room["GATEWAY"] = SimpleNamespace(sleep=sleep), nobody
    again = room["send"](room["key"], json=room["referral"])
    with pytest.raises(requests.HTTPError):
        room["send"](room["key"], json={**room["referral"], "form": "support"})
    room["GATEWAY"], waited[1:] = nobody, [0] * 9
    with pytest.raises(SystemExit):
        room["send"](room["key"], json=room["referral"])

    room["session"].close()
    assert (again, waited[0]) == (room["reference"], 2)
    assert surgery.get(REFERRALS).json["meta"]["total_count"] == 1


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")
def test_the_curl_examples_run(served: str, surgery: Software) -> None:
    calls = [block for block in blocks(text_of(PAGE), "sh") if block.startswith("curl")]
    for block in calls:
        line = block.replace("\\\n", "").replace(ADDRESS, served).replace("$REFERRAL_TOKEN", surgery.token)
        done = subprocess.run(shlex.split(line), capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, done.stdout
        assert json.loads(done.stdout)["form"] == "agency"

    assert surgery.get(REFERRALS).json["meta"]["total_count"] == len(calls) == 2


def test_every_address_is_in_the_page_and_no_other() -> None:
    documented = {tuple(words(row[0])[0].split()) for row in table(PAGE, "## A token")}

    assert documented == {(method, rule) for method, rule, _ in ROWS if rule.startswith("/api/")}
