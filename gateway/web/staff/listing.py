"""All referrals of an organisation, the newest first: narrowed down, page by page, or one of them by its reference."""

from flask import Response, current_app, redirect, request

from gateway.identity.roles import Role
from gateway.referral import read_reference
from gateway.store import agencies, listing, referrals
from gateway.store.listing import Page, Sort, Wanted
from gateway.store.states import ReferralState
from gateway.web import places
from gateway.web.auth.access import membership
from gateway.web.site import site
from gateway.web.staff import asking
from gateway.web.staff.frame import render
from gateway.web.staff.telling import briefly
from gateway.web.staff.words import STATES

NOT_HERE = "There is no referral with this reference here."
NO_REFERENCE = "Type a reference, such as RG-7K3F-9Q2M."


def show_referrals(organisation: str) -> Response:
    """List what was asked for."""
    return _page(organisation)


def post_reference(organisation: str) -> Response:
    """Go to the referral whose reference was typed; it is posted, for people type names there too."""
    typed = request.form.get("reference", "")
    found = referrals.find(site().database, read_reference(typed)) if typed.isprintable() else None
    if found is not None and found.organisation == organisation:
        return current_app.make_response(redirect(f"/staff/{organisation}/referrals/{found.reference}", 303))
    return _page(organisation, typed=typed, wrong=NOT_HERE if typed.strip() else NO_REFERENCE)


def forms(organisation: str) -> dict[str, str]:
    """Name the forms of an organisation by slug."""
    return {slug: str(form.title) for slug, form in site().organisations[organisation].forms.items()}


def _page(organisation: str, *, typed: str = "", wrong: str = "") -> Response:
    by_slug = forms(organisation)
    known = {each.id: each.name for each in agencies.listed(site().database, organisation)}
    asked = asking.read(request.args, organisation, forms=by_slug, agencies=known)
    problems = {**asked.problems, **({"reference": wrong} if wrong else {})}
    found = None if problems else _found(asked.wanted)
    body = render(
        "staff/referrals.html",
        "Referrals",
        slug=organisation,
        asked=asked,
        page=found,
        newer=f"?{asked.query(ahead=places.written(found.newer))}" if found and found.newer else "",
        older=f"?{asked.query(behind=places.written(found.older))}" if found and found.older else "",
        narrowed=any(asked.given.values()),
        forms=by_slug,
        agencies=known,
        states=STATES,
        sorts=Sort,
        briefly=briefly,
        state_of=ReferralState,
        typed=typed,
        problems=problems,
        wrong=bool(problems),
        may_act=membership().role.covers(Role.OPERATOR),
    )
    return Response(body, 422 if problems else 200)


def _found(wanted: Wanted) -> Page:
    behind, ahead = (places.place_of(request.args.get(name, "")) for name in ("behind", "ahead"))
    found = listing.page(site().database, wanted, behind=behind, ahead=ahead)
    if ahead and not found.entries and not found.newer:
        return listing.page(site().database, wanted)  # nothing is newer: the first page it is
    return found
