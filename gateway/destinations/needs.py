"""What is asked of a Charitylog so that a person can be told what is missing: keys, rights, lists. Pure.

Source: API Authentication, 2020: three headers, the tab of the user's record, and that the user's own branch, project
and field visibility hold for the API; API Details, 2018 (seed 000), and "API: External Referrals", 2020, for the lists.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.definitions.schema import Form
from gateway.destinations.requirements import is_direct
from gateway.destinations.seam import Use
from gateway.destinations.uses import (
    CARER_RELATIONSHIPS,
    CLIENT_FIELDS,
    CLIENT_TYPE,
    PROJECT,
    REFERRAL_FIELDS,
    RELATIONSHIPS,
    TAKEN_FIELDS,
)

EXTERNAL_IDS = "clients by external id"  # no list: whether clients can be looked for
KEYS = (
    "look at all three keys in organisation.yaml or the environment. `org` and `user` (headers Org and User) stand in "
    "Charitylog on the user's record, tab “3rd Party Systems”, behind Reveal Key; those of Training are others than "
    "those of Live. `source` (header Source) comes by text message from the provider of the software and is changed "
    "from time to time: ask for the newest. See too that the user has not been deactivated"
)
# Dictionaries that the pages name; of any other it is only a guess that there is one.
_NAMED_BY_THE_PAGES = frozenset(
    {CLIENT_TYPE, PROJECT, RELATIONSHIPS, CARER_RELATIONSHIPS, "organisations/district", "contacts/contact_type"}
)
_FIELDS = {
    CLIENT_FIELDS: ("the fields of clients", "it tells by them whether every answer has its place"),
    TAKEN_FIELDS: ("the fields of external_referral", "it sends referrals there"),
    REFERRAL_FIELDS: ("the fields of referrals", "forms with `delivery: direct` make referrals"),
    EXTERNAL_IDS: (EXTERNAL_IDS, "it looks by them for what was imported or made before"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """Something to be read: under any of `names`, the first that is there.

    `needed` says what the gateway needs it for. `expected`: that it is there is documented, or a form says so;
    `vital`: without it more than looking is in the way.
    """

    names: tuple[str, ...]
    what: str
    needed: str
    expected: bool
    vital: bool


def questions_of(forms: Mapping[str, Form], uses: Sequence[Use], *, correlates: bool) -> Iterator[Question]:
    """List what is to be asked, each once; first what tells whether the keys are good."""
    direct = any(is_direct(form) for form in forms.values())
    staged = any(not is_direct(form) for form in forms.values())
    asked = {CLIENT_FIELDS: True, TAKEN_FIELDS: staged, REFERRAL_FIELDS: direct, EXTERNAL_IDS: correlates or direct}
    for name, (what, needed) in _FIELDS.items():
        if asked[name]:
            yield Question((name,), what, needed, expected=True, vital=True)
    by_names: dict[tuple[str, ...], list[Use]] = {}
    for use in uses:
        if use.lists[0] not in _FIELDS:
            by_names.setdefault(use.lists, []).append(use)
    for names, found in by_names.items():
        offered = any(not use.choices for use in found)
        expected = offered or names[0] in _NAMED_BY_THE_PAGES
        yield Question(names, f"the list {names[0]}", _needed_by(found, offered=offered), expected, vital=offered)


def _needed_by(uses: Sequence[Use], *, offered: bool) -> str:
    verb = "people choose from it in" if offered else "its ids stand in"
    places = [f"{use.form}, {use.place}" for use in uses]
    return f"{verb} {places[0]}" + (f" and {len(places) - 1} more places" if len(places) > 1 else "")
