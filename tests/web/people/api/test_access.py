"""Who may call: a good token alone, for its own agency, whatever else somebody brings."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from gateway.identity.roles import Role
from gateway.store import agencies, api_tokens
from gateway.store.database import Database
from gateway.store.people import Deciding
from gateway.store.people_tables import api_tokens as table

from ..conftest import HILLTOP, RIVERSIDE, As
from ..test_matrix import ROWS, TOKEN, TOKEN_OR_NONE
from .conftest import REFERRALS, Make, Software, on_both_databases

pytestmark = on_both_databases

CALLS = [(method, rule) for method, rule, needed in ROWS if needed == TOKEN]


def filled(rule: str, reference: str = "RG-7K3F-9Q2M") -> str:
    return rule.replace("<slug>", "agency").replace("<reference>", reference)


def test_every_call_asks_for_a_good_token_and_for_nothing_else(app: Flask, signed_in: As, software: Make) -> None:
    surgery, elsewhere = software(), software(organisation=HILLTOP)
    reference = surgery.send().json["reference"]
    staff = [signed_in(role) for role in Role]

    def status(method: str, rule: str, authorization: str) -> int:
        headers = {"Authorization": authorization, "Idempotency-Key": "one"}
        return app.test_client().open(filled(rule, reference), method=method, headers=headers).status_code

    for method, rule in CALLS:
        # Whoever posts got as far as that nothing was sent.
        reached = 415 if method == "POST" else 200
        assert status(method, rule, f"bearer {surgery.token}") == reached, rule
        assert status(method, rule, f"Bearer {elsewhere.token}") == (404 if "<reference>" in rule else reached), rule
        for wrong in ("", "Bearer", "Bearer x", f"Basic {surgery.token}", f"Bearer {surgery.token}x", surgery.token):
            assert status(method, rule, wrong) == 401, (rule, wrong)
        assert [each.open(filled(rule), method=method).status_code for each in staff] == [401] * len(staff), rule


def test_what_is_for_everybody_is_for_nobody_with_a_bad_token(app: Flask, surgery: Software) -> None:
    calls = {(method, rule) for method, rule, needed in ROWS if needed == TOKEN_OR_NONE}

    def status(authorization: str) -> list[int]:
        headers = {"Authorization": authorization}
        return [app.test_client().open(rule, method=method, headers=headers).status_code for method, rule in calls]

    assert status(f"Bearer {surgery.token}") == [200]
    assert status(f"Bearer {surgery.token}x") == status("") == [401]
    assert [app.test_client().open(rule, method=method).status_code for method, rule in calls] == [200]


@pytest.mark.parametrize("text", ["rgt", "rgt.", "rgt..", "rgt.\ud800.\udc00", "a.b.c", "rgt.x.y" * 1000, "é"])
def test_what_is_no_token_is_refused_in_the_same_words(database: Database, surgery: Software, text: str) -> None:
    assert api_tokens.find(database, text, datetime.now(UTC)) is None


def test_a_refusal_says_what_to_bring(surgery: Software) -> None:
    none = surgery.client.get(REFERRALS)
    wrong = surgery.client.get(REFERRALS, headers={"Authorization": "Bearer rgt.a.b"})

    assert none.headers["WWW-Authenticate"] == "Bearer"
    assert wrong.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert none.json["code"] == "no_token"
    assert none.content_type == wrong.content_type == "application/problem+json"


def test_a_token_ends_by_its_day_by_hand_and_with_its_agency(database: Database, software: Make) -> None:
    now = datetime.now(UTC)
    late, ended, orphan, good = software(days=-0.001), software(), software(), software()
    with database.write() as connection:
        mine = connection.scalar(select(table.c.id).where(table.c.agency == ended.agency))
        assert mine is not None
        assert not api_tokens.end(connection, Deciding("nobody", HILLTOP, now), mine)
        assert api_tokens.end(connection, Deciding("nobody", RIVERSIDE, now), mine)
        assert not api_tokens.end(connection, Deciding("nobody", RIVERSIDE, now), mine)
        agencies.end(connection, Deciding("nobody", RIVERSIDE, now), orphan.agency)

    assert [each.get(REFERRALS).status_code for each in (late, ended, orphan, good)] == [401, 401, 401, 200]


def test_the_store_holds_no_token(database: Database, surgery: Software) -> None:
    with database.read() as connection:
        (row,) = connection.execute(select(table).where(table.c.agency == surgery.agency)).all()

    assert surgery.token.split(".")[2] not in str(row)
    assert surgery.token.split(".")[1] == row.id


def test_when_a_token_was_used_is_known_to_the_hour(database: Database, surgery: Software) -> None:
    now = datetime.now(UTC)
    assert api_tokens.listed(database, RIVERSIDE)[0].used_at is None

    for later in (timedelta(0), timedelta(minutes=59), timedelta(minutes=61)):
        api_tokens.find(database, surgery.token, now + later)

    assert api_tokens.listed(database, RIVERSIDE)[0].used_at == now + timedelta(minutes=61)
    assert surgery.agency not in {each.agency for each in api_tokens.listed(database, HILLTOP)}


def test_an_organisation_that_is_closed_takes_nothing(
    app: Flask, surgery: Software, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = app.extensions["gateway"]
    monkeypatch.setattr(site, "organisations", {})

    refused = surgery.get(REFERRALS)

    assert (refused.status_code, refused.json["code"], refused.headers["Retry-After"]) == (503, "closed", "60")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_no_other_method_is_taken(surgery: Software, method: str) -> None:
    answer = surgery.client.open(REFERRALS, method=method, headers=surgery.headers())

    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert answer.headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize(
    "address", ["/api/v1/nothing", "/api/v1", "/api/v1/", "/api/v2/referrals", "/api/", "/api/forms"]
)
def test_an_address_that_is_none_answers_as_programs_read_it(surgery: Software, address: str) -> None:
    answer = surgery.get(address)

    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_a_slash_too_many_is_named(surgery: Software) -> None:
    assert "without a slash at its end" in surgery.get(f"{REFERRALS}/").json["detail"]
    assert "slash" not in surgery.get("/api/v1/nothing").json["detail"]


def test_no_page_of_another_site_may_call(surgery: Software) -> None:
    """A token in a page is everybody's who sees the page: no browser is told that it may."""
    headers = {**surgery.headers(), "Origin": "https://www.surgery.example", "Access-Control-Request-Method": "GET"}
    for method in ("GET", "OPTIONS"):
        answer = surgery.client.open(REFERRALS, method=method, headers=headers)
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
