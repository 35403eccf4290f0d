"""An answer is found nowhere in the clear: store, journal, logs at DEBUG, error pages, tracebacks."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.end_to_end.following import bring_in, follow, uploaded
from tests.end_to_end.house import House, wait_for
from tests.end_to_end.papers import ADD, a_file, send, to_the_letter
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
