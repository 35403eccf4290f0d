"""What visitors do, as scripts for the load generator. Everything that can be made in advance is."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from bench.load import Script
from bench.servers import FORM

_TOKEN = re.compile(rb'name="token"[^>]* value="([^"]+)"')
_LOCATION = re.compile(rb"(?i)\r\nlocation: ([^\r]+)")
_COOKIE = re.compile(rb"(?i)\r\nset-cookie: ([^;\r]+)")
_CSRF = re.compile(rb'name="csrf_token"[^>]* value="([^"]+)"')

ANSWERS = {
    "first_name": "Bench",
    "surname": "Testperson",
    "address1": "1 Example Street",
    "town": "Ross-on-Wye",
    "postcode": "hr9 7us",
    "telephone": "01632 960 001",
    "email": "bench.testperson@example.org",
    "district": "Harbour",
    "wanted": "A visit",
    "registered_disabled": "N",
    "description": "I look after my mother and have not slept well for weeks.\r\nPlease call me in the morning.",
}
_OURS = urlencode({**ANSWERS, "date_of_birth-day": "5", "date_of_birth-month": "4", "date_of_birth-year": "1961"})
_PLAIN = urlencode({**ANSWERS, "date_of_birth": "1961-04-05"})


def _head(method: str, path: str, port: int) -> bytes:
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Language: en-GB,en;q=0.5",
        "Accept-Encoding: gzip, deflate, br",
        "Sec-Fetch-Site: same-origin",
        "Sec-Fetch-Mode: navigate",
        "Sec-Fetch-Dest: document",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _post(head: bytes, body: bytes) -> bytes:
    kind = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body)
    return b"".join((head, kind, body))


def hellos(port: int, path: str = "/", expected: bytes = b"hello") -> Iterator[Script]:
    """Ask for a page whose whole content is known."""
    request = _head("GET", path, port) + b"\r\n"

    def visit() -> Script:
        answer = yield request
        return answer.status == 200 and answer.body == expected

    while True:
        yield visit()


def shows(port: int, tokens: list[bytes]) -> Iterator[Script]:
    """Look at the first page of the form; its token goes into the list."""
    request = _head("GET", FORM, port) + b"\r\n"

    def visit() -> Script:
        answer = yield request
        token = _token(answer.body)
        tokens.append(token)
        return answer.status == 200 and bool(token) and b'name="description"' in answer.body

    while True:
        yield visit()


def sends(port: int, tokens: list[bytes]) -> Iterator[Script]:
    """Post the filled-in form, each time with one more of the tokens, until there are none."""
    head = _head("POST", FORM, port)
    answers = f"{_OURS}&token=".encode()

    def visit(token: bytes) -> Script:
        answer = yield _post(head, answers + token)
        return answer.status == 303 and answer.head.find(b"/sent") > 0

    while tokens:
        yield visit(tokens.pop())


def journeys(port: int) -> Iterator[Script]:
    """Open the form, send it, follow to the receipt."""
    request = _head("GET", FORM, port) + b"\r\n"
    head = _head("POST", FORM, port)
    answers = f"{_OURS}&token=".encode()

    def visit() -> Script:
        form = yield request
        if form.status != 200:
            return False
        sent = yield _post(head, answers + _token(form.body))
        led = _LOCATION.search(sent.head)
        if sent.status != 303 or led is None:
            return False
        receipt = yield _head("GET", led[1].decode(), port) + b"\r\n"
        return receipt.status == 200 and b"RG-" in receipt.body

    while True:
        yield visit()


def plain_journeys(port: int) -> Iterator[Script]:
    """Open the plain page and send it; its answer is the confirmation."""
    request = _head("GET", "/", port) + b"\r\n"
    head = _head("POST", "/", port)

    def visit() -> Script:
        form = yield request
        cookie, token = _COOKIE.search(form.head), _CSRF.search(form.body)
        if form.status != 200 or cookie is None or token is None:
            return False
        body = f"{_PLAIN}&csrf_token={token[1].decode()}".encode()
        sent = yield _post(head + b"Cookie: " + cookie[1] + b"\r\n", body)
        return sent.status == 200 and b"Your reference is" in sent.body

    while True:
        yield visit()


def _token(page: bytes) -> bytes:
    found = _TOKEN.search(page)
    return found[1] if found else b""
