"""What an upload puts on the wire, piece by piece; and clients found by external id."""

import email
import email.policy
import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gateway.charitylog import Answer, Client, KeysRefused, NoAnswer, NotWritten, Upload
from gateway.charitylog.multipart import PIECE_BYTES, multipart

from .server import Received, Server, http

ClientOf = Callable[..., Client]
CONTENT = bytes(range(256)) * 4096  # 1 MiB


def upload(name: str = "letter.pdf", content: bytes = CONTENT, *, size: int | None = None) -> Upload:
    pieces = [content[:700_000], content[700_000:]]
    return Upload(name, "application/pdf", len(content) if size is None else size, pieces)


def post(client: Client, what: Upload, **more: str) -> Answer:
    return client.uploads.post("clients", "7", what, user_visibility="1,2", group_visibility="3", **more)


def parts(request: Received) -> list[tuple[str, str | None, bytes]]:
    """Read a body as an independent reader of MIME does: name, file name, content of each part."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + request.body, policy=email.policy.HTTP)
    return [
        (str(part.get_param("name", header="content-disposition")), part.get_filename(), part.get_payload(decode=True))
        for part in message.iter_parts()
    ]


def test_a_file_goes_to_its_record_with_its_visibilities_byte_for_byte(client_of: ClientOf) -> None:
    with Server() as server:
        post(client_of(server.url), upload())
        client_of(server.url).uploads.post(
            "referrals", "8/9", upload(), user_visibility="1", group_visibility="1", part="upload"
        )

    first, second = server.requests
    assert first.line == "POST /v2/clients/id/7/uploads HTTP/1.1"
    assert first.headers["content-length"] == str(len(first.body))
    assert "transfer-encoding" not in first.headers
    assert parts(first) == [
        ("user_visibility", None, b"1,2"),
        ("group_visibility", None, b"3"),
        ("file", "letter.pdf", CONTENT),
    ]
    assert b"Content-Type: application/pdf\r\n" in first.body
    assert second.line == "POST /v2/referrals/id/8%2F9/uploads HTTP/1.1"
    assert parts(second)[-1][0] == "upload"


def test_no_group_but_the_two_documented_ones_takes_an_upload(client_of: ClientOf) -> None:
    with Server() as server, pytest.raises(ValueError, match="clients, referrals"):
        client_of(server.url).uploads.post(
            "workers",  # type: ignore[arg-type]  # what this is about
            "7",
            upload(),
            user_visibility="1",
            group_visibility="1",
        )
    assert not server.requests


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("Llythyr Siân ŵ.pdf", "Llythyr Siân ŵ.pdf"),
        ('a".pdf\r\nX-Injected: 1\r\n\r\nboo', "a%22.pdf%0D%0AX-Injected: 1%0D%0A%0D%0Aboo"),
        ("..\\..\\a/b.pdf", "..%5C..%5Ca%2Fb.pdf"),
        ("half \ud83d.pdf", "half %3F.pdf"),
        ("line\u2028.pdf", "line%E2%80%A8.pdf"),
    ],
)
def test_a_name_cannot_end_its_quotes_or_its_line(client_of: ClientOf, name: str, sent: str) -> None:
    with Server() as server:
        post(client_of(server.url), upload(name))

    (request,) = server.requests
    assert f'; filename="{sent}"\r\n'.encode() in request.body
    assert len(parts(request)) == 3


def test_a_media_type_cannot_add_a_header_and_a_visibility_no_line(client_of: ClientOf) -> None:
    with Server() as server:
        odd = Upload("a.pdf", "text/plain\r\nX-Injected: 1", 1, [b"x"])
        post(client_of(server.url), odd)
        with pytest.raises(ValueError, match="user_visibility"):
            client_of(server.url).uploads.post("clients", "7", odd, user_visibility="1\r\n", group_visibility="1")

    (request,) = server.requests
    assert b"Content-Type: application/octet-stream\r\n" in request.body
    assert b"X-Injected" not in request.body


def test_an_upload_shows_nothing_of_the_name_or_the_content() -> None:
    what = upload("Llythyr Siân.pdf", b"GP letter")
    body = multipart({}, "file", what)
    assert not {word for word in ("Llythyr", "GP letter") if word in f"{what!r} {body!r}"}


def test_a_file_never_stands_whole_in_memory() -> None:
    def endless() -> Iterator[bytes]:
        return itertools.repeat(b"x" * 1024 * 1024)

    body = iter(multipart({}, "file", Upload("a.pdf", "", 10**12, endless())))
    assert max(len(piece) for piece in itertools.islice(body, 1000)) == PIECE_BYTES


def test_each_piece_has_its_own_deadline_and_so_has_the_answer(
    client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr("gateway.charitylog.wire.monotonic", lambda: clock[0])

    def slow() -> Iterator[bytes]:
        for _ in range(4):
            clock[0] += 20
            yield b"x" * 1000

    with Server() as server:
        answer = post(client_of(server.url, deadline=30), Upload("a.pdf", "", 4000, slow()))

    assert answer.status == 200
    assert answer.elapsed == 80


def test_a_reader_that_stops_reading_ends_the_upload(client_of: ClientOf) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        client = client_of(f"http://127.0.0.1:{deaf.getsockname()[1]}/v2", read_timeout=0.2)
        endless = Upload("a.pdf", "", 10**12, itertools.repeat(b"x" * PIECE_BYTES))
        with pytest.raises(NoAnswer, match="write timed out"):
            post(client, endless)


def test_nothing_was_written_where_nobody_listens(client_of: ClientOf) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(NotWritten):
        post(client_of(f"http://127.0.0.1:{port}/v2"), upload())


@contextmanager
def impatient(raw: bytes) -> Iterator[str]:
    """A server that answers as soon as it has seen some of a request, and hangs up."""

    def answer() -> None:
        peer, _ = listener.accept()
        with peer:
            peer.recv(1000)
            peer.sendall(raw)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v2"
        thread.join()


def test_a_refusal_before_the_end_of_the_file_is_heard(client_of: ClientOf) -> None:
    with impatient(http(b"", "401 Unauthorized")) as url, pytest.raises(KeysRefused):
        post(client_of(url), Upload("a.pdf", "", 10**9, itertools.repeat(b"x" * PIECE_BYTES)))


def test_a_yes_before_the_end_of_the_file_is_no_yes(client_of: ClientOf) -> None:
    with impatient(http(b"", "200 OK")) as url, pytest.raises(NoAnswer, match="too early"):
        post(client_of(url), Upload("a.pdf", "", 10**9, itertools.repeat(b"x" * PIECE_BYTES)))


@pytest.mark.parametrize("size", [len(CONTENT) - 1, len(CONTENT) + 1])
def test_a_file_of_another_length_than_was_said_is_not_called_sent(client_of: ClientOf, size: int) -> None:
    with Server() as server, pytest.raises(NoAnswer):
        post(client_of(server.url, read_timeout=1), upload(size=size))


def test_a_file_on_disk_goes_out_as_it_is(client_of: ClientOf, tmp_path: Path) -> None:
    path = tmp_path / "letter of somebody.pdf"
    path.write_bytes(CONTENT)
    with Server() as server:
        post(client_of(server.url), Upload.of(path))

    (request,) = server.requests
    assert CONTENT in request.body
    assert b'filename="letter of somebody.pdf"' in request.body
    assert b"Content-Type: application/pdf" in request.body
    assert "letter" not in repr(Upload.of(path))


def test_a_file_on_disk_can_be_sent_once_more(client_of: ClientOf, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(CONTENT)
    letter = Upload.of(path)
    with Server() as server:
        for _ in range(2):
            post(client_of(server.url), letter)

    assert [parts(request)[-1][2] for request in server.requests] == [CONTENT, CONTENT]


@pytest.mark.parametrize(
    ("then", "reason"),
    [
        (None, "file not readable"),
        (b"x", "file not as long as was said"),
        (CONTENT + b"x", "file not as long as was said"),
    ],
)
def test_a_file_that_changed_or_went_is_not_called_sent(
    client_of: ClientOf, tmp_path: Path, then: bytes | None, reason: str
) -> None:
    path = tmp_path / "canary.pdf"
    path.write_bytes(CONTENT)
    letter = Upload.of(path)
    path.unlink()
    if then:
        path.write_bytes(then)
    with Server() as server, pytest.raises(NoAnswer, match=f"^{reason}$") as caught:
        post(client_of(server.url), letter)

    assert caught.value.__context__ is None
    assert caught.value.elapsed


def test_no_directory_and_no_device_is_sent_and_no_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path, "/dev/zero"):
        with pytest.raises(ValueError, match="ordinary file"):
            Upload.of(path)
    with pytest.raises(FileNotFoundError):
        Upload.of(tmp_path / "nothing.pdf")


@pytest.mark.parametrize(("visible", "sent"), [("1,2", b"1,2"), (7, b"7"), ([1, 2], b"1,2"), (["1"], b"1")])
def test_a_visibility_may_be_one_id_or_several(client_of: ClientOf, visible: Any, sent: bytes) -> None:
    with Server() as server:
        client_of(server.url).uploads.post("clients", 7, upload(), user_visibility=visible, group_visibility=visible)

    assert [value for _, _, value in parts(server.requests[0])[:2]] == [sent, sent]


@pytest.mark.parametrize("visible", [None, True, [None], {1}])
def test_what_is_no_visibility_is_refused_by_its_name(client_of: ClientOf, visible: Any) -> None:
    with Server() as server, pytest.raises(TypeError, match=r"^group_visibility: an id is"):
        client_of(server.url).uploads.post("clients", 7, upload(), user_visibility="1", group_visibility=visible)
    assert server.connections == 0
