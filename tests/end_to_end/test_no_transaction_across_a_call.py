"""A real worker does everything it can do on the network, and has no transaction open while a byte goes out."""

import json
from collections.abc import Callable, Iterator

import pytest

from tests import warm
from tests.clamd import Clamd
from tests.end_to_end.house import House
from tests.end_to_end.papers import ADD, CONTINUE, a_file
from tests.end_to_end.visitor import Visitor
from tests.mailbox import Mailbox, open_mailbox


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server."""
    with open_mailbox() as found:
        yield found


@pytest.fixture
def clamd() -> Iterator[Clamd]:
    """A virus scanner that is away."""
    found = Clamd()
    yield found
    found.stop()


@pytest.mark.parametrize("on_postgres", [False, True], ids=["sqlite", "postgresql"])
def test_no_transaction_is_open_while_a_byte_goes_out(
    build: Callable[..., House], request: pytest.FixtureRequest, mailbox: Mailbox, clamd: Clamd, on_postgres: bool
) -> None:
    url = request.getfixturevalue("postgres_url") if on_postgres else ""
    house = build(url, GATEWAY_SMTP_URL=mailbox.url(), GATEWAY_CLAMD=clamd.address, GATEWAY_READ_TIMEOUT_SECONDS="1")
    house.start("sandbox", "web")
    sent_with_a_letter_and_a_receipt(house)
    house.faults(status=403, calls=1, methods=["PUT"])  # the probe is asked whether it is the keys
    clamd.start()

    words = ["tests.end_to_end.watched", "worker", "--once"]
    ended = warm.run(words, cwd=house.root, env=house.environment)

    assert ended.returncode == 0, ended.stderr[-4000:]
    looked_at = {int(port): times for port, times in json.loads(ended.stdout.rpartition("watched ")[2]).items()}
    assert {house.sandbox_port, mailbox.port, clamd.port} <= set(looked_at), looked_at
    assert clamd.seen
    assert mailbox.mails


def sent_with_a_letter_and_a_receipt(house: House) -> None:
    visitor = Visitor(house.base).open("/riverside/support")
    visitor.submit({"first_name": "Alba", "surname": "Testperson"})
    visitor.submit(
        {"telephone": "01632 960001", "email": "alba.canary@example.org", "safe_contact": ["phone", "email"]}
    )
    visitor.submit({"has_cared_for": "N", "has_others": "N"})
    visitor.submit(files=[a_file("letter.pdf")], press=ADD).submit(press=CONTINUE)
    visitor.submit({"description": "Please call me"})
    visitor.submit({})
    visitor.submit({"contact_agreed": "Y"})
    visitor.submit({"receipt": "yes"}, press="send")
