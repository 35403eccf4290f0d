"""One form shown is one referral, however often and however fast it is sent."""

import threading

import requests

from tests.end_to_end.house import House, wait_for
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT, fill_in_support


def post_again(visitor: Visitor, house: House, fields: dict[str, str]) -> requests.Response:
    headers = {"Origin": house.base, "Sec-Fetch-Site": "same-origin"}
    return requests.post(visitor.response.url, data=fields, headers=headers, timeout=30)


def test_twelve_parallel_posts_make_one_referral_one_reference_and_one_put(house: House, visitor: Visitor) -> None:
    visitor.open("/riverside/contact-me")
    fields = dict(visitor.page.form.fields) | CONTACT | {"description": "Twelve at once"}
    before = house.ask("GET", "/_sandbox/calls")["put_bodies_read"]
    start = threading.Barrier(12)
    answers: list[requests.Response] = []

    def post() -> None:
        start.wait()
        answers.append(post_again(visitor, house, fields))

    threads = [threading.Thread(target=post) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.url for answer in answers}) == 1
    visitor.open(answers[0].url)
    wait_for(lambda: house.state(visitor.reference) == "delivered", "its delivery")
    assert len(house.staged("Twelve at once")) == 1
    assert house.ask("GET", "/_sandbox/calls")["put_bodies_read"] == before + 1


def test_a_second_click_on_send_shows_the_first_receipt(house: House, visitor: Visitor) -> None:
    fill_in_support(visitor)
    fields = dict(visitor.page.form.fields)
    first = post_again(visitor, house, fields)
    second = post_again(visitor, house, fields)
    assert first.status_code == second.status_code == 200
    assert first.url == second.url
    assert first.url.endswith("/sent")


def test_other_answers_to_a_form_already_sent_are_not_taken_in_silence(house: House, visitor: Visitor) -> None:
    visitor.open("/riverside/contact-me")
    fields = dict(visitor.page.form.fields) | CONTACT
    first = post_again(visitor, house, fields)
    second = post_again(visitor, house, fields | {"description": "Something else"})
    assert second.status_code == 409
    assert "You had already sent this form" in second.text
    visitor.open(first.url)
    assert visitor.reference in second.text
    assert 'href="/riverside/contact-me"' in second.text


def test_a_page_of_a_form_already_sent_leads_to_the_receipt(house: House, visitor: Visitor) -> None:
    fill_in_support(visitor)
    check = visitor.response.url
    visitor.submit(press="send")
    receipt = visitor.response.url
    assert visitor.open(check).response.url == receipt
    assert visitor.open(check.replace("/check", "/about")).response.url == receipt


def test_the_first_page_of_a_form_already_sent_begins_no_second_draft(house: House, visitor: Visitor) -> None:
    visitor.open("/riverside/support")
    first_page, first_url = visitor.page, visitor.response.url
    visitor.submit({"first_name": "Alba", "surname": "Testperson"})
    draft = visitor.response.url.rpartition("/")[0]
    fill_in_support(visitor)
    assert draft not in visitor.response.url  # another instance altogether
    visitor.page = first_page
    visitor.open(f"{draft}/about").submit({}).submit({"telephone": "01632 960001"}).submit({})
    visitor.submit({"description": "Please call"}).submit({}).submit({"contact_agreed": "Y"}).submit(press="send")
    assert visitor.response.url.endswith("/sent")
    fields = dict(first_page.form.fields) | {"first_name": "Alba", "surname": "Testperson", "action": "continue"}
    headers = {"Origin": house.base, "Sec-Fetch-Site": "same-origin"}
    again = requests.post(first_url, data=fields, headers=headers, timeout=30)
    assert again.status_code == 409
    assert "You had already sent this form" in again.text
    assert "If you have changed anything since then, that has not been sent." in again.text  # nothing was
