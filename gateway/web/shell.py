"""The frame round every page: whose page it is, whom to call, how to leave. Titles are neutral: others may read."""

from dataclasses import dataclass, replace
from urllib.parse import quote

import phonenumbers

from gateway.definitions.loader import Organisation
from gateway.definitions.schema import Form
from gateway.web import assets

# A page that gives nothing away, where the form names none.
QUIET_PAGE = "https://www.bbc.co.uk/weather"
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ks", "ku", "ps", "sd", "ug", "ur", "yi"})


@dataclass(frozen=True, slots=True)
class QuickExit:
    """Where "Leave this page" goes."""

    address: str


@dataclass(frozen=True, slots=True)
class Shell:
    """What `base.html` shows."""

    stylesheet: str
    script: str
    title: str = ""
    language: str = "en"
    direction: str = "ltr"
    organisation: str = ""
    home: str = ""
    phone: str = ""
    phone_link: str = ""
    email: str = ""
    urgent_help: str = ""
    call_me: str = ""
    privacy: str = ""
    theme: str = ""
    logo: str = ""
    quick_exit: QuickExit | None = None
    embedded: bool = False
    test: bool = False


def bare_shell(title: str) -> Shell:
    """The frame of a page that belongs to no organisation."""
    return Shell(assets.address("app.css"), assets.address("app.js"), title=title)


def shell_of(organisation: Organisation, language: str, *, embedded: bool, title: str = "") -> Shell:
    """The frame of an organisation's pages, as much of it as can be read."""
    profile = organisation.profile
    if profile is None:
        return replace(bare_shell(title), embedded=embedded)
    name = profile.name.within(language)
    call_form = profile.contact.form if profile.contact.form in organisation.forms else None
    return Shell(
        assets.address("app.css"),
        assets.address("app.js"),
        title=title or name,
        language=language,
        direction="rtl" if language.partition("-")[0] in _RIGHT_TO_LEFT else "ltr",
        organisation=name,
        home=f"/{organisation.slug}/{_suffix(organisation, language)}",
        phone=profile.contact.phone,
        phone_link=telephone_link(profile.contact.phone),
        email=profile.contact.email or "",
        urgent_help=profile.urgent_help.within(language),
        call_me=f"{'/embed' if embedded else ''}/{organisation.slug}/{call_form}" if call_form else "",
        privacy=profile.privacy_notice.url if profile.privacy_notice else "",
        theme=assets.theme_address(organisation),
        logo=f"/{organisation.slug}/logo" if profile.theme.logo else "",
        embedded=embedded,
    )


def leaving(shell: Shell, form: Form, *, draft: str) -> Shell:
    """Add the way out of a form; with a draft, by the address that deletes it first."""
    if form.quick_exit is None:
        return shell
    return replace(shell, quick_exit=QuickExit(f"{draft}/exit" if draft else form.quick_exit.url or QUIET_PAGE))


def telephone_link(phone: str) -> str:
    """The tel: address of a number as it is written for people."""
    try:
        number = phonenumbers.parse(phone, "GB")
    except phonenumbers.NumberParseException:
        return f"tel:{quote(''.join(phone.split()))}"
    return f"tel:{phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)}"


def _suffix(organisation: Organisation, language: str) -> str:
    default = organisation.profile.languages[0] if organisation.profile else "en"
    return "" if language == default else f"?lang={language}"
