"""Bad input of any kind: an error beside its field with the answers kept, never a 500, never a silent drop."""

import http.client
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlencode, urlsplit

import pytest
import requests

from tests.end_to_end.house import House, wait_for
from tests.end_to_end.papers import to_the_letter
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT, fill_in_support


@pytest.fixture(autouse=True)
def nothing_unforeseen(house: House) -> Iterator[None]:
    """No test of this module may end in an error that nobody foresaw."""
    yield
    assert "request failed" not in house.log("web")
    assert "Traceback" not in house.log("web")


ABOUT = {"first_name": "Alba", "surname": "Testperson"}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("first_name", "", "Tell us your first name"),
        ("first_name", "A" * 61, "60 characters"),
        ("first_name", "Al\x00ba", "cannot read"),
        ("first_name", "Al\x1bba", "cannot read"),
        ("date_of_birth-year", "1960", "must include"),
        ("date_of_birth-day", "31", "must include"),
        ("district", "999", "Choose one of the answers in the list"),
    ],
)
def test_an_error_stands_beside_its_field_and_in_the_summary_and_the_rest_is_kept(
    visitor: Visitor, field: str, value: str, words: str
) -> None:
    visitor.open("/riverside/support").submit({**ABOUT, field: value})
    assert visitor.response.status_code == 422
    assert visitor.text.startswith("Error: ")
    assert visitor.text.count(words) == 2
    name = re.sub(r"-(day|month|year)$", "", field)
    target = re.search(rf'class="problems".*?href="#({name}[^"]*)"', visitor.response.text, re.DOTALL)
    assert target is not None
    assert target[1] in visitor.page.ids
    assert ("surname", "Testperson") in visitor.page.form.fields


def test_an_impossible_date_is_named_and_kept_as_typed(visitor: Visitor) -> None:
    date = {"date_of_birth-day": "31", "date_of_birth-month": "2", "date_of_birth-year": "1960"}
    visitor.open("/riverside/support").submit({**ABOUT, **date})
    assert visitor.response.status_code == 422
    assert set(date.items()) <= set(visitor.page.form.fields)


@pytest.mark.parametrize("value", ["%FF%FE", "Al%C3ba", "Al%ED%A0%80ba"])
def test_bytes_that_are_no_utf8_are_an_error_beside_the_field(house: House, visitor: Visitor, value: str) -> None:
    visitor.open("/riverside/support")
    token = dict(visitor.page.form.fields)["token"]
    body = f"{urlencode({'token': token, 'surname': 'Testperson'})}&first_name={value}"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": house.base}
    answer = requests.post(visitor.response.url, data=body, headers=headers, timeout=30)
    assert answer.status_code == 422
    assert "cannot read" in answer.text
    assert 'value="Testperson"' in answer.text


def test_raw_bytes_in_the_body_are_taken_as_utf8(house: House, visitor: Visitor) -> None:
    visitor.open("/riverside/support")
    token = dict(visitor.page.form.fields)["token"]
    body = f"token={token}&first_name=Zoë&surname=Testperson".encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": house.base}
    answer = requests.post(visitor.response.url, data=body, headers=headers, timeout=30)
    assert answer.url.endswith("/contact")


@pytest.mark.parametrize("token", ["", "nonsense", "é", "a~b.c.d", "\x00"])
def test_a_post_without_a_good_token_keeps_the_answers_and_can_be_sent_again(
    visitor: Visitor, house: House, token: str
) -> None:
    visitor.open("/riverside/contact-me").submit({**CONTACT, "token": token})
    assert visitor.response.status_code == 422
    assert "We could not tell where this page came from" in visitor.text
    visitor.submit()
    wait_for(lambda: house.staged(visitor.reference), "its arrival")


def test_a_tampered_token_gets_a_new_instance(visitor: Visitor) -> None:
    visitor.open("/riverside/contact-me")
    token = dict(visitor.page.form.fields)["token"]
    changed = ("B" if token[0] == "A" else "A") + token[1:]
    visitor.submit({**CONTACT, "token": changed})
    assert dict(visitor.page.form.fields)["token"][:20] not in {token[:20], changed[:20]}


def test_an_expired_token_keeps_its_instance_and_the_answers(build: Callable[..., House]) -> None:
    short = build(GATEWAY_TOKEN_HOURS="0.0000001").start("web")
    late = Visitor(short.base).open("/riverside/contact-me")
    token = dict(late.page.form.fields)["token"]
    wait_for(lambda: late.submit(CONTACT).response.status_code == 422, "the token to expire")
    assert "This page was open for a long time" in late.text
    assert ("surname", "Testperson") in late.page.form.fields
    assert dict(late.page.form.fields)["token"][:20] == token[:20]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://other.riverside.example"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    ],
)
def test_a_post_from_another_site_is_refused_with_a_way_to_go_on(
    visitor: Visitor, house: House, headers: dict[str, str]
) -> None:
    before = len(house.referrals())
    sent = {name: value for name, value in headers.items() if value}
    visitor.open("/riverside/contact-me")
    fields = dict(visitor.page.form.fields) | CONTACT
    answer = requests.post(visitor.response.url, data=fields, headers=sent, timeout=30)
    assert answer.status_code == 403
    assert "has to be sent from its own page" in answer.text
    assert "01632 960123" in answer.text
    assert len(house.referrals()) == before


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "none"}])
def test_a_post_that_does_not_say_where_it_comes_from_is_judged_by_its_token(
    visitor: Visitor, headers: dict[str, str]
) -> None:
    visitor.open("/riverside/contact-me")
    fields = dict(visitor.page.form.fields) | CONTACT
    answer = requests.post(visitor.response.url, data=fields, headers=headers, timeout=30)
    assert answer.url.endswith("/sent")


@pytest.mark.parametrize("size", [3_000_000, 30_000_000])
def test_past_the_body_limits_a_plain_page_says_whom_to_call(visitor: Visitor, house: House, size: int) -> None:
    visitor.open("/riverside/contact-me")
    fields = {**dict(visitor.page.form.fields), **CONTACT, "description": "x" * size}
    headers = {"Origin": house.base}
    answer = requests.post(visitor.response.url, data=fields, headers=headers, timeout=60)
    assert answer.status_code == 413
    assert "That was too much at once" in answer.text
    assert "01632 960123" in answer.text
    assert "call 999" in answer.text


def test_more_fields_than_any_form_has_are_refused_in_words(visitor: Visitor, house: House) -> None:
    visitor.open("/riverside/contact-me")
    fields = {f"junk{number}": "x" for number in range(5000)}
    answer = requests.post(visitor.response.url, data=fields, headers={"Origin": house.base}, timeout=30)
    assert answer.status_code == 413


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=", ""])
def test_a_body_of_another_kind_gets_the_page_again(visitor: Visitor, house: House, kind: str) -> None:
    visitor.open("/riverside/contact-me")
    headers = {"Content-Type": kind, "Origin": house.base}
    answer = requests.post(visitor.response.url, data=b'{"first_name": "Alba"}', headers=headers, timeout=30)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing/", 404),
        ("GET", "/riverside/nothing", 404),
        ("GET", "/riverside/support/d/nonsense/about", 404),
        ("GET", "/riverside/support/d/AAAAAAAAAAAAAAAAAAAAAA/about", 410),
        ("GET", "/riverside/support/d/AAAAAAAAAAAAAAAAAAAAAA/sent", 410),
        ("POST", "/riverside/support/d/AAAAAAAAAAAAAAAAAAAAAA/check", 410),
        ("DELETE", "/riverside/support", 405),
        ("GET", "/riverside/../../etc/passwd", 404),
        ("GET", "/static/../app.py", 404),
        ("GET", "/static/%2e%2e/app.py", 404),
        ("GET", "/static/../var/gateway-x.db", 404),
        ("GET", "/static/./nothing-000000000000.css", 404),
        ("GET", f"/static/{'a' * 300}-x.css", 404),
        ("GET", "/%00/", 404),
        ("GET", "/riverside/%FF", 404),
        ("GET", "/riverside/support?lang=%00&person=%FF", 200),
        ("GET", "/embed/riverside/", 404),
    ],
)
def test_odd_addresses_get_a_plain_page(house: House, method: str, path: str, status: int) -> None:
    connection = http.client.HTTPConnection(urlsplit(house.base).netloc, timeout=30)
    connection.putrequest(method, path, skip_accept_encoding=True)
    connection.putheader("Origin", house.base)
    connection.putheader("Content-Length", "0")
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    assert answer.status == status
    assert "<h1" in body


@pytest.mark.parametrize("page", ["/riverside/support", "reasons"])
@pytest.mark.parametrize(
    "action", ["add-file-x%0D%0ASet-Cookie:%20a", "remove-file-x%0A-1", "remove-file-letter-%ED%A0%80", "add-file-%FF"]
)
def test_an_odd_button_beside_files_does_what_continue_does(
    visitor: Visitor, house: House, page: str, action: str
) -> None:
    to_the_letter(visitor) if page == "reasons" else visitor.open(page)
    fields = [*visitor.page.form.fields, ("first_name", "Alba")]
    body = f"{urlencode(fields)}&action={action}"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": house.base}
    answer = requests.post(visitor.response.url, data=body, headers=headers, timeout=30)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert "set-cookie" not in answer.headers


def test_a_body_of_unknown_length_is_not_cut_at_the_limit_in_silence(visitor: Visitor, house: House) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"first_name=Alba&ignored="
        yield from [b"a" * 100_000] * 25
        yield b"&surname=Testperson"

    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": house.base}
    answer = requests.post(f"{house.base}/riverside/support", data=pieces(), headers=headers, timeout=30)
    assert answer.status_code == 413


def test_far_too_much_text_is_not_kept_unjudged(visitor: Visitor) -> None:
    visitor.open("/riverside/support").submit({"first_name": "A" * 200_000, "surname": "Testperson"}, press="save")
    assert visitor.response.status_code == 422
    assert "60 characters" in visitor.text
    assert ("surname", "Testperson") in visitor.page.form.fields


@pytest.mark.parametrize("person", ["0", "-1", "99", "x", "²", "1e1"])
def test_an_odd_person_in_the_address_is_no_way_round_the_form(visitor: Visitor, person: str) -> None:
    fill_in_support(visitor, others=1)
    visitor.open(f"{visitor.response.url.replace('/check', '/others')}?person={person}")
    assert visitor.response.status_code == 200


@pytest.mark.parametrize("action", ["remove-" + "9" * 5000, "remove--1", "remove-²", "remove-", "remove-7"])
def test_removing_nobody_changes_nothing(visitor: Visitor, action: str) -> None:
    fill_in_support(visitor, others=2)
    visitor.open(visitor.response.url.replace("/check", "/others")).submit(press=action)
    assert visitor.response.status_code == 200
    assert "OtherA" in visitor.text
    assert "OtherB" in visitor.text


def test_answers_that_changed_in_another_window_are_shown_before_they_are_sent(visitor: Visitor, house: House) -> None:
    fill_in_support(visitor)
    check_page, check = visitor.page, visitor.response
    visitor.open(check.url.replace("/check", "/contact?change=1")).submit({"telephone": "01632 960002"})
    visitor.page, visitor.response = check_page, check
    visitor.submit(press="send")
    assert visitor.response.status_code == 422
    assert "Your answers were changed in another window" in visitor.text
    assert "01632 960002" in visitor.text
    visitor.submit(press="send")
    assert visitor.response.url.endswith("/sent")


def test_a_choice_is_judged_again_when_the_draft_is_sent(visitor: Visitor) -> None:
    fill_in_support(visitor)
    visitor.open(visitor.response.url)
    visitor.submit({"token": dict(visitor.page.form.fields)["token"]}, press="send")
    assert visitor.response.url.endswith("/sent")


@pytest.mark.parametrize("frame", ["", "/embed"])
def test_a_slash_too_many_behind_a_form_leads_to_the_form(house: House, frame: str) -> None:
    answer = requests.get(f"{house.base}{frame}/riverside/support/?lang=cy", timeout=30, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{frame}/riverside/support?lang=cy")


@pytest.mark.parametrize("path", ["/nobody/support/", "//evil.example/", "/%5Cevil.example/x/", "/static/x/"])
def test_a_slash_too_many_leads_nowhere_else(house: House, path: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(house.base).netloc, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    connection.close()
    assert (answer.status, answer.headers["Location"]) == (404, None)


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/riverside/support", "GET, HEAD, OPTIONS, POST"),
        ("/riverside/", "GET, HEAD, OPTIONS"),
        ("/healthz", "GET, HEAD, OPTIONS"),
        ("/staff/", "GET, HEAD, OPTIONS"),
    ],
)
def test_who_comes_with_another_method_is_told_which_there_are(house: House, path: str, methods: str) -> None:
    answer = requests.delete(house.base + path, timeout=30)
    assert (answer.status_code, answer.headers["Allow"]) == (405, methods)


@pytest.mark.parametrize(
    ("path", "place"), [("/riverside?lang=cy", "/riverside/?lang=cy"), ("/riverside//support", "/riverside/support")]
)
def test_an_address_that_is_nearly_right_leads_on_whatever_host_the_request_names(
    house: House, path: str, place: str
) -> None:
    answer = requests.get(house.base + path, headers={"Host": "evil.example"}, timeout=30, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"], answer.text) == (308, place, "")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["app.css", "app.js"])
def test_a_page_of_another_version_is_not_without_its_style_while_an_upgrade_goes_on(house: House, name: str) -> None:
    stem, ending = name.split(".")
    answer = requests.get(f"{house.base}/static/{stem}-000000000000.{ending}", timeout=30)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.content == requests.get(f"{house.base}/static/{name}", timeout=30).content
