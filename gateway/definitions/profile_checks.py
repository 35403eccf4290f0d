"""Whether an organisation's own page can be shown: readable colours, a logo that is there, forms that exist."""

from collections.abc import Collection, Iterator
from pathlib import Path

from gateway.definitions.checks import Finding
from gateway.definitions.explain import guess
from gateway.definitions.palette import check_colours
from gateway.definitions.profile import Profile

LOGO_ENDINGS = (".png", ".svg", ".jpg")
LOGO_KIB = 200


def check_profile(profile: Profile, folder: Path, forms: Collection[str]) -> Iterator[Finding]:
    """Find what organisation.yaml promises and cannot keep.

    No finding quotes a value: it may come from the environment.
    """
    yield from check_colours(profile.theme)
    if profile.theme.logo is not None:
        yield from _check_logo(profile.theme.logo, folder)
    if len(set(profile.languages)) < len(profile.languages):
        yield "languages", "a language stands twice. Remove one of the two."
    if profile.sign_in is not None and _vouches_for_everybody(profile.sign_in.issuer):
        yield (
            "sign_in.issuer",
            (
                "vouches for anybody with an account of Microsoft, under any address that they write there. Write the "
                "address of your own tenant, as in https://login.microsoftonline.com/TENANT/v2.0."
            ),
        )
    if profile.contact.form is not None and profile.contact.form not in forms:
        yield "contact.form", f"{guess('there is no such form', profile.contact.form, forms)} Write a form's slug."


def _vouches_for_everybody(issuer: str) -> bool:
    _, _, rest = issuer.partition("://login.microsoftonline.com/")
    return rest.partition("/")[0] in {"common", "organizations", "consumers"}


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
