"""Files follow the person: imported in the External Referral Manager, found, uploaded to the right record, once."""

import hashlib
import signal
import sys
from collections.abc import Callable, Iterator

import pytest
import requests

from tests.end_to_end.following import LETTER, all_attached, bring_in, follow, sent, uploads
from tests.end_to_end.house import House, wait_for
from tests.end_to_end.papers import ADD, PDF, a_file, rewritten, send, to_the_letter
from tests.end_to_end.test_heavy_files import MIB, MOST_MORE, SIZE, a_large_post, peak
from tests.end_to_end.visitor import Visitor


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A gateway whose files follow, soon."""
    built = House(
        tmp_path_factory.mktemp("house"),
        GATEWAY_IMPORT_POLL_SECONDS="0.2",
        GATEWAY_UNKNOWN_RESEND_SECONDS="0.5",
        GATEWAY_CONNECT_TIMEOUT_SECONDS="1",
        GATEWAY_READ_TIMEOUT_SECONDS="3",
        GATEWAY_LEASE_SECONDS="4.5",
    )
    follow(built)
    with built.running():
        yield built


def test_files_go_to_the_record_that_a_person_made_byte_for_byte_and_once(house: House) -> None:
    reference = sent(house, "From Dr Testperson.pdf", "ffurflen ŵ.docx")
    assert "waiting" in house.flask("referrals", "files", reference).stdout

    (client,) = bring_in(house, reference)["clients"]
    wait_for(lambda: all_attached(house, reference), "its files' being attached")

    found = {each["name"]: each for each in uploads(house, client)}
    assert {name: (each["sha256"], each["size"]) for name, each in found.items()} == {
        "From Dr Testperson.pdf": (hashlib.sha256(PDF).hexdigest(), len(PDF)),
        "ffurflen ŵ.docx": (hashlib.sha256(LETTER).hexdigest(), len(LETTER)),
    }
    assert {(each["user_visibility"], each["group_visibility"]) for each in found.values()} == {("4,5", "2")}
    assert len(uploads(house, client)) == 2


def test_a_worker_killed_in_mid_upload_doubles_nothing_without_a_mark(house: House) -> None:
    reference = sent(house, "letter.pdf", "second.pdf")
    house.faults(calls=1, methods=["POST"], groups=["clients/uploads"], hang=True, processed=True)
    (client,) = bring_in(house, reference)["clients"]
    # One has arrived and its answer is awaited, the other is done.
    wait_for(lambda: len(uploads(house, client)) == 2, "both uploads")
    wait_for(lambda: "bytes  attached" in house.flask("referrals", "files", reference).stdout, "the end of one")

    house.kill("worker")
    house.start("worker")

    wait_for(lambda: all_attached(house, reference), "its files' being attached")
    names = sorted(each["name"] for each in uploads(house, client))
    marked = [name for name in names if "repeat" in name]
    assert len(marked) == 1
    assert marked[0].replace(" (possible repeat)", "") in names
    assert len(names) == 3
    assert len(house.staged(reference)) == 1


def test_a_file_goes_where_staff_say_and_an_import_later_sends_it_nowhere_else(house: House) -> None:
    reference = sent(house, "letter.pdf")

    said = house.flask("referrals", "attach", reference, "--client", "3")
    assert "1 of 1 files go to it now" in said.stdout
    wait_for(lambda: all_attached(house, reference), "its file's being attached")
    assert [each["name"] for each in uploads(house, 3)] == ["letter.pdf"]

    staged = bring_in(house, reference)
    wait_for(lambda: f"import found reference={reference}" in house.log("worker"), "its import")
    assert uploads(house, staged["clients"][0]) == []
    again = house.flask("referrals", "attach", reference, "--client", "4")
    assert "0 of 1 files go to it now" in again.stdout


def test_a_record_that_is_not_there_fails_that_file_alone_and_the_right_number_helps(house: House) -> None:
    reference = sent(house, "letter.pdf")
    house.flask("referrals", "attach", reference, "--client", "99999")
    wait_for(lambda: "rejected" in house.flask("referrals", "files", reference).stdout, "its refusal")
    assert "paused" not in house.flask("destinations", "status").stdout

    house.flask("referrals", "attach", reference, "--client", "4", "--number", "1")
    wait_for(lambda: all_attached(house, reference), "its file's being attached")
    assert [each["name"] for each in uploads(house, 4)] == ["letter.pdf"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "Give the number of one record"),
        (["--client", "3", "--referral", "4"], "Give the number of one record"),
        (["--client", "Testperson"], "is a whole number"),
        (["--referral", "4", "--person", "carer"], "go with --client"),
        (["--referral", "3", "--number", "1"], "--person and --number go with --client"),
        (["--client", "3", "--number", "2"], "No file of"),
        (["--client", "3", "--person", "nobody"], "is about 'nobody'. There are files about: client."),
        (["--referral", "4"], "is about 'referral'"),
    ],
)
def test_what_cannot_be_attached_is_told_in_words(house: House, words: list[str], told: str) -> None:
    reference = next(each["reference"] for each in house.referrals())
    ran = house.flask("referrals", "attach", reference, *words, check=False)

    assert ran.returncode == 1
    assert told in ran.stderr
    assert "Traceback" not in ran.stderr


def test_no_name_of_a_file_is_in_any_log(house: House) -> None:
    written = "".join(house.log(name) for name in ("web", "worker", "sandbox"))

    assert "upload ended reference=" in written
    assert [word for word in ("Testperson", "letter", "ffurflen", ".pdf", ".docx") if word in written] == []


# Where the worker dies; how many copies are at the record by then; whether another one goes there, marked.
STEPS = {
    "its files are on their way": ("after", "gateway.store.following.imported", 0, False),
    "the attempt is not yet on the disk": ("before", "gateway.store.attaching.begin", 0, False),
    "before the upload": ("before", "gateway.destinations.charitylog.Charitylog.upload", 0, True),
    "after the first bytes": ("amid", "gateway.charitylog.wire._Connection.send", 0, True),
    "before the outcome is on the disk": ("before", "gateway.store.attaching.close", 1, True),
}


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A gateway without a worker."""
    short = {
        "GATEWAY_CONNECT_TIMEOUT_SECONDS": "0.3",
        "GATEWAY_READ_TIMEOUT_SECONDS": "1",
        "GATEWAY_LEASE_SECONDS": "1.5",
    }
    soon = {"GATEWAY_IMPORT_POLL_SECONDS": "0.1", "GATEWAY_UNKNOWN_RESEND_SECONDS": "0.2"}
    built = House(tmp_path_factory.mktemp("house"), **short, **soon)
    follow(built)
    with built.running("sandbox", "web"):
        yield built


@pytest.mark.parametrize(("when", "place", "copies", "doubtful"), STEPS.values(), ids=STEPS)
def test_a_worker_killed_between_two_steps_of_an_upload_repeats_nothing_unmarked(
    standing: House, when: str, place: str, copies: int, doubtful: bool
) -> None:
    house = standing
    visitor = to_the_letter(Visitor(house.base)).submit(press=ADD, files=[a_file("letter.pdf")])
    reference = send(visitor)
    house.start("worker")
    wait_for(lambda: house.state(reference) == "delivered", "its delivery")
    house.kill("worker", signal.SIGTERM)
    (client,) = bring_in(house, reference)["clients"]

    # The record is looked for first; each head goes out with what follows it.
    house.dying(when, place, "worker", times=4 if when == "amid" else 1)
    wait_for(lambda: len(uploads(house, client)) == copies, "what had gone out")
    house.start("worker")

    wait_for(lambda: all_attached(house, reference), "its file's being attached")
    house.kill("worker", signal.SIGTERM)
    names = [each["name"] for each in uploads(house, client)]
    assert names == [*["letter.pdf"] * copies, "letter (possible repeat).pdf" if doubtful else "letter.pdf"]


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_a_file_of_100_mb_is_uploaded_with_32_mib_more_at_most(build: Callable[..., House]) -> None:
    house = build(GATEWAY_MAX_UPLOAD_MB="101", GATEWAY_IMPORT_POLL_SECONDS="0.2")
    follow(house)
    rewritten(house.organisations, "support", lambda form: form.replace("max_mb: 10\n", "max_mb: 100\n"))
    house.start("sandbox", "web", "worker")
    visitor = to_the_letter(Visitor(house.base)).submit(press=ADD, files=[a_file("first.pdf")])
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Origin": house.base}
    requests.post(visitor.response.url, data=a_large_post(), headers=headers, timeout=60)
    reference = send(visitor.open(visitor.response.url))
    wait_for(lambda: house.state(reference) == "delivered", "its delivery")
    before = peak(house.processes["worker"].pid)

    (client,) = bring_in(house, reference)["clients"]
    wait_for(lambda: len(uploads(house, client)) == 2, "its files")

    large = max(uploads(house, client), key=lambda each: int(each["size"]))
    content = hashlib.sha256(b"\xff\xd8\xff")
    for number in range(SIZE // MIB):
        content.update(bytes([number]) * MIB)
    assert (large["size"], large["sha256"]) == (SIZE + 3, content.hexdigest())
    assert peak(house.processes["worker"].pid) - before <= MOST_MORE
