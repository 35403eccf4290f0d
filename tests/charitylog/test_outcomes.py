"""From what happens on the wire to NotWritten, NoAnswer or an Answer."""

import errno
import gzip
import pickle
import socket
import ssl
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.charitylog import (
    Answer,
    BodyTooLarge,
    Busy,
    CharitylogError,
    Client,
    EncodedBody,
    Failed,
    KeysRefused,
    NoAnswer,
    NotAllowed,
    NotThere,
    NotWritten,
    Refused,
    Rejected,
    encode,
)

from .conftest import KEYS
from .server import Received, Script, Server, answering, http

ClientOf = Callable[..., Client]
BODY = encode([{"first_name": "Alice", "surname": "Testperson", "org_type_id": 1}], "json")
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0a\r\n0123456789\r\n3;x=y\r\nabc\r\n0\r\n\r\n"


def refused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def dripping(start: bytes) -> Script:
    """Write the start, then a byte at a time for as long as the other side stays."""

    def script(server: Server, peer: socket.socket, request: Received) -> bool:
        peer.sendall(start)
        while not server.stopping.wait(0.01):
            peer.sendall(b"x")
        return False

    return script


def silent(server: Server, peer: socket.socket, request: Received) -> bool:
    server.stopping.wait(5)  # longer than any limit here; then it hangs up, which would be another outcome
    return False


def resetting(server: Server, peer: socket.socket, request: Received) -> bool:
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # close at once, by a reset
    return False


def outcome(client: Client) -> CharitylogError:
    with pytest.raises(CharitylogError) as caught:
        client.external_referral.put(BODY)
    assert caught.value.elapsed > 0
    return caught.value


# --- nothing written ------------------------------------------------------------------------------


def test_a_refused_port_means_not_written(client_of: ClientOf) -> None:
    error = outcome(client_of(f"http://127.0.0.1:{refused_port()}/v2"))

    assert isinstance(error, NotWritten)
    assert error.reason == "connection refused"
    assert isinstance(error.__cause__, ConnectionRefusedError)


def test_an_unknown_name_means_not_written(client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    error = outcome(client_of("https://api.invalid/v2"))

    assert isinstance(error, NotWritten)
    assert error.reason == "name not resolved"


def test_a_reset_while_connecting_means_not_written(client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    class Reset(socket.socket):
        def connect(self, address: object) -> None:
            raise ConnectionResetError(104, "Connection reset by peer")

    monkeypatch.setattr(socket, "socket", Reset)

    error = outcome(client_of("http://127.0.0.1:9/v2"))

    assert isinstance(error, NotWritten)
    assert error.reason == "connection failed"


def test_tls_to_a_server_without_tls_means_not_written(client_of: ClientOf) -> None:
    with Server(greeting=b"HTTP/1.1 400 Bad Request\r\n\r\n") as server:
        error = outcome(client_of(server.url.replace("http:", "https:")))

    assert isinstance(error, NotWritten)
    assert error.reason == "tls failed"
    assert server.requests == []


def test_a_certificate_that_nobody_vouches_for_means_not_written(client_of: ClientOf, tls: ssl.SSLContext) -> None:
    with Server(tls=tls) as server:
        error = outcome(client_of(server.url))

    assert isinstance(error, NotWritten)
    assert error.reason == "tls failed"
    assert isinstance(error.__cause__, ssl.SSLCertVerificationError)
    assert server.requests == []


@pytest.mark.parametrize(
    ("limits", "reason"),
    [({"connect_timeout": 0.2}, "tls timed out"), ({"deadline": 0.2}, "deadline passed")],
)
def test_a_handshake_that_never_ends_means_not_written(
    client_of: ClientOf, limits: dict[str, float], reason: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        error = outcome(client_of(f"https://127.0.0.1:{listener.getsockname()[1]}", **limits))

    assert isinstance(error, NotWritten)
    assert error.reason == reason


def test_a_deadline_used_up_by_name_resolution_means_not_written(
    client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server() as server:
        found = socket.getaddrinfo("127.0.0.1", server.port, type=socket.SOCK_STREAM)

        def slow(*_: object, **__: object) -> object:
            server.stopping.wait(0.05)
            return found

        monkeypatch.setattr(socket, "getaddrinfo", slow)
        error = outcome(client_of(server.url, deadline=0.02))

    assert isinstance(error, NotWritten)
    assert error.reason == "deadline passed"
    assert server.requests == []


# --- written, and no answer -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (answering(b"", keep=False), "closed without answer"),
        (resetting, "connection reset"),
        (answering(b"garbage\r\n\r\n", keep=False), "not http"),
        (answering(b"HTTP/9.9 okay\r\n\r\n", keep=False), "not http"),
        (answering(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}", keep=False), "not http"),
        (answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2, 3\r\n\r\n{}", keep=False), "not http"),
        (answering(http(b"0123456789")[:-1], keep=False), "answer cut short"),
        (answering(CHUNKED.replace(b"0a\r\n", b"zz\r\n")), "not http"),
        (answering(CHUNKED.replace(b"0a\r\n", b"-7\r\n")), "not http"),
        (answering(CHUNKED[:-12], keep=False), "answer cut short"),
        (answering(http(b"plain", "200 OK", "Content-Encoding: gzip")), "answer not decodable"),
    ],
)
def test_a_broken_answer_is_no_answer(client_of: ClientOf, script: Script, reason: str) -> None:
    with Server(script) as server:
        error = outcome(client_of(server.url, deadline=10))

    assert isinstance(error, NoAnswer)
    assert error.reason == reason
    assert len(server.requests) == 1


def test_an_error_at_the_very_first_byte_is_no_answer_since_it_may_have_gone(
    client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(socket.socket):
        def send(self, *_: object) -> int:
            raise OSError(errno.EIO, "Input/output error")

    with Server() as server:
        monkeypatch.setattr(socket, "socket", Failing)
        error = outcome(client_of(server.url))

    assert isinstance(error, NoAnswer)
    assert error.reason == "connection lost"


@pytest.mark.parametrize("whole", [http(b"hello"), CHUNKED], ids=["content-length", "chunked"])
def test_an_answer_cut_anywhere_never_passes_for_a_whole_one(client_of: ClientOf, whole: bytes) -> None:
    with Server() as server:
        client = client_of(server.url)
        for end in range(len(whole)):
            server.script = answering(whole[:end], keep=False)
            assert isinstance(outcome(client), NoAnswer), whole[:end]
        server.script = answering(whole)

        assert client.external_referral.put(BODY).status == 200


@pytest.mark.parametrize(
    "start",
    [b"", b"HTTP/1.1 200 ", b"HTTP/1.1 200 OK\r\nX-Slow: ", http(bytes(1_000_000))[:60], CHUNKED[:60]],
    ids=["status line", "reason", "header", "body", "chunk"],
)
@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
def test_a_server_that_drips_is_left_at_the_deadline(
    client_of: ClientOf, tls: ssl.SSLContext, certificate: Path, start: bytes, secure: bool
) -> None:
    with Server(dripping(start), tls if secure else None) as server:
        error = outcome(client_of(server.url, deadline=0.3, ca_file=str(certificate)))

    assert isinstance(error, NoAnswer)
    assert error.reason == "deadline passed"


@pytest.mark.parametrize(
    ("limits", "reason"), [({"read_timeout": 0.1}, "read timed out"), ({"deadline": 0.1}, "deadline passed")]
)
def test_a_silent_server_is_left_at_the_sooner_limit(
    client_of: ClientOf, limits: dict[str, float], reason: str
) -> None:
    with Server(silent) as server:
        error = outcome(client_of(server.url, **limits))

    assert isinstance(error, NoAnswer)
    assert error.reason == reason


@pytest.mark.parametrize(
    ("limits", "reason"), [({"read_timeout": 0.1}, "write timed out"), ({"deadline": 0.1}, "deadline passed")]
)
def test_a_server_that_does_not_read_is_left_at_the_sooner_limit(
    client_of: ClientOf, limits: dict[str, float], reason: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = client_of(f"http://127.0.0.1:{listener.getsockname()[1]}", **limits)
        with pytest.raises(NoAnswer) as caught:
            client.external_referral.put(EncodedBody("application/json", bytes(50_000_000)))

    assert caught.value.reason == reason


def test_a_body_beyond_the_limit_is_no_answer_and_the_connection_is_given_up(client_of: ClientOf) -> None:
    with Server(answering(http(bytes(9_000_000)))) as server:
        client = client_of(server.url)
        error = outcome(client)
        server.script = answering(http())
        client.external_referral.put(BODY)

    assert isinstance(error, BodyTooLarge)
    assert server.connections == 2


@settings(
    deadline=None,
    database=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.binary(max_size=80)
    | st.binary(max_size=60).map(b"HTTP/1.1 200 OK\r\n".__add__)
    | st.binary(max_size=30).map(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".__add__)
)
def test_whatever_bytes_come_back_it_is_an_answer_or_no_answer(noise_server: tuple[Server, Client], raw: bytes) -> None:
    server, client = noise_server
    server.script = answering(raw, keep=False)

    try:
        answer = client.external_referral.put(BODY)
    except NoAnswer:
        return
    assert isinstance(answer, Answer)


# --- an answer ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ("302 Found", NotThere), ("400 Bad", Rejected), ("401 Who", KeysRefused), ("403 Forbidden", NotAllowed),
        ("404 Not Found", NotThere), ("405 No", NotThere), ("408 Slow", Busy), ("409 Conflict", Rejected),
        ("415 Type", NotThere), ("422 Wrong", Rejected), ("429 Many", Busy), ("500 Oh", Failed), ("502 Oh", Failed),
        ("503 Busy", Busy), ("504 Oh", Failed),
    ],
)  # fmt: skip
def test_a_complete_answer_that_is_no_yes_is_an_error_by_what_to_do(
    client_of: ClientOf, status: str, meaning: type[Refused]
) -> None:
    with (
        Server(answering(http(b'{"x":"canary"}', status, "Retry-After: 0"))) as server,
        pytest.raises(Refused) as caught,
    ):
        client_of(server.url).external_referral.put(BODY)

    assert type(caught.value) is meaning
    answer = caught.value.answer
    assert (answer.status, answer.body, answer.headers["retry-after"]) == (int(status[:3]), b'{"x":"canary"}', "0")
    assert len(server.requests) == 1
    assert status[:3] in str(caught.value)
    assert "canary" not in repr(caught.value) + str(caught.value)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), ("Wed, 01 Jan 2020 00:00:00 GMT", 0), ("", None), ("soon", None), ("-5", None), ("9" * 40, None)],
)
def test_a_busy_api_says_how_long_to_wait_if_it_does(value: str, seconds: float | None) -> None:
    assert Busy(Answer(503, {"Retry-After": value}, b"", 0)).retry_after == seconds


def test_a_date_to_wait_for_is_told_in_seconds() -> None:
    in_an_hour = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    wait = Busy(Answer(429, {"Retry-After": in_an_hour}, b"", 0)).retry_after

    assert wait is not None
    assert 0 < wait <= 3600


def test_a_date_without_a_zone_is_none_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as far_away:
        far_away.setenv("TZ", "America/New_York")
        time.tzset()
        waits = [
            Busy(Answer(429, {"Retry-After": f"Wed, 21 Oct 2099 07:28:00{zone}"}, b"", 0)).retry_after or 0
            for zone in (" GMT", " -0000", "")
        ]
    time.tzset()

    assert max(waits) - min(waits) < 60


@pytest.mark.parametrize(
    "error",
    [
        Rejected(Answer(422, {}, b"x", 0.1)),
        Busy(Answer(503, {"Retry-After": "9"}, b"", 0)),
        NoAnswer("deadline passed", 60.0),
        NotWritten("connection refused"),
    ],
)
def test_an_error_can_be_told_to_another_process(error: Exception) -> None:
    told = pickle.loads(pickle.dumps(error))  # noqa: S301

    assert (type(told), str(told), vars(told)) == (type(error), str(error), vars(error))


@pytest.mark.parametrize("location", ["/v2/elsewhere", "http://[", "\xff\xfe", ""])
def test_a_redirect_is_not_followed(client_of: ClientOf, location: str) -> None:
    with (
        Server(answering(http(b"moved", "302 Found", f"Location: {location}"))) as server,
        pytest.raises(NotThere) as caught,
    ):
        client_of(server.url).external_referral.put(BODY)

    assert (caught.value.answer.status, caught.value.answer.body) == (302, b"moved")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b""),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + http(b"after"), b"after"),
        (b"HTTP/1.1 102 Processing\r\n\r\n" * 2 + http(b"after"), b"after"),
        (b"HTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\nConnection: close\r\n\r\n" + http(b"after"), b"after"),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", b"until the end"),
        (CHUNKED, b"0123456789abc"),
        (http(gzip.compress(b"packed", mtime=0), "200 OK", "Content-Encoding: gzip"), b"packed"),
        (http(b"x" * 200_000), b"x" * 200_000),
    ],
)
def test_a_body_is_read_whole_however_it_is_framed(client_of: ClientOf, raw: bytes, body: bytes) -> None:
    with Server(answering(raw, keep=False)) as server:
        assert client_of(server.url).external_referral.put(BODY).body == body


def test_an_answer_over_tls_is_an_answer(client_of: ClientOf, tls: ssl.SSLContext, certificate: Path) -> None:
    with Server(tls=tls) as server:
        client = client_of(server.url, ca_file=str(certificate))
        statuses = [client.external_referral.put(BODY).status for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert server.connections == 1


# --- nothing of it in an error --------------------------------------------------------------------


@pytest.mark.parametrize("reached", [True, False])
def test_no_error_shows_the_path_the_body_or_a_key(client_of: ClientOf, reached: bool) -> None:
    def echo(server: Server, peer: socket.socket, request: Received) -> bool:
        peer.sendall(request.raw)  # a status line that holds the address, headers that hold the keys
        return False

    person = "-".join(["999", "000", "0000"])  # in pieces, since a traceback shows the lines of this test
    with Server(echo) as server:
        client = client_of(server.url if reached else f"http://127.0.0.1:{refused_port()}")
        with pytest.raises(CharitylogError) as caught:
            client.dictionaries.search("referrals/referrer", person)

    shown = "".join(traceback.format_exception(caught.value))
    error: BaseException | None = caught.value
    while error is not None:  # whether a traceback would print it or not
        shown += f"{error!r} {error.args}"
        error = error.__cause__ or error.__context__
    assert not [secret for secret in (person, "referrer/", KEYS.source, KEYS.org, KEYS.user) if secret in shown]
