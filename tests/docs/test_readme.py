"""The README's first screen is short and says what a newcomer types and sees; the changelog has its version."""

import tomllib

from gateway.cli import demo
from tests.docs.reading import ROOT, text_of


def first_screen() -> list[str]:
    """Give the README up to the second heading below its title."""
    lines = text_of("README.md").splitlines()
    second = [number for number, line in enumerate(lines) if line.startswith("## ")][1]
    return lines[:second]


def test_first_screen_is_short() -> None:
    assert len(first_screen()) <= 40


def test_first_screen_says_what_to_type_and_what_it_needs() -> None:
    screen = "\n".join(first_screen())

    assert "\nmake demo\n" in screen
    assert "\nmake test\n" in screen
    assert "Python 3.11" in screen


def test_first_screen_names_the_addresses_that_the_demo_prints() -> None:
    printed = [word for word in demo._greeting(8000, 8001, "a-password").split() if word.startswith("http")]
    screen = "\n".join(first_screen())

    assert len(printed) == 4
    assert all(f"<{address}>" in screen for address in printed)


def test_changelog_has_the_version_of_the_project() -> None:
    version = tomllib.loads(text_of("pyproject.toml"))["project"]["version"]

    assert f"\n## [{version}] - " in text_of("CHANGELOG.md")


def test_licence_is_the_one_of_the_project() -> None:
    licence = tomllib.loads(text_of("pyproject.toml"))["project"]["license"]

    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith(f"{licence} License\n")
