"""One referral: where it stands, why, what to do now, and all that happened to it. Never an answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, abort, request

from gateway.identity.roles import Role
from gateway.languages import name_of
from gateway.remedies import Remedy, Way, remedy
from gateway.spans import moment
from gateway.store import destinations, referrals, timeline
from gateway.store.destinations import Standing
from gateway.store.following import IMPORT, UPLOAD
from gateway.store.referrals import Listed, Tried
from gateway.store.sending import STAGE
from gateway.store.settlements import SETTLEMENTS
from gateway.store.states import ReferralState
from gateway.store.timeline import Done
from gateway.web.auth.access import membership
from gateway.web.site import site
from gateway.web.staff import papers, telling
from gateway.web.staff.frame import render
from gateway.web.staff.words import BUTTONS, CORRECTED, DONE, STATES

IMPORTED = "Nothing: somebody has imported it, and it is a record of the case-management system now."
WAITING = (ReferralState.PENDING, ReferralState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands beside the story."""

    form: str
    language: str
    agency: str
    corrections: int


def known(organisation: str, reference: str) -> Listed:
    """Find a referral of this organisation, or answer that there is none: another's is nobody's here."""
    found = referrals.find(site().database, reference)
    if found is None or found.organisation != organisation:
        abort(404)
    return found


def address(organisation: str, reference: str, *parts: str) -> str:
    """Give the address of a page about a referral."""
    return "/".join((f"/staff/{organisation}/referrals/{reference}", *parts))


def in_one_step(listed: Listed) -> bool:
    """Tell whether all that was tried of its delivery was a single step: one that can be begun anew."""
    return all(each.kind in (STAGE, UPLOAD, IMPORT) for each in referrals.tries(site().database, listed.reference))


def show_referral(organisation: str, reference: str) -> Response:
    """Show a referral, as it stands now."""
    listed = known(organisation, reference)
    done = request.args.get("done", "")
    after = CORRECTED.get(ReferralState(listed.state), "") if done == "corrected" else ""
    return page(listed, note=after or DONE.get(done, ""))


def page(listed: Listed, *, note: str = "", wrong: str = "", status: int = 200) -> Response:
    """Render the page of a referral, with what was just done, or why nothing was."""
    database = site().database
    origin = timeline.origin(database, listed.reference)
    may_act = membership().role.covers(Role.OPERATOR)
    stored = timeline.papers(database, listed.reference)
    told = remedy(listed.reference, listed.state, listed.reason, waits=origin.next_try_at is None)
    if origin.imported_at and listed.state == ReferralState.DELIVERED:
        told = Remedy(IMPORTED)
    tries = referrals.tries(database, listed.reference)
    done = timeline.done_to(database, listed.organisation, listed.reference)
    attention = papers.attention(stored, listed)
    body = render(
        "staff/referral.html",
        listed.reference,
        listed=listed,
        state=STATES[ReferralState(listed.state)],
        remedy=told,
        about=_about(listed, told, attention),
        steps=[step for step in told.steps if may_act or step.way is Way.STATUS],
        pause=_pause(listed),
        is_it_there=may_act and _asked_about(listed),
        other=_other(listed, told) if may_act else [],
        buttons=BUTTONS,
        origin=origin,
        facts=_facts(listed, origin),
        first=_first(told, tries, done),
        story=telling.story(listed, origin, tries, done),
        papers=papers.shown(stored, listed),
        attention=attention,
        moment=moment,
        home=f"/staff/{listed.organisation}/",
        base=address(listed.organisation, listed.reference),
        may_act=may_act,
        may_erase=membership().role.covers(Role.ADMIN),
        note=note,
        wrong=wrong,
    )
    return Response(body, status)


def _pause(listed: Listed) -> Standing | None:
    standing = destinations.standings(site().database).get(listed.organisation)
    waits = standing is not None and standing.paused_at is not None and listed.state in WAITING
    return standing if waits else None


def _about(listed: Listed, told: Remedy, attention: Sequence[str]) -> str:
    """Say what is to be done; where it is stopped, not that it goes by itself; where a file waits, not nothing."""
    stopped = listed.state == ReferralState.PENDING and _pause(listed)
    waits = listed.state == ReferralState.DELIVERED and attention
    return "" if stopped or waits else told.about


def _asked_about(listed: Listed) -> bool:
    """Tell whether nobody has said yet that this one, the first that was accepted, is really there."""
    standing = destinations.standings(site().database).get(listed.organisation)
    return bool(standing and standing.proven_at is None and standing.asked_about == listed.reference)


def _first(told: Remedy, tries: Sequence[Tried], done: Sequence[Done]) -> Way | None:
    """Choose the button to begin with: once an answer is corrected, that is to send it."""
    ways = [step.way for step in told.steps]
    corrected = max((each.at for each in done if each.action == "correct"), default=None)
    if Way.RESEND in ways and corrected and all(each.started_at < corrected for each in tries):
        return Way.RESEND
    return ways[0] if ways else None


def _other(listed: Listed, told: Remedy) -> list[Way]:
    """List the decisions that may be taken beside those that stand in the remedy."""
    named = {step.way for step in told.steps}
    return [
        Way(word)
        for word, each in SETTLEMENTS.items()
        if each.fits(listed.state, listed.reason)
        and Way(word) not in named
        and (word != Way.REOPEN or (not listed.purged_at and in_one_step(listed)))
    ]


def _facts(listed: Listed, origin: timeline.Origin) -> Facts:
    found = site().definition(origin.definition, listed.organisation, listed.form)
    title = str(found.title) if found else listed.form
    return Facts(title, name_of(origin.language), origin.agency or "", listed.corrections)
