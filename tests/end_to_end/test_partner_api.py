"""An agency's software whose connection breaks sends the same again: there is one referral, on both databases."""

import json
import signal
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
import requests
from sqlalchemy import func, select

from gateway.store import tables
from gateway.store.database import Database
from tests import postgres
from tests.end_to_end.house import House

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"
LARGE = PDF.replace(b"\n", b"\n" * 2_500_000, 1)  # several pieces in the store
CLIENT = {
    "first_name": "Maia",
    "surname": "Testperson",
    "date_of_birth": "1961-02-28",
    "telephone": "01632 960001",
    "safe_contact": ["phone"],
    "description": "She looks after her brother.",
    "soon": "Within 2 weeks",
    "agreement": "agreed",
}
REFERRER = {"name": "Ben Invented", "organisation": "Invented Surgery", "phone": "01632 960002"}
PEOPLE = {"client": CLIENT, "referrer": REFERRER}
REFERRAL = {"form": "agency", "people": PEOPLE}
# Where the web dies; what the same call says afterwards.
DEATHS = {
    "amid a file": ("after", "gateway.store.chunks.Writer._store", 201),
    "before the commit": ("before", "gateway.store.sending.send", 201),
    "before the answer": ("after", "gateway.store.sending.send", 200),
    "before it has tidied up": ("before", "gateway.store.drafts.Drafts.forget", 200),
}
# What is between two databases is the transaction and the files: that is tried on both, all else on one.
DATABASES = ["sqlite", "postgresql"]
CASES = [
    *(("sqlite", death) for death in DEATHS),
    *(("postgresql", death) for death in ("amid a file", "before the answer")),
]


class Software:
    """Calls the API of a gateway with a token of a new agency."""

    def __init__(self, house: House) -> None:
        self.house = house
        name = f"Invented Surgery {uuid.uuid4().hex}"
        house.flask("agencies", "add", "riverside", name)
        made = house.flask("tokens", "add", "riverside", name, "--form", "agency", "--days", "9", "--name", "theirs")
        self.headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
        self.address = f"{house.base}/api/v1/referrals"

    def send(self, key: str, *papers: bytes) -> requests.Response:
        """Send a referral, with files if there are any."""
        headers = {**self.headers, "Idempotency-Key": key}
        if not papers:
            return requests.post(self.address, json=REFERRAL, headers=headers, timeout=30)
        parts = [("people.client.papers", (f"{number}.pdf", content)) for number, content in enumerate(papers)]
        said = ("referral", (None, json.dumps(REFERRAL), "application/json"))
        return requests.post(self.address, files=[said, *parts], headers=headers, timeout=30)

    def sent(self) -> list[str]:
        """The references of what this agency has sent."""
        found = requests.get(self.address, headers=self.headers, timeout=30).json()
        return [each["reference"] for each in found["objects"]]


@pytest.fixture(scope="module")
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A gateway without worker or destination, on each of the databases, served by two processes."""
    with ExitStack() as stack:
        url = ""
        if request.param == "postgresql":
            url = stack.enter_context(postgres.a_database(request.getfixturevalue("postgres_server")))
        built = House(tmp_path_factory.mktemp("house"), url, WEB_CONCURRENCY="2")
        stack.enter_context(built.running("web"))
        yield built


@pytest.fixture(scope="module")
def software(house: House) -> Software:
    """The software of an agency."""
    return Software(house)


def files_of(house: House, reference: str) -> int:
    """Count the files of a referral."""
    mine = select(func.count()).select_from(tables.files).where(tables.files.c.reference == reference)
    with closing(Database(house.environment["GATEWAY_DATABASE_URL"])) as database, database.read() as connection:
        return connection.scalar(mine) or 0


@pytest.mark.parametrize("house", DATABASES, indirect=True)
@pytest.mark.parametrize("papers", [(), (LARGE, PDF)], ids=len)
def test_twenty_at_one_moment_with_one_key_are_one_referral(software: Software, papers: tuple[bytes, ...]) -> None:
    key, before = str(uuid.uuid4()), software.sent()
    start, answers = threading.Barrier(20), list[requests.Response]()

    def call() -> None:
        start.wait()
        answers.append(software.send(key, *papers))

    threads = [threading.Thread(target=call) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(each.status_code for each in answers) == [200] * 19 + [201]
    (body,) = {each.content for each in answers}
    (reference,) = set(software.sent()) - set(before)
    assert json.loads(body)["reference"] == reference
    assert files_of(software.house, reference) == len(papers)


@pytest.mark.parametrize(("house", "death"), CASES, indirect=["house"])
def test_a_web_that_is_killed_in_mid_call_loses_nothing_and_doubles_nothing(software: Software, death: str) -> None:
    when, place, status = DEATHS[death]
    house, key, before = software.house, str(uuid.uuid4()), software.sent()
    house.kill("web", signal.SIGTERM)
    house.start("web", dying=(when, place))

    with pytest.raises(requests.ConnectionError):
        software.send(key, LARGE, PDF)
    house.kill("web")
    house.start("web")
    again, once_more = software.send(key, LARGE, PDF), software.send(key, LARGE, PDF)
    other = software.send(key, LARGE)

    assert (again.status_code, once_more.status_code) == (status, 200), again.text
    assert again.content == once_more.content
    assert (other.status_code, other.json()["code"]) == (422, "key_used")
    (reference,) = set(software.sent()) - set(before)
    assert (again.json()["reference"], files_of(house, reference)) == (reference, 2)
