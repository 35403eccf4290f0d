"""Where an agency begins: what it can refer with, what is not sent yet, and where stands what was sent."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from flask import Response, abort, current_app, redirect, request

from gateway.definitions.loader import Organisation
from gateway.definitions.schema import Form
from gateway.identity.roles import Role
from gateway.languages import ENGLISH
from gateway.referral import read_reference
from gateway.store import accounts, agencies, agency_drafts, api_tokens, own_references, sent_lists
from gateway.store.agencies import Agency
from gateway.store.sent_lists import Part, Wanted
from gateway.store.states import Stands
from gateway.web.auth.access import signed_in
from gateway.web.partner import narrowing
from gateway.web.partner.acting import sender
from gateway.web.partner.narrowing import Narrowed
from gateway.web.partner.standing import moment, words_of
from gateway.web.places import place_of, written
from gateway.web.site import site
from gateway.web.staff.frame import render

ON_A_PAGE = 25
LOOKED_THROUGH = 1000  # referrals, for a word of the agency's own
WORDS = "words"
NOT_FOUND = "None of your newest 1,000 referrals has this reference, yours or ours."
NONE = Part([], None, None, 0)
NOTHING_TYPED = "Type a reference, yours or ours."


@dataclass(frozen=True, slots=True)
class Choice:
    """A form that can be filled in."""

    title: str
    introduction: str
    address: str
    for_everybody: bool


def show_agencies() -> Response:
    """List the organisations that somebody refers to; where there is one, go there."""
    mine = signed_in().account.memberships.items()
    slugs = sorted(slug for slug, each in mine if each.role is Role.PARTNER and slug in site().organisations)
    if len(slugs) == 1:
        return current_app.make_response(redirect(f"/partner/{slugs[0]}/", 303))
    names = [(slug, name_of(site().organisations[slug])) for slug in slugs]
    return Response(render("partner/agencies.html", "Whom you refer to", organisations=names))


def show_referrals(organisation: str) -> Response:
    """Show forms, drafts and the newest referrals of an agency; further back or narrowed down, referrals alone."""
    mine = agency_at(organisation)
    narrowed = narrowing.read(request.args, organisation, _senders(mine))
    wanted = Wanted(limit=ON_A_PAGE, behind=place_of(request.args.get("before", "")), conditions=narrowed.conditions)
    part = NONE if narrowed.problems else sent_lists.listed(site().database, mine.id, wanted)
    return _page(mine, part, narrowed, before=wanted.behind is not None)


def post_find(organisation: str) -> Response:
    """Go to the referral of a reference; else list those that the agency calls so. It is posted: it may say much."""
    mine, typed = agency_at(organisation), request.form.get(WORDS, "").replace("\0", "").strip()
    reference = read_reference(typed)
    if typed and sent_lists.find(site().database, mine.id, reference):
        return current_app.make_response(redirect(f"/partner/{organisation}/referrals/{reference}", 303))
    newest = sent_lists.listed(site().database, mine.id, Wanted(limit=LOOKED_THROUGH)).objects
    own = own_references.of(site().database, site().ring, [each.reference for each in newest])
    found = [each for each in newest if typed and typed.casefold() in own.get(each.reference, "").casefold()]
    wrong = "" if found else NOT_FOUND if typed else NOTHING_TYPED
    part = replace(NONE, objects=found[:ON_A_PAGE])
    return _page(mine, part, narrowing.read({}, organisation, {}), typed=typed, wrong=wrong)


def _page(
    mine: Agency,
    part: Part,
    narrowed: Narrowed,
    *,
    before: bool = False,
    typed: str = "",
    wrong: str = "",
) -> Response:
    organisation, now = mine.organisation, datetime.now(UTC)
    begins = not (before or narrowed.at_all or typed)
    drafts = agency_drafts.listed(site().database, site().ring, organisation, mine.id, now) if begins else []
    problems = {**narrowed.problems, **({WORDS: wrong} if wrong else {})}
    body = render(
        "partner/referrals.html",
        "Our referrals",
        agency=mine.name,
        base=f"/partner/{organisation}",
        begins=begins,
        forms=_choices(organisation) if begins else [],
        drafts=drafts,
        sent=part.objects,
        emails=accounts.emails(site().database, {each.account for each in part.objects if each.account}),
        own=own_references.of(site().database, site().ring, [each.reference for each in part.objects]),
        older=narrowed.asked.query(before=written(part.end)) if part.end else "",
        cut=part.end is not None and len(part.objects) < ON_A_PAGE,
        looked_through=sent_lists.READ,
        asked=narrowed.asked.given,
        narrowed=narrowed.at_all or bool(typed),
        people=_people(mine),
        states={each: words_of(each).word for each in Stands},
        typed=typed,
        problems=problems,
        wrong=bool(problems),
        before=before,
        title_of=partial(title_of, organisation),
        words=words_of,
        moment=moment,
    )
    return Response(body, 422 if problems else 200)


def _people(mine: Agency) -> dict[str, str]:
    return {each.account: each.email for each in agencies.people(site().database, mine.id)}


def _senders(mine: Agency) -> dict[str, list[str]]:
    """Give who may have sent something for an agency: each of its people, and its software by all of its tokens."""
    tokens = api_tokens.listed(site().database, mine.organisation)
    software = [each.id for each in tokens if each.agency == mine.id]
    return {**{account: [account] for account in _people(mine)}, narrowing.SOFTWARE: software}


def agency_at(organisation: str) -> Agency:
    """Give the agency that who is signed in acts for."""
    return agencies.find(site().database, organisation, sender().agency) or abort(404)


def forms_of(organisation: str) -> list[Form]:
    """List the forms that an agency can fill in, by title: those for partners, and what is open to everybody."""
    forms = site().organisations[organisation].forms.values()
    offered = (form for form in forms if form.open)
    return sorted(offered, key=lambda form: (form.audience == "public", form.title.within(ENGLISH)))


def title_of(organisation: str, slug: str) -> str:
    """Give the title of a form; its slug where it is gone."""
    form = site().organisations[organisation].forms.get(slug)
    return form.title.within(ENGLISH) if form else slug


def name_of(organisation: Organisation) -> str:
    """Give the name of an organisation; its slug where its definition cannot be read."""
    return organisation.profile.name.within(ENGLISH) if organisation.profile else organisation.slug


def _choices(organisation: str) -> list[Choice]:
    return [
        Choice(
            form.title.within(ENGLISH),
            form.introduction.within(ENGLISH) if form.introduction else "",
            f"/partner/{organisation}/forms/{form.slug}",
            form.audience == "public",
        )
        for form in forms_of(organisation)
    ]
