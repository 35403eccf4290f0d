"""Who may open what: every address of people who sign in, for every role, of the organisation and of another one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from gateway.identity.roles import Role
from gateway.store import agency_drafts, tables
from gateway.store.database import Database
from gateway.store.drafts import Draft, instance_hash
from gateway.web.api.guard import TOKEN, TOKEN_OR_NONE
from gateway.web.auth.access import ACCESS, ANYBODY, ANYBODY_SIGNED_IN, Access
from gateway.web.partner import many_kept
from gateway.web.tokens import write_instance
from tests.docs.reading import FOR_ONE_AREA

from .conftest import HILLTOP, RIVERSIDE, As, an_agency, join
from .sent import a_sent

# What each address asks for; * asks for a proof that is not old as well. A new address needs a line here.
MATRIX = """
GET  /staff/sign-in            anybody
POST /staff/sign-in            anybody
POST /staff/sign-out           anybody
POST /staff/vouch/<provider>   anybody
GET  /staff/vouched/<provider> anybody
GET  /staff/sign-in/code            anybody
POST /staff/sign-in/code            anybody
GET  /staff/invitation/<secret>     anybody
POST /staff/invitation/<secret>     anybody
GET  /staff/prove                   anybody signed in
POST /staff/prove                   anybody signed in
GET  /staff/account                 anybody signed in
POST /staff/account/sign-out-elsewhere  anybody signed in
GET  /staff/account/password        anybody signed in*
POST /staff/account/password        anybody signed in*
GET  /staff/account/second-factor   anybody signed in*
POST /staff/account/second-factor   anybody signed in*
POST /staff/account/second-factor/off  anybody signed in*
GET  /staff/                   anybody signed in
GET  /staff/<organisation>/    viewer
GET  /staff/<organisation>/figures viewer
GET  /staff/<organisation>/referrals                                    viewer
POST /staff/<organisation>/referrals                                    viewer
GET  /staff/<organisation>/referrals/again                              operator
POST /staff/<organisation>/referrals/again                              operator
GET  /staff/<organisation>/referrals/search                             operator
POST /staff/<organisation>/referrals/search                             operator
POST /staff/<organisation>/destination/pause                            operator
POST /staff/<organisation>/destination/resume                           operator
GET  /staff/<organisation>/destination/prove                            operator
POST /staff/<organisation>/destination/prove                            operator
GET  /staff/<organisation>/trail admin
GET  /staff/<organisation>/people                    admin
GET  /staff/<organisation>/people/invite             admin*
POST /staff/<organisation>/people/invite             admin*
POST /staff/<organisation>/people/again              admin*
POST /staff/<organisation>/people/withdraw           admin*
GET  /staff/<organisation>/people/<account>          admin*
POST /staff/<organisation>/people/<account>/role     admin*
POST /staff/<organisation>/people/<account>/reset    admin*
POST /staff/<organisation>/people/<account>/end      admin*
GET  /staff/<organisation>/referrals/<reference>                        viewer
GET  /staff/<organisation>/referrals/<reference>/settle/<decision>      operator
POST /staff/<organisation>/referrals/<reference>/settle/<decision>      operator
GET  /staff/<organisation>/referrals/<reference>/seen operator
POST /staff/<organisation>/referrals/<reference>/seen operator
POST /staff/<organisation>/referrals/<reference>/answers operator
POST /staff/<organisation>/referrals/<reference>/print operator
POST /staff/<organisation>/referrals/<reference>/destination-answer operator
GET  /staff/<organisation>/referrals/<reference>/attach operator
POST /staff/<organisation>/referrals/<reference>/attach operator
POST /staff/<organisation>/referrals/<reference>/files/<file>/download operator
GET  /staff/<organisation>/referrals/<reference>/files/<file>/unchecked operator
POST /staff/<organisation>/referrals/<reference>/files/<file>/unchecked operator
POST /staff/<organisation>/referrals/<reference>/files/<file>/scan operator
GET  /staff/<organisation>/referrals/<reference>/correct operator
POST /staff/<organisation>/referrals/<reference>/correct operator
POST /staff/<organisation>/referrals/<reference>/corrected operator
GET  /staff/<organisation>/referrals/<reference>/export admin*
POST /staff/<organisation>/referrals/<reference>/export admin*
GET  /staff/<organisation>/referrals/<reference>/erase admin*
POST /staff/<organisation>/referrals/<reference>/erase admin*
GET  /api/v1/openapi.json            token or none
GET  /api/v1/forms                   token
GET  /api/v1/forms/<slug>            token
POST /api/v1/referrals               token
GET  /api/v1/referrals               token
GET  /api/v1/referrals/<reference>   token
GET  /staff/<organisation>/agencies                            admin
POST /staff/<organisation>/agencies                            admin
GET  /staff/<organisation>/agencies/<agency>                   admin*
POST /staff/<organisation>/agencies/<agency>/invite            admin*
POST /staff/<organisation>/agencies/<agency>/again             admin*
POST /staff/<organisation>/agencies/<agency>/withdraw          admin*
POST /staff/<organisation>/agencies/<agency>/people/<account>/end  admin*
POST /staff/<organisation>/agencies/<agency>/end               admin*
GET  /staff/<organisation>/agencies/<agency>/tokens            admin*
POST /staff/<organisation>/agencies/<agency>/tokens            admin*
POST /staff/<organisation>/agencies/<agency>/tokens/end        admin*
GET  /partner/<organisation>/                                           partner
POST /partner/<organisation>/                    partner
POST /partner/<organisation>/referrals/<reference>/own-reference partner
GET  /partner/<organisation>/details                                    partner
POST /partner/<organisation>/details                                    partner
GET  /partner/<organisation>/referrals/<reference>                      partner
POST /partner/<organisation>/referrals/<reference>/again                partner
GET  /partner/<organisation>/drafts/<draft>                             partner
POST /partner/<organisation>/drafts/<draft>/delete                      partner
GET  /partner/<organisation>/forms/<form>                               partner
POST /partner/<organisation>/forms/<form>                               partner
GET  /partner/<organisation>/forms/<form>/many                          partner
POST /partner/<organisation>/forms/<form>/many                          partner
GET  /partner/<organisation>/forms/<form>/many/template.csv             partner
GET  /partner/<organisation>/forms/<form>/many/<table>                  partner
POST /partner/<organisation>/forms/<form>/many/<table>                  partner
GET  /partner/<organisation>/forms/<form>/many/<table>/results.csv      partner
GET  /partner/<organisation>/forms/<form>/many/<table>/wrong.csv        partner
POST /partner/<organisation>/forms/<form>/many/<table>/delete           partner
GET  /partner/<organisation>/forms/<form>/d/<instance>/check            partner
POST /partner/<organisation>/forms/<form>/d/<instance>/check            partner
GET  /partner/<organisation>/forms/<form>/d/<instance>/sent             partner
GET  /partner/<organisation>/forms/<form>/d/<instance>/<page>           partner
POST /partner/<organisation>/forms/<form>/d/<instance>/<page>           partner
"""
AREAS = ("/staff", "/partner", "/api/v1")
ROWS = [line.split(None, 2) for line in MATRIX.strip().splitlines()]
# Partners sign in as staff do, at addresses of their own.
ROWS += [
    [method, rule.replace("/staff/", "/partner/"), who] for method, rule, who in ROWS if not FOR_ONE_AREA.search(rule)
]
FILLED = {"organisation": RIVERSIDE, "reference": "RG-7K3F-9Q2M", "decision": "close"}
INSTANCE = b"i" * 16
FILLED |= {"form": "refer", "draft": instance_hash(INSTANCE), "instance": write_instance(INSTANCE), "page": "carer"}
TABLE = b"t" * 16
FILLED |= {"table": write_instance(TABLE)}
COLUMNS = ["first_name", "surname", "telephone", "project", "description", "agreement"]
_DRAFT = "/partner/<organisation>/forms/<form>/d/<instance>"
# What answers otherwise than with a page, or judges its own token and shows the page again.
LEADS = {
    ("GET", "/partner/<organisation>/drafts/<draft>"): 303,
    ("GET", f"{_DRAFT}/check"): 303,
    ("POST", f"{_DRAFT}/check"): 303,
    ("GET", f"{_DRAFT}/sent"): 410,
    ("POST", f"{_DRAFT}/<page>"): 422,
}


OF_NO_ROLE = (ANYBODY, ANYBODY_SIGNED_IN, TOKEN, TOKEN_OR_NONE)


def asked(app: Flask) -> dict[tuple[str, str], Access | None]:
    """What each address of ours asks for, as it was registered."""
    found = app.extensions[ACCESS]
    return {
        (method, rule.rule): found.get(rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(AREAS)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_address_has_its_line_and_asks_for_what_it_says(app: Flask) -> None:
    found = {
        key: f"{access.role}{'*' if access.proven else ''}" if access else "" for key, access in asked(app).items()
    }

    assert found == {(method, rule): role for method, rule, role in ROWS}


@pytest.mark.parametrize("row", [row for row in ROWS if row[2].removesuffix("*") not in OF_NO_ROLE], ids=" ".join)
def test_each_role_of_each_organisation_gets_what_is_intended(
    app: Flask, database: Database, signed_in: As, row: list[str]
) -> None:
    method, rule, needed = row
    address = fill_in(app, database)(rule)
    role = Role(needed.removesuffix("*"))

    for each in Role:
        ours, theirs = signed_in(each), signed_in(each, HILLTOP)
        # Whoever may post is asked for the token of a page, and got as far as that.
        reached = LEADS.get((method, rule), 400 if method == "POST" else 200)
        assert ours.open(address, method=method).status_code == (reached if each.covers(role) else 403), each
        assert theirs.open(address, method=method).status_code == 404, each
    assert app.test_client().open(address, method=method).status_code == 303


def fill_in(app: Flask, database: Database) -> Callable[[str], str]:
    """Store what the addresses name; give what makes an address of a rule."""
    made = {"account": join(database, "one@riverside.example", Role.VIEWER), "file": _fill(app, database)}
    known = {**FILLED, **made, "agency": an_agency(database), "secret": "s" * 43, "provider": RIVERSIDE}

    def address_of(rule: str) -> str:
        for name, value in known.items():
            rule = rule.replace(f"<{name}>", value)
        return rule

    return address_of


def _fill(app: Flask, database: Database) -> str:
    """Store what the addresses name: a referral that an agency has sent, and a draft that it has begun; give a file."""
    site, now, agency = app.extensions["gateway"], datetime.now(UTC), an_agency(database)
    sent = a_sent(app, database, reference=FILLED["reference"])
    with database.write() as connection:
        connection.execute(update(tables.referrals).values(agency=agency))
    form = site.organisations[RIVERSIDE].forms["refer"]
    answers = {"~agency": [agency]}
    fresh = Draft(RIVERSIDE, form.slug, form.hash, "en", answers, 1, now, now + timedelta(days=1))
    site.drafts.create(INSTANCE, fresh)
    agency_drafts.share(database, site.ring, INSTANCE, agency=agency, account="nobody", now=now)
    rows = {"form": [form.slug], "agency": [agency], "notes": [], "2": [""] * len(COLUMNS)}
    rows["header"] = COLUMNS
    site.drafts.create(TABLE, replace(fresh, form=many_kept.KIND, answers=rows))
    return str(sent.files[0].id)
