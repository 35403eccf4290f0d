"""Whether an organisation's own page can be shown: readable colours, a logo that is there, forms that exist."""

from collections.abc import Collection, Iterator
from pathlib import Path

from gateway.definitions.checks import Finding
from gateway.definitions.explain import guess
from gateway.definitions.profile import Profile

LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: ordinary text
LOGO_ENDINGS = (".png", ".svg", ".jpg")
LOGO_KIB = 200
WHITE = "#ffffff"


def check_profile(profile: Profile, folder: Path, forms: Collection[str]) -> Iterator[Finding]:
    """Find what organisation.yaml promises and cannot keep.

    No finding quotes a value: it may come from the environment.
    """
    ratio = contrast(profile.theme.brand, WHITE)
    if ratio < LEAST_CONTRAST:
        yield (
            "theme.brand",
            f"white text on it has a contrast of {ratio:.1f}:1 and needs {LEAST_CONTRAST}:1. Choose a darker colour.",
        )
    if profile.theme.logo is not None:
        yield from _check_logo(profile.theme.logo, folder)
    if len(set(profile.languages)) < len(profile.languages):
        yield "languages", "a language stands twice. Remove one of the two."
    if profile.contact.form is not None and profile.contact.form not in forms:
        yield "contact.form", f"{guess('there is no such form', profile.contact.form, forms)} Write a form's slug."


def _check_logo(logo: str, folder: Path) -> Iterator[Finding]:
    path = folder / logo
    if Path(logo).name != logo or path.suffix not in LOGO_ENDINGS:
        yield (
            "theme.logo",
            f"must be a file beside organisation.yaml, ending in {', '.join(LOGO_ENDINGS)}. Put it there.",
        )
    elif not path.is_file():
        yield "theme.logo", "there is no such file beside organisation.yaml. Put it there, or remove the line."
    elif path.stat().st_size > LOGO_KIB * 1024:
        yield "theme.logo", f"is larger than {LOGO_KIB} KiB. Make it smaller."


def contrast(one: str, other: str) -> float:
    """Compute the contrast ratio of two colours as WCAG 2 defines it, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
