"""What an organisation's own block is told, through the loader: each mistake once, in words that say what to do."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from gateway.definitions.loader import load_organisations
from gateway.destinations.blocks import OrganisationBlock
from gateway.destinations.judging import NAMES, judged
from tests.definitions.writing import a_form, a_profile, write

KEYS = {"url": "https://api.example.org/v2", "source": "one", "org": "two", "user": "three"}


def told(folder: Path, block: Mapping[str, object]) -> list[str]:
    """Give what is said of this block, as path and message."""
    write(folder / "riverside", "organisation.yaml", a_profile(charitylog=block))
    write(folder / "riverside", "forms/small.yaml", a_form())
    loaded = load_organisations(folder, environment={}, blocks=NAMES)["riverside"]
    return [
        f"{each.path}: {each.message}" for each in judged(loaded).problems if each.file.endswith("organisation.yaml")
    ]


def test_a_block_in_order_is_not_spoken_of(tmp_path: Path) -> None:
    assert told(tmp_path, KEYS) == []


def test_what_the_environment_lacks_is_said_once_and_the_block_is_not_called_missing(tmp_path: Path) -> None:
    [said] = told(tmp_path, {**KEYS, "url": "${CHARITYLOG_URL}"})

    assert said.startswith("charitylog.url: needs CHARITYLOG_URL")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"bodies": "json"}, "charitylog.bodies: unknown key"),
        ({"body": "xml"}, "charitylog.body: write 'form', 'form-json' or 'json'"),
        ({"url": "api.example.org"}, "charitylog.url: is no address"),
        ({"url": "https://api.example.org:0/v2"}, "charitylog.url: is no address"),
        ({"url": "https://api.example.org:99999/v2"}, "charitylog.url: is no address"),
        ({"url": "https:///v2"}, "charitylog.url: is no address"),
        ({"url": "https://[::1/v2"}, "charitylog.url: is no address"),
        ({"url": "https://äpi.example.org/v2"}, "charitylog.url: is no address"),
        ({"source": "two words"}, "charitylog.source: must be plain characters without spaces"),
        ({"user": "kéy"}, "charitylog.user: must be plain characters without spaces"),
        ({"uploads": {"when": "soon"}}, "charitylog.uploads.when: write 'never' or 'imported'"),
        ({"uploads": "never"}, "charitylog.uploads: correct it"),
    ],
)
def test_each_mistake_says_what_to_write(tmp_path: Path, change: dict[str, object], said: str) -> None:
    [message] = told(tmp_path, {**KEYS, **change})

    assert message.startswith(said)


def test_what_a_key_brings_along_when_it_is_copied_does_no_harm(tmp_path: Path) -> None:
    assert told(tmp_path, {**KEYS, "org": " two\n"}) == []
    assert OrganisationBlock.model_validate({**KEYS, "url": f"{KEYS['url']} "}).url == KEYS["url"]


def test_a_key_that_is_missing_is_named(tmp_path: Path) -> None:
    assert told(tmp_path, {key: KEYS[key] for key in KEYS if key != "user"}) == [
        "charitylog.user: is missing: add it, see docs/forms.md"
    ]
