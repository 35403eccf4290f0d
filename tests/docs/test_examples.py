"""The examples of docs/api.md run against the sandbox, and docs/form.schema.json is what the command prints."""

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from gateway import charitylog
from gateway.cli.forms import command as forms
from gateway.sandbox import create_sandbox, make_server
from tests.docs.reading import ADDRESS, blocks, spans, text_of
from tests.serving import serving


@pytest.fixture
def sandbox() -> Iterator[str]:
    """A sandbox with the keys of the documents; gives its address."""
    server = make_server(create_sandbox(source="sandbox-source", org="sandbox-org", user="sandbox-user"))
    with serving(server):
        yield f"http://127.0.0.1:{server.port}"


def test_python_examples_run_in_their_order(sandbox: str) -> None:
    found = blocks(text_of("docs/api.md"), "python")
    room: dict[str, object] = {}

    assert any(ADDRESS in block for block in found)
    for number, block in enumerate(found, start=1):
        code = compile(block.replace(ADDRESS, sandbox), f"docs/api.md, example {number}", "exec")
        exec(code, room)  # noqa: S102 - our own document


def test_every_name_of_the_client_is_documented() -> None:
    page = text_of("docs/api.md")
    code = "\n".join([*spans(page), *blocks(page, "python")])
    # The types of parameters need no words of their own.
    names = set(charitylog.__all__) - {"BodyForm", "EncodedBody", "Ids", "Minimum", "UploadGroup", "Writes"}

    assert [name for name in sorted(names) if name not in code] == []


def test_committed_schema_is_what_the_command_prints() -> None:
    printed = CliRunner().invoke(forms, ["schema"])

    assert printed.exit_code == 0
    assert json.loads(text_of("docs/form.schema.json")) == json.loads(printed.output)
    assert text_of("docs/form.schema.json") == printed.output
