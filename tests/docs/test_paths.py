"""Every link and every path that a document names leads somewhere, and none leads where it should not."""

import re

import pytest

from tests.docs.reading import NAMES, ROOT, spans, text_of

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


def test_every_room_of_the_house_is_in_the_architecture() -> None:
    rooms = {f"gateway/{path.name}/" for path in (ROOT / "gateway").iterdir() if (path / "__init__.py").exists()}
    modules = {f"gateway/{path.name}" for path in (ROOT / "gateway").glob("*.py") if path.name != "__init__.py"}

    assert rooms | modules <= set(spans(text_of("docs/architecture.md")))
