"""docs/settings.md has every setting with its default, names no other, and says which ones do nothing yet."""

import ast
import functools
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from gateway.keys import new_key
from gateway.settings import PREFIX, Settings, load_settings
from tests.docs.reading import ROOT, blocks, rows, table, text_of, words

PAGE = "docs/settings.md"
ROWS = {words(row[0])[0]: row for row in rows(text_of(PAGE)) if row[0].startswith(f"`{PREFIX}")}
FIELDS = {f"{PREFIX}{name.upper()}": (name, field) for name, field in Settings.model_fields.items()}
LABEL = "Checked today; takes effect when"


def test_every_setting_is_documented_and_no_other() -> None:
    assert set(ROWS) == set(FIELDS)


@pytest.mark.parametrize("variable", FIELDS)
def test_default_is_the_one_of_the_code(variable: str) -> None:
    _, field = FIELDS[variable]
    default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    shown = "required" if field.is_required() else "not set" if default is None else f"`{default}`"

    assert ROWS[variable][1] == shown


@pytest.mark.parametrize("variable", FIELDS)
def test_setting_that_nothing_reads_is_labelled_and_no_other(variable: str) -> None:
    name, _ = FIELDS[variable]

    assert (LABEL in ROWS[variable][2]) == (name not in attributes_read())


def test_unit_stands_with_every_setting_that_has_one() -> None:
    units = {"SECONDS": "Seconds", "HOURS": "Hours", "DAYS": "Days", "MB": "Megabytes"}
    without = [
        variable
        for variable, row in ROWS.items()
        if (unit := units.get(variable.rpartition("_")[2])) and not row[2].startswith(unit)
    ]

    assert without == []


def test_first_env_file_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in FIELDS:
        monkeypatch.delenv(variable, raising=False)
    example = next(body for body in blocks(text_of(PAGE), "sh") if "GATEWAY_KEYS=" in body)
    file = tmp_path / ".env"
    file.write_text(re.sub("the-key-that.*", new_key(), example))

    monkeypatch.chdir(tmp_path)

    found = load_settings()

    assert found.base_url == "https://refer.example.org"
    assert set(re.findall(r"^(CHARITYLOG_\w+)=", example, re.MULTILINE)) == named_in_the_example()


def test_deadline_of_a_call_is_the_one_of_the_code() -> None:
    settings = Settings(keys="x", base_url="http://localhost", clamd="off", smtp_url="off")

    assert f"after {settings.call_deadline_seconds} seconds by default" in text_of(PAGE)


@pytest.mark.parametrize("name", ["README.md", "docs/operations.md", "docs/security.md", "CHANGELOG.md", "SECURITY.md"])
def test_no_page_names_a_setting_that_does_not_exist(name: str) -> None:
    assert set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", text_of(name))) <= set(FIELDS)


def test_every_other_variable_that_the_code_reads_is_documented() -> None:
    reads = r"""environ(?:\.get\(|\[)"([A-Z_]+)"|envvar="([A-Z_]+)\""""
    files = [ROOT / "gunicorn.conf.py", *ROOT.glob("gateway/cli/*.py")]
    found = {"".join(pair) for path in files for pair in re.findall(reads, path.read_text(encoding="utf-8"))}
    documented = {word for row in table(PAGE, "## Read by others") for word in words(row[0])}

    assert {"PORT", "CHARITYLOG_SOURCE"} <= found
    assert found - set(FIELDS) <= documented


def test_the_pages_count_the_threads_of_the_web_server_as_it_does() -> None:
    served: dict[str, Any] = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    each, of_two = served["threads"], 2 * served["threads"]

    assert f"2 unless set. Each has {each} threads." in text_of(PAGE)
    assert f"Two web processes have {of_two} threads" in text_of("docs/operations.md")


@functools.cache
def attributes_read() -> frozenset[str]:
    """Name every attribute that any module but the settings' own reads."""
    modules = [path for path in ROOT.glob("gateway/**/*.py") if path.name != "settings.py"]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in modules]
    return frozenset(node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute))


def named_in_the_example() -> set[str]:
    """Name what the example's organisation.yaml takes from the environment."""
    return set(re.findall(r"\$\{(\w+)\}", (ROOT / "organisations/riverside/organisation.yaml").read_text()))
