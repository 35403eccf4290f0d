"""Two colours that meet can be told apart; else both are named, with what they have and what they need."""

import re
from pathlib import Path

import pytest

from gateway.definitions import palette
from gateway.definitions.palette import check_colours, contrast, ground
from gateway.definitions.profile import Theme

from .writing import a_profile, load, problems

SHEET = (Path(__file__).parents[2] / "static" / "app.css").read_text(encoding="utf-8")
IN_THE_SHEET = {
    "--text": palette.TEXT, "--quiet": palette.QUIET, "--ground": palette.GROUND, "--edge": palette.EDGE,
    "--error": palette.ERROR, "--focus": palette.FOCUS, "--urgent-ground": palette.URGENT_GROUND,
    "--error-ground": palette.ERROR_GROUND, "--brand": Theme().brand,
}  # fmt: skip
ON = "on the background has a contrast of"
WRONG = [
    ({"brand": "#ffd447"}, "theme.brand", "white text on the brand colour has a contrast of 1.4:1 and needs 4.5:1."),
    ({"brand": "#ffd447"}, "theme.brand", f"a link {ON} 1.4:1"),
    ({"link": "#ff8800"}, "theme.link", f"a link {ON} 2.3:1 and needs 4.5:1."),
    ({"text": "#999999"}, "theme.text", f"text {ON} 2.8:1 and needs 4.5:1."),
    ({"text": "#777777"}, "theme.text", f"text {ON} 4.4:1 and needs 4.5:1."),
    ({"text": "#767676"}, "theme.text", "text on the yellow of urgent help has"),
    ({"background": "#000000"}, "theme.background", f"the grey of hints {ON} 2.9:1"),
    ({"background": "#b0151f"}, "theme.background", f"the red of mistakes {ON} 1.0:1"),
    ({"background": "#a0a0a0"}, "theme.background", f"the edge of a question {ON} 1.9:1 and needs 3:1."),
    ({"background": "#1d4f73"}, "theme.brand", f"a button in the brand colour {ON} 1.0:1 and needs 3:1."),
]
FINE = [
    {}, {"brand": "#5a2a82"}, {"background": "#fdf8ec", "text": "#101010"}, {"background": "#eef4fb"},
    {"link": "#0b5cad"}, {"corners": "0"}, {"corners": "24", "font": "georgia"},
]  # fmt: skip


@pytest.mark.parametrize(("theme", "path", "message"), WRONG)
def test_two_colours_that_cannot_be_told_apart_are_named(
    tmp_path: Path, theme: dict[str, str], path: str, message: str
) -> None:
    found = problems(load(tmp_path, profile=a_profile(theme=theme)))

    assert any(place == path and message in words for place, words in found), found
    assert not any(colour in words for colour in theme.values() for _, words in found)


@pytest.mark.parametrize("theme", FINE)
def test_a_theme_that_can_be_read_is_fine(tmp_path: Path, theme: dict[str, str]) -> None:
    assert problems(load(tmp_path, profile=a_profile(theme=theme))) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("corners", "25"), ("corners", "-1"), ("corners", "round"), ("font", "Comic Sans"),
        ("font", "arial; } body { display: none"), ("link", "red"), ("text", "#12345"), ("background", "url(x)"),
    ],
)  # fmt: skip
def test_what_is_no_colour_no_font_and_no_corner_is_refused(tmp_path: Path, key: str, value: str) -> None:
    found = problems(load(tmp_path, profile=a_profile(theme={key: value})))

    assert [place for place, _ in found] == [f"theme.{key}"]


def test_our_own_colours_are_those_of_the_stylesheet() -> None:
    variables = dict(re.findall(r"^  (--[\w-]+): ([^;]+);", SHEET, re.MULTILINE))

    assert {name: variables[name] for name in IN_THE_SHEET} == IN_THE_SHEET
    assert variables["--sheet"] == "#fff"
    assert list(check_colours(Theme())) == []


def test_what_lies_round_a_coloured_background_is_a_shade_of_it() -> None:
    theme = Theme(background="#eef4fb")

    assert ground(theme) not in {palette.GROUND, theme.background}
    assert contrast(ground(theme), theme.background) < 1.2
    assert ground(Theme()) == palette.GROUND
