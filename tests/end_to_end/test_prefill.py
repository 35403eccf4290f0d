"""Answers that come with an address: there on their page, gone from the address, and sent only once they were seen."""

import sqlite3
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
import requests

from tests.end_to_end.house import House, wait_for
from tests.end_to_end.visitor import Visitor

FORM = """\
title: Tell us
introduction: This takes two minutes.
charitylog: {delivery: staged, source: 1, project: 7}
people:
  - {id: client, charitylog: {org_type_id: 9, role: 1}}
  - {id: child, min: 0, max: 2, label: Child, charitylog: {org_type_id: 9, role: 1, to_main: 5, from_main: 8}}
pages:
  - id: about
    title: About you
    fields:
      - {name: first_name, type: text, label: First name, required: true, max_length: 20, prefill: true}
      - {name: surname, type: text, label: Last name, required: true}
      - {name: campaign, type: hidden, prefill: true, send: description}
      - {name: wants, type: yes_no, label: "Is there a child?", send: description}
  - id: child
    person: child
    title: The child
    show_when: {wants: "Y"}
    fields:
      - {name: first_name, type: text, label: First name, required: true, prefill: true}
      - {name: surname, type: text, label: Last name, required: true}
  - id: where
    title: Where you live
    fields:
      - {name: postcode, type: postcode, label: Postcode, prefill: true}
      - {name: description, type: textarea, label: What is it about, prefill: true}
      - {name: ward, type: hidden, prefill: true, send: description}
"""
LINK = {
    "first_name": "Alba",
    "campaign": "poster-3",
    "postcode": "hr9 7us",
    "ward": "Ward 7",
    "description": "Some\nhelp",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A gateway with a form that may be filled in by address."""
    built = House(tmp_path_factory.mktemp("house"))
    (built.organisations / "riverside" / "forms" / "tell.yaml").write_text(FORM)
    with built.running():
        yield built


def drafts(house: House) -> int:
    """Count the drafts in the store."""
    with sqlite3.connect(house.folder / "gateway.db") as store:
        found: int = store.execute("SELECT count(*) FROM drafts").fetchone()[0]
    return found


def fields(visitor: Visitor) -> dict[str, str]:
    """What the inputs of the page hold."""
    assert visitor.page.form is not None
    return dict(visitor.page.form.fields)


def follow_link(house: House, frame: str = "", **answers: str) -> Visitor:
    """Open a link that brings answers along."""
    return Visitor(house.base).open(f"{frame}/riverside/tell?{urlencode(answers or LINK)}")


@pytest.mark.parametrize("frame", ["", "/embed"])
def test_answers_of_a_link_are_on_their_pages_and_in_no_address(house: House, frame: str) -> None:
    visitor = follow_link(house, frame)

    assert visitor.response.url.startswith(f"{house.base}{frame}/riverside/tell/d/")
    assert visitor.response.url.endswith("/about")
    assert [answer.status_code for answer in visitor.response.history] == [303]
    assert (fields(visitor)["first_name"], fields(visitor)["campaign"]) == ("Alba", "poster-3")
    for words in ("This takes two minutes.", "If you need help now", "privacy notice"):
        assert words in visitor.text
    visitor.submit({"surname": "Testperson", "wants": "N"})
    assert {name: fields(visitor)[name] for name in ("postcode", "description", "ward")} == {
        "postcode": "hr9 7us", "description": "Some\nhelp", "ward": "Ward 7",
    }  # fmt: skip
    visitor.submit().submit(press="send")
    (staged,) = wait_for(lambda: house.staged(visitor.reference), "the referral in the staging area")
    main = staged["people"][0]
    assert (main["first_name"], main["postcode"]) == ("Alba", "HR9 7US")
    assert "campaign: poster-3\n" in main["description"]
    assert "ward: Ward 7\n" in main["description"]


def test_a_page_that_came_filled_in_cannot_be_skipped_unseen(house: House) -> None:
    visitor = follow_link(house)
    base = visitor.response.url.rpartition("/")[0]
    assert visitor.open(f"{base}/check").response.url.endswith("/about")
    visitor.submit({"surname": "Testperson", "wants": "N"})
    assert visitor.open(f"{base}/check").response.url.endswith("/where")


def test_what_somebody_changed_or_emptied_does_not_come_back(house: House) -> None:
    visitor = follow_link(house).submit({"first_name": "Bruno", "surname": "Testperson", "wants": "N"})
    where = visitor.response.url
    visitor.submit({"postcode": "", "description": "Something else"})
    assert "hr9" not in visitor.response.text.lower()
    assert fields(visitor.open(where))["postcode"] == ""
    assert fields(visitor.open(where.replace("/where", "/about")))["first_name"] == "Bruno"


def test_what_is_wrong_is_said_when_the_page_is_posted(house: House) -> None:
    visitor = follow_link(house, first_name="A" * 21)
    assert "There is a problem" not in visitor.text
    visitor.submit({"surname": "Testperson", "wants": "N"})
    assert visitor.response.status_code == 422
    assert "20 characters" in visitor.text
    assert fields(visitor)["first_name"] == "A" * 21


@pytest.mark.parametrize("query", ["first_name=Al%FFba&campaign=x%FFy", "first_name=Al%00ba&campaign=x%00y"])
def test_what_cannot_be_read_is_corrected_where_it_is_seen_and_left_out_where_not(house: House, query: str) -> None:
    visitor = Visitor(house.base).open(f"/riverside/tell?{query}")
    assert fields(visitor)["first_name"] == "Al\ufffdba"
    assert fields(visitor)["campaign"] == ""
    assert visitor.submit({"surname": "Testperson", "wants": "N"}).response.status_code == 422


@pytest.mark.parametrize(
    "query",
    [
        "",
        "first_name=",
        "first_name=%20%E2%80%8B",
        "surname=Testperson",
        "wants=Y",
        "nothing=x&token=x&website_address=x&action=send",
        "campaign=" + "x" * 201,
        "child-2-first_name=Cleo",
        "first_name%00=Alba",
    ],
)
def test_a_link_that_brings_nothing_of_use_shows_the_form_and_leaves_no_trace(house: House, query: str) -> None:
    before = drafts(house)
    visitor = Visitor(house.base).open(f"/riverside/tell?{query}")
    assert visitor.response.history == []
    assert visitor.response.status_code == 200
    assert {fields(visitor)[name] for name in ("first_name", "surname", "campaign")} == {""}
    assert drafts(house) == before


@pytest.mark.parametrize(
    "headers", [{"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}]
)
def test_a_browser_that_looks_ahead_begins_nothing(house: House, headers: dict[str, str]) -> None:
    before = drafts(house)
    answer = requests.get(f"{house.base}/riverside/tell?first_name=Alba", headers=headers, timeout=30)
    assert answer.status_code == 503
    assert requests.head(f"{house.base}/riverside/tell?first_name=Alba", timeout=30).status_code == 200
    assert drafts(house) == before


def test_several_people_can_come_with_a_link_and_none_is_invented(house: House) -> None:
    visitor = follow_link(house, **{"first_name": "Alba", "child-0-first_name": "Cleo", "child-1-first_name": "Dora"})
    visitor.submit({"surname": "Testperson", "wants": "Y"})
    assert fields(visitor)["child-0-first_name"] == "Cleo"
    visitor.submit({"child-0-surname": "Testperson"})
    assert "Cleo Testperson" in visitor.text
    assert "Dora" not in visitor.text
    assert fields(visitor.submit(press="add"))["child-1-first_name"] == "Dora"


def test_a_test_may_come_filled_in_too(house: House) -> None:
    link = house.flask("forms", "preview", "riverside", "tell").stdout.strip()
    visitor = Visitor(house.base).open(f"{link}&first_name=Alba")
    assert fields(visitor)["first_name"] == "Alba"
    assert "This is a test." in visitor.text
    visitor.submit({"surname": "Testperson", "wants": "N"}).submit().submit(press="send")
    assert "This is a test." in visitor.text
    assert next(each for each in house.referrals() if each["reference"] == visitor.reference)["test"]


def test_a_language_comes_along(house: House) -> None:
    visitor = follow_link(house, first_name="Alba", lang="cy")
    assert '<html lang="cy"' in visitor.response.text
    assert '<html lang="cy"' in visitor.submit({"surname": "Testperson", "wants": "N"}).response.text


def test_what_a_link_brought_is_sealed_like_any_answer(house: House) -> None:
    follow_link(house, first_name="Zzyzx-canary")
    with sqlite3.connect(house.folder / "gateway.db") as store:
        assert "Zzyzx" not in "\n".join(store.iterdump())
    assert "Zzyzx" not in house.log("web")


def test_links_opened_without_end_begin_no_more_drafts(build: Callable[..., House]) -> None:
    house = build(GATEWAY_RATE_LIMIT="1 per day")
    (house.organisations / "riverside" / "forms" / "tell.yaml").write_text(FORM)
    house.start("web")
    address = f"{house.base}/riverside/tell?first_name=Alba"
    answers = [requests.get(address, timeout=30, allow_redirects=False).status_code for _ in range(12)]
    assert answers == [303] * 10 + [200] * 2
    assert drafts(house) == 10


def test_a_closed_form_takes_nothing_from_a_link(build: Callable[..., House]) -> None:
    house = build()
    closed = f"open: false\nclosed: We are full.\n{FORM}"
    (house.organisations / "riverside" / "forms" / "tell.yaml").write_text(closed)
    house.start("web")
    assert "We are full." in follow_link(house).text
    assert drafts(house) == 0
