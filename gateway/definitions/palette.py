"""The colours of the pages: what an organisation chooses, ours beside it, and how well one is seen on another."""

from collections.abc import Iterator

from gateway.definitions.checks import Finding
from gateway.definitions.profile import Theme

FOR_TEXT = 4.5  # WCAG 2.2, 1.4.3
FOR_SHAPES = 3.0  # WCAG 2.2, 1.4.11
# The same as in static/app.css.
WHITE, TEXT, GROUND, QUIET = "#ffffff", "#22262c", "#f6f3ee", "#4f5863"
EDGE, ERROR, FOCUS, URGENT_GROUND, ERROR_GROUND = "#676f7a", "#b0151f", "#17191c", "#fff7e6", "#fdf3f3"
_SHADE = 0.05

DARKER = "Choose a darker colour."
LIGHTER = "Choose a lighter colour."


def link_colour(theme: Theme) -> str:
    """The colour of links: the brand's, unless there is another."""
    return theme.link or theme.brand


def ground(theme: Theme) -> str:
    """The colour round the page and under notes: a shade of the background."""
    if theme.background.lower() == WHITE:
        return GROUND
    pairs = zip(_channels(theme.background), _channels(theme.text), strict=True)
    return "#" + "".join(f"{round(light + (dark - light) * _SHADE):02x}" for light, dark in pairs)


def check_colours(theme: Theme) -> Iterator[Finding]:
    """Find two colours of which one cannot be seen well enough on the other. No finding quotes a value."""
    for path, one, colour, other, under, least, remedy in _pairs(theme):
        ratio = contrast(colour, under)
        if ratio < least:
            seen = int(ratio * 10) / 10  # 4.48 is not 4.5
            yield path, f"{one} on {other} has a contrast of {seen}:1 and needs {least:g}:1. {remedy}"


def _pairs(theme: Theme) -> Iterator[tuple[str, str, str, str, str, float, str]]:
    sheet, shade, link = theme.background, ground(theme), link_colour(theme)
    links = "theme.link" if theme.link else "theme.brand"
    both = "Choose a darker text or a lighter background."
    yield "theme.brand", "white text", WHITE, "the brand colour", theme.brand, FOR_TEXT, DARKER
    yield "theme.brand", "a button in the brand colour", theme.brand, "the background", sheet, FOR_SHAPES, DARKER
    yield links, "a link", link, "the background", sheet, FOR_TEXT, DARKER
    yield links, "a link", link, "the shade of the background", shade, FOR_TEXT, DARKER
    yield "theme.text", "text", theme.text, "the background", sheet, FOR_TEXT, both
    yield "theme.text", "text", theme.text, "the shade of the background", shade, FOR_TEXT, both
    yield "theme.text", "text", theme.text, "the yellow of urgent help", URGENT_GROUND, FOR_TEXT, DARKER
    yield "theme.text", "text", theme.text, "the pink of mistakes", ERROR_GROUND, FOR_TEXT, DARKER
    yield "theme.background", "the grey of hints", QUIET, "the background", sheet, FOR_TEXT, LIGHTER
    yield "theme.background", "the grey of hints", QUIET, "the shade of the background", shade, FOR_TEXT, LIGHTER
    yield "theme.background", "the red of mistakes", ERROR, "the background", sheet, FOR_TEXT, LIGHTER
    yield "theme.background", "the edge of a question", EDGE, "the background", sheet, FOR_SHAPES, LIGHTER
    yield "theme.background", "the ring of the focus", FOCUS, "the background", sheet, FOR_SHAPES, LIGHTER


def contrast(one: str, other: str) -> float:
    """Compute the contrast ratio of two colours as WCAG 2 defines it, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (c / 255 for c in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
