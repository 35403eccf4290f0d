"""A theme becomes variables that the stylesheet knows, and nothing else."""

import re
from pathlib import Path
from typing import get_args

import pytest

from gateway.definitions.profile import Font, Theme
from gateway.web.theme import css

SHEET = (Path(__file__).parents[2] / "static" / "app.css").read_text(encoding="utf-8")


def variables(text: str) -> dict[str, str]:
    """Give the variables of a piece of CSS."""
    return dict(re.findall(r"(--[\w-]+): ([^;]+);", text))


def test_every_variable_of_a_theme_is_one_of_the_stylesheet() -> None:
    assert set(variables(css(Theme(font="verdana")))) <= set(variables(SHEET))


def test_what_is_chosen_is_what_is_written() -> None:
    theme = Theme(brand="#5a2a82", link="#0b5cad", background="#fffdf5", text="#101010", corners=0, font="georgia")
    written = variables(css(theme))

    assert (written["--brand"], written["--link"]) == ("#5a2a82", "#0b5cad")
    assert (written["--sheet"], written["--text"], written["--radius"]) == ("#fffdf5", "#101010", "0rem")
    assert written["--font"].startswith("Georgia,")


def test_links_have_the_brands_colour_where_none_is_given() -> None:
    assert variables(css(Theme(brand="#5a2a82")))["--link"] == "#5a2a82"


@pytest.mark.parametrize("font", get_args(Font))
def test_every_font_is_one_that_devices_have(font: Font) -> None:
    written = css(Theme(font=font))

    assert ("--font" in written) == (font != "system")
    assert "url(" not in written
    assert "@" not in written
