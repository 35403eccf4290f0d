"""The client needs nothing of the gateway: a script of docs/api.md runs where neither Flask nor SQLAlchemy is."""

import os
import shutil
import subprocess
import venv
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.docs.reading import ADDRESS, ROOT, blocks, section
from tests.whole_api.conftest import Service

NEEDED = ("requests", "urllib3", "certifi", "idna", "charset-normalizer")
MISSING = ("flask", "sqlalchemy", "click", "pydantic", "gateway.web", "gateway.store")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has requests, what requests needs, and the folder of the client; nothing is fetched for it."""
    folder = tmp_path_factory.mktemp("alone")
    venv.create(folder / "venv", symlinks=True)
    (packages,) = (folder / "venv").glob("lib/python*/site-packages")
    for name in NEEDED:
        found = distribution(name)
        for part in {file.parts[0] for file in found.files or () if ".." not in file.parts}:
            (packages / part).symlink_to(Path(str(found.locate_file(part))).resolve())
    (folder / "gateway").mkdir()
    shutil.copy(ROOT / "gateway" / "__init__.py", folder / "gateway")
    shutil.copytree(ROOT / "gateway" / "charitylog", folder / "gateway" / "charitylog")
    return folder


def run(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run a script beside the client, in an environment without anything of ours."""
    script = folder / "script.py"
    script.write_text(code, encoding="utf-8")
    bare = {"PATH": os.defpath, "PYTHONIOENCODING": "utf-8"}
    command = [folder / "venv" / "bin" / "python", script]
    return subprocess.run(command, cwd=folder, env=bare, capture_output=True, text=True, check=False, timeout=60)


def test_the_script_of_the_docs_runs_where_the_gateway_is_not(alone: Path, service: Service) -> None:
    absent = "\n".join(
        f"try:\n    import {name}\nexcept ImportError:\n    pass\nelse:\n    raise SystemExit('{name} is here')"
        for name in MISSING
    )
    (script,) = blocks(section("docs/api.md", "## On its own"), "python")
    assert 10 <= len([line for line in script.splitlines() if line.strip()]) <= 14

    ran = run(alone, f"{absent}\n{script.replace(ADDRESS, service.address)}")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "510 · Inventona · Young carers" in ran.stdout.splitlines()
