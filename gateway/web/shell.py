"""The frame round every page: whose page it is, whom to call, how to leave. Titles are neutral: others may read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

import phonenumbers
from flask import g, render_template, request

from gateway.definitions.loader import Organisation
from gateway.definitions.profile import URGENT_HELP, Profile
from gateway.definitions.schema import Form
from gateway.languages import ENGLISH, SPOKEN, catalogue, direction, name_of, say
from gateway.web import assets

# A page that gives nothing away, where the form names none.
QUIET_PAGE = "https://www.bbc.co.uk/weather"


@dataclass(frozen=True, slots=True)
class QuickExit:
    """Where "Leave this page" goes."""

    address: str


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language to choose, by its code and by what it calls itself."""

    code: str
    name: str


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
    languages: tuple[Tongue, ...] = ()
    query: str = ""
    quick_exit: QuickExit | None = None
    embedded: bool = False
    by_itself: str = ""
    test: bool = False
    signed_in: bool = False

    @property
    def frame_script(self) -> str:
        """The address of the script that framed pages alone load."""
        return assets.address("frame.js") if self.embedded else ""


def render(template: str, shell: Shell, **context: object) -> str:
    """Render a page in its frame and in its language; every page is rendered here."""
    g.catalogue = catalogue(shell.language)
    return render_template(template, shell=shell, **context)


def bare_shell(title: str, language: str = ENGLISH) -> Shell:
    """The frame of a page that belongs to no organisation."""
    return Shell(
        assets.address("app.css"),
        assets.address("app.js"),
        title=title,
        language=language,
        direction=direction(language),
    )


def shell_of(organisation: Organisation, language: str, *, embedded: bool, title: str = "") -> Shell:
    """The frame of an organisation's pages, as much of it as can be read."""
    profile = organisation.profile
    if profile is None:
        return replace(bare_shell(title, language), embedded=embedded)
    name = profile.name.within(language)
    lang = suffix(organisation, language)
    call_form = organisation.forms.get(profile.contact.form or "")
    return Shell(
        assets.address("app.css"),
        assets.address("app.js"),
        title=title or name,
        language=language,
        direction=direction(language),
        organisation=name,
        home=f"/{organisation.slug}/{lang}",
        phone=profile.contact.phone,
        phone_link=telephone_link(profile.contact.phone),
        email=profile.contact.email or "",
        urgent_help=_urgent_help(profile, language),
        call_me=f"{'/embed' if embedded else ''}/{organisation.slug}/{call_form.slug}{lang}"
        if call_form and call_form.open
        else "",
        privacy=profile.privacy_notice.url if profile.privacy_notice else "",
        theme=assets.theme_address(organisation),
        logo=f"/{organisation.slug}/logo" if profile.theme.logo else "",
        languages=_tongues(profile.languages),
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


def asked_language(organisation: Organisation | None) -> str:
    """Give the language that the address asks for, if it is there; else the organisation's first."""
    languages = organisation.profile.languages if organisation and organisation.profile else SPOKEN
    wanted = request.args.get("lang", "")
    return wanted if wanted in languages else languages[0]


def suffix(organisation: Organisation, language: str) -> str:
    """What an address needs so that it leads to a page in this language."""
    default = organisation.profile.languages[0] if organisation.profile else "en"
    return "" if language == default else f"?lang={language}"


def _tongues(codes: Sequence[str]) -> tuple[Tongue, ...]:
    return tuple(Tongue(code, name_of(code)) for code in codes) if len(codes) > 1 else ()


def _urgent_help(profile: Profile, language: str) -> str:
    text = profile.urgent_help.within(language)
    return say(language, text) if profile.urgent_help == URGENT_HELP else text
