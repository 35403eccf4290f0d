"""Signing in with an account elsewhere: the provider of an organisation says who it is; nobody is let in uninvited.

A provider vouches for its own organisation alone: whoever may do something for another one, whose provider it is not,
has to sign in there first, or with a password.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, current_app, redirect, request, session

from gateway.definitions.profile import SignIn
from gateway.store import accounts, audit, holding, invitations, sessions
from gateway.store.accounts import Account
from gateway.web.auth import access, cookie, invited, signing_in
from gateway.web.site import site
from gateway.web.staff.frame import render

if TYPE_CHECKING:
    from gateway.web.auth.providers import Providers, Vouched

_PROVIDERS = "gateway.providers"
_NEXT, _AREA, _INVITATION = "next", "area", "invitation"  # in the cookie, until somebody comes back
_MOST = 100  # characters of what is kept of an invitation
# What Microsoft calls tenants into which anybody may come; the last one is the number of "consumers".
_OF_EVERYBODY = ("common", "organizations", "consumers", "9188040d-6c67-4c5b-b112-36a304b66dad")
SORRY = (
    "We could not sign you in like that. Use the account of the address to which you were invited; if that does not "
    "help, ask whoever invited you."
)
NOT_THEIRS = (
    "The invitation is for {email}, and the account that you used is not known to be of that address. Open the link of "
    "the invitation again, and use the account of that address, or choose a password."
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A way to sign in that stands beside the password."""

    organisation: str
    provider: str
    of: str


def init_app(bp: Blueprint) -> None:
    """Add the way to a provider and back."""
    access.add(bp, "/vouch/<provider>", post_vouch, role=access.ANYBODY, method="POST")
    access.add(bp, "/vouched/<provider>", show_vouched, role=access.ANYBODY)


def offers() -> list[Offer]:
    """List the organisations whose people may come with an account elsewhere."""
    return [
        Offer(slug, each.name, str(profile.name))
        for slug, each in sorted(_wanted().items())
        if (profile := site().organisations[slug].profile)
    ]


def post_vouch(provider: str) -> Response:
    """Lead to the provider of an organisation."""
    if provider not in _wanted():
        abort(404)
    session[_NEXT] = access.safe_next(request.form.get("next", ""))
    session[_AREA] = "partner" if request.form.get("area") == "partner" else "staff"
    session[_INVITATION] = request.form.get("invitation", "")[:_MOST]
    try:
        return _providers().ask(provider, f"{site().settings.base_url}/staff/vouched/{provider}")
    except _not_vouched():
        return _refused()


def show_vouched(provider: str) -> Response:
    """Begin a session for whom a provider vouches, if somebody has invited them."""
    if provider not in _wanted():
        abort(404)
    now, invitation = datetime.now(UTC), session.pop(_INVITATION, "")
    try:
        vouched = _providers().hear(provider)
    except _not_vouched():
        return _refused()
    if invitation:
        return _invited(provider, vouched, invitation, now)
    account = _known(provider, vouched, now)
    if account is None:
        return _refused()
    return _let_in(provider, account, session.get(_NEXT) or f"/{session.get(_AREA, 'staff')}/", now)


def _let_in(provider: str, account: Account, goal: str, now: datetime) -> Response:
    signing_in.end_before()
    if account.sealed_secret is not None:
        # Whoever has switched a second factor on is asked for it, whichever way they come.
        area = goal.split("/")[1]
        cookie.begin_half(account.id, signing_in.proof_of(account), now)
        return current_app.make_response(redirect(f"/{area}/sign-in/code?{urlencode({'next': goal})}", 303))
    with site().database.write() as connection:
        if not holding.unchanged(connection, account):
            return _refused()
        # A provider may remember a browser for weeks: whoever finds it open has proved nothing.
        secret = sessions.begin(connection, account.id, now, proven_at=now - sessions.LONGEST)
        audit.of_account(connection, account, action="sign in", detail=f"vouched for by {provider}", now=now)
    cookie.begin(secret)
    return current_app.make_response(redirect(access.safe_next(goal) or "/staff/", 303))


def _invited(provider: str, vouched: "Vouched", secret: str, now: datetime) -> Response:
    """Take an invitation by the word of a provider alone: it has to know the invited address to be theirs.

    Whoever has an account already comes in by it if the provider knows them, and takes the invitation there.
    """
    found = invitations.find(site().database, secret, now)
    if found is None or found.organisation != provider or found.account is not None:
        return invited.ended()
    known = accounts.by_subject(site().database, vouched.issuer, vouched.subject)
    account = accounts.find(site().database, found.email)
    if account is not None:
        same = known is not None and known.id == account.id
        if not same or account.disabled_at is not None or not _has_no_other(provider, account):
            return _refused()
        return _let_in(provider, account, invited.address(found, secret), now)
    theirs = accounts.folded(vouched.email) == found.email and (vouched.verified or _is_of_one_house(provider))
    if not theirs or known is not None:
        return _refused(NOT_THEIRS.format(email=found.email))
    return invited.begin_vouched(found, vouched.issuer, vouched.subject, _wanted()[provider].name, now)


def _known(provider: str, vouched: "Vouched", now: datetime) -> Account | None:
    """Find whose account it is: by what the provider calls them, else, the first time, by their address."""
    database = site().database
    account = accounts.by_subject(database, vouched.issuer, vouched.subject)
    first = account is None
    if account is None and (vouched.verified or _is_of_one_house(provider)):
        account = accounts.find(database, vouched.email)
    if account is None or account.disabled_at is not None or not _may_vouch(provider, account):
        return None
    if first:
        if account.issuer is not None:
            return None  # somebody else of that provider has this account
        with database.write() as connection:
            accounts.link(connection, account.id, vouched.issuer, vouched.subject)
            audit.of_account(connection, account, action="link account", detail=f"vouched for by {provider}", now=now)
    return account


def _may_vouch(provider: str, account: Account) -> bool:
    """Tell whether an account is of the provider's organisation, and every other one of its has this provider too.

    One must not open the doors of another; nor does anybody get an account by it that somebody elsewhere has made.
    """
    return provider in account.memberships and _has_no_other(provider, account)


def _has_no_other(provider: str, account: Account) -> bool:
    """Tell whether every organisation of an account has this provider."""
    wanted = _wanted()
    ours = wanted[provider].issuer
    return all(slug in wanted and wanted[slug].issuer == ours for slug in account.memberships)


def _is_of_one_house(provider: str) -> bool:
    """Tell whether a provider only has people of one organisation, whose addresses its administrators have given."""
    there, _, house = _wanted()[provider].issuer.rpartition("://login.microsoftonline.com/")
    return there == "https" and house.partition("/")[0] not in _OF_EVERYBODY


def _wanted() -> Mapping[str, SignIn]:
    return {
        slug: each.profile.sign_in
        for slug, each in site().organisations.items()
        if each.profile and each.profile.sign_in and not each.closed
    }


def _providers() -> "Providers":
    # By name, and only where somebody comes by it: what it takes to call a provider is of no use to anybody else.
    if _PROVIDERS not in current_app.extensions:
        made = import_module("gateway.web.auth.providers").Providers(current_app, _wanted())
        current_app.extensions[_PROVIDERS] = made
    found: Providers = current_app.extensions[_PROVIDERS]
    return found


def _not_vouched() -> type[Exception]:
    found: type[Exception] = import_module("gateway.web.auth.providers").NotVouched
    return found


def _refused(wrong: str = SORRY) -> Response:
    return Response(render("staff/refused.html", "Sign in", wrong=wrong), 422)
