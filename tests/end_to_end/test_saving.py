"""Save and come back later: a link and a remembered answer bring a form back once, and nothing else does."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlsplit

import pytest
import requests

from tests.end_to_end.house import House, wait_for
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import fill_in_support

ANSWER = "Purple teapot"


def link_on(visitor: Visitor) -> str:
    found = re.search(r"http\S+/save/[\w-]{22}(\?lang=\w+)?", visitor.text)
    assert found is not None, visitor.text
    return found[0]


def save(visitor: Visitor, answer: str = ANSWER) -> str:
    """Press "Save and come back later", choose an answer; give the link."""
    visitor.submit(press="save")
    return link_on(visitor.submit({"answer": answer}))


def path(visitor: Visitor) -> str:
    return urlsplit(visitor.response.url).path


def begin(house: House) -> Visitor:
    visitor = Visitor(house.base).open("/riverside/support")
    return visitor.submit({"first_name": "Alba", "surname": "Testperson"})


def test_a_form_is_saved_on_its_check_page_and_sent_after_coming_back(house: House, visitor: Visitor) -> None:
    link = save(fill_in_support(visitor))

    back = Visitor(house.base).open(link).submit({"answer": "purple TEAPOT!"})

    assert path(back).endswith("/check")
    assert "Testperson" in back.text
    reference = back.submit(press="send").reference
    assert reference in {each["reference"] for each in house.referrals()}


def test_a_form_is_saved_on_its_stateless_first_page_with_what_was_typed_unjudged(
    house: House, visitor: Visitor
) -> None:
    visitor.open("/riverside/support")
    link = link_on(
        visitor.submit({"first_name": "Alba", "date_of_birth-day": "99"}, press="save").submit({"answer": ANSWER})
    )

    back = Visitor(house.base).open(link).submit({"answer": ANSWER})

    assert back.response.status_code == 200
    assert "There is a problem" not in back.text
    assert dict(back.page.form.fields)["first_name"] == "Alba"  # type: ignore[union-attr]
    assert dict(back.page.form.fields)["date_of_birth-day"] == "99"  # type: ignore[union-attr]


def test_a_page_on_which_nothing_was_typed_is_asked_again(house: House) -> None:
    visitor = begin(house)
    second = path(visitor).split("/")[-1]

    back = Visitor(house.base).open(save(visitor)).submit({"answer": ANSWER})

    assert path(back).split("/")[-1] == second


def test_addresses_from_before_saving_lead_nowhere_and_say_how_to_go_on(house: House) -> None:
    visitor = begin(house)
    before = visitor.response.url
    save(visitor)

    gone = Visitor(house.base).open(before)

    assert gone.response.status_code == 410
    assert "open the link that you were given" in gone.text
    assert "Alba" not in gone.response.text
    assert Visitor(house.base).open(before.rpartition("/")[0] + "/save").response.status_code == 410


def test_a_page_that_is_still_open_elsewhere_brings_nothing_to_life_again(house: House) -> None:
    visitor = begin(house)
    other = Visitor(house.base).open(visitor.response.url)
    save(visitor)

    other.submit({"telephone": "01632 960001", "safe_contact": ["phone"]})

    assert other.response.status_code == 410
    assert "Nothing was sent" in other.text


def test_a_link_works_once(house: House) -> None:
    link = save(begin(house))
    Visitor(house.base).open(link).submit({"answer": ANSWER})

    again = Visitor(house.base).open(link)

    assert again.response.status_code == 410
    assert "This link no longer works" in again.text
    assert again.page.links["Start again"] == "/riverside/support"


def test_opening_a_link_spends_nothing(house: House) -> None:
    link = save(begin(house))

    for method in ("GET", "HEAD", "GET", "OPTIONS"):
        requests.request(method, link, timeout=30, headers={"User-Agent": "a scanner of mails"})
    found = Visitor(house.base).open(link)

    assert found.response.status_code == 200
    assert "Alba" not in found.response.text
    assert found.submit({"answer": ANSWER}).response.status_code == 200


def test_wrong_answers_are_counted_down_and_the_last_one_deletes_all(house: House) -> None:
    link = save(begin(house))
    visitor = Visitor(house.base).open(link)

    for left in ("4 more tries", "3 more tries", "2 more tries", "one more try"):
        visitor.submit({"answer": "pink teapot"})
        assert (visitor.response.status_code, left in visitor.text) == (422, True)
    visitor.submit({"answer": "pink teapot"})

    assert visitor.response.status_code == 410
    assert "has been deleted" in visitor.text
    assert "01632 960123" in visitor.text
    assert Visitor(house.base).open(link).response.status_code == 410


def test_an_empty_answer_costs_no_try(house: House) -> None:
    visitor = Visitor(house.base).open(save(begin(house)))

    assert "Type the word or phrase" in visitor.submit({"answer": " !? "}).text
    assert "4 more tries" in visitor.submit({"answer": "pink teapot"}).text


def test_of_two_windows_one_comes_back(house: House) -> None:
    link = save(begin(house))
    windows = [Visitor(house.base).open(link) for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda window: window.submit({"answer": ANSWER}).response.status_code, windows))

    assert sorted(found) == [200, 410, 410, 410]


def test_a_double_click_and_a_reload_show_the_same_link(house: House) -> None:
    visitor = begin(house).submit(press="save")
    form, address = visitor.page.form, visitor.response.url
    assert form is not None
    data = [*((name, value) for name, value in form.fields if name != "answer"), ("answer", ANSWER)]
    headers = {"Origin": house.base}

    def post(_: int) -> requests.Response:
        return requests.post(address, data=data, headers=headers, timeout=30)

    with ThreadPoolExecutor(3) as pool:
        pages = [*pool.map(post, range(3)), post(0)]

    assert {page.status_code for page in pages} == {200}
    assert len({re.search(r"/save/[\w-]{22}", page.text)[0] for page in pages}) == 1  # type: ignore[index]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("", "at least 4"), ("abc", "at least 4"), ("a - ! b", "at least 4"), ("x" * 201, "200 characters or fewer"),
        ("testPERSON", "You gave this as an answer"),
    ],
)  # fmt: skip
def test_an_answer_that_protects_nothing_is_not_taken(house: House, answer: str, says: str) -> None:
    visitor = begin(house).submit(press="save").submit({"answer": answer})

    assert (visitor.response.status_code, says in visitor.text) == (422, True)
    assert link_on(visitor.submit({"answer": ANSWER}))


def test_a_saved_form_can_be_saved_again(house: House) -> None:
    first = save(begin(house))
    back = Visitor(house.base).open(first).submit({"answer": ANSWER})

    second = save(back, "Green kettle")

    assert second != first
    assert Visitor(house.base).open(first).response.status_code == 410
    assert Visitor(house.base).open(second).submit({"answer": "green kettle"}).response.status_code == 200


def test_a_form_that_is_a_single_page_offers_nothing_to_save(house: House, visitor: Visitor) -> None:
    visitor.open("/riverside/contact-me")
    assert ("action", "save") not in visitor.page.form.buttons  # type: ignore[union-attr]

    visitor.submit({}, press="save")
    assert visitor.response.status_code == 422


def test_where_mail_is_off_no_email_address_is_asked_for(house: House) -> None:
    visitor = begin(house).submit(press="save")

    assert "email" not in visitor.page.form.names  # type: ignore[union-attr]


def test_a_link_leads_to_its_own_form_alone(house: House) -> None:
    link = save(begin(house))

    assert Visitor(house.base).open(link.replace("/support/", "/contact-me/")).response.status_code == 410
    assert Visitor(house.base).open(link[:-1]).response.status_code == 410
    assert Visitor(house.base).open(link).response.status_code == 200


def test_a_post_from_another_site_judges_nothing(house: House) -> None:
    visitor = Visitor(house.base).open(save(begin(house)))

    visitor.submit({"answer": "pink"}, headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"})

    assert visitor.response.status_code == 403
    assert "4 more tries" in Visitor(house.base).open(visitor.response.url).submit({"answer": "pink teapot"}).text


def test_in_a_frame_the_link_leads_to_the_page_by_itself(house: House, visitor: Visitor) -> None:
    visitor.open("/embed/riverside/support").submit({"first_name": "Alba", "surname": "Testperson"})

    link = save(visitor)

    assert link.startswith(f"{house.base}/riverside/support/save/")
    framed = Visitor(house.base).open(link.replace("/riverside/", "/embed/riverside/")).submit({"answer": ANSWER})
    assert path(framed).startswith("/embed/riverside/support/d/")


def test_a_form_in_welsh_comes_back_in_welsh(house: House, visitor: Visitor) -> None:
    visitor.open("/riverside/support?lang=cy").submit({"first_name": "Alba", "surname": "Testperson"})

    link = save(visitor)
    back = Visitor(house.base).open(link)

    assert link.endswith("?lang=cy")
    assert '<html lang="cy"' in back.response.text
    assert '<html lang="cy"' in back.submit({"answer": ANSWER}).response.text


@pytest.fixture(params=["sqlite", "postgresql"])
def own(request: pytest.FixtureRequest, build: Callable[..., House]) -> Iterator[House]:
    """A gateway that a test may change, on each of the two databases."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    house = build(url).start("web")
    yield house
    house.stop()


def test_on_either_database_a_form_comes_back_once(own: House) -> None:
    link = save(begin(own))
    windows = [Visitor(own.base).open(link) for _ in range(3)]

    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda window: window.submit({"answer": ANSWER}).response.status_code, windows))

    assert sorted(found) == [200, 410, 410]


def test_a_form_that_has_been_closed_says_so_and_keeps_what_was_saved(build: Callable[..., House]) -> None:
    house = build().start("web")
    link = save(begin(house))
    file = house.organisations / "riverside/forms/support.yaml"
    was_open = file.read_text()
    file.write_text(f"{was_open}\nopen: false\nclosed: We are full until June.\n")
    house.kill("web")
    house.start("web")

    closed = Visitor(house.base).open(link)
    assert "We are full until June." in closed.text
    assert "What you saved is kept until" in closed.text

    file.write_text(was_open)
    house.kill("web")
    house.start("web")
    assert Visitor(house.base).open(link).submit({"answer": ANSWER}).response.status_code == 200


def test_a_form_that_was_changed_is_finished_as_it_was_begun(build: Callable[..., House]) -> None:
    house = build().start("web")
    link = save(begin(house))
    file = house.organisations / "riverside/forms/support.yaml"
    file.write_text(file.read_text().replace("{en: First name,", "{en: Given name,"))
    house.kill("web")
    house.start("web")

    back = Visitor(house.base).open(link).submit({"answer": ANSWER})

    assert back.response.status_code == 200
    assert "Given name" in Visitor(house.base).open("/riverside/support").text
    assert "First name" in back.follow("Back").text


def test_without_its_key_a_saved_form_waits_and_says_so(build: Callable[..., House]) -> None:
    house = build().start("web")
    link = save(begin(house))
    keys = house.environment["GATEWAY_KEYS"]
    for each in (house.flask("keys", "new").stdout.split()[-1], keys):
        house.kill("web")
        house.environment["GATEWAY_KEYS"] = each
        house.start("web")
        found = Visitor(house.base).open(link).submit({"answer": ANSWER})
        if each != keys:
            assert found.response.status_code == 503
            assert "a saved form cannot be opened" in house.log("web")

    assert found.response.status_code == 200


def test_what_was_saved_and_never_fetched_is_deleted_by_the_worker(build: Callable[..., House]) -> None:
    house = build().start("web")
    link = save(begin(house))
    with closing(sqlite3.connect(house.folder / "gateway.db")) as store:
        for name in ("drafts", "saved"):
            store.execute(f"UPDATE {name} SET expires_at = '2026-01-01 00:00:00.000000'")  # noqa: S608 - two names
        store.commit()

    assert Visitor(house.base).open(link).response.status_code == 410
    house.start("worker")

    def left() -> int:
        with closing(sqlite3.connect(house.folder / "gateway.db")) as store:
            tables = ("drafts", "saved", "instances")
            return sum(store.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables)  # noqa: S608

    wait_for(lambda: left() == 0, "the end of what was saved")


def test_a_form_that_is_tried_before_it_opens_can_be_saved_too(build: Callable[..., House]) -> None:
    house = build()
    file = house.organisations / "riverside/forms/support.yaml"
    file.write_text(f"{file.read_text()}\nopen: false\nclosed: Not open yet.\n")
    house.start("web")
    visitor = Visitor(house.base).open(house.flask("forms", "preview", "riverside", "support").stdout.strip())
    visitor.submit({"first_name": "Alba", "surname": "Testperson"}).submit(press="save").submit({"answer": ANSWER})
    found = re.search(r"http\S+/save/\S+test=\S+", visitor.text)
    assert found is not None

    back = Visitor(house.base).open(found[0]).submit({"answer": ANSWER})

    assert "This is a test." in back.text
    assert path(back).endswith("/contact")
