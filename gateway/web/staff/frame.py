"""The frame round every page of people who are signed in: whose page it is, where else to go, how to sign out."""

from dataclasses import dataclass

from flask import g, request
from flask_wtf.csrf import generate_csrf

from gateway.identity.roles import Role
from gateway.languages import ENGLISH
from gateway.store.accounts import Membership
from gateway.store.sessions import Session
from gateway.web import assets, shell
from gateway.web.site import site


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation."""

    name: str
    address: str
    here: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What `staff/base.html` shows around a page."""

    area: str
    stylesheet: str
    organisation: str
    email: str
    places: tuple[Place, ...]
    token: str


# The navigation of the console: name, end of the address, and who sees it.
CONSOLE: tuple[tuple[str, str, Role], ...] = (
    ("To do", "", Role.VIEWER),
    ("Referrals", "referrals", Role.VIEWER),
    ("Search by name", "referrals/search", Role.OPERATOR),
    ("Send again", "referrals/again", Role.OPERATOR),
    ("Figures", "figures", Role.VIEWER),
    ("People", "people", Role.ADMIN),
    ("Agencies", "agencies", Role.ADMIN),
    ("Audit trail", "trail", Role.ADMIN),
)
# And that of agencies.
AGENCY: tuple[tuple[str, str, Role], ...] = (
    ("Our referrals", "", Role.PARTNER),
    ("Our details", "details", Role.PARTNER),
)


def render(template: str, title: str, **context: object) -> str:
    """Render a page of people who are signed in, or are about to be. They are in English."""
    return shell.render(template, shell.bare_shell(title, ENGLISH), frame=_frame(), **context)


def _frame() -> Frame:
    found: Session | None = g.get("signed_in")
    area, slug = request.path.split("/")[1:3]  # also where nothing stands at an address
    organisation = site().organisations.get(slug)
    mine = found.account.memberships.get(slug) if found else None
    return Frame(
        area=area,
        stylesheet=assets.address("staff.css"),
        organisation=str(organisation.profile.name) if organisation and organisation.profile and mine else "",
        email=found.account.email if found else "",
        places=tuple(_places(area, slug, mine)) if mine else (),
        token=generate_csrf(),
    )


def _places(area: str, slug: str, mine: Membership) -> list[Place]:
    return [
        Place(name, address := f"/{area}/{slug}/{end}", request.path == address)
        for name, end, role in (AGENCY if area == "partner" else CONSOLE)
        if mine.role.covers(role)
    ]
