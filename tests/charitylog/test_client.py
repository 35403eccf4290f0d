"""What is sent, to which address, over which connection; and what is never sent, kept or shown."""

import logging
import socket
import threading
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.charitylog import Answer, Client, Credentials, NoAnswer, encode, wire
from gateway.charitylog.transport import VERSION

from .conftest import KEYS
from .server import Received, Server, answering, http

ClientOf = Callable[..., Client]
BODY = encode([{"first_name": "Alice", "surname": "Testperson", "org_type_id": 1}], "form")
SECRETS = (KEYS.source, KEYS.org, KEYS.user)


def sent(server: Server) -> list[str]:
    return [request.line for request in server.requests]


# --- requests -------------------------------------------------------------------------------------


def test_before_hears_of_each_request_and_what_it_raises_holds_it_back(client_of: ClientOf) -> None:
    heard = []

    def before(method: str, address: str) -> None:
        heard.append(f"{method} {address}")
        if method != "GET":
            raise PermissionError

    with Server() as server:
        client = client_of(server.url, before=before)
        client.clients.filter(gp_name="A/B").answer()
        with pytest.raises(PermissionError):
            client.external_referral.put(BODY)

    assert sent(server) == ["GET /v2/clients/gp_name/A%2FB HTTP/1.1"]
    assert heard == [f"GET {server.url}/clients/gp_name/A%2FB", f"PUT {server.url}/external_referral"]


def test_a_referral_is_put_with_the_three_headers_and_the_body_as_it_is(client_of: ClientOf) -> None:
    with Server() as server:
        client_of(server.url).external_referral.put(BODY)

    (request,) = server.requests
    assert request.line == "PUT /v2/external_referral HTTP/1.1"
    assert request.body == BODY.content
    assert request.headers == {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": f"referral-gateway/{VERSION} (+charitylog client)",
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "source": "invented-source-key",
        "org": "invented-org-key",
        "user": "invented-user-key",
        "content-type": "application/x-www-form-urlencoded",
        "content-length": str(len(BODY.content)),
    }


@pytest.mark.parametrize(
    ("read", "path"),
    [
        (lambda c: c.external_referral.selectable_fields(), "external_referral/selectable_fields"),
        (lambda c: c.dictionaries.all(), "dictionary"),
        (lambda c: c.dictionaries.one("client_type"), "dictionary/client_type"),
        (lambda c: c.dictionaries.one("organisations/district"), "dictionary/organisations/district"),
        (
            lambda c: c.dictionaries.search("referrals/project", "Carers"),
            "dictionary/search/referrals/project/Carers",
        ),
        (
            lambda c: c.dictionaries.search("referrals/project", "a/b;c,d ?e#f%2F&ŵ.."),
            "dictionary/search/referrals/project/a%2Fb%3Bc%2Cd%20%3Fe%23f%252F%26%C5%B5..",
        ),
    ],
)
def test_a_read_goes_to_its_documented_path_and_no_value_changes_it(
    client_of: ClientOf, read: Callable[[Client], Answer], path: str
) -> None:
    with Server() as server:
        read(client_of(server.url + "/"))

    assert sent(server) == [f"GET /v2/{path} HTTP/1.1"]


@pytest.mark.parametrize("term", ["", ".", ".."])
def test_a_value_that_a_server_would_read_as_another_path_is_refused(client_of: ClientOf, term: str) -> None:
    with Server() as server, pytest.raises(ValueError, match="another path"):
        client_of(server.url).dictionaries.search("referrals/project", term)

    assert server.connections == 0


@pytest.mark.parametrize(
    "url",
    [
        "", "secret.org/v2", "ftp://secret.org", "https://", "https://secret:p@charity.org/v2", "https://[secret",
        "https://charity.org/v2?key=secret", "https://charity.org/v2#secret", "https://charity.org:secret",
        "https://charity.org/v2 secret", "https://charity.org/v2\r\nsecret: y", "https://sécret.org",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_right_is_refused_without_showing_it(client_of: ClientOf, url: str) -> None:
    with pytest.raises(ValueError, match=r"must look like") as caught:
        client_of(url)

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("limit", ["connect_timeout", "read_timeout", "deadline"])
def test_a_limit_of_nothing_is_refused(client_of: ClientOf, limit: str) -> None:
    with pytest.raises(ValueError, match="more than 0 seconds"):
        client_of("https://api.dizions.co.uk/v2", **{limit: 0})


def test_the_version_in_the_user_agent_is_that_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())

    assert project["project"]["version"] == VERSION


# --- keys and logs --------------------------------------------------------------------------------


def test_keys_are_not_shown() -> None:
    assert repr(KEYS) == "Credentials()"


@pytest.mark.parametrize("key", ["", "two words", "new\nline", "naïve", "tab\t"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_key_that_cannot_be_a_header_is_refused_by_its_name_and_not_shown(key: str, place: int) -> None:
    keys = ["good-key"] * 3
    keys[place] = key

    with pytest.raises(ValueError, match=f"The {('source', 'org', 'user')[place]} key") as caught:
        Credentials(*keys)

    assert not key or key not in str(caught.value)


def test_the_log_has_method_group_status_and_time_and_nothing_else(
    client_of: ClientOf, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)  # for whoever else might log
    caplog.set_level(logging.DEBUG, "gateway")  # which may have a level of its own
    with Server(answering(http(b"secret answer", "200 OK", "Broken header"))) as server:
        client = client_of(server.url)
        client.external_referral.put(BODY)
        server.script = answering(b"", keep=False)
        with pytest.raises(NoAnswer):
            client.dictionaries.search("referrals/referrer", "Testperson")

    first, second = (record.getMessage() for record in caplog.records)
    assert first.startswith("PUT external_referral: 200 in ")
    assert second.startswith("GET dictionary: closed without answer after ")
    assert all(record.name == "gateway.charitylog.transport" for record in caplog.records)
    for secret in ("Testperson", "referrer", "secret", *SECRETS):
        assert secret not in caplog.text


def test_the_log_of_other_users_of_urllib3_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    logging.getLogger("urllib3.connectionpool").debug("of somebody else")

    assert caplog.messages == ["of somebody else"]


def test_a_client_lets_go_of_its_connections_at_the_end_of_its_block(client_of: ClientOf) -> None:
    with Server() as server:
        with client_of(server.url) as client:
            client.external_referral.put(BODY)
        client.external_referral.put(BODY)

    assert server.connections == 2


# --- the environment ------------------------------------------------------------------------------


def test_proxies_and_passwords_of_the_environment_are_ignored(
    client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dead = f"http://127.0.0.1:{listener.getsockname()[1]}"
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, dead)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n")
    monkeypatch.setenv("NETRC", str(netrc))

    with Server() as server:
        answer = client_of(server.url).external_referral.put(BODY)

    assert answer.status == 200
    assert "authorization" not in server.requests[0].headers


def test_no_cookie_is_kept(client_of: ClientOf) -> None:
    with Server(answering(http(b"{}", "200 OK", "Set-Cookie: session=1; Path=/"))) as server:
        client = client_of(server.url)
        client.dictionaries.all()
        client.dictionaries.all()

    assert [request.headers.get("cookie") for request in server.requests] == [None, None]


# --- connections ----------------------------------------------------------------------------------


def test_a_burst_uses_one_connection(client_of: ClientOf) -> None:
    with Server() as server:
        client = client_of(server.url)
        for _ in range(5):
            client.external_referral.put(BODY)

    assert (server.connections, len(server.requests)) == (1, 5)


def test_a_connection_that_stood_idle_is_not_used_again(client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "BURST_SECONDS", 0.0)
    with Server() as server:
        client = client_of(server.url)
        client.external_referral.put(BODY)
        client.external_referral.put(BODY)

    assert (server.connections, len(server.requests)) == (2, 2)


def test_a_connection_that_the_server_closed_is_replaced_and_the_request_sent_once(client_of: ClientOf) -> None:
    with Server(answering(http(), keep=False)) as server:  # says nothing of closing
        client = client_of(server.url)
        client.external_referral.put(BODY)
        assert server.closed.acquire(timeout=10)
        answer = client.external_referral.put(BODY)

    assert answer.status == 200
    assert (server.connections, len(server.requests)) == (2, 2)


def test_a_pooled_connection_that_dies_under_a_request_is_not_tried_again(client_of: ClientOf) -> None:
    def once(server: Server, peer: socket.socket, request: Received) -> bool:
        if len(server.requests) == 1:
            peer.sendall(http())
        return len(server.requests) == 1

    with Server(once) as server:
        client = client_of(server.url)
        client.external_referral.put(BODY)
        with pytest.raises(NoAnswer, match="closed without answer"):
            client.external_referral.put(BODY)

    assert (server.connections, len(server.requests)) == (1, 2)


def test_what_a_server_sends_unasked_is_not_taken_for_the_next_answer(client_of: ClientOf) -> None:
    with Server(answering(http(b"mine") + http(b"nobody's"))) as server:
        client = client_of(server.url)
        bodies = [client.dictionaries.all().body for _ in range(3)]

    assert bodies == [b"mine"] * 3


def test_the_second_address_of_a_name_is_tried(client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dead = listener.getsockname()
    with Server() as server:
        here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in (dead, ("127.0.0.1", server.port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: here)

        answer = client_of("http://two-addresses.invalid/v2").external_referral.put(BODY)

    assert answer.status == 200


def test_after_close_idle_connections_are_gone_and_a_call_opens_a_new_one(client_of: ClientOf) -> None:
    with Server() as server:
        client = client_of(server.url)
        client.external_referral.put(BODY)
        client.close()
        assert server.closed.acquire(timeout=10)
        client.external_referral.put(BODY)

    assert server.connections == 2


def test_eight_threads_share_a_client_and_each_gets_its_own_answers(client_of: ClientOf) -> None:
    def echo(server: Server, peer: socket.socket, request: Received) -> bool:
        peer.sendall(http(request.line.encode()))
        return True

    wrong: list[str] = []

    def work(thread: int) -> None:
        for turn in range(25):
            term = f"{thread}-{turn}"
            body = client.dictionaries.search("referrals/project", term).body.decode()
            if body != f"GET /v2/dictionary/search/referrals/project/{term} HTTP/1.1":
                wrong.append(body)

    with Server(echo) as server:
        client = client_of(server.url)
        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert wrong == []
    assert len(server.requests) == 200
    assert server.connections <= 8
