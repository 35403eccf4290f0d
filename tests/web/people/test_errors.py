"""What goes wrong on pages where people sign in is said in their frame, in plain words."""

import pytest
from flask import Flask

from gateway.identity.roles import Role

from .conftest import As


@pytest.mark.parametrize(
    ("method", "address", "status", "words"),
    [
        ("POST", "/staff/account/password", 400, "This page was open for too long"),
        ("GET", "/staff/riverside/people", 403, "You may not open this page"),
        ("GET", "/staff/hilltop/", 404, "Page not found"),
        ("GET", "/staff/riverside/nothing/here", 404, "Page not found"),
        ("PUT", "/staff/account", 405, "This page cannot be opened like that"),
    ],
)
def test_errors_are_in_the_console_and_say_what_to_do(
    signed_in: As, method: str, address: str, status: int, words: str
) -> None:
    answer = signed_in(Role.VIEWER).open(address, method=method)

    assert (answer.status_code, f"<h1>{words}</h1>" in answer.text) == (status, True)
    assert '<body class="console' in answer.text
    assert "viewer@riverside.example" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_a_page_that_is_not_there_leads_on_to_those_that_are(signed_in: As) -> None:
    answer = signed_in(Role.VIEWER).get("/staff/riverside/nothing/here")

    assert 'href="/staff/riverside/referrals"' in answer.text
    assert "/staff/riverside/people" not in answer.text


def test_nobody_is_told_more_of_what_went_wrong(app: Flask) -> None:
    answer = app.test_client().get("/staff/riverside/people/none/such")

    assert (answer.status_code, "sign out" in answer.text.lower()) == (404, False)


def test_a_post_from_elsewhere_is_told_so(signed_in: As) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = signed_in(Role.VIEWER).post("/staff/account/sign-out-elsewhere", headers=headers)

    assert (answer.status_code, "This did not come from one of our pages" in answer.text) == (403, True)
