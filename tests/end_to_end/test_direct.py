"""Direct delivery with a real worker and the sandbox: people, how they are related, referral and files, each once."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from tests import postgres
from tests.end_to_end.house import House, wait_for
from tests.end_to_end.visitor import Visitor

FORM = """\
title: Help for two
check_answers: false
charitylog: {delivery: direct, project: 7, referral: {template: 3, stage: 1}}
people:
  - {id: client, charitylog: {org_type_id: 1}}
  - {id: carer, label: Your carer, charitylog: {org_type_id: 9, to_main: 5, from_main: 8}}
pages:
  - id: about
    fields:
      - {name: first_name, type: text, label: First name, required: true}
      - {name: surname, type: text, label: Last name, required: true}
      - {name: description, type: textarea, label: "How can we help?"}
  - id: carer
    title: Your carer
    person: carer
    fields:
      - {name: first_name, type: text, label: First name, required: true}
      - {name: surname, type: text, label: Last name, required: true}
      - {name: mobile, type: phone, label: Phone number, as: telephone}
      - {name: letter, type: file, label: A letter, accept: [pdf]}
      - {name: plan, type: file, label: A plan, accept: [pdf], attach_to: referral}
sent: {what_happens_next: We will call you.}
"""
PDF = b"%PDF-1.4\nnothing about nobody\n%%EOF\n"
SHORT = {
    "GATEWAY_CONNECT_TIMEOUT_SECONDS": "0.3", "GATEWAY_READ_TIMEOUT_SECONDS": "0.5", "GATEWAY_LEASE_SECONDS": "1",
    "GATEWAY_UNKNOWN_RESEND_SECONDS": "0.2",
}  # fmt: skip
# What the databases do differently is in how a worker takes over from a dead one.
ON_SQLITE = pytest.mark.parametrize("standing", ["sqlite"], indirect=True)
MAKING = "gateway.destinations.making.Making"
# Where the worker dies, one after the other, with one referral: the next one goes on from there.
DEATHS = (
    ("before", "gateway.store.jobs.begin", 1),  # nothing was begun
    ("after", f"{MAKING}._make_client", 1),  # the first client is made, and nobody wrote it down
    ("before", f"{MAKING}._make_client", 2),  # the first was found again; the second was about to be made
    ("after", f"{MAKING}._make_client", 1),  # the second is made, and nobody wrote it down
    ("after", f"{MAKING}._relate", 1),  # they are related, and nobody wrote it down
    ("before", f"{MAKING}._make_referral", 1),  # the referral was about to be made
    ("after", f"{MAKING}._make_referral", 1),  # it is made, and nobody wrote it down
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def standing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A gateway without a worker, with this form, on both databases in turn."""
    with ExitStack() as stack:
        url = ""
        if request.param == "postgresql":
            url = stack.enter_context(postgres.a_database(request.getfixturevalue("postgres_server")))
        house = House(tmp_path_factory.mktemp("direct"), url, **SHORT)
        (house.organisations / "riverside" / "forms" / "two.yaml").write_text(FORM)
        organisation = house.organisations / "riverside" / "organisation.yaml"
        text = organisation.read_text()
        organisation.write_text(text.replace("\ncharitylog:\n", "\ncharitylog:\n  uploads: {when: imported}\n"))
        stack.callback(house.stop)
        house.migrate()
        yield house.start("sandbox", "web")


def send(house: House) -> str:
    """Send the form; give its reference."""
    visitor = Visitor(house.base).open("/riverside/two")
    visitor.submit({"first_name": "Alba", "surname": "Testperson", "description": "My back hurts."})
    carer = {"first_name": "Bryn", "surname": "Testperson", "mobile": "07700 900123"}
    files = [("carer-0-letter", "letter.pdf", PDF), ("carer-0-plan", "plan.pdf", PDF + PDF)]
    visitor.submit({f"carer-0-{name}": value for name, value in carer.items()}, files=files)
    return visitor.reference


@contextmanager
def working(house: House) -> Iterator[None]:
    """Let a worker work for a while."""
    house.start("worker")
    try:
        yield
    finally:
        house.kill("worker")


def records(house: House, reference: str, place: int) -> list[dict[str, Any]]:
    """List the clients that bear an external id of ours."""
    found: list[dict[str, Any]] = house.ask("GET", f"/_sandbox/records?external_id={reference}-{place}")
    return found


def uploads(house: House) -> list[tuple[str, int, int]]:
    """List the files in the sandbox: to what, to which number, how large."""
    return [(each["kind"], each["record"], each["size"]) for each in house.ask("GET", "/_sandbox/uploads")]


def delivered(house: House, reference: str) -> dict[str, Any]:
    """Wait for the delivery, see that everything is there once, and give the referral."""
    wait_for(lambda: house.state(reference) == "delivered", f"its delivery: {house.log('worker')[-2000:]}")
    [main], [carer] = records(house, reference, 0), records(house, reference, 1)
    assert (main["fields"]["first_name"], main["fields"]["type"]) == ("Alba", "1")
    assert (carer["fields"]["first_name"], carer["fields"]["telephone"]) == ("Bryn", "+447700900123")
    assert carer["relationships"] == [{"to": main["id"], "kind": "relationships", "relationship": "5"}]
    assert main["relationships"] == [{"to": carer["id"], "kind": "relationships", "relationship": "8"}]
    [referral] = main["referrals"]
    assert carer["referrals"] == []
    fields: dict[str, Any] = referral["fields"]
    wanted = [("client", carer["id"], len(PDF)), ("referral", referral["id"], 2 * len(PDF))]
    wait_for(lambda: sorted(each for each in uploads(house) if each in wanted) == wanted, "its files")
    assert "My back hurts." in fields["response_description"]
    assert fields["response_description"].endswith(f"\n\nReference: {reference}")
    assert (fields["project"], fields["template"], fields["stage"], fields["client_type"]) == ("7", "3", "1", "1")
    return fields


def test_a_worker_that_dies_at_every_step_makes_everything_once(standing: House) -> None:
    house = standing
    reference = send(house)

    for when, place, times in DEATHS:
        house.dying(when, place, "worker", times=times)
    with working(house):
        told = delivered(house, reference)["response_description"]

    # It was made when it might have been there already, so it says so; then it was found, and not made again.
    assert told.startswith(f"Possible repeat of {reference}")


@ON_SQLITE
@pytest.mark.parametrize("shape", ["id", "success"])
def test_calls_that_break_make_everything_once(standing: House, shape: str) -> None:
    house = standing
    house.ask("POST", "/_sandbox/answers", {"record_shape": shape})
    house.faults(groups=["clients"], methods=["PUT"], cut="after")
    house.faults(groups=["clients"], methods=["PUT"], status=503)
    house.faults(groups=["clients"], methods=["PUT"], cut="after")
    house.faults(groups=["clients"], methods=["POST"], status=503, calls=2)
    house.faults(groups=["referrals"], methods=["PUT"], cut="after")

    with working(house):
        told = delivered(house, send(house))["response_description"]

    assert "Possible repeat" not in told
    assert house.ask("GET", "/_sandbox/faults")["faults"] == []


@ON_SQLITE
def test_a_refusal_half_way_is_sent_on_from_there(standing: House) -> None:
    house = standing
    house.faults(groups=["clients"], methods=["POST"], status=422)
    reference = send(house)
    with working(house):
        wait_for(lambda: house.state(reference) == "failed", "its failure")
        assert records(house, reference, 0)[0]["referrals"] == []

        house.flask("referrals", "settle", reference, "resend")

        delivered(house, reference)


@ON_SQLITE
def test_the_form_is_in_order_and_says_what_it_lacks(standing: House) -> None:
    form = standing.organisations / "riverside" / "forms" / "two.yaml"
    assert "all good" in standing.flask("forms", "check").stdout
    try:
        form.write_text(FORM.replace(", referral: {template: 3, stage: 1}", ""))
        said = standing.flask("forms", "check", check=False).stderr
    finally:
        form.write_text(FORM)

    assert "two.yaml: charitylog.referral: is missing" in said
    assert "{template: …, stage: …}" in said
