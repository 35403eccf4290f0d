"""Signing in with an account elsewhere, against a real provider: nobody comes in uninvited or by another's door."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from sqlalchemy import select
from werkzeug.test import TestResponse

from gateway.factory import create_app
from gateway.identity.codes import Factor
from gateway.identity.roles import Role
from gateway.store import accounts, people, second_factor, tables
from gateway.store.audit import COMMAND_LINE
from gateway.store.database import Database
from gateway.store.people import Deciding
from gateway.web.auth import vouching
from tests.docs.reading import ROOT
from tests.opened import credentials, settings_of

from .conftest import HILLTOP, RIVERSIDE, join, post, token_of
from .provider import CLIENT, SECRET, Provider, Somebody, a_provider

ADA = "ada@riverside.example"
BACK = "http://localhost/staff/vouched/riverside"
Coming = Callable[[], TestResponse]


@pytest.fixture(scope="module")
def served() -> Iterator[Provider]:
    """One provider for the module."""
    with a_provider(BACK) as found:
        yield found


@pytest.fixture
def provider(served: Provider) -> Provider:
    """The provider as it was at first."""
    served.who, served.key, served.audience, served.says = Somebody(), served.published, [CLIENT], {}
    return served


@pytest.fixture
def client(
    provider: Provider, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FlaskClient]:
    """A browser at a gateway one of whose two organisations has the provider."""
    monkeypatch.setenv("VOUCHING_SECRET", SECRET)
    credentials(monkeypatch)
    for slug in (RIVERSIDE, HILLTOP):
        shutil.copytree(ROOT / "organisations" / "riverside", tmp_path / "organisations" / slug)
    with (tmp_path / "organisations" / RIVERSIDE / "organisation.yaml").open("a") as file:
        file.write(
            f"sign_in: {{name: Sampletown, issuer: '{provider.issuer}', client_id: {CLIENT}, "
            "client_secret: '${VOUCHING_SECRET}'}\n"
        )
    url = database.url.render_as_string(hide_password=False)
    app = create_app(settings_of(url, organisations=tmp_path / "organisations"))
    yield app.test_client()
    app.extensions["gateway"].database.close()


@pytest.fixture
def come(client: FlaskClient) -> Coming:
    """Press the button, go where the browser is led, and come back."""

    def coming() -> TestResponse:
        page = client.get("/staff/sign-in").get_data(as_text=True)
        assert "Sign in with Sampletown" in page
        away = client.post("/staff/vouch/riverside", data={"csrf_token": token_of(page), "next": "/staff/riverside/"})
        back = requests.get(away.headers["Location"], allow_redirects=False, timeout=10).headers["Location"]
        return client.get(back.removeprefix("http://localhost"))

    return coming


def test_whoever_was_invited_comes_in_and_is_known_by_their_subject_from_then_on(
    client: FlaskClient, come: Coming, database: Database, provider: Provider
) -> None:
    account = join(database, ADA, Role.OPERATOR)

    answer = come()

    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/riverside/")
    assert client.get("/staff/riverside/").status_code == 200
    provider.who.email = "ada.married@elsewhere.example"
    assert come().status_code == 303
    found = accounts.by_subject(database, provider.issuer, "subject-1")
    assert found is not None
    assert found.id == account


@pytest.mark.parametrize(
    "somebody",
    [
        Somebody(email="mallory@elsewhere.example"),
        Somebody(verified=False),
        Somebody(email=""),
    ],
    ids=["uninvited", "address not verified", "no address"],
)
def test_whoever_is_not_known_for_certain_stays_out(
    client: FlaskClient, come: Coming, database: Database, provider: Provider, somebody: Somebody
) -> None:
    join(database, ADA, Role.ADMIN)
    provider.who = somebody

    answer = come()

    assert answer.status_code == 422
    assert "ask whoever invited you" in answer.get_data(as_text=True)
    assert client.get("/staff/riverside/").status_code == 303


def test_another_one_of_the_provider_with_the_same_address_is_somebody_else(
    come: Coming, database: Database, provider: Provider
) -> None:
    join(database, ADA, Role.ADMIN)
    assert come().status_code == 303
    provider.who = Somebody(subject="subject-2")

    assert come().status_code == 422


def test_a_provider_opens_no_door_of_an_organisation_whose_it_is_not(come: Coming, database: Database) -> None:
    account = join(database, ADA, Role.OPERATOR)
    with database.write() as connection:
        accounts.join(connection, account, HILLTOP, Role.ADMIN, now=datetime.now(UTC))

    assert come().status_code == 422


def test_a_provider_gives_nobody_an_account_that_another_organisation_has_made(
    client: FlaskClient, come: Coming, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where both have the same one: whoever made it may know its password, and would share what it is given."""
    join(database, ADA, Role.OPERATOR, HILLTOP)
    known = client.application.extensions["gateway"].organisations
    monkeypatch.setitem(known, HILLTOP, replace(known[HILLTOP], profile=known[RIVERSIDE].profile))

    assert come().status_code == 422


@pytest.mark.parametrize("tenant", ["common", "organizations", "consumers", "9188040d-6c67-4c5b-b112-36a304b66dad"])
def test_a_tenant_for_everybody_is_no_house(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tenant: str) -> None:
    known = client.application.extensions["gateway"].organisations
    profile = known[RIVERSIDE].profile
    for there, house in ((tenant, False), ("8d3f0000-0000-4000-8000-000000000001", True)):
        issuer = f"https://login.microsoftonline.com/{there}/v2.0"
        made = profile.model_copy(update={"sign_in": profile.sign_in.model_copy(update={"issuer": issuer})})
        monkeypatch.setitem(known, RIVERSIDE, replace(known[RIVERSIDE], profile=made))
        with client.application.app_context():
            assert vouching._is_of_one_house(RIVERSIDE) is house


def test_whoever_has_a_second_factor_is_asked_for_it_also_where_a_provider_vouches(
    client: FlaskClient, come: Coming, database: Database
) -> None:
    account, factor = join(database, ADA, Role.OPERATOR), Factor.new()
    ring = client.application.extensions["gateway"].ring
    with database.write() as connection:
        second_factor.switch_on(connection, account, second_factor.seal(ring, account, factor), 0)

    code_page = come().headers["Location"]

    assert code_page == "/staff/sign-in/code?next=%2Fstaff%2Friverside%2F"
    assert client.get("/staff/riverside/").status_code == 303
    assert post(client, code_page, code=factor.spares[0], next="/staff/riverside/").status_code == 303
    assert client.get("/staff/riverside/").status_code == 200


def test_whoever_was_shut_out_here_stays_out(come: Coming, database: Database) -> None:
    account = join(database, ADA, Role.OPERATOR)
    with database.write() as connection:
        accounts.disable(connection, account, datetime.now(UTC))

    assert come().status_code == 422


def test_what_another_key_signed_or_another_client_was_told_counts_for_nothing(
    come: Coming, database: Database, provider: Provider
) -> None:
    join(database, ADA, Role.OPERATOR)
    provider.key = RSAKey.generate_key(2048, {"kid": "a"})
    assert come().status_code == 422
    provider.key, provider.audience = provider.published, ["another-client"]
    assert come().status_code == 422


@pytest.mark.parametrize("says", [{"iss": "https://another.example"}, {"exp": -7200}], ids=["another's", "over"])
def test_what_another_provider_says_or_what_is_over_counts_for_nothing(
    come: Coming, database: Database, provider: Provider, says: dict[str, object]
) -> None:
    join(database, ADA, Role.ADMIN)
    provider.says = says
    assert come().status_code == 422
    provider.says = {}
    assert come().status_code == 303


@pytest.mark.parametrize("changed", ["nonce", "code_challenge"])
def test_what_was_said_for_another_browser_counts_for_nothing(
    client: FlaskClient, database: Database, provider: Provider, changed: str
) -> None:
    join(database, ADA, Role.ADMIN)
    token = token_of(client.get("/staff/sign-in").text)
    away = client.post("/staff/vouch/riverside", data={"csrf_token": token}).headers["Location"]
    assert {"state", "nonce", "code_challenge"} <= parse_qs(urlsplit(away).query).keys()
    assert "code_challenge_method=S256" in away
    back = requests.get(away, allow_redirects=False, timeout=10).headers["Location"]
    *_, code = provider.codes.values()
    setattr(code, changed, "another-browsers-" + "x" * 30)

    assert client.get(back.removeprefix("http://localhost")).status_code == 422
    provider.codes.clear()


@pytest.mark.parametrize("query", ["", "?code=invented", "?code=invented&state=planted", "?error=access_denied"])
def test_nobody_comes_back_who_was_not_led_away(client: FlaskClient, database: Database, query: str) -> None:
    join(database, ADA, Role.OPERATOR)

    assert client.get(f"/staff/vouched/riverside{query}").status_code == 422


def test_a_way_back_is_taken_once(client: FlaskClient, database: Database) -> None:
    join(database, ADA, Role.OPERATOR)
    page = client.get("/staff/sign-in").get_data(as_text=True)
    away = client.post("/staff/vouch/riverside", data={"csrf_token": token_of(page)})
    back = requests.get(away.headers["Location"], allow_redirects=False, timeout=10).headers["Location"]
    path = back.removeprefix("http://localhost")

    assert [client.get(path).status_code for _ in range(2)] == [303, 422]


def test_only_providers_that_there_are_are_asked(client: FlaskClient) -> None:
    page = client.get("/staff/sign-in").get_data(as_text=True)

    for slug in ("hilltop", "nowhere"):
        assert client.post(f"/staff/vouch/{slug}", data={"csrf_token": token_of(page)}).status_code == 404
        assert client.get(f"/staff/vouched/{slug}").status_code == 404
    assert "hilltop" not in page


def test_a_provider_that_is_away_is_a_plain_sentence(
    client: FlaskClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = client.get("/staff/sign-in").get_data(as_text=True)
    found = client.application.extensions["gateway"].organisations[RIVERSIDE]
    away = found.profile.sign_in.model_copy(update={"issuer": "http://127.0.0.1:1"})
    gone = found.profile.model_copy(update={"sign_in": away})
    monkeypatch.setitem(
        client.application.extensions["gateway"].organisations,
        RIVERSIDE,
        type(found)(**{**vars(found), "profile": gone}),
    )

    answer = client.post("/staff/vouch/riverside", data={"csrf_token": token_of(page)})

    assert answer.status_code == 422
    assert "127.0.0.1" not in answer.get_data(as_text=True)
    assert provider.issuer


def test_a_provider_that_remembers_a_browser_proves_nothing_for_what_is_dangerous(
    client: FlaskClient, come: Coming, database: Database
) -> None:
    join(database, ADA, Role.ADMIN)
    assert come().status_code == 303

    assert client.get("/staff/riverside/").status_code == 200
    answer = client.get("/staff/riverside/people/invite")
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/staff/prove")


class Invited:
    """Somebody who opens the link of an invitation, and goes to the provider from there."""

    def __init__(
        self, client: FlaskClient, database: Database, email: str = ADA, organisation: str = RIVERSIDE
    ) -> None:
        with database.write() as connection:
            deciding = Deciding(COMMAND_LINE, organisation, datetime.now(UTC))
            link = people.invite(connection, deciding, ADA, Role.OPERATOR)
        self.link, self._client = f"/staff/invitation/{link.secret}", client
        self.secret = link.secret

    def press(self) -> TestResponse:
        """Press the provider's button on the page of the invitation, and come back."""
        page = self._client.get(self.link).get_data(as_text=True)
        assert "Continue with Sampletown" in page
        fields = {"csrf_token": token_of(page), "invitation": self.secret, "area": "staff"}
        away = self._client.post("/staff/vouch/riverside", data=fields)
        back = requests.get(away.headers["Location"], allow_redirects=False, timeout=10).headers["Location"]
        return self._client.get(back.removeprefix("http://localhost"))


def actions(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.scalars(select(tables.audit.c.action).order_by(tables.audit.c.id)))


def test_an_invitation_is_taken_by_the_provider_alone_without_a_password(
    client: FlaskClient, come: Coming, database: Database, provider: Provider
) -> None:
    invited = Invited(client, database)

    answer = invited.press()

    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/riverside/")
    assert "Next time, sign in with Sampletown." in client.get("/staff/riverside/").text
    account = accounts.by_subject(database, provider.issuer, "subject-1")
    assert account is not None
    assert (account.email, account.password) == (ADA, None)
    assert account.memberships[RIVERSIDE].role is Role.OPERATOR
    assert actions(database) == ["invite user", "accept invitation", "link account"]
    assert client.get(invited.link).status_code == 410
    post(client, "/staff/sign-out", page="/staff/account")
    assert come().headers["Location"] == "/staff/riverside/"


@pytest.mark.parametrize(
    "somebody",
    [Somebody(email="mallory@elsewhere.example"), Somebody(verified=False), Somebody(email="")],
    ids=["another address", "address not verified", "no address"],
)
def test_an_invitation_is_taken_by_nobody_elses_account(
    client: FlaskClient, database: Database, provider: Provider, somebody: Somebody
) -> None:
    invited = Invited(client, database)
    provider.who = somebody

    answer = invited.press()

    assert answer.status_code == 422
    assert f"The invitation is for {ADA}" in answer.text
    assert accounts.everybody(database) == []
    assert client.get(invited.link).status_code == 200  # and it is there still


def test_an_invitation_of_another_organisation_is_not_taken_by_this_ones_provider(
    client: FlaskClient, database: Database
) -> None:
    elsewhere, here = Invited(client, database, organisation=HILLTOP), Invited(client, database)
    assert "Sampletown" not in client.get(elsewhere.link).text
    here.secret = elsewhere.secret

    assert here.press().status_code == 410
    assert accounts.everybody(database) == []


def test_whoever_has_an_account_with_a_password_takes_no_invitation_by_the_provider(
    client: FlaskClient, database: Database
) -> None:
    """Whoever made that account may know its password, and would share what it is given."""
    account = join(database, ADA, Role.VIEWER, HILLTOP)
    invited = Invited(client, database)
    assert "Sampletown" not in client.get(invited.link).text
    page = client.get("/staff/sign-in").text
    away = client.post("/staff/vouch/riverside", data={"csrf_token": token_of(page), "invitation": invited.secret})
    back = requests.get(away.headers["Location"], allow_redirects=False, timeout=10).headers["Location"]

    assert client.get(back.removeprefix("http://localhost")).status_code == 422
    found = accounts.by_id(database, account)
    assert found is not None
    assert (set(found.memberships), found.issuer) == ({HILLTOP}, None)


def test_a_leaver_whom_the_provider_knows_comes_back_by_a_new_invitation_alone(
    client: FlaskClient, come: Coming, database: Database
) -> None:
    Invited(client, database).press()
    found = accounts.find(database, ADA)
    assert found is not None
    with database.write() as connection:
        people.end_access(connection, Deciding(COMMAND_LINE, RIVERSIDE, datetime.now(UTC)), found)
    assert come().status_code == 422
    invited = Invited(client, database)

    answer = invited.press()

    assert answer.headers["Location"] == invited.link
    assert post(client, invited.link).headers["Location"] == "/staff/riverside/"


def test_whoever_has_no_password_is_told_how_to_prove_themselves(
    client: FlaskClient, come: Coming, database: Database
) -> None:
    Invited(client, database).press()
    assert client.get("/staff/account/password").status_code == 200  # for ten minutes, by the link that was just used
    post(client, "/staff/sign-out", page="/staff/account")
    come()

    answer = client.get("/staff/account/password", follow_redirects=True)

    assert "let you choose a password" in answer.text
    assert "Sign in with Sampletown" not in answer.text  # which would lead back here
