"""A referral: it comes back from JSON as it was, and its words never show in a log or a traceback."""

import json
import re
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.referral import Answer, Consent, File, Person, Referral, new_reference, read_reference

CANARY = "Zebedee-Testperson-7731"
WORDS = st.text(max_size=60)
OPTIONS = st.dictionaries(WORDS, WORDS | st.integers() | st.booleans(), max_size=3)
ANSWERS = st.builds(
    Answer,
    name=WORDS,
    label=WORDS,
    value=WORDS | st.lists(WORDS, max_size=3).map(tuple),
    shown=WORDS,
    send=st.sampled_from(["field", "description", "none"]),
    sent_as=WORDS,
)
PEOPLE = st.builds(Person, id=WORDS, options=OPTIONS, answers=st.lists(ANSWERS, max_size=3).map(tuple), label=WORDS,
                   described=st.booleans())  # fmt: skip
CONSENTS = st.builds(Consent, name=WORDS, wording=WORDS, version=WORDS, value=WORDS, reason=WORDS)
FILES = st.builds(
    File,
    id=WORDS,
    question=WORDS,
    label=WORDS,
    name=WORDS,
    media_type=WORDS,
    size=st.integers(1),
    sha256=WORDS,
    attach_to=WORDS,
    index=st.integers(0, 20),
)
REFERRALS = st.builds(
    Referral,
    reference=st.builds(new_reference),
    organisation=WORDS,
    form=WORDS,
    definition=WORDS,
    language=WORDS,
    created_at=st.datetimes(timezones=st.just(UTC)),
    destination=WORDS,
    options=OPTIONS,
    people=st.lists(PEOPLE, max_size=3).map(tuple),
    consents=st.lists(CONSENTS, max_size=2).map(tuple),
    basis=st.dictionaries(WORDS, WORDS, max_size=2),
    test=st.booleans(),
    files=st.lists(FILES, max_size=3).map(tuple),
)


@given(REFERRALS)
def test_a_referral_comes_back_from_json_as_it_was(referral: Referral) -> None:
    again = Referral.from_json(referral.to_json())

    assert again == referral
    assert again.to_json() == referral.to_json()


@given(REFERRALS)
def test_a_referral_that_was_stored_before_there_were_files_still_opens(referral: Referral) -> None:
    older = json.loads(replace(referral, files=()).to_json())
    del older["files"]

    assert Referral.from_json(json.dumps(older).encode()) == replace(referral, files=())


ANSWER = Answer(CANARY, CANARY, (CANARY,), CANARY, "field", CANARY)
PERSON = Person(CANARY, {"x": CANARY}, (ANSWER,))
CONSENT = Consent(CANARY, CANARY, "1", "Y", CANARY)
FILE = File(CANARY, CANARY, CANARY, CANARY, CANARY, 1, CANARY, CANARY)
REFERRAL = Referral(
    reference="RG-7K3F-9Q2M",
    organisation="riverside",
    form="support",
    definition="0" * 64,
    language="en",
    created_at=datetime(2026, 5, 4, 12, tzinfo=UTC),
    destination="charitylog",
    options={"y": CANARY},
    people=(PERSON,),
    consents=(CONSENT,),
    files=(FILE,),
)


def test_a_referral_shows_its_reference_alone() -> None:
    assert repr(REFERRAL) == str(REFERRAL) == f"{REFERRAL}" == "Referral(RG-7K3F-9Q2M)"


@pytest.mark.parametrize("value", [ANSWER, PERSON, CONSENT, FILE, REFERRAL], ids=lambda value: type(value).__name__)
@pytest.mark.parametrize(
    "show",
    [repr, str, "{}".format, "{!r}".format, "%s".__mod__],
    ids=["repr", "str", "format", "format-repr", "percent"],
)
def test_no_part_of_a_referral_shows_a_word_of_a_person(value: object, show: Callable[[object], str]) -> None:
    assert CANARY not in show(value)
    assert CANARY not in show([value])


def test_a_traceback_shows_no_word_of_a_person() -> None:
    with pytest.raises(ValueError) as caught:
        raise ValueError(REFERRAL, PERSON, ANSWER, CONSENT)

    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_a_reference_is_written_in_letters_that_are_hard_to_confuse() -> None:
    for _ in range(500):
        assert re.fullmatch(r"RG-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", new_reference())


def test_references_use_the_whole_alphabet_and_do_not_repeat() -> None:
    made = {new_reference() for _ in range(2000)}

    assert len(made) == 2000
    assert set("".join(made)) == set("-0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def test_a_referral_of_an_older_version_can_be_read() -> None:
    raw = json.loads(REFERRAL.to_json())
    for person in raw["people"]:
        del person["label"], person["described"]

    assert Referral.from_json(json.dumps(raw).encode()) == REFERRAL


@pytest.mark.parametrize(
    "typed",
    ["RG-7K3F-9Q01", " rg-7k3f-9q01 ", "7K3F9Q01", "rg 7k3f 9qOl", "RG7K3F9QOI", "7k3f-9qo1", "RG–7K3F–9Q01"],
)
def test_a_reference_is_known_however_somebody_types_it(typed: str) -> None:
    assert read_reference(typed) == "RG-7K3F-9Q01"


@pytest.mark.parametrize("typed", ["", "RG-", "RG-7K3F-9Q0", "RG-7K3F-9Q011", "RG-7K3F-9QU1", "RG-٧K3F-9Q01", "Jones"])
def test_what_is_no_reference_is_left_as_it_is(typed: str) -> None:
    assert read_reference(f" {typed} ") == typed


@given(st.text())
def test_anything_typed_is_a_reference_or_itself(typed: str) -> None:
    found = read_reference(typed)

    assert found == typed.strip() or read_reference(found) == found


def test_every_new_reference_is_read_as_itself() -> None:
    references = [new_reference() for _ in range(50)]

    assert [read_reference(each.replace("-", "").lower()) for each in references] == references
