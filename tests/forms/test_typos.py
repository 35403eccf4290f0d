"""Slips in the domain of an address: the common ones are found, and nothing that exists is doubted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.forms.collect import answer_rows
from gateway.forms.typos import COMMON, OTHERS, meant, slips

from .making import alone, wire

LETTERS = st.text("abcdefgilmnotuy.-", max_size=14)
LONG = [domain for domain in COMMON if len(domain) > 8]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("gmial.com", "gmail.com"), ("gmail.co", "gmail.com"), ("gmail.con", "gmail.com"), ("gmal.com", "gmail.com"),
        ("gmaill.com", "gmail.com"), ("gmailcom", "gmail.com"), ("gmail,com", "gmail.com"), ("GMIAL.COM", "gmail.com"),
        ("gnail.con", "gmail.com"), ("hotmial.co.uk", "hotmail.co.uk"), ("hotmail.co", "hotmail.com"),
        ("hotmal.com", "hotmail.com"), ("outlok.com", "outlook.com"), ("yaho.co.uk", "yahoo.co.uk"),
        ("yahoo.couk", "yahoo.co.uk"), ("iclould.com", "icloud.com"), ("btinternt.com", "btinternet.com"),
        ("nhs.met", "nhs.net"), ("virginmeda.com", "virginmedia.com"),
    ],
)  # fmt: skip
def test_a_slip_is_found(typed: str, wanted: str) -> None:
    assert meant(f"Alba.Testperson@{typed}") == f"Alba.Testperson@{wanted}"


@pytest.mark.parametrize(
    "address",
    ["", "alba", "@gmial.com", "alba@", "alba@riverside.example", "alba@example.org", "alba@gosh.nhs.uk", "alba@sky.de",
     "alba@" + "x" * 300],
)  # fmt: skip
def test_there_is_nothing_to_ask(address: str) -> None:
    assert meant(address) == ""


@pytest.mark.parametrize("domain", [*COMMON, *OTHERS])
def test_no_domain_that_exists_is_doubted(domain: str) -> None:
    assert meant(f"alba@{domain}") == meant(f"alba@{domain.upper()}") == ""


@given(st.sampled_from(LONG), st.data())
def test_any_single_slip_in_a_long_domain_is_asked_about(domain: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(domain) - 2))
    letter = data.draw(st.sampled_from("abcxyz"))
    changed = data.draw(
        st.sampled_from([
            domain[:place] + domain[place + 1] + domain[place] + domain[place + 2 :],
            domain[:place] + domain[place + 1 :],
            domain[:place] + letter + domain[place:],
            domain[:place] + letter + domain[place + 1 :],
        ])
    )  # fmt: skip
    asked = meant(f"alba@{changed}")

    assert changed in (*COMMON, *OTHERS) or slips(changed, asked.partition("@")[2]) == 1


@given(LETTERS, LETTERS)
def test_slips_are_counted_the_same_from_both_sides(one: str, other: str) -> None:
    assert slips(one, other) == slips(other, one)
    assert (slips(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= slips(one, other) <= max(len(one), len(other))


@given(st.text())
def test_anything_may_be_typed(typed: str) -> None:
    assert meant(typed) == "" or meant(typed).rpartition("@")[2] in COMMON


def test_the_answer_is_taken_as_it_was_typed_and_asked_about() -> None:
    form = alone("email", {"answer": "alba@gmial.com"})

    assert wire(form) == "alba@gmial.com"
    assert [(row.shown, row.meant) for row in answer_rows(form)] == [("alba@gmial.com", "alba@gmail.com")]
