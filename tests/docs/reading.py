"""Reads the documents: their tables, their code, their links."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
ADDRESS = "http://127.0.0.1:8001"  # of the sandbox, in every example
NAMES = [str(path.relative_to(ROOT)) for path in DOCS]

# Partners sign in as staff do, at addresses of their own; but a provider leads back to one address, whoever comes.
FOR_ONE_AREA = re.compile("<organisation>|vouch")
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")


def text_of(name: str) -> str:
    """Read a document by its path in the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def section(name: str, heading: str) -> str:
    """Give what stands under a heading, up to the next one of any level."""
    _, found, rest = text_of(name).partition(f"\n{heading}\n")
    assert found, f"{name} has no heading {heading!r}"
    return re.split(r"^#+ ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """Give the cells of every table in a text, without the heads."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    heads = {number - 1 for number, line in enumerate(lines) if set(line) <= set("|- ")}
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for number, line in enumerate(lines)
        if number not in heads and number - 1 not in heads
    ]


def table(name: str, heading: str) -> list[list[str]]:
    """Give the cells of the tables under a heading."""
    found = rows(section(name, heading))
    assert found, f"{name} has no table under {heading!r}"
    return found


def signed_in_addresses() -> Iterator[tuple[str, str, str]]:
    """Give address, methods and whom they are for, of every page of people who sign in."""
    for name in ("docs/console.md", "docs/partners.md"):
        for cell, methods, who, _ in table(name, "## Addresses"):
            for address in words(cell):
                yield address, methods, who
                if not FOR_ONE_AREA.search(address):
                    yield address.replace("/staff/", "/partner/"), methods, who


def words(cell: str) -> list[str]:
    """Give what stands in `code` in a cell."""
    return _SPAN.findall(cell)


def blocks(text: str, language: str) -> list[str]:
    """Give the code blocks of a language."""
    return [body for kind, body in _FENCE.findall(text) if kind == language]


def spans(text: str) -> list[str]:
    """Give what stands in `code` in the running text, code blocks left out."""
    return _SPAN.findall(_FENCE.sub("", text))


def commands(text: str, program: str) -> Iterator[list[str]]:
    """Give the arguments of every call of a program in the code of a document, as far as they stand there."""
    lines = [*spans(text), *(line for body in blocks(text, "sh") for line in body.splitlines())]
    call = re.compile(rf"^(?:\.venv/bin/)?{program}(?: (.*))?$")
    for line in lines:
        found = call.match(line.strip().partition("#")[0].partition(">")[0].strip())
        if found:
            yield (found[1] or "").split()
