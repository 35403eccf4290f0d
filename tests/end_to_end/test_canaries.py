"""An answer is found nowhere in the clear: store, journal, logs at DEBUG, error pages, tracebacks."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
import requests

from tests.end_to_end.following import bring_in, follow, uploaded
from tests.end_to_end.house import House, wait_for
from tests.end_to_end.papers import ADD, a_file, send, to_the_letter
from tests.end_to_end.test_partner_api import PEOPLE as PARTNERS
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT, fill_in_support

CANARY = "Kanarienvogel"
SECRETS = (CANARY, CANARY.lower(), "01632960777", "1632 960777", "+441632960777", "canary@example.org")
ANSWERS = {**CONTACT, "first_name": CANARY, "telephone": "01632 960777", "description": f"About {CANARY}"}


def everything_written(house: House) -> dict[str, bytes]:
    files = [path for path in house.folder.rglob("*") if path.is_file()]
    return {str(path): path.read_bytes() for path in files if not path.is_relative_to(house.organisations)}


def finds(written: dict[str, bytes]) -> list[tuple[str, str]]:
    return [(name, secret) for name, content in written.items() for secret in SECRETS if secret.encode() in content]


@pytest.fixture
def chatty(build: Callable[..., House]) -> House:
    """A gateway that logs all it can."""
    return build(GATEWAY_LOG_LEVEL="DEBUG", GATEWAY_READ_TIMEOUT_SECONDS="1").start("sandbox", "web", "worker")


def test_answers_are_nowhere_in_the_clear(chatty: House) -> None:
    draft = fill_in_support(Visitor(chatty.base), description=f"About {CANARY}")
    draft.submit({"token": "bad"}, press="send")
    chatty.faults(calls=1, methods=["PUT"], status=422)  # an answer that repeats what it was sent
    chatty.faults(calls=1, methods=["PUT"], garbage=True)
    for extra in ({}, {}, {"surname": ""}, {"telephone": f"{CANARY}"}, {"reach": CANARY}):
        Visitor(chatty.base).open("/riverside/contact-me").submit({**ANSWERS, **extra})
    settled = {"delivered", "failed", "unknown"}
    wait_for(lambda: all(each["state"] in settled for each in chatty.referrals()), "an end of all")
    assert len(chatty.referrals()) == 2
    listed = [
        chatty.flask("referrals", "list").stdout,
        *(chatty.flask("referrals", "show", each["reference"]).stdout for each in chatty.referrals()),
        Visitor(chatty.base).open("/readyz").response.text,
    ]
    written = everything_written(chatty)
    assert any(name.endswith("gateway.db-wal") and content for name, content in written.items())
    assert b"attempt ended" in written[str(chatty.folder / "worker.log")]
    assert finds({**written, **{f"output {number}": text.encode() for number, text in enumerate(listed)}}) == []


def test_no_file_is_anywhere_in_the_clear(chatty: House, tmp_path_factory: pytest.TempPathFactory) -> None:
    temporary = tmp_path_factory.mktemp("temporary")
    chatty.kill("web")
    chatty.kill("worker")
    chatty.environment |= {"TMPDIR": str(temporary), "GATEWAY_IMPORT_POLL_SECONDS": "0.2"}
    follow(chatty)
    chatty.start("web", "worker")
    visitor = to_the_letter(Visitor(chatty.base))
    content = b"%PDF-1.4\n" + f"{CANARY} ".encode() * 300_000
    for name, letter in [(f"{CANARY}.pdf", content), (f"{CANARY}.exe", content), (f"{CANARY}.jpg", content)]:
        visitor.submit(press=ADD, files=[a_file(name, letter)])
    reference = send(visitor)
    wait_for(lambda: chatty.state(reference) == "delivered", "its delivery")
    chatty.faults(calls=1, methods=["POST"], garbage=True)
    bring_in(chatty, reference)
    wait_for(lambda: "last try to send it" in chatty.flask("referrals", "files", reference).stdout, "the end of a try")
    assert [each["name"] for each in uploaded(chatty)] == [f"{CANARY}.pdf"]

    written = everything_written(chatty)

    assert b"outcome=unknown" in written[str(chatty.folder / "worker.log")]
    assert any(name.endswith("gateway.db-wal") and content for name, content in written.items())
    assert finds(written) == []
    assert [path for path in temporary.rglob("*") if path.is_file()] == []
    assert CANARY in chatty.flask("referrals", "files", reference).stdout


def test_what_software_sends_and_by_which_token_is_nowhere_in_the_clear(chatty: House) -> None:
    chatty.kill("worker")
    chatty.flask("agencies", "add", "riverside", "Invented Surgery")
    token = chatty.flask(
        "tokens", "add", "riverside", "Invented Surgery", "--form", "agency", "--name", "x"
    ).stdout.strip()
    id_, secret = token.split(".")[1:]
    address, client = f"{chatty.base}/api/v1/referrals", {**PARTNERS["client"], "first_name": CANARY}
    letter = ("people.client.papers", (f"{CANARY}.pdf", f"%PDF-1.4 {CANARY}\n%%EOF".encode()))

    def call(authorization: str, key: str, said: object, *files: object, query: str = "") -> requests.Response:
        headers = {"Authorization": authorization, "Idempotency-Key": key}
        parts = [("referral", (None, json.dumps(said), "application/json")), *files]
        return requests.post(address + query, files=parts, headers=headers, timeout=30)  # type: ignore[arg-type]  # parts

    good = {"form": "agency", "people": {**PARTNERS, "client": client}}
    wrong = {"form": "agency", "people": {**PARTNERS, "client": {**client, "telephone": CANARY, "soon": CANARY}}}
    bearer = f"Bearer {token}"
    answers = [
        call(bearer, f"{CANARY}-1", good, letter),
        call(bearer, f"{CANARY}-1", good, letter),
        call(bearer, f"{CANARY}-2", wrong, letter),
        call(f"Basic {token}", f"{CANARY}-3", good),
        call(f"{bearer}x", f"{CANARY}-3", good),
        call(bearer, CANARY * 30, good, query=f"?token={token}&name={CANARY}"),
    ]
    with closing(sqlite3.connect(chatty.folder / "gateway.db")) as store:
        store.execute("ALTER TABLE jobs RENAME TO elsewhere")
    answers.append(call(bearer, f"{CANARY}-4", good, letter))

    assert [each.status_code for each in answers] == [201, 200, 422, 401, 401, 400, 500]
    written = everything_written(chatty)
    assert "request failed error=" in chatty.log("web")
    assert any(id_.encode() in content for content in written.values())
    assert [name for name, content in written.items() if secret.encode() in content] == []
    assert finds(written) == []
    assert [each.text for each in answers if CANARY in each.text or secret in each.text] == []


def test_a_store_that_breaks_in_the_middle_shows_and_logs_no_answer(chatty: House) -> None:
    visitor = Visitor(chatty.base).open("/riverside/contact-me")
    chatty.kill("worker")
    with closing(sqlite3.connect(chatty.folder / "gateway.db")) as store:
        store.execute("ALTER TABLE jobs RENAME TO elsewhere")
    visitor.submit(ANSWERS)
    assert visitor.response.status_code == 500
    assert "Sorry, something went wrong on our side" in visitor.text
    assert CANARY not in visitor.response.text
    assert "request failed error=" in chatty.log("web")
    assert finds(everything_written(chatty)) == []
