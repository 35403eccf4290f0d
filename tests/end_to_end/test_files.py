"""Files, from the page to the operator's folder: what was sent comes out as it was, and what is wrong says why."""

import json
import re
import socket
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlsplit

import pytest
import requests

from tests.clamd import EICAR, Clamd
from tests.end_to_end.house import House, wait_for
from tests.end_to_end.papers import ADD, PDF, a_file, docx, rewritten, saved, send, to_the_letter
from tests.end_to_end.visitor import Visitor
from tests.uploads.making import PLACES, heic, jpeg

VIRUS = b"%PDF-1.4\n" + EICAR


@pytest.fixture(scope="module")
def clamd() -> Iterator[Clamd]:
    """A virus scanner that a test may take away."""
    found = Clamd().start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, clamd: Clamd) -> Iterator[House]:
    """A gateway with a virus scanner."""
    built = House(tmp_path_factory.mktemp("house"), GATEWAY_CLAMD=clamd.address, GATEWAY_MAX_UPLOAD_MB="12")
    rewritten(built.organisations, "contact-me", _with_a_file)
    with built.running():
        yield built


def _with_a_file(form: str) -> str:
    first = "    fields:\n"
    letter = "      - {name: letter, type: file, label: A letter, accept: [pdf], max_mb: 1, required: true}\n"
    return form.replace(first, first + letter, 1)


def rows(house: House, table: str) -> int:
    """Count the rows of a table."""
    with closing(sqlite3.connect(house.folder / "gateway.db")) as store:
        return int(store.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - our own tables


def test_three_kinds_of_file_reach_the_operator_as_they_were(visitor: Visitor, house: House) -> None:
    letter, photo = docx(), heic()
    to_the_letter(visitor)
    visitor.submit(press=ADD, files=[a_file("From Dr Testperson.pdf"), a_file("form.DOCX", letter)])
    visitor.submit(press=ADD, files=[a_file("IMG_0001.HEIC", photo)])
    assert visitor.text.count("Checked for viruses") == 3
    assert "You have added as many files as you can" in visitor.text

    visitor.submit({"description": "Please call me"}).submit({}).submit({"contact_agreed": "Y"})
    assert "From Dr Testperson.pdf (2.2 MB) form.docx (2 KB) IMG_0001.heic (1 KB)" in visitor.text
    reference = visitor.submit(press="send").reference
    assert "Testperson" not in visitor.text

    said, files = saved(house, reference)
    assert said == "1. saved\n2. saved\n3. saved\n"
    assert files["1 From Dr Testperson.pdf"] == PDF
    assert files["2 form.docx"] == letter
    assert len(files["3 IMG_0001.heic"]) == len(photo)
    wait_for(lambda: house.state(reference) == "delivered", "its delivery")
    (staged,) = house.staged(reference)
    page = f"{house.base}/staff/riverside/referrals/{reference}"
    assert f"Files: 3. They are kept in the referral gateway: {page}" in json.dumps(staged)
    assert "Testperson.pdf" not in json.dumps(staged)


def test_a_photo_no_longer_says_where_it_was_taken(visitor: Visitor, house: House) -> None:
    photo = jpeg()
    assert all(place in photo for place in PLACES)
    to_the_letter(visitor).submit(press=ADD, files=[a_file("photo.jpeg", photo)])

    _, files = saved(house, send(visitor))

    kept = files["1 photo.jpeg"]
    assert len(kept) == len(photo)
    assert not any(place in kept for place in PLACES)
    assert b"pixels" in kept


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("notes.exe", b"MZ", "we cannot take that kind of file. Choose a PDF, JPG, PNG, HEIC or DOCX file."),
        ("letter", PDF, "we cannot take that kind of file"),
        ("photo.jpg", PDF, "it is damaged, locked with a password, or not really a JPG file"),
        ("letter.pdf", b"", "there is nothing in it"),
        ("letter.pdf", PDF[:9] + bytes(10 * 1024 * 1024), "it is larger than 10 MB. Choose a smaller file."),
        ("letter.pdf", VIRUS, "it has a virus. Choose another file."),
    ],
)
def test_a_file_that_cannot_be_taken_says_why_and_leaves_nothing(
    visitor: Visitor, house: House, name: str, content: bytes, why: str
) -> None:
    to_the_letter(visitor).submit({"description": "typed already"}, press=ADD, files=[a_file("good.pdf")])
    before = rows(house, "files"), rows(house, "chunks")

    visitor.submit({"description": "typed since"}, files=[a_file(name, content)])

    assert visitor.response.status_code == 422
    assert f"“{name}” was not added, because {why}" in visitor.text
    assert "typed since" in visitor.response.text
    assert "good.pdf" in visitor.text
    assert (rows(house, "files"), rows(house, "chunks")) == before


def test_too_much_at_once_keeps_the_answers_and_the_files_from_before(visitor: Visitor) -> None:
    to_the_letter(visitor).submit(press=ADD, files=[a_file("good.pdf")])
    large = PDF[:9] + bytes(7 * 1024 * 1024)

    visitor.submit({"description": "still here"}, files=[a_file("one.pdf", large), a_file("two.pdf", large)])

    assert visitor.response.status_code == 422
    assert "“one.pdf” was not added. Add fewer files at a time: up to 12 MB together." in visitor.text
    assert "still here" in visitor.response.text
    assert "good.pdf" in visitor.text


def test_far_too_much_gets_a_plain_page_with_whom_to_call(visitor: Visitor, house: House) -> None:
    to_the_letter(visitor)
    address = urlsplit(visitor.response.url)
    head = (
        f"POST {address.path} HTTP/1.1\r\nHost: {address.netloc}\r\nOrigin: {house.base}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 999999999999\r\n\r\n"
    )
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=30) as connection:
        connection.sendall(head.encode())
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(65536):
            answer += part

    assert answer.startswith(b"HTTP/1.1 413")
    assert b"01632 960123" in answer


def test_more_files_than_there_is_room_for_are_not_taken(visitor: Visitor, house: House) -> None:
    to_the_letter(visitor)
    names = [f"{number}.pdf" for number in range(4)]

    visitor.submit(press=ADD, files=[a_file(name, PDF + name.encode()) for name in names])

    assert "“3.pdf” was not added, because there is no room for another file. Remove one first." in visitor.text
    assert len(saved(house, send(visitor))[1]) == 3


def test_windows_that_add_files_at_one_moment_share_the_room_for_them(visitor: Visitor, house: House) -> None:
    to_the_letter(visitor)
    form = visitor.page.form
    assert form is not None
    texts = [(name, (None, value)) for name, value in [*form.fields, ("action", ADD)]]

    def add(number: int) -> int:
        files = [*texts, ("letter", (f"{number}.pdf", b"%%PDF-1.4 %d" % number))]
        headers = {"Origin": house.base}
        return requests.post(visitor.response.url, files=files, headers=headers, timeout=30).status_code

    with ThreadPoolExecutor(8) as windows:
        answered = sorted(windows.map(add, range(8)))

    assert answered == [200] * 3 + [422] * 5
    assert len(saved(house, send(visitor.open(visitor.response.url)))[1]) == 3


def test_a_page_that_is_sent_again_by_a_refresh_adds_nothing_twice(visitor: Visitor, house: House) -> None:
    to_the_letter(visitor)
    for _ in range(2):
        visitor.submit(press=ADD, files=[a_file("letter.pdf")])

    assert list(saved(house, send(visitor))[1]) == ["1 letter.pdf"]


def test_a_file_can_be_removed_and_replaced_and_what_was_typed_stays(visitor: Visitor, house: House) -> None:
    to_the_letter(visitor).submit(press=ADD, files=[a_file("wrong.pdf"), a_file("right.pdf", PDF + b"2")])
    before = rows(house, "files")
    form = visitor.page.form
    assert form is not None
    remove = next(value for _, value in form.buttons if value.startswith("remove-file-letter-"))

    visitor.submit({"description": "typed since"}, press=remove)

    assert "wrong.pdf" not in visitor.text
    assert "typed since" in visitor.response.text
    assert rows(house, "files") == before - 1
    visitor.submit(press=remove)  # pressed twice
    visitor.submit(press=ADD, files=[a_file("other.pdf", PDF + b"3")])
    assert list(saved(house, send(visitor))[1]) == ["1 right.pdf", "2 other.pdf"]


def test_pressing_add_without_a_file_says_what_to_do(visitor: Visitor) -> None:
    to_the_letter(visitor).submit({"description": "typed"}, press=ADD)

    assert "Choose a file first, then press the button." in visitor.text
    assert "typed" in visitor.response.text


def test_files_come_back_with_a_form_that_was_saved(visitor: Visitor, house: House) -> None:
    to_the_letter(visitor)
    visitor.submit({"description": "typed"}, press="save", files=[a_file("letter.pdf")])
    link = re.search(r"http\S+/save/[\w-]{22}", visitor.submit({"answer": "Purple teapot"}).text)
    assert link is not None

    back = Visitor(house.base).open(link[0]).submit({"answer": "Purple teapot"})

    assert back.response.url.endswith("/you")
    back.submit({}).submit({"contact_agreed": "Y"})
    assert "letter.pdf (2.2 MB)" in back.text
    assert saved(house, back.submit(press="send").reference)[1] == {"1 letter.pdf": PDF}


@pytest.mark.parametrize(
    "action", ["add-file-", "remove-file-", "add-file-x\r\nX-Header: 1", "remove-file-\u0142-\udcff"]
)
def test_a_button_that_no_page_of_ours_has_does_nothing(visitor: Visitor, house: House, action: str) -> None:
    to_the_letter(visitor).submit(press=ADD, files=[a_file("letter.pdf")])
    parts = f'--x\r\nContent-Disposition: form-data; name="action"\r\n\r\n{action}\r\n--x--\r\n'

    answer = requests.post(
        visitor.response.url,
        data=parts.encode(errors="surrogateescape"),
        headers={"Origin": house.base, "Content-Type": "multipart/form-data; boundary=x"},
        timeout=30,
    )

    assert answer.status_code in {200, 422}
    assert "X-Header" not in answer.headers
    assert "letter.pdf" in answer.text


@pytest.mark.parametrize("cut", [10, 60, 200, 2_200_100])
def test_a_post_whose_parts_are_broken_is_refused_in_words(visitor: Visitor, house: House, cut: int) -> None:
    to_the_letter(visitor)
    disposition = 'Content-Disposition: form-data; name="letter"; filename="a.pdf"'
    whole = f"--x\r\n{disposition}\r\nContent-Type: application/pdf\r\n\r\n".encode() + PDF
    before = rows(house, "files")

    answer = requests.post(
        visitor.response.url,
        data=whole[:cut],
        headers={"Origin": house.base, "Content-Type": "multipart/form-data; boundary=x"},
        timeout=30,
    )

    assert answer.status_code == 400
    assert "01632 960123" in answer.text
    assert rows(house, "files") == before


def test_files_that_are_posted_as_text_are_nobodys(visitor: Visitor, house: House) -> None:
    other = to_the_letter(Visitor(house.base)).submit(press=ADD, files=[a_file("letter.pdf")])
    theirs = next(value for _, value in (other.page.form.buttons if other.page.form else []) if "remove-file" in value)
    token = dict(to_the_letter(visitor).page.form.fields)["token"]

    answer = requests.post(
        visitor.response.url,
        files=[(name, (None, text)) for name, text in (("token", token), ("letter", theirs[-32:]), ("action", theirs))],
        headers={"Origin": house.base},
        timeout=30,
    )

    assert answer.status_code == 200
    assert "letter.pdf" not in answer.text
    assert list(saved(house, send(other))[1]) == ["1 letter.pdf"]


def test_the_first_page_of_a_form_takes_files_too(visitor: Visitor, house: House) -> None:
    answers = {
        "first_name": "Alba", "surname": "Testperson", "reach": "phone", "telephone": "01632 960001",
        "description": "I would like to talk", "contact_agreed": "Y",
    }  # fmt: skip
    visitor.open("/riverside/contact-me").submit(answers)
    assert "Choose a file: A letter" in visitor.text
    visitor.submit({"first_name": "", "description": "changed"}, files=[a_file("letter.pdf", PDF[:1000])])
    assert visitor.response.status_code == 422
    assert "letter.pdf" in visitor.text
    assert "changed" in visitor.response.text

    visitor.submit({"first_name": "Alba"})

    assert saved(house, visitor.reference)[1] == {"1 letter.pdf": PDF[:1000]}


def test_add_on_the_first_page_leads_to_the_draft_that_it_began(visitor: Visitor, house: House) -> None:
    visitor.open("/riverside/contact-me")

    visitor.submit({"first_name": "Alba"}, press=ADD, files=[a_file("letter.pdf", PDF[:1000])])

    assert "/d/" in visitor.response.url
    assert "letter.pdf" in visitor.text
    assert 'value="Alba"' in visitor.response.text


def test_a_closed_form_keeps_no_file(build: Callable[..., House]) -> None:
    closed = build()
    rewritten(closed.organisations, "contact-me", _with_a_file)
    visitor = Visitor(closed.start("web").base).open("/riverside/contact-me")
    closed.kill("web")
    rewritten(closed.organisations, "contact-me", lambda form: f"open: false\nclosed: We are full.\n{form}")
    closed.start("web")

    form = visitor.page.form
    assert form is not None
    form.fields = [(name, value) for name, value in form.fields if name != "token"]
    visitor.submit(press=ADD, files=[a_file("letter.pdf")])

    assert "We are full." in visitor.text
    assert (rows(closed, "files"), rows(closed, "drafts")) == (0, 0)


def test_drafts_that_begin_with_a_button_beside_files_are_counted_too(build: Callable[..., House]) -> None:
    busy = build(GATEWAY_RATE_LIMIT="1 per day")
    rewritten(busy.organisations, "contact-me", _with_a_file)
    busy.start("web")
    button = f"remove-file-letter-{'0' * 32}"
    visitors = [Visitor(busy.base).open("/riverside/contact-me").submit(press=button) for _ in range(11)]

    assert [visitor.response.status_code for visitor in visitors] == [200] * 10 + [429]
    assert rows(busy, "drafts") == 10


def test_the_scanner_away_keeps_nobody_from_sending(visitor: Visitor, house: House, clamd: Clamd) -> None:
    clamd.stop()
    try:
        to_the_letter(visitor).submit(press=ADD, files=[a_file("letter.pdf"), a_file("virus.pdf", VIRUS)])
        assert visitor.text.count("We will check it for viruses before anybody opens it") == 2
        reference = send(visitor)
        wait_for(lambda: house.state(reference) == "delivered", "its delivery")
        said, files = saved(house, reference)
        assert "not saved: nobody has looked for viruses yet" in said
        assert files == {}
        assert saved(house, reference, "--unchecked")[1]["1 letter.pdf"] == PDF
    finally:
        clamd.start()

    wait_for(lambda: _states(house, reference) == ["clean", "refused"], "both verdicts")

    said, files = saved(house, reference, "--unchecked")
    assert files == {"1 letter.pdf": PDF}
    assert "2. not saved: its content is gone" in said
    assert "file refused file=" in house.log("worker")
    assert "virus.pdf" not in house.log("worker") + house.log("web")


def _states(house: House, reference: str) -> list[str]:
    listed = house.flask("referrals", "files", reference).stdout.splitlines()
    return [line.rpartition("  ")[2] for line in listed[::2]]


def test_each_look_at_files_is_in_the_audit_trail_without_a_name(visitor: Visitor, house: House) -> None:
    to_the_letter(visitor).submit(press=ADD, files=[a_file("From Dr Testperson.pdf")])
    reference = send(visitor)

    listed = house.flask("referrals", "files", reference).stdout
    saved(house, reference)

    assert "1. From Dr Testperson.pdf  application/pdf  2200015 bytes  clean" in listed
    with closing(sqlite3.connect(house.folder / "gateway.db")) as store:
        notes = store.execute("SELECT actor, action, detail FROM audit WHERE reference = ?", (reference,)).fetchall()
    assert notes == [("command line", "list files", "1 files"), ("command line", "save files", "1 files")]


def test_a_connection_that_breaks_off_leaves_no_half_of_a_file(visitor: Visitor, house: House) -> None:
    to_the_letter(visitor).submit({"description": "typed"}, press=ADD, files=[a_file("good.pdf")])
    before = rows(house, "files"), rows(house, "chunks")
    address = urlsplit(visitor.response.url)

    with _half_a_post(house, address.path) as connection:
        wait_for(lambda: rows(house, "chunks") > before[1], "the first pieces")
        connection.shutdown(socket.SHUT_RDWR)

    wait_for(lambda: (rows(house, "files"), rows(house, "chunks")) == before, "the end of the half")
    visitor.open(visitor.response.url)
    assert "good.pdf" in visitor.text
    assert "half.pdf" not in visitor.text
    visitor.submit(press=ADD, files=[a_file("half.pdf", PDF + b"2")])
    assert list(saved(house, send(visitor))[1]) == ["1 good.pdf", "2 half.pdf"]


def _half_a_post(house: House, path: str) -> socket.socket:
    """Send the beginning of a file, and wait."""
    disposition = 'Content-Disposition: form-data; name="letter"; filename="half.pdf"'
    body = f"--x\r\n{disposition}\r\n\r\n".encode() + PDF
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{house.web_port}\r\nOrigin: {house.base}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {len(body) * 3}\r\n\r\n"
    )
    connection = socket.create_connection(("127.0.0.1", house.web_port), timeout=30)
    connection.sendall(head.encode() + body)
    return connection


def test_a_server_that_is_killed_in_the_middle_shows_no_half_of_a_file(build: Callable[..., House]) -> None:
    house = build().start("sandbox", "web")
    visitor = to_the_letter(Visitor(house.base)).submit({"description": "typed"}, press=ADD, files=[a_file("good.pdf")])
    path = urlsplit(visitor.response.url).path
    before = rows(house, "chunks")
    with _half_a_post(house, path):
        wait_for(lambda: rows(house, "chunks") > before, "the first pieces")
        house.kill("web")
    house.start("web")

    visitor.open(visitor.response.url)

    assert "half.pdf" not in visitor.text
    assert "typed" in visitor.response.text
    visitor.submit(press=ADD, files=[a_file("half.pdf", PDF + b"2")])
    assert list(saved(house, send(visitor))[1]) == ["1 good.pdf", "2 half.pdf"]
