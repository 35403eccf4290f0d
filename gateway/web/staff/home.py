"""Where staff begin: the organisations that they may do something for, and what needs a person there."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from flask import Response, current_app, redirect

from gateway.definitions.profile import Alerts
from gateway.identity.roles import STAFF, Role
from gateway.spans import moment
from gateway.store import alerts, attention, destinations, referrals, workers
from gateway.store.alerts import Matter
from gateway.store.destinations import Standing
from gateway.store.states import ReferralState
from gateway.web.auth.access import membership, signed_in
from gateway.web.site import site
from gateway.web.staff import matters
from gateway.web.staff.frame import render
from gateway.web.staff.matters import GRAVE, ORDER, Card
from gateway.web.staff.words import STATES


def show_organisations() -> Response:
    """List the organisations of whose staff somebody is; of one alone, go there. People of agencies begin elsewhere."""
    roles = signed_in().account.memberships.items()
    mine = sorted(slug for slug, each in roles if each.role in STAFF and slug in site().organisations)
    if roles and not mine:
        return current_app.make_response(redirect("/partner/", 303))
    if len(mine) == 1:
        return current_app.make_response(redirect(f"/staff/{mine[0]}/", 303))
    names = [(slug, str(profile.name)) for slug in mine if (profile := site().organisations[slug].profile)]
    return Response(render("staff/organisations.html", "Your organisations", organisations=names))


def show_to_do(organisation: str) -> Response:
    """Show what needs a person, what is worst first; and how the destination stands."""
    database, now = site().database, datetime.now(UTC)
    standing = destinations.standings(database).get(organisation, Standing(organisation))
    cards = {card.matter: card for card in _cards(organisation, standing, now)}
    body = render(
        "staff/to_do.html",
        "To do",
        slug=organisation,
        cards=[cards[matter] for matter in ORDER if matter in cards],
        grave=GRAVE,
        standing=standing,
        on_the_way=attention.on_the_way(database, organisation),
        states=STATES,
        state_of=ReferralState,
        moment=moment,
        may_act=membership().role.covers(Role.OPERATOR),
    )
    return Response(body)


def _cards(organisation: str, standing: Standing, now: datetime) -> Iterator[Card]:
    here = site()
    profile = here.organisations[organisation].profile
    patience = profile.alerts if profile else Alerts()
    groups = attention.groups(
        here.database,
        organisation,
        late_before=now - timedelta(hours=patience.undelivered_after_hours),
        not_imported_before=now - timedelta(days=patience.not_imported_after_days),
    )
    for group in groups.values():
        yield matters.of_group(organisation, group, now)
    if standing.paused_at:
        yield matters.of_pause(organisation, standing, moment(standing.paused_at), _next_look(standing))
    if standing.proven_at is None and standing.asked_about and standing.asked_at:
        found = referrals.find(here.database, standing.asked_about)
        state = found.state if found else ReferralState.DELIVERED
        yield matters.of_question(organisation, standing.asked_about, standing.asked_at, state)
    yield from _about_all(organisation)


def _about_all(organisation: str) -> Iterator[Card]:
    here = site()
    if problems := here.organisations[organisation].problems:
        yield matters.of_problems([str(each) for each in problems])
    pulse = workers.pulse(here.database)
    if pulse.since_last_worker is None or pulse.since_last_worker > workers.SILENT_AFTER:
        yield matters.of_silence()
    keys = alerts.told(here.database).get(organisation, {}).get(Matter.KEYS_MISSING)
    if keys and keys.count:
        yield matters.of_keys(keys.count)


def _next_look(standing: Standing) -> str:
    return f"It is tried again by itself at {moment(standing.probe_at)}." if standing.probe_at else ""
