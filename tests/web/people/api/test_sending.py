"""A referral that software sends: by the form's own rules, once for each key, marked with its agency."""

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from gateway.keys import KeyRing, new_key
from gateway.ledger import Ledger
from gateway.referral import Referral
from gateway.store import own_references, referrals, subjects, timeline
from gateway.store.database import Database
from gateway.web.limits import Limit, Rate

from .conftest import ANSWERS, REFERRALS, Make, Software, errors, on_both_databases

pytestmark = on_both_databases


def stored(app: Flask, reference: str) -> Referral:
    """Open a referral."""
    database: Database = app.extensions["gateway"].database
    ring: KeyRing = app.extensions["gateway"].ring
    with database.read() as connection:
        found = referrals.opened(connection, ring, reference)
    assert found is not None
    return found


def given(**client: Any) -> dict[str, Any]:
    """The answers with some of the carer's changed; None takes one away."""
    theirs = {name: value for name, value in {**ANSWERS["client"], **client}.items() if value is not None}
    return {**ANSWERS, "client": theirs}


def test_what_is_sent_becomes_the_referral_that_the_page_would_make(app: Flask, surgery: Software) -> None:
    answer = surgery.send()

    assert answer.status_code == 201, answer.json
    assert answer.headers["Location"] == f"{REFERRALS}/{answer.json['reference']}"
    found = stored(app, answer.json["reference"])
    main = {each.name: each for each in found.people[0].answers}
    assert main["telephone"].value == "+441632960001"
    assert main["date_of_birth"].shown == "28 February 1961"
    assert main["postcode"].shown == "No fixed address"
    assert main["safe_contact"].value == ("phone", "letter")
    assert (main["say_who"].value, main["say_who"].shown) == ("N", "No")
    assert found.consents[0].value == "agreed"
    assert "know about this referral" in found.consents[0].wording
    assert [person.id for person in found.people] == ["client", "referrer"]
    listed = referrals.find(app.extensions["gateway"].database, found.reference)
    assert listed is not None
    assert (listed.agency, listed.state, listed.test) == (surgery.agency, "pending", False)
    origin = timeline.origin(app.extensions["gateway"].database, found.reference)
    assert origin.sender == "software, by the token “the practice's system”"


def test_what_the_page_refuses_is_refused_by_its_path_in_the_words_of_the_page(surgery: Software) -> None:
    answer = surgery.send(
        given(first_name=" ", date_of_birth="2001-02-30", telephone="call me", soon="never", nhs_number="9434765910")
    )

    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert errors(answer) == {
        "people.client.first_name": "Tell us the carer's first name",
        "people.client.date_of_birth": "Date of birth must be a real date. Check the day and the month.",
        "people.client.telephone": "Phone number must be a phone number, like 01632 960001 or +44 7700 900123",
        "people.client.soon": "Choose one of the answers in the list.",
        "people.client.nhs_number": "NHS number is not a real NHS number. Check each number and type it again.",
    }


def test_the_words_are_those_of_the_language_asked_for(app: Flask, surgery: Software) -> None:
    refused = surgery.send(given(first_name=None), language="cy")
    taken = surgery.send(language="cy")

    assert errors(refused) == {"people.client.first_name": "Rhowch enw cyntaf y gofalwr"}
    assert stored(app, taken.json["reference"]).language == "cy"
    assert errors(surgery.send(language="xx")) == {"language": "Give one of: en, cy."}


@pytest.mark.parametrize("name", ["state", "agency", "reference", "test", "organisation", "__class__", "created_at"])
def test_nothing_can_be_set_that_the_form_does_not_ask(surgery: Software, name: str) -> None:
    above = surgery.post({"form": "agency", "people": ANSWERS, name: "x"})
    beside = surgery.send({**ANSWERS, name: {}})
    within = surgery.send(given(**{name: "x"}))

    assert errors(above) == {name: "There is no such member."}
    assert errors(beside) == {f"people.{name}": "The form asks about nobody of this name."}
    assert errors(within) == {f"people.client.{name}": "The form asks no such question."}
    assert surgery.get(REFERRALS).json["meta"]["total_count"] == 0


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("first_name", ["Maia"], "Give a text."),
        ("first_name", 7, "Give a text."),
        ("first_name", {"value": "Maia"}, "Give a text."),
        ("first_name", True, "Give a text."),
        ("date_of_birth", "28/02/1961", "Give a date as 1990-05-31."),
        ("date_of_birth", 1961, "Give a date as 1990-05-31."),
        ("say_who", 1, "Give true or false."),
        ("safe_contact", "phone", "Give a list of values."),
        ("safe_contact", [["phone"]], "Give the value of a choice, as a text."),
        ("soon", 2, "Give the value of a choice, as a text."),
        ("soon", ["Within 2 weeks"], "Give the value of a choice, as a text."),
        ("agreement", {"value": "interest", "why": "x"}, "Give an object of value and reason, without why."),
        ("postcode", {"no_fixed_address": "yes"}, "Give no_fixed_address as true or false."),
        ("papers", "letter.pdf", "Send a file as a part of multipart/form-data that has this name."),
    ],
)
def test_a_value_of_another_kind_is_refused_and_never_guessed(
    surgery: Software, name: str, value: object, message: str
) -> None:
    assert errors(surgery.send(given(**{name: value}))) == {f"people.client.{name}": message}


@pytest.mark.parametrize("people", [None, [], "Maia", {"client": []}, {"client": "Maia"}, {"client": None}])
def test_people_of_another_shape_are_refused(surgery: Software, people: object) -> None:
    assert surgery.send(people).status_code == 422


def test_a_reason_counts_with_the_answer_that_asks_for_it(app: Flask, surgery: Software) -> None:
    answer = surgery.send(given(agreement={"value": "interest", "reason": "She is in hospital."}))

    assert stored(app, answer.json["reference"]).consents[0].reason == "She is in hospital."
    refused = errors(surgery.send(given(agreement="interest")))
    assert refused == {"people.client.agreement": "Tell us why this referral is in their interest"}


def words(app: Flask, reference: str) -> dict[str, str]:
    """The agency's own word for a referral, as its people see it."""
    return own_references.of(app.extensions["gateway"].database, app.extensions["gateway"].ring, [reference])


def test_the_agencys_own_word_comes_along_and_is_there_once(app: Flask, surgery: Software) -> None:
    reference = surgery.send(key="one", own_reference=" case  4711 ").json["reference"]
    assert words(app, reference) == {reference: "case 4711"}
    site = app.extensions["gateway"]
    # Its people have changed it since: a second call does not change it back.
    own_references.keep(site.database, site.ring, reference, "case 12")

    assert surgery.send(key="one", own_reference=" case  4711 ").status_code == 200
    assert words(app, reference) == {reference: "case 12"}
    own_references.keep(site.database, site.ring, reference, "")
    assert surgery.send(key="one", own_reference=" case  4711 ").status_code == 200  # as if the first one had died
    assert words(app, reference) == {reference: "case 4711"}
    assert surgery.send(key="one", own_reference="another").status_code == 422
    assert "case" not in surgery.get(f"{REFERRALS}/{reference}").get_data(as_text=True)
    assert surgery.send(own_reference=None).status_code == 201


@pytest.mark.parametrize("word", [7, [], True, "x" * 41, "a\nb\0", "\ud800", {"a": 1}])
def test_an_own_word_that_is_none_is_refused(surgery: Software, word: object) -> None:
    refused = surgery.send(own_reference=word)

    assert errors(refused) == {"own_reference": "Your own reference must be one line of 40 characters or fewer."}
    assert surgery.get(REFERRALS).json["meta"]["total_count"] == 0


def test_a_key_is_asked_for(surgery: Software) -> None:
    for key in ("", "two words", "x" * 256):
        headers = {**surgery.headers(), "Idempotency-Key": key}
        answer = surgery.client.post(REFERRALS, json={}, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (400, "no_key"), key
        assert "up to 255 visible characters" in answer.json["detail"]


def test_the_same_key_is_the_same_referral(surgery: Software) -> None:
    first, again, quoted = (surgery.send(key=key) for key in ("one", "one", '"one"'))

    assert (first.status_code, again.status_code, quoted.status_code) == (201, 200, 200)
    assert first.data == again.data == quoted.data
    assert first.headers["Location"] == again.headers["Location"]
    other = surgery.send(given(first_name="Another"), key="one")
    assert (other.status_code, other.json["code"]) == (422, "key_used")
    assert surgery.get(REFERRALS).json["meta"]["total_count"] == 1


def test_a_key_belongs_to_its_agency(software: Make) -> None:
    ours, theirs = software(), software()

    assert ours.send(key="one").status_code == theirs.send(key="one").status_code == 201
    # Two tokens of one agency share it.
    assert software(agency=ours.agency).send(key="one").status_code == 200


def test_a_key_is_used_still_when_its_referral_is_erased(app: Flask, surgery: Software, tmp_path: Path) -> None:
    reference = surgery.send(key="one").json["reference"]
    site = app.extensions["gateway"]
    assert subjects.erase(site.database, Ledger(tmp_path / "ledger.jsonl"), reference, actor="x", now=datetime.now(UTC))

    for people in (ANSWERS, given(first_name="Another")):
        refused = surgery.send(people, key="one")
        # Not even whether it says the same is known any more: nothing is taken for sent that may be another referral.
        assert (refused.status_code, refused.json["code"]) == (422, "key_used")
        assert "was erased since" in refused.json["detail"]
    assert surgery.get(REFERRALS).json["meta"]["total_count"] == 1
    assert surgery.get(f"{REFERRALS}/{reference}").json["state"] == "closed"


def test_a_key_is_remembered_across_a_change_of_the_gateways_keys(app: Flask, surgery: Software) -> None:
    site, old = app.extensions["gateway"], app.extensions["gateway"].ring
    first = surgery.send(key="one")
    before, new = site.settings.keys.get_secret_value(), new_key()
    try:
        for keys in (f"{before},{new}", f"{new},{before}"):
            site.ring = KeyRing(keys)
            assert surgery.send(key="one").data == first.data
    finally:
        site.ring = old


def test_what_was_refused_can_be_sent_again_with_its_key(surgery: Software) -> None:
    assert surgery.send(given(first_name=None), key="one").status_code == 422
    assert surgery.send(key="one").status_code == 201


def test_many_at_one_moment_with_one_key_are_one_referral(app: Flask, surgery: Software) -> None:
    answers: list[tuple[int, bytes]] = []
    start = threading.Barrier(8)

    def call() -> None:
        mine = Software(app.test_client(), surgery.token, surgery.agency)
        start.wait()
        answer = mine.send(key="one")
        answers.append((answer.status_code, answer.data))

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(status for status, _ in answers) == [200] * 7 + [201]
    assert len({body for _, body in answers}) == 1
    assert surgery.get(REFERRALS).json["meta"]["total_count"] == 1


def test_a_form_outside_the_scope_is_as_one_that_is_not_there(software: Make) -> None:
    narrow = software("support")

    answers = [narrow.send(form=form) for form in ("agency", "nothing")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].data == answers[1].data


def test_a_form_that_is_closed_takes_nothing(app: Flask, surgery: Software, monkeypatch: pytest.MonkeyPatch) -> None:
    form = app.extensions["gateway"].organisations["riverside"].forms["agency"]
    monkeypatch.setitem(form.__dict__, "open", False)

    answer = surgery.send()

    assert (answer.status_code, answer.json["code"]) == (409, "form_closed")


def test_too_many_calls_are_refused_for_one_token_alone(
    app: Flask, software: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.extensions["gateway"], "calls", Limit(Rate(2, 3600)))
    ours, theirs = software(), software()

    assert [ours.get(REFERRALS).status_code for _ in range(3)] == [200, 200, 429]
    refused = ours.get(REFERRALS)
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.json["code"] == "too_many"
    assert theirs.get(REFERRALS).status_code == 200


def test_no_answer_and_no_token_stands_in_the_log(surgery: Software, caplog: pytest.LogCaptureFixture) -> None:
    surgery.send()
    surgery.send(given(telephone="Testperson"))

    assert "Testperson" not in caplog.text
    assert surgery.token not in caplog.text


def test_answers_carry_no_cookie_and_are_kept_nowhere(surgery: Software) -> None:
    for answer in (surgery.send(), surgery.get("/api/v1/nothing"), surgery.client.get(REFERRALS)):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_time_is_utc(surgery: Software) -> None:
    made = datetime.fromisoformat(surgery.send().json["created_at"])

    assert made.tzinfo is not None
    assert abs((datetime.now(UTC) - made).total_seconds()) < 60
