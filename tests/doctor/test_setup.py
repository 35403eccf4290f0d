"""Settings, organisations and what stands in front, each in order and not."""

from collections.abc import Callable
from http.server import HTTPServer

import pytest

from .conftest import SQLITE, Patient

Told = Callable[..., list[str]]
pytestmark = SQLITE


def test_an_organisation_that_is_wrong_is_named_with_place_and_remedy(patient: Patient, told: Told) -> None:
    assert told("organisations") == []
    (patient.organisations / "riverside" / "forms" / "contact-me.yaml").write_text("title: Contact me\npages: []\n")

    assert any(
        "contact-me.yaml: people: " in line and "all its forms are closed" in line for line in told("organisations")
    )


def test_nobody_who_is_told_is_told(patient: Patient, told: Told) -> None:
    profile = patient.organisations / "riverside" / "organisation.yaml"
    profile.write_text(profile.read_text().replace("email: [referrals@riverside.example]", "email: []"))

    assert [line.partition(" — ")[0] for line in told("organisations")] == [
        "look riverside nobody is told when a referral cannot be delivered"
    ]


def test_a_folder_that_is_missing_or_empty_is_told(patient: Patient, told: Told) -> None:
    empty = patient.folder / "empty"
    assert "there is no folder" in told("organisations", GATEWAY_ORGANISATIONS=str(empty))[0]
    empty.mkdir()
    assert "there are none" in told("organisations", GATEWAY_ORGANISATIONS=str(empty))[0]


@pytest.mark.parametrize(
    ("address", "proxies", "words"),
    [
        ("https://refer.example.org", "1", ""),
        ("http://localhost:8000", "0", ""),
        ("https://refer.example.org", "0", "GATEWAY_TRUSTED_PROXIES is 0"),
        ("http://refer.example.org", "1", "answers cross the network"),
        ("http://localhost:8000", "1", "GATEWAY_TRUSTED_PROXIES is 1"),
    ],
)
def test_the_address_and_the_proxies_have_to_agree(told: Told, address: str, proxies: str, words: str) -> None:
    found = told("front", GATEWAY_BASE_URL=address, GATEWAY_TRUSTED_PROXIES=proxies)

    assert (words in found[0]) if words else found == []


def test_the_web_is_asked_whether_it_is_alive(told: Told, web: HTTPServer) -> None:
    assert told("web", offline=False) == []
    web.body = b"<h1>Welcome</h1>"  # type: ignore[attr-defined]
    assert told("web", offline=False)[0].startswith("wrong http://127.0.0.1:")
    assert "cannot be reached from here" in told("web", offline=False, GATEWAY_BASE_URL="http://127.0.0.1:1")[0]
