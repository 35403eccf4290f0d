"""What stands in the store, and who is signed in, when a browser looks at the pages of people who sign in.

At riverside everything has happened, at hilltop nothing yet; moorland has an agency that has sent nothing yet.
"""

import shutil
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from flask import Flask
from sqlalchemy import Connection, insert, select, update

from gateway.identity import passwords
from gateway.identity.codes import Factor
from gateway.identity.roles import Role
from gateway.keys import KeyRing
from gateway.referral import new_reference
from gateway.store import (
    accounts,
    agencies,
    audit,
    destinations,
    people,
    people_tables,
    second_factor,
    sessions,
    tables,
    tries,
)
from gateway.store.database import Database
from gateway.store.people import Deciding
from gateway.store.tries import FREE
from gateway.web.auth import cookie
from gateway.web.limits import network_of
from tests.end_to_end.house import House
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT
from tests.store.keeping import ended, laden

RIVERSIDE, HILLTOP, MOORLAND = "riverside", "hilltop", "moorland"
PASSWORD = "tall river blue kettle"
LOCKED = "locked@riverside.example"
REASONS = {
    "held": "a field that nobody sees was filled in",
    "unknown": "may have arrived: no answer in time",
    "failed": "rejected: 422",
    "delivered": None,
    "closed": "delivered by hand",
    "pending": None,
    "sending": None,
    "imported": None,
    "moving": "a field that nobody sees was filled in",
    "erased": "erased",
    "refused": "rejected: the destination answered 422",
}
_STATES = {"imported": "delivered", "moving": "held", "erased": "closed", "refused": "failed"}
_CALLS = {
    "unknown": ("unknown", None),
    "failed": ("rejected", 422),
    "imported": ("delivered", 200),
    "refused": ("rejected", 422),
}
_ANSWER = b'{"errors": {"telephone": ["This is no telephone number."]}}'
MANY = 60  # more than a page of any list but the trail's
_ENTRIES = 110
# Who is somebody for which organisation; `another` is of an agency of each.
PEOPLE: Mapping[str, Mapping[str, Role]] = {
    **{role: {RIVERSIDE: role} for role in Role},
    "several": {RIVERSIDE: Role.OPERATOR, MOORLAND: Role.VIEWER},
    "careful": {RIVERSIDE: Role.ADMIN},
    "new": {HILLTOP: Role.ADMIN},
    "new partner": {MOORLAND: Role.PARTNER},
    "another": {RIVERSIDE: Role.PARTNER, MOORLAND: Role.PARTNER},
    "forgetful": {RIVERSIDE: Role.VIEWER},
    "locked": {RIVERSIDE: Role.VIEWER},  # who guessed too often
    "fresh": {RIVERSIDE: Role.ADMIN},
    "vouched for": {RIVERSIDE: Role.ADMIN},  # who signs in elsewhere, and has no password
    "nobody": {},
}
# A form for an agency, page by page.
ANSWERS = (
    {"referrer-0-name": "Ada Sample", "referrer-0-organisation": "A surgery", "referrer-0-phone": "01632 960001"},
    {"first_name": "Maia", "surname": "Testperson", "telephone": "01632 960777"},
    {"description": "She cares for her brother.", "soon": "When you can"},
    {"agreement": "agreed"},
)  # fmt: skip


def furnish(house: House) -> None:
    """Add organisations where nothing has happened; at the first one people may come with an account elsewhere."""
    for slug in (HILLTOP, MOORLAND):
        folder = shutil.copytree(house.organisations / RIVERSIDE, house.organisations / slug)
        profile = folder / "organisation.yaml"
        profile.write_text(profile.read_text().replace("Riverside", slug.capitalize()))
    for form in (folder / "forms").iterdir():
        form.write_text(form.read_text().replace("prefill: agency", "prefill: false"))
    with (house.organisations / RIVERSIDE / "organisation.yaml").open("a") as file:
        file.write("sign_in: {name: Sampletown, issuer: 'http://127.0.0.1:1', client_id: x, client_secret: x}\n")


def fill(house: House) -> dict[str, str]:
    """Send a referral for each state, and let each be in it; give what addresses name."""
    found = {}
    for name in REASONS:
        visitor = Visitor(house.base).open("/riverside/contact-me").submit(CONTACT)
        found[name] = next(each for each in visitor.text.split() if each.startswith("RG-"))
    now = datetime.now(UTC)
    with closing(Database(house.environment["GATEWAY_DATABASE_URL"])) as database:
        with database.write() as connection:
            _stand(connection, KeyRing(house.environment["GATEWAY_KEYS"]), found, now)
            deciding = Deciding("nobody", RIVERSIDE, now)
            found["agency"] = agencies.add(connection, deciding, "Northside Surgery")
            found["ended agency"] = agencies.add(connection, deciding, "Westgate Day Centre")
            agencies.end(connection, deciding, found["ended agency"])
            connection.execute(update(tables.referrals).values(agency=found["agency"]))
            destinations.pause(connection, RIVERSIDE, reason="the keys were refused", now=now)
        found["laden"] = _laden(house, database, now)
        with database.write() as connection:
            _crowd(connection, found, now)
        found |= _people(house, database, now)
    return found | _drafts(house)


def signed_in(house: House, who: str) -> str:
    """Begin a session of one of the people; give the value of its cookie."""
    with closing(Database(house.environment["GATEWAY_DATABASE_URL"])) as database, database.write() as connection:
        account = accounts.find(database, address_of(who))
        if account is None:
            raise LookupError(who)
        secret = sessions.begin(connection, account.id, datetime.now(UTC))
    app = Flask(__name__)
    ring, settings = KeyRing(house.environment["GATEWAY_KEYS"]), SimpleNamespace(base_url=house.base)
    cookie.init_app(app, SimpleNamespace(ring=ring, settings=settings))
    return str(app.session_interface.get_signing_serializer(app).dumps({"session": secret}))


def address_of(who: str) -> str:
    """Give the email address of one of the people."""
    return f"{who.replace(' ', '.')}@riverside.example"


def _stand(connection: Connection, ring: KeyRing, found: Mapping[str, str], now: datetime) -> None:
    """Let each referral be in its state, with the call that brought it there."""
    for age, (name, reference) in enumerate(found.items()):
        state, then = _STATES.get(name, name), now - timedelta(hours=age)
        values = {"created_at": then - timedelta(days=1), "updated_at": then, "state": state, "reason": REASONS[name]}
        if name == "imported":
            values |= {"delivered_at": then, "imported_at": then}
        if name == "erased":
            values |= {"purged_at": then, "sealed": None}
        change = update(tables.referrals).where(tables.referrals.c.reference == reference)
        connection.execute(change.values(attempts=int(name in _CALLS), **values))
        if name in _CALLS:
            job = connection.scalars(select(tables.jobs.c.id).where(tables.jobs.c.reference == reference)).one()
            outcome, status = _CALLS[name]
            call = {"job": job, "reference": reference, "payload": 1, "worker": "worker", "outcome": outcome}
            times = {"started_at": then - timedelta(seconds=30), "ended_at": then, "status": status}
            attempt = connection.execute(
                insert(tables.attempts).values(**call, **times).returning(tables.attempts.c.id)
            ).scalar_one()
            if name == "refused":
                sealed = ring.seal(_ANSWER, table="attempts", row=str(attempt), column="sealed")
                connection.execute(update(tables.attempts).where(tables.attempts.c.id == attempt).values(sealed=sealed))


def _laden(house: House, database: Database, now: datetime) -> str:
    """Send one with a file that waits for the scanner; somebody is asked whether it is there."""
    ring = KeyRing(house.environment["GATEWAY_KEYS"])
    reference = laden(database, ring, clean=False, name="Maia", now=now - timedelta(days=2)).reference
    ended(database, reference, "delivered", at=now)
    with database.write() as connection:
        accepted = update(tables.attempts).where(tables.attempts.c.reference == reference)
        connection.execute(accepted.values(status=200, shape="a shape", started_at=now - timedelta(seconds=2)))
        destinations.remember(connection, RIVERSIDE, asked_about=reference, asked_at=now)
    return reference


def _crowd(connection: Connection, found: Mapping[str, str], now: datetime) -> None:
    """Fill the lists to more than a page."""
    one = tables.referrals.c.reference == found["delivered"]
    like = dict(connection.execute(select(tables.referrals).where(one)).mappings().one())
    for number in range(MANY):
        then = now - timedelta(days=number % 28, hours=number % 7 + 1)
        closed = number % 9 == 0
        times = {
            "created_at": then,
            "updated_at": then,
            "delivered_at": None if closed else then + timedelta(minutes=number),
        }
        named = {"reference": new_reference(), "state": "closed" if closed else "delivered", "test": number == 1}
        connection.execute(
            insert(tables.referrals).values(**{**like, **named, **times, "sealed": None, "purged_at": now})
        )
    for number in range(_ENTRIES):
        at = now - timedelta(minutes=number)
        detail = "the surgery asks whether it came"
        audit.write(connection, actor="nobody", action="find", detail=detail, organisation=RIVERSIDE, now=at)


def _people(house: House, database: Database, now: datetime) -> dict[str, str]:
    """Write everybody down, and invite some; give the secrets of the links and who is a person to look at."""
    ring, kept = KeyRing(house.environment["GATEWAY_KEYS"]), passwords.hashed(PASSWORD)
    made = {}
    with database.write() as connection:
        of = {
            RIVERSIDE: agencies.listed(database, RIVERSIDE)[0].id,
            MOORLAND: agencies.add(connection, Deciding("nobody", MOORLAND, now), "Moorland School"),
        }
        for who, roles in PEOPLE.items():
            made[who] = accounts.write(
                connection, address_of(who), password=None if who == "vouched for" else kept, now=now
            )
            for organisation, role in roles.items():
                agency = of[organisation] if role is Role.PARTNER else None
                accounts.join(connection, made[who], organisation, role, now=now, agency=agency)
        second_factor.switch_on(connection, made["careful"], second_factor.seal(ring, made["careful"], Factor.new()), 0)
        guessed = tries.who(ring, LOCKED, network_of("127.0.0.1") or b"")
        mine = {"account": guessed.account, "network": guessed.network}
        connection.execute(insert(people_tables.tries).values(**mine, failures=10 * FREE, failed_at=now))
    links = _links(ring, database, made["admin"], of[RIVERSIDE], now)
    return {**links, "myself": made["new"], "a person": made["viewer"]}


def _links(ring: KeyRing, database: Database, admin: str, agency: str, now: datetime) -> dict[str, str]:
    here, there = (Deciding(admin, slug, now) for slug in (RIVERSIDE, MOORLAND))
    (forgetful,) = (each for each in accounts.everybody(database) if each.email == address_of("forgetful"))
    with database.write() as connection:
        partner = people.invite(connection, here, "newcomer@surgery.example", Role.PARTNER, agency=agency)
        links = {
            "invited": people.invite(connection, here, "newcomer@riverside.example", Role.VIEWER),
            "invited again": people.invite(connection, there, address_of("operator"), Role.VIEWER),
            "invited partner": partner,
            "anew": people.let_choose(connection, here, ring, forgetful, Role.VIEWER),
        }
    return {name: link.secret for name, link in links.items()}


def _drafts(house: House) -> dict[str, str]:
    """Fill a form in for an agency twice: up to the page before sending, and beyond it."""
    visitor = Visitor(house.base)
    visitor.session.cookies.set("gateway", signed_in(house, Role.PARTNER), domain="127.0.0.1", path="/")
    drafts = []
    for _ in ("to be looked at", "to be sent"):
        visitor.open(f"/partner/{RIVERSIDE}/forms/agency").submit()
        drafts.append(visitor.response.url.split("/")[-2])
        for answers in ANSWERS:
            visitor.submit(answers)
    visitor.submit(press="send")
    return dict(zip(("form", "sent form"), drafts, strict=True))
