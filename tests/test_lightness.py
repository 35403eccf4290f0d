"""What a process does not load it does not hold: each module here would cost every charity's machine memory, always."""

import subprocess
import sys

import pytest

from tests.warm import ROOT

NEITHER = ("alembic", "authlib", "psycopg", "sqlalchemy.dialects.postgresql", "sqlalchemy.orm", "gateway.sandbox")
WORKER = ("wtforms", "flask_wtf", "phonenumbers", "segno", "gateway.web", "gateway.forms")
WEB = ("requests", "urllib3", "charset_normalizer", "gateway.delivery", "gateway.notices", "gateway.cli.worker")


def loaded(*names: str) -> set[str]:
    """Import modules in a fresh Python; give the names of all that are there then."""
    words = [sys.executable, "-c", f"import sys, {', '.join(names)}; print(*sys.modules)"]
    return set(subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize(
    ("programs", "without"),
    [
        (("flask.cli", "gateway.factory", "gateway.cli.worker"), (*NEITHER, *WORKER)),
        (("gunicorn.workers.gthread", "gateway.factory", "gateway.serving"), (*NEITHER, *WEB)),
    ],
    ids=["worker", "web"],
)
def test_a_process_holds_nothing_that_it_needs_rarely_or_never(
    programs: tuple[str, ...], without: tuple[str, ...]
) -> None:
    assert loaded(*programs).isdisjoint(without)
