"""Every page of people who sign in, as a browser comes to it: what the store holds, who looks, and where.

Whoever adds a page adds a line to PAGES; `{failed}` and the like are the references that `fill` gives.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import update

from gateway.forms.examples import EXAMPLE
from gateway.identity.roles import Role
from gateway.keys import KeyRing
from gateway.spreadsheets.writing import write
from gateway.store import accounts, agencies, destinations, sessions, tables
from gateway.store.database import Database
from gateway.store.people import Deciding
from gateway.web.auth import cookie
from tests.end_to_end.house import House
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT
from tests.store.keeping import ended, laden

CARER = {
    "first_name": "Maia",
    "surname": "Testperson",
    "telephone": "01632 960777",
    "project": "A break from caring",
    "description": "She cares for her brother.",
    "agreement": "agreed",
    "referrer_name": "Ada Sample",
    "referrer_organisation": "Northside Surgery",
    "referrer_phone": "01632 960001",
}
REASONS = {
    "held": "a field that nobody sees was filled in",
    "unknown": "may have arrived: no answer in time",
    "failed": "rejected: 422",
    "delivered": None,
    "closed": "delivered by hand",
    "pending": None,
}


@dataclass(frozen=True, slots=True)
class At:
    """A page: its address, who looks at it, and what they do there before it is judged."""

    address: str
    role: Role | None = Role.ADMIN
    then: Callable[[Page], object] | None = None
    status: int = 200


def press(words: str, /, **fields: str) -> Callable[[Page], object]:
    """Fill in fields by their names, and press the button with these words."""

    def do(page: Page) -> None:
        for name, value in fields.items():
            page.locator(f'[name="{name}"]').fill(value)
        page.get_by_role("button", name=words, exact=True).click()

    return do


def submit(page: Page) -> None:
    """Press the first button of the page's own form."""
    page.locator("main form button").first.click()


def invite(page: Page) -> None:
    """Invite somebody: the next page shows the link."""
    page.locator("input[name=role]").first.check()
    press("Invite", email="newcomer@riverside.example")(page)


def make_token(page: Page) -> None:
    """Make a token: the next page shows it."""
    page.locator("input[name=forms]").first.check()
    press("Make a token", name="Their software")(page)


def look_at_rows(page: Page) -> None:
    """Choose a table of which one row is right, one wrong, and one the example of the template."""
    table = write([[*CARER], [*CARER.values()], ["Nobody", *[""] * 8], [EXAMPLE, *[""] * 8]])
    page.set_input_files("#table", {"name": "carers.csv", "mimeType": "text/csv", "buffer": table})
    submit(page)


def send_rows(page: Page) -> None:
    """Send what is right of it."""
    look_at_rows(page)
    submit(page)


def correct_nothing(page: Page) -> None:
    """Open the answers to be corrected, and change none."""
    press("Open the answers to correct them")(page)
    press("Keep what I corrected")(page)


PAGES: dict[str, At] = {
    "sign in": At("/staff/sign-in", role=None),
    "sign in, wrong": At("/staff/sign-in", role=None, then=submit),
    "an invitation that has ended": At("/staff/invitation/none", role=None, status=410),
    "prove": At("/staff/prove"),
    "account": At("/staff/account"),
    "people": At("/staff/riverside/people"),
    "invited": At("/staff/riverside/people/invite", then=invite),
    "password, wrong": At("/staff/account/password", then=submit),
    "second factor": At("/staff/account/second-factor"),
    "invite, wrong": At("/staff/riverside/people/invite", then=submit),
    "person": At("/staff/riverside/people", then=lambda page: page.locator("tbody a").first.click()),
    "not allowed": At("/staff/riverside/people", role=Role.VIEWER, status=403),
    "not there": At("/staff/riverside/nothing", status=404),
    "to do": At("/staff/riverside/"),
    "referrals": At("/staff/riverside/referrals"),
    "referrals, narrowed down": At("/staff/riverside/referrals?state=failed&sort=changed"),
    "referrals, none": At("/staff/riverside/referrals?state=sending"),
    "referrals, a day that is none": At("/staff/riverside/referrals?from=soon", status=422),
    "reference, unknown": At("/staff/riverside/referrals", then=press("Go", reference="Jones")),
    "send again": At("/staff/riverside/referrals/again", role=Role.OPERATOR),
    "search by name": At("/staff/riverside/referrals/search", role=Role.OPERATOR),
    "search by name, found": At(
        "/staff/riverside/referrals/search",
        then=press("Search", words="testperson", reason="The surgery asks"),
    ),
    "audit trail": At("/staff/riverside/trail"),
    "is it there": At("/staff/riverside/destination/prove"),
    "one that failed": At("/staff/riverside/referrals/{failed}"),
    "one that may have arrived": At("/staff/riverside/referrals/{unknown}"),
    "one with a file that waits": At("/staff/riverside/referrals/{laden}"),
    "records for its files": At("/staff/riverside/referrals/{laden}/attach"),
    "a file that no scanner has seen": At(
        "/staff/riverside/referrals/{laden}", then=lambda page: page.get_by_text("Take file 1 unchecked").click()
    ),
    "one for a viewer": At("/staff/riverside/referrals/{failed}", role=Role.VIEWER),
    "its answers": At("/staff/riverside/referrals/{failed}", then=press("Show the answers")),
    "its page to print": At("/staff/riverside/referrals/{failed}", then=press("Show a page to print")),
    "no answer of the destination": At(
        "/staff/riverside/referrals/{failed}", then=press("Show what the destination answered")
    ),
    "seen there": At("/staff/riverside/referrals/{laden}/seen"),
    "a decision": At("/staff/riverside/referrals/{unknown}/settle/resend"),
    "correcting, before": At("/staff/riverside/referrals/{failed}/correct"),
    "correcting": At("/staff/riverside/referrals/{failed}", then=press("Open the answers to correct them")),
    "nothing corrected": At("/staff/riverside/referrals/{failed}", then=correct_nothing),
    "exporting": At("/staff/riverside/referrals/{delivered}/export"),
    "erasing without a reason": At("/staff/riverside/referrals/{delivered}/erase", then=press("Erase it")),
    "agencies": At("/staff/riverside/agencies"),
    "agencies, one without a name": At("/staff/riverside/agencies", then=submit),
    "agency": At("/staff/riverside/agencies/{agency}"),
    "tokens of an agency, one without a form": At(
        "/staff/riverside/agencies/{agency}/tokens", then=press("Make a token", name="x")
    ),
    "a token": At("/staff/riverside/agencies/{agency}/tokens", then=make_token),
    "agency, nobody invited": At("/staff/riverside/agencies/{agency}", then=press("Invite", email="nobody")),
    "a partner's referrals": At("/partner/riverside/", role=Role.PARTNER),
    "a partner's receipt": At("/partner/riverside/referrals/{delivered}", role=Role.PARTNER),
    "a partner's, which needs attention": At("/partner/riverside/referrals/{failed}", role=Role.PARTNER),
    "a partner's details": At("/partner/riverside/details", role=Role.PARTNER),
    "a partner's details, wrong": At("/partner/riverside/details", role=Role.PARTNER, then=press("Save", phone="me")),
    "a partner's account": At("/partner/account", role=Role.PARTNER),
    "a partner proves": At("/partner/prove", role=Role.PARTNER),
    "a form for partners": At("/partner/riverside/forms/refer", role=Role.PARTNER),
    "many at once, no table": At("/partner/riverside/forms/refer/many", role=Role.PARTNER, then=submit),
    "many at once, the rows": At("/partner/riverside/forms/refer/many", role=Role.PARTNER, then=look_at_rows),
    "many at once, sent": At("/partner/riverside/forms/refer/many", role=Role.PARTNER, then=send_rows),
    "a partner's sign in": At("/partner/sign-in", role=None),
    "figures": At(
        "/staff/riverside/figures", role=Role.VIEWER, then=lambda page: page.locator("summary").first.click()
    ),
}


def fill(house: House) -> dict[str, str]:
    """Send a referral for each state, and let each be in it; give the references by state."""
    found = {}
    for state in REASONS:
        visitor = Visitor(house.base).open("/riverside/contact-me").submit(CONTACT)
        found[state] = next(each for each in visitor.text.split() if each.startswith("RG-"))
    now = datetime.now(UTC)
    with closing(Database(house.environment["GATEWAY_DATABASE_URL"])) as database, database.write() as connection:
        for age, (state, reference) in enumerate(found.items()):
            times = {"created_at": now - timedelta(days=age + 1), "updated_at": now - timedelta(hours=age)}
            change = update(tables.referrals).where(tables.referrals.c.reference == reference)
            connection.execute(change.values(state=state, reason=REASONS[state], **times))
        deciding = Deciding("nobody", "riverside", now)
        found["agency"] = agencies.add(connection, deciding, "Northside Surgery")
        connection.execute(update(tables.referrals).values(agency=found["agency"]))
        destinations.pause(connection, "riverside", reason="the keys were refused", now=now)
        destinations.remember(connection, "riverside", asked_about=found["delivered"], asked_at=now)
    with closing(Database(house.environment["GATEWAY_DATABASE_URL"])) as database:
        reference = laden(database, KeyRing(house.environment["GATEWAY_KEYS"]), clean=False).reference
        ended(database, reference, "delivered")
        with database.write() as connection:
            accepted = update(tables.attempts).where(tables.attempts.c.reference == reference)
            connection.execute(accepted.values(status=200, shape="a shape"))
    return {**found, "laden": reference}


def signed_in(house: House, role: Role) -> str:
    """Begin a session of somebody with this role; give the value of its cookie."""
    with closing(Database(house.environment["GATEWAY_DATABASE_URL"])) as database, database.write() as connection:
        now = datetime.now(UTC)
        agency = agencies.listed(database, "riverside")[0].id if role is Role.PARTNER else None
        account = accounts.write(connection, f"{role}@riverside.example", password=None, now=now)
        accounts.join(connection, account, "riverside", role, now=now, agency=agency)
        secret = sessions.begin(connection, account, now)
    app = Flask(__name__)
    ring, settings = KeyRing(house.environment["GATEWAY_KEYS"]), SimpleNamespace(base_url=house.base)
    cookie.init_app(app, SimpleNamespace(ring=ring, settings=settings))
    return str(app.session_interface.get_signing_serializer(app).dumps({"session": secret}))
