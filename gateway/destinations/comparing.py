"""What forms send, beside the fields that a charity's Charitylog has. Pure."""

from collections.abc import Iterator, Mapping, Set

from gateway.definitions.schema import Form, Question
from gateway.destinations.requirements import RESERVED
from gateway.destinations.seam import Problem

# Named by the pages about external_referral, whatever the lists of fields say.
_OF_EXTERNAL_REFERRAL = RESERVED | {"description", "project"}


def differences(forms: Mapping[str, Form], lists: Mapping[str, Set[str]], *, correlates: bool) -> Iterator[Problem]:
    """Name what a form sends and no list has; without lists nobody can tell.

    `correlates` says that imports are to be found by `external_id`. Source: API Details, 2018 (seed 000):
    selectable_fields lists the fields of a group; "API external referrals", 2023: every field of clients is taken.
    """
    known = frozenset().union(*lists.values())
    if not known:
        return
    if correlates and "external_id" not in known:
        yield Problem("charitylog.correlate", "Charitylog lists no field external_id, so no import is found by it")
    for slug, form in forms.items():
        for name in sorted(_sent(form) - known - _OF_EXTERNAL_REFERRAL):
            yield Problem(slug, f"Charitylog lists no field {name}; it may drop that answer")


def _sent(form: Form) -> set[str]:
    return {
        field.sent_as
        for page in form.pages
        if not form.person(page.person or form.main.id).described
        for field in page.fields
        if isinstance(field, Question) and field.sending == "field"
    }
