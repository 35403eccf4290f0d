"""What the fields of a client mean to whoever is asked for them: on which page, of which type, in which words. Pure.

The names are those of the vendor's pages (API Details, 2018; API Filters; API clients, 2025) and, where no page names
a field, those that such a field is likely to have. A name that is not known here is a matter of the charity's own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

DESCRIPTION = "description"
FIRST_NAME, SURNAME = "first_name", "surname"


@dataclass(frozen=True, slots=True)
class PageWords:
    """The title of a page, and a few words under it: for me, who writes of themselves, and about them."""

    me: str
    them: str
    to_me: str = ""
    to_others: str = ""


_SKIP = "They help us to see whether we reach everybody. Leave out whatever you like."
PAGES: Mapping[str, PageWords] = {
    "about": PageWords("About you", "The person you are referring", to_others="Leave out what you do not know."),
    "contact": PageWords(
        "How we can reach you", "How we can reach them", "Give us at least one way that is safe for you.",
        "Ask them. Give us at least one way that is safe for them.",
    ),
    "help": PageWords("What would help", "Why you are referring them"),
    "home": PageWords("Your daily life", "Their daily life"),
    "health": PageWords("Your health", "Their health"),
    "background": PageWords("A few questions that you can skip", "A few questions that you can skip", _SKIP, _SKIP),
    "more": PageWords("More about you", "More about them"),
    "agree": PageWords("Before you send", "Do they know"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meaning:
    """How a field is asked: in words for `me`, who writes of themselves, and of `them`.

    `listed`: whether what is sent is the id of a choice (API Dictionaries: writes always use ids), as far as is known.
    `modest`: a short form asks for it too.
    """

    page: str
    type: str
    me: str
    them: str
    why: str = ""
    autocomplete: str = ""
    listed: Literal["no", "perhaps", "yes"] = "no"
    modest: bool = False
    keys: Mapping[str, int | bool] = field(default_factory=dict)


def _plain(page: str, me: str, them: str, autocomplete: str = "", **keys: int) -> Meaning:
    return Meaning(page, "text", me, them, autocomplete=autocomplete, keys=keys)


def _list(page: str, me: str, them: str, why: str = "", *, modest: bool = False) -> Meaning:
    return Meaning(page, "text", me, them, why, listed="yes", modest=modest)


def _perhaps(page: str, me: str, them: str) -> Meaning:
    return Meaning(page, "text", me, them, listed="perhaps")


def _named(label: str, autocomplete: str) -> Meaning:
    keys = {"required": True, "max_length": 60}
    return Meaning("about", "text", label, f"Their {label.lower()}", autocomplete=autocomplete, modest=True, keys=keys)


# By the whole name, in the order in which a page asks.
_KNOWN: Mapping[str, Meaning] = {
    "title": _plain("about", "Title, such as Mr or Ms", "Their title, such as Mr or Ms", "honorific-prefix"),
    FIRST_NAME: _named("First name", "given-name"),
    SURNAME: _named("Last name", "family-name"),
    r"known_as|preferred_name": _plain(
        "about", "What you like to be called", "What they like to be called", "nickname"
    ),
    r"date_of_birth|dob|birth_?date|birthday": Meaning(
        "about", "date", "Date of birth", "Their date of birth", "Some help is only for people of a certain age.",
        "bday", modest=True, keys={"past": True},
    ),
    r"(home_|main_)?(tele)?phone(_1|_number)?|tel(_no)?|landline": Meaning(
        "contact", "phone", "Phone number", "Their phone number", autocomplete="tel", modest=True
    ),
    r"mobile(_phone|_number|_telephone)?": Meaning(
        "contact", "phone", "Mobile number", "Their mobile number", autocomplete="tel", modest=True
    ),
    r"email(_address|_1)?": Meaning(
        "contact", "email", "Email address", "Their email address", autocomplete="email", modest=True
    ),
    r"address(_line)?(_?1)?|street": _plain(
        "contact", "First line of the address", "First line of their address", "address-line1"
    ),
    r"address(_line)?_?2": _plain(
        "contact", "Second line of the address", "Second line of their address", "address-line2"
    ),
    r"address(_line)?_?3": _plain(
        "contact", "Third line of the address", "Third line of their address", "address-line3"
    ),
    r"town|city|post_town": _plain("contact", "Town or city", "Their town or city", "address-level2"),
    "county": _perhaps("contact", "County", "Their county"),
    r"post_?code": Meaning(
        "contact", "postcode", "Postcode", "Their postcode", "It tells us who can help nearby.", "postal-code",
        modest=True, keys={"no_fixed_address": True},
    ),
    "district": _list("contact", "Where do you live?", "Where do they live?", modest=True),
    "preferred_communication_method": _list(
        "contact", "The way you like best to keep in touch", "The way they like best to keep in touch", modest=True
    ),
    "main_language": _list(
        "contact", "The language you like best", "The language they like best", "So that we can bring an interpreter.",
        modest=True,
    ),
    "accommodation": _list("home", "What kind of home do you live in?", "What kind of home do they live in?"),
    "people_in_household": Meaning(
        "home", "number", "How many people live in your household?", "How many people live in their household?",
        "Count everybody, children too.", keys={"min": 1, "max": 99},
    ),
    "employment_status": _list("home", "Your work", "Their work"),
    "school": _perhaps("home", "School", "Their school"),
    "nhs_number": Meaning(
        "health", "nhs_number", "NHS number", "Their NHS number",
        "Only if it is at hand. It helps us to find the right person.",
    ),
    "gp_name": _plain("health", "Name of your GP", "Name of their GP"),
    "gp_surgery": _perhaps("health", "Your GP surgery", "Their GP surgery"),
    "registered_disabled": Meaning(
        "health", "yes_no", "Are you registered disabled?", "Are they registered disabled?",
        "So that we meet in a place and a way that works.",
    ),
    "main_disability": _list("health", "Your main disability", "Their main disability"),
    "blue_badge_holder": Meaning("health", "yes_no", "Do you hold a Blue Badge?", "Do they hold a Blue Badge?"),
    "gender": _list("background", "Gender", "Their gender"),
    "marital_status": _list("background", "Marital status", "Their marital status"),
    "ethnicity": _list("background", "Ethnic group", "Their ethnic group"),
    "religion": _list("background", "Religion or belief", "Their religion or belief"),
    "sexual_orientation": _list("background", "Sexual orientation", "Their sexual orientation"),
}  # fmt: skip
_PATTERNS = [(re.compile(names), place, meaning) for place, (names, meaning) in enumerate(_KNOWN.items())]

# Not for whoever is asked: it belongs to the records, to staff, or to whoever imports; or follows from another answer.
_RECORDS = frozenset({
    "id", "external_id", "type", "active", "deceased", "usual_support_worker", "social_services_number", "age_range",
    "relationship_details", "notes", "org_type_id", "source", "field_display_key", "referral_role", "relationships",
    "carer_relationships", "project", "project_category", "contact_type", "contact_method", "referrer",
    "funding_sponsor", "introduction_source", "additional_org_person", "priority", "stage", "template", "branch",
    "response_method", "response_description", "client", "client_type", "date", "date_active", "updated",
    "diary_description",
})  # fmt: skip
_OF_STAFF = re.compile(r".*_ids?|(.*_)?(created|updated|modified|deleted)(_.*)?")
# The consent of the form has words of its own: nobody here knows what the charity's field means.
CONSENT = "consent"
# Last parts of dictionaries' names that differ from the field. Source: API Details (seed 001): "(org_ethnic_group)".
_TABLES = {"ethnicity": "ethnic_group"}
# By the last word of a name, where no other word says that it is about whether or how: `consent_to_email`.
_BY_WORD: Mapping[str, Literal["email", "phone", "postcode", "date"]] = {
    "email": "email", "phone": "phone", "telephone": "phone", "mobile": "phone", "postcode": "postcode", "date": "date",
    "dob": "date",
}  # fmt: skip
_WHETHER = frozenset({"consent", "allow", "ok", "no", "by", "via", "to", "prefer", "preferred", "contact"})


def meaning_of(name: str) -> tuple[int, Meaning] | None:
    """Say what a field of this name means, and its place among all; None where it is not known."""
    return next(((place, meaning) for pattern, place, meaning in _PATTERNS if pattern.fullmatch(name)), None)


def place_of(page: str) -> int:
    """Say how far behind a page stands."""
    return list(PAGES).index(page)


def own(name: str, label: str) -> Meaning:
    """Make the best of a field that only the charity knows: its own label, and a type if the name speaks of one."""
    words = [word for word in name.split("_") if not word.isdecimal()]
    is_plain = not _WHETHER.intersection(words)
    kind = _BY_WORD.get("date" if words[0] == "date" else words[-1], "text") if is_plain else "text"
    return Meaning("more", kind, label, label, listed="perhaps" if kind == "text" else "no")


def is_for_staff(name: str) -> bool:
    """Tell whether nobody outside can or should answer this."""
    return name in _RECORDS or name == CONSENT or _OF_STAFF.fullmatch(name) is not None


def dictionary_of(name: str, meaning: Meaning) -> str | None:
    """Name the dictionary that a field may take its ids from, by what it means; None for what is written."""
    if meaning.listed == "no":
        return None
    ordinary, options = dictionaries_of(name)
    return options if meaning.page == "more" else ordinary


def dictionaries_of(name: str) -> tuple[str, str]:
    """Name where the ids of a client's field may be listed: as an ordinary field, and as one of the charity's own.

    Source: API Dictionaries: `organisations/district`; `extension_database/COLLABORATION_NAME` for options of a field.
    """
    return f"organisations/{_TABLES.get(name, name)}", f"extension_database/{name}"
