"""Every page of people who sign in, as a browser comes to it: who looks, and where.

Whoever adds a page adds a line; `{failed}` and the like are what `console_office.fill` gives.
"""

from gateway.identity.roles import Role
from tests.end_to_end.console_hands import (
    At,
    correct_wrongly,
    decide_late,
    end_access,
    follow,
    invite,
    make_token,
    open_numbers,
    press,
    sign_in,
    stay_too_long,
    submit,
    switch_on,
    type_a_wrong_code,
)
from tests.end_to_end.console_office import LOCKED
from tests.end_to_end.console_partner_pages import AGENCIES, FORMS

TOO_LONG = 2_100_000
ONE = "/staff/<organisation>/referrals/<reference>"
AGENCY = "/staff/<organisation>/agencies/<agency>"

SIGNING_IN: dict[str, At] = {
    "sign in": At("/staff/sign-in", who=None),
    "sign in, wrong": At("/staff/sign-in", who=None, then=submit, shows="POST /staff/sign-in", status=422),
    "sign in, too often": At(
        "/staff/sign-in", None, press("Sign in", email=LOCKED, password="x"), "POST /staff/sign-in", 429
    ),
    "sign in, with too much": At(
        "/staff/sign-in", None, press("Sign in", email="x" * TOO_LONG), "POST /staff/sign-in", 413
    ),
    "sign in, too late": At("/staff/sign-in", None, stay_too_long, "POST /staff/sign-in", 400),
    "the code": At("/staff/sign-in", None, sign_in, "GET /staff/sign-in/code"),
    "the code, wrong": At("/staff/sign-in", None, type_a_wrong_code, "POST /staff/sign-in/code", 422),
    "a provider that does not answer": At(
        "/staff/sign-in",
        None,
        press("Sign in with Sampletown (Riverside Carers)"),
        "POST /staff/vouch/<provider>",
        422,
    ),
    "back from a provider with nothing": At("/staff/vouched/riverside", None, status=422),
    "an invitation": At("/staff/invitation/{invited}", None),
    "an invitation, a password too short": At(
        "/staff/invitation/{invited}", None, press("Continue"), "POST /staff/invitation/<secret>", 422
    ),
    "an invitation for somebody who is here": At("/staff/invitation/{invited again}", Role.OPERATOR),
    "an invitation for somebody else": At("/staff/invitation/{invited again}", Role.VIEWER),
    "a new password": At("/staff/invitation/{anew}", None),
    "an invitation that has ended": At("/staff/invitation/none", None, status=410),
    "prove": At("/staff/prove"),
    "prove, wrong": At("/staff/prove", Role.VIEWER, submit, "POST /staff/prove", 422),
    "prove by a code": At("/staff/prove", "careful"),
    "prove, too often": At("/staff/prove", "locked", submit, "POST /staff/prove", 429),
    "prove, without a password": At("/staff/prove", "vouched for"),
    "account": At("/staff/account"),
    "account with a second factor": At("/staff/account", "careful"),
    "password": At("/staff/account/password"),
    "password, wrong": At("/staff/account/password", Role.ADMIN, submit, "POST /staff/account/password", 422),
    "second factor": At("/staff/account/second-factor"),
    "second factor, wrong": At(
        "/staff/account/second-factor", Role.ADMIN, submit, "POST /staff/account/second-factor", 422
    ),
    "second factor, just on": At(
        "/staff/account/second-factor", "fresh", switch_on, "GET /staff/account/second-factor"
    ),
    "second factor, on": At("/staff/account/second-factor", "careful"),
    "several organisations": At("/staff/", "several"),
    "no organisation": At("/staff/", "nobody"),
    "not allowed": At("/staff/riverside/people", Role.VIEWER, status=403),
    "not there": At("/staff/riverside/nothing", status=404),
    "not like that": At("/staff/riverside/destination/pause", status=405),
}
LISTS: dict[str, At] = {
    "to do": At("/staff/riverside/"),
    "to do, a viewer": At("/staff/riverside/", Role.VIEWER),
    "to do, nothing yet": At("/staff/hilltop/", "new"),
    "referrals": At("/staff/riverside/referrals"),
    "referrals, a second page": At("/staff/riverside/referrals", Role.VIEWER, follow("Older")),
    "referrals, narrowed down": At("/staff/riverside/referrals?state=failed&sort=changed"),
    "referrals, none": At("/staff/riverside/referrals?state=sending&form=support"),
    "referrals, nothing yet": At("/staff/hilltop/referrals", "new"),
    "referrals, a day that is none": At("/staff/riverside/referrals?from=soon", status=422),
    "reference, unknown": At(
        "/staff/riverside/referrals",
        Role.ADMIN,
        press("Go", reference="Jones"),
        "POST /staff/<organisation>/referrals",
        422,
    ),
    "send again": At("/staff/riverside/referrals/again", Role.OPERATOR),
    "send again, a day that is none": At("/staff/riverside/referrals/again?to=soon", Role.OPERATOR, status=422),
    "send again, nothing": At("/staff/hilltop/referrals/again", "new"),
    "search by name": At("/staff/riverside/referrals/search", Role.OPERATOR),
    "search by name, without a reason": At(
        "/staff/riverside/referrals/search",
        Role.OPERATOR,
        press("Search", words="testperson"),
        "POST /staff/<organisation>/referrals/search",
        422,
    ),
    "search by name, found": At(
        "/staff/riverside/referrals/search",
        Role.ADMIN,
        press("Search", words="testperson", reason="The surgery asks"),
        "POST /staff/<organisation>/referrals/search",
    ),
    "search by name, not found": At(
        "/staff/riverside/referrals/search",
        Role.ADMIN,
        press("Search", words="nobody", reason="The surgery asks"),
        "POST /staff/<organisation>/referrals/search",
    ),
    "is it there": At("/staff/riverside/destination/prove"),
    "is it there, nothing asked": At("/staff/hilltop/destination/prove", "new"),
    "figures": At("/staff/riverside/figures", Role.VIEWER, open_numbers),
    "figures, nothing yet": At("/staff/hilltop/figures?period=52-weeks", "new"),
    "audit trail": At("/staff/riverside/trail"),
    "audit trail of one": At("/staff/riverside/trail?reference={failed}"),
    "audit trail, nothing yet": At("/staff/hilltop/trail", "new"),
}
PEOPLE_AND_AGENCIES: dict[str, At] = {
    "people": At("/staff/riverside/people"),
    "invite": At("/staff/riverside/people/invite"),
    "invite, wrong": At(
        "/staff/riverside/people/invite", Role.ADMIN, submit, "POST /staff/<organisation>/people/invite", 422
    ),
    "invited": At("/staff/riverside/people/invite", Role.ADMIN, invite, "GET /staff/<organisation>/people"),
    "person": At("/staff/riverside/people/{a person}"),
    "person, the last administrator": At(
        "/staff/hilltop/people/{myself}",
        "new",
        end_access,
        "POST /staff/<organisation>/people/<account>/end",
        422,
    ),
    "agencies": At("/staff/riverside/agencies"),
    "agencies, nothing yet": At("/staff/hilltop/agencies", "new"),
    "agencies, one without a name": At(
        "/staff/riverside/agencies", Role.ADMIN, submit, "POST /staff/<organisation>/agencies", 422
    ),
    "agency": At("/staff/riverside/agencies/{agency}"),
    "agency, ended": At("/staff/riverside/agencies/{ended agency}"),
    "agency, nobody invited": At(
        "/staff/riverside/agencies/{agency}", Role.ADMIN, press("Invite", email="nobody"), f"POST {AGENCY}/invite", 422
    ),
    "agency, somebody invited": At(
        "/staff/riverside/agencies/{agency}",
        Role.ADMIN,
        press("Invite", email="another@surgery.example"),
        f"GET {AGENCY}",
    ),
    "tokens, nothing yet": At("/staff/riverside/agencies/{ended agency}/tokens"),
    "tokens of an agency, one without a form": At(
        "/staff/riverside/agencies/{agency}/tokens",
        Role.ADMIN,
        press("Make a token", name="x"),
        f"POST {AGENCY}/tokens",
        422,
    ),
    "a token": At("/staff/riverside/agencies/{agency}/tokens", Role.ADMIN, make_token, f"GET {AGENCY}/tokens"),
}
REFERRALS: dict[str, At] = {
    "one held back": At("/staff/riverside/referrals/{held}", Role.OPERATOR),
    "one that waits": At("/staff/riverside/referrals/{pending}", Role.VIEWER),
    "one being sent": At("/staff/riverside/referrals/{sending}", Role.OPERATOR),
    "one that failed": At("/staff/riverside/referrals/{failed}"),
    "one that failed, an operator": At("/staff/riverside/referrals/{failed}", Role.OPERATOR),
    "one that failed, a viewer": At("/staff/riverside/referrals/{failed}", Role.VIEWER),
    "one that may have arrived": At("/staff/riverside/referrals/{unknown}", Role.OPERATOR),
    "one delivered": At("/staff/riverside/referrals/{delivered}"),
    "one imported": At("/staff/riverside/referrals/{imported}", Role.VIEWER),
    "one that ended": At("/staff/riverside/referrals/{closed}"),
    "one erased": At("/staff/riverside/referrals/{erased}"),
    "one with a file that waits": At("/staff/riverside/referrals/{laden}"),
    "records for its files": At("/staff/riverside/referrals/{laden}/attach"),
    "records for its files, wrong": At(
        "/staff/riverside/referrals/{laden}/attach", Role.ADMIN, submit, f"POST {ONE}/attach", 422
    ),
    "a file that no scanner has seen": At(
        "/staff/riverside/referrals/{laden}",
        Role.ADMIN,
        follow("Take file 1 unchecked"),
        f"GET {ONE}/files/<file>/unchecked",
    ),
    "its answers": At(
        "/staff/riverside/referrals/{failed}", Role.ADMIN, press("Show the answers"), f"POST {ONE}/answers"
    ),
    "its page to print": At(
        "/staff/riverside/referrals/{failed}", Role.ADMIN, press("Show a page to print"), f"POST {ONE}/print"
    ),
    "no answer of the destination": At(
        "/staff/riverside/referrals/{failed}",
        Role.ADMIN,
        press("Show what the destination answered"),
        f"POST {ONE}/destination-answer",
    ),
    "the answer of the destination": At(
        "/staff/riverside/referrals/{refused}",
        Role.OPERATOR,
        press("Show what the destination answered"),
        f"POST {ONE}/destination-answer",
    ),
    "seen there": At("/staff/riverside/referrals/{laden}/seen"),
    "a decision": At("/staff/riverside/referrals/{unknown}/settle/resend"),
    "a decision that ends it": At("/staff/riverside/referrals/{failed}/settle/by-hand"),
    "a decision that opens it again": At("/staff/riverside/referrals/{closed}/settle/reopen", Role.OPERATOR),
    "a decision taken meanwhile": At(
        "/staff/riverside/referrals/{moving}/settle/release",
        Role.ADMIN,
        decide_late,
        f"POST {ONE}/settle/<decision>",
        409,
    ),
    "correcting, before": At("/staff/riverside/referrals/{failed}/correct"),
    "correcting": At(
        "/staff/riverside/referrals/{failed}/correct",
        Role.ADMIN,
        press("Open the answers to correct them"),
        f"POST {ONE}/correct",
    ),
    "corrected wrongly": At(
        "/staff/riverside/referrals/{failed}/correct",
        Role.ADMIN,
        correct_wrongly,
        f"POST {ONE}/corrected",
        422,
    ),
    "exporting": At("/staff/riverside/referrals/{delivered}/export"),
    "exporting without a reason": At(
        "/staff/riverside/referrals/{delivered}/export", Role.ADMIN, press("Export it"), f"POST {ONE}/export", 422
    ),
    "erasing": At("/staff/riverside/referrals/{delivered}/erase"),
    "erasing without a reason": At(
        "/staff/riverside/referrals/{delivered}/erase", Role.ADMIN, press("Erase it"), f"POST {ONE}/erase", 422
    ),
}
CONSOLE = {**SIGNING_IN, **LISTS, **PEOPLE_AND_AGENCIES, **REFERRALS, **AGENCIES}
PAGES = {**CONSOLE, **FORMS}
