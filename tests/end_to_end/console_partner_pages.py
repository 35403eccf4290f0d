"""Every page of people of agencies, as a browser comes to it: see `console_pages`."""

from playwright.sync_api import Page

from gateway.forms.examples import EXAMPLE
from gateway.identity.roles import Role
from gateway.spreadsheets.writing import write
from tests.end_to_end.console_hands import At, follow, press, submit

NO_SECRET = "A" * 22
OURS = "/partner/<organisation>"
DRAFT = f"{OURS}/forms/<form>/d/<instance>"
MANY = f"{OURS}/forms/<form>/many"
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


def choose(page: Page, table: bytes) -> None:
    """Choose a table, and look at its rows."""
    page.set_input_files("#table", {"name": "carers.csv", "mimeType": "text/csv", "buffer": table})
    submit(page)


def look_at_rows(page: Page) -> None:
    """Choose a table of which one row is right, one wrong, and one the example of the template."""
    choose(page, write([[*CARER], [*CARER.values()], ["Nobody", *[""] * 8], [EXAMPLE, *[""] * 8]]))


def send_rows(page: Page) -> None:
    """Send what is right of it."""
    look_at_rows(page)
    submit(page)


def leave_out(page: Page) -> None:
    """Go on without what must be answered."""
    page.locator('[name="first_name"]').fill("")
    press("Continue")(page)


AGENCIES: dict[str, At] = {
    "a partner's sign in": At("/partner/sign-in", None),
    "a partner's invitation": At("/partner/invitation/{invited partner}", None),
    "a partner proves": At("/partner/prove", Role.PARTNER),
    "a partner's account": At("/partner/account", Role.PARTNER),
    "a partner's password": At("/partner/account/password", Role.PARTNER),
    "a partner's second factor": At("/partner/account/second-factor", Role.PARTNER),
    "an agency of several": At("/partner/", "another"),
    "an agency of none": At("/partner/", "nobody"),
    "not for partners": At("/staff/riverside/", Role.PARTNER, status=403),
    "a partner's referrals": At("/partner/riverside/", Role.PARTNER),
    "a partner's referrals, a second page": At("/partner/riverside/", "another", follow("Earlier ones")),
    "a partner's referrals, nothing yet": At("/partner/moorland/", "new partner"),
    "a partner's referrals, narrowed down wrongly": At("/partner/riverside/?from=soon", Role.PARTNER, status=422),
    "a partner's referrals, looked for": At(
        "/partner/riverside/", Role.PARTNER, press("Find", words="Jones"), f"POST {OURS}/", 422
    ),
    "a partner's receipt": At("/partner/riverside/referrals/{delivered}", Role.PARTNER),
    "a partner's, which needs attention": At("/partner/riverside/referrals/{failed}", Role.PARTNER),
    "a partner's own reference, too long": At(
        "/partner/riverside/referrals/{delivered}",
        Role.PARTNER,
        press("Keep it", own_reference="x" * 500),
        f"POST {OURS}/referrals/<reference>/own-reference",
        422,
    ),
    "a partner's details": At("/partner/riverside/details", Role.PARTNER),
    "a partner's details, wrong": At(
        "/partner/riverside/details", Role.PARTNER, press("Save", phone="me"), f"POST {OURS}/details", 422
    ),
    "a partner's details, none asked for": At("/partner/moorland/details", "new partner"),
    "many at once": At("/partner/riverside/forms/refer/many", Role.PARTNER),
    "many at once, no table": At("/partner/riverside/forms/refer/many", Role.PARTNER, submit, f"POST {MANY}", 422),
    "many at once, not kept": At(f"/partner/riverside/forms/refer/many/{NO_SECRET}", Role.PARTNER, status=410),
    "many at once, the rows": At(
        "/partner/riverside/forms/refer/many", Role.PARTNER, look_at_rows, f"GET {MANY}/<table>"
    ),
    "many at once, sent": At("/partner/riverside/forms/refer/many", Role.PARTNER, send_rows, f"GET {MANY}/<table>"),
    "a form for partners": At("/partner/riverside/forms/refer", Role.PARTNER),
}
# The pages in between are those that everybody fills in: they carry the scripts of the public pages.
FORMS: dict[str, At] = {
    "a form of an agency": At("/partner/riverside/forms/agency/d/{form}/carer", Role.PARTNER),
    "a form of an agency, wrong": At(
        "/partner/riverside/forms/agency/d/{form}/carer", Role.PARTNER, leave_out, f"POST {DRAFT}/<page>", 422
    ),
    "a form of an agency, with files": At("/partner/riverside/forms/agency/d/{form}/why", Role.PARTNER),
    "a form of an agency, before it is sent": At("/partner/riverside/forms/agency/d/{form}/check", Role.PARTNER),
    "a form of an agency, sent": At(
        "/partner/riverside/forms/agency/d/{sent form}/sent",
        Role.PARTNER,
        shows=f"GET {OURS}/referrals/<reference>",
    ),
    "a form of an agency, nothing there": At(
        f"/partner/riverside/forms/agency/d/{NO_SECRET}/sent", Role.PARTNER, status=410
    ),
}
