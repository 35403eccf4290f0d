"""A new key, as docs/operations.md says step by step, while people send forms and a worker delivers them."""

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests import postgres
from tests.docs.reading import commands, section
from tests.end_to_end.house import House, wait_for
from tests.end_to_end.papers import ADD, a_file, send, to_the_letter
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A gateway that runs, on both databases in turn."""
    with ExitStack() as stack:
        url = ""
        if request.param == "postgresql":
            url = stack.enter_context(postgres.a_database(request.getfixturevalue("postgres_server")))
        built = House(tmp_path_factory.mktemp("house"), url)
        stack.callback(built.stop)
        built.migrate()
        yield built.start("sandbox", "web", "worker")


def keys_are(house: House, *keys: str) -> None:
    """Set GATEWAY_KEYS and start web and worker again."""
    house.environment["GATEWAY_KEYS"] = ",".join(keys)
    for name in ("web", "worker"):
        house.kill(name, signal.SIGTERM)
    house.start("web", "worker")


def test_a_new_key_loses_nothing_and_in_the_end_it_opens_everything_alone(house: House) -> None:
    make, count, rotate = [
        each for each in commands(section("docs/operations.md", "## A new key"), "flask") if each[0] == "keys"
    ]
    old, new = house.environment["GATEWAY_KEYS"], house.flask(*make).stdout.splitlines()[-1]
    references = [sent(house) for _ in range(3)]
    with_letter = send(to_the_letter(Visitor(house.base)).submit(press=ADD, files=[a_file("odd letter.pdf")]))
    draft = to_the_letter(Visitor(house.base)).submit(press=ADD, files=[a_file("another letter.pdf")])

    keys_are(house, old, new)
    references.append(sent(house))
    keys_are(house, new, old)
    ended = threading.Event()

    def go_on_sending() -> None:
        while not ended.is_set():
            references.append(sent(house))

    people = threading.Thread(target=go_on_sending)
    people.start()
    try:
        counted = house.flask(*count).stdout
        done = house.flask(*rotate, "--batch", "1")
    finally:
        ended.set()
        people.join()
    keys_are(house, new)

    assert "by key 2 of GATEWAY_KEYS" in counted
    assert done.stdout.startswith("Everything is sealed with the first key.")
    # The page was shown more than a day ago, as it were: its token went with the old key, its answers did not.
    references += [with_letter, send(draft.open(draft.response.url))]
    wait_for(lambda: {each["state"] for each in house.referrals()} == {"delivered"}, "every delivery")
    assert {each["reference"] for each in house.referrals()} == set(references)
    folder = house.folder / "all"
    exported = house.flask("referrals", "export", *references, "--to", str(folder), check=False)
    assert exported.returncode == 0, exported.stderr
    texts = [json.loads((folder / each / "referral.json").read_text()) for each in references]
    assert all(text["sent_to_the_destination"][0]["content"] for text in texts)
    assert sum(1 for _ in folder.glob("*/*letter.pdf")) == 2


def sent(house: House) -> str:
    return Visitor(house.base).open("/riverside/contact-me").submit(CONTACT).reference
