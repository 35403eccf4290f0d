"""Every link and every path that a document names leads somewhere, and none leads where it should not."""

import re
import tomllib

import pytest

from tests.docs.reading import NAMES, ROOT, spans, table, text_of, words

TOP = {path.name for path in ROOT.iterdir()}
MADE_WHEN_IT_RUNS = {".env", ".venv", "var"}
REGISTRIES = r"pypi\.org|pythonhosted\.org|npmjs\.|crates\.io|rubygems\.org|ghcr\.io|docker\.io|quay\.io"
MACHINES = r"(?<![\w.:/<>`)*-])/(home|root|work|tmp|Users|mnt|usr|opt|etc|srv)/"


def headings(name: str) -> set[str]:
    """Name the anchors of a document's headings."""
    found = re.findall(r"^#+ (.*)$", text_of(name), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in found}


@pytest.mark.parametrize("name", NAMES)
def test_every_relative_link_leads_to_a_file(name: str) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)]+)\)", text_of(name)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / name).parent / path if path else ROOT / name
        if not file.exists() or (anchor and anchor not in headings(str(file.resolve().relative_to(ROOT)))):
            broken.append(target)

    assert broken == []


@pytest.mark.parametrize("name", NAMES)
def test_every_path_that_is_named_exists(name: str) -> None:
    paths = [
        span
        for span in spans(text_of(name))
        if re.fullmatch(r"[\w.-]+(/[\w.*-]+)*(/|\.\w+)", span)
        and ("/" in span or "." in span[1:])
        and span.split("/")[0] in TOP - MADE_WHEN_IT_RUNS
    ]

    assert [path for path in paths if not any(ROOT.glob(path.rstrip("/")))] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_document_names_a_registry_or_a_place_on_a_machine(name: str) -> None:
    assert re.findall(REGISTRIES, text_of(name)) == []
    assert re.findall(MACHINES, text_of(name)) == []


def test_every_room_stands_in_the_architecture_in_the_order_of_imports() -> None:
    contracts = tomllib.loads(text_of("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    order = [room.strip() for layer in layers for room in layer.split("|")]
    rooms = {path.name for path in (ROOT / "gateway").iterdir() if (path / "__init__.py").exists()}
    modules = {path.stem for path in (ROOT / "gateway").glob("*.py") if path.name != "__init__.py"}
    listed = [words(row[0])[0] for row in table("docs/architecture.md", "## The rooms")]
    named = [path.removesuffix(".py").rstrip("/").replace("/", ".") for path in listed]

    assert named == order
    assert set(named) == {f"gateway.{name}" for name in rooms | modules}
