"""An organisation's colours, corners and letters, as the CSS variables of our one stylesheet."""

from gateway.definitions.palette import ground, link_colour
from gateway.definitions.profile import Theme

# What computers and telephones bring along: nothing is fetched from anywhere.
_FONTS = {
    "arial": 'Arial, "Helvetica Neue", Helvetica, sans-serif',
    "georgia": 'Georgia, "Times New Roman", serif',
    "tahoma": "Tahoma, Verdana, sans-serif",
    "times": '"Times New Roman", Times, serif',
    "trebuchet": '"Trebuchet MS", Tahoma, sans-serif',
    "verdana": "Verdana, Tahoma, sans-serif",
}


def css(theme: Theme) -> str:
    """Write a theme as CSS; what the stylesheet has anyway is left out."""
    given = {
        "--brand": theme.brand,
        "--link": link_colour(theme),
        "--sheet": theme.background,
        "--ground": ground(theme),
        "--text": theme.text,
        "--radius": f"{theme.corners / 16:g}rem",
    }
    if theme.font in _FONTS:
        given["--font"] = _FONTS[theme.font]
    return f":root {{ {' '.join(f'{name}: {value};' for name, value in given.items())} }}\n"
