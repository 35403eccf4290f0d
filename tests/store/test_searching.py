"""A person is found however their name, telephone number or postcode was typed; nobody else is, and nothing is kept."""

from datetime import timedelta

import pytest

from gateway.keys import KeyRing, new_key
from gateway.referral import Consent, File
from gateway.store import searching
from gateway.store.database import Database
from gateway.store.searching import matches
from gateway.store.walking import Place

from .making import NOW, a_person, a_referral, an_answer, send

REFERRAL = a_referral(
    a_person(
        an_answer("telephone", "01632 960777"),
        an_answer("postcode", "ZZ1 9ZZ"),
        an_answer("born", "4 May 1903", value="1903-05-04", label="Date of birth"),
        an_answer("ways", "Phone, Letter", value=("phone", "letter")),
        first_name="Zoë-Élan",
        surname="O’Oddname",
    ),
    a_person(first_name="Second", surname="Straße", person="carer"),
    consents=(Consent("agree", "I agree", "1", "Y", "because of Quuxley"),),
    files=(File("1", "letter", "A letter", "Frobnicate.pdf", "application/pdf", 1, "0", "client"),),
)


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("zoe elan", ["First name"]),
        ("ZOË", ["First name"]),
        ("zoeelan o'oddname", ["First name", "Surname"]),
        ("OODDNAME", ["Surname"]),
        ("strasse", ["Surname"]),
        ("+441632960777", ["Telephone"]),
        ("00441632960777", ["Telephone"]),
        ("01632 960777", ["Telephone"]),
        ("01632960777", ["Telephone"]),
        ("zz19zz", ["Postcode"]),
        ("1903-05-04", ["Date of birth"]),
        ("may 1903", ["Date of birth"]),
        ("letter", ["Ways"]),
        ("quuxley", ["a reason that was given"]),
        ("frobnicate", ["the name of a file"]),
        ("zoe second", ["First name"]),
    ],
)
def test_it_is_found(words: str, fields: list[str]) -> None:
    assert matches(REFERRAL, words.split()) == fields


@pytest.mark.parametrize("words", ["zoe nobody", "nobody", "", "-", "1904", "01632 960778", "000"])
def test_it_is_not_found(words: str) -> None:
    assert matches(REFERRAL, words.split()) == []


def test_every_referral_of_the_organisation_is_opened_and_no_other(
    database: Database, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "AT_ONCE", 2)
    times = [NOW, NOW, NOW + timedelta(hours=1), NOW + timedelta(hours=1), NOW + timedelta(hours=2)]
    mine = [(at, send(database, ring, created_at=at, now=at)) for at in times]
    send(database, ring, a_referral(organisation="elsewhere"))

    found = list(searching.opened(database, ring, "riverside"))

    newest_first = [reference for _, reference in sorted(mine, reverse=True)]
    assert [each.listed.reference for each in found] == newest_first
    assert all(each.referral is not None for each in found)
    assert searching.count(database, "riverside") == 5
    place = Place(found[1].listed.created_at, found[1].listed.reference)
    further = searching.opened(database, ring, "riverside", behind=place)
    assert [each.listed.reference for each in further] == newest_first[2:]


def test_one_whose_key_is_gone_is_named_and_the_others_are_opened(database: Database, ring: KeyRing) -> None:
    lost = send(database, KeyRing(new_key()))
    send(database, ring)

    found = {each.listed.reference: each.referral for each in searching.opened(database, ring, "riverside")}

    assert found.pop(lost) is None
    assert None not in found.values()
