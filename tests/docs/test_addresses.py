"""The documents have every address of the web and no other; docs/security.md has every header and why."""

import re

from flask import Flask

from gateway.definitions.base import SLUG
from gateway.definitions.schema import RESERVED_FOR_PEOPLE, RESERVED_WORDS
from gateway.web.security import CSP, page_headers
from tests.docs.reading import blocks, signed_in_addresses, table, text_of, words

AUTOMATIC = {"HEAD", "OPTIONS"}


def test_every_address_is_documented_with_its_methods_and_no_other(app: Flask) -> None:
    documented: dict[str, set[str]] = {}
    for address, methods, framed, _ in table("docs/operations.md", "## Addresses"):
        rule = words(address)[0]
        documented[rule] = set(methods.split(", "))
        if framed == "yes":
            documented[f"/embed{rule}"] = documented[rule]
    documented |= {address: set(methods.split(", ")) for address, methods, _ in signed_in_addresses()}
    served: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        served.setdefault(rule.rule, set()).update((rule.methods or set()) - AUTOMATIC)

    assert documented == served


def test_every_header_of_a_page_is_documented_with_its_value_and_no_other() -> None:
    headers = dict(page_headers(frame_ancestors="'none'"))
    del headers["Content-Security-Policy"]
    listed = {words(row[0])[0]: row for row in table("docs/security.md", "## Headers")}
    documented = {name: words(listed[name][1])[0] for name in headers if name in listed}

    assert documented == headers
    assert all(row[2] for row in listed.values())


def test_every_directive_of_the_policy_is_documented_and_no_other() -> None:
    policy = dict(part.strip().split(" ", 1) for part in CSP.format(ancestors="'none'").split(";"))
    listed = {words(row[0])[0]: row for row in table("docs/security.md", "## Headers")}
    documented = {name: words(row[1])[0] for name, row in listed.items() if re.match(r"[a-z]", name)}

    assert documented == policy


def test_every_listed_header_is_carried_by_a_page_and_by_an_error(app: Flask) -> None:
    listed = {words(row[0])[0] for row in table("docs/security.md", "## Headers")}
    headers = {name for name in listed if name[0].isupper()}

    for address, status in (("/riverside/support", 200), ("/riverside/nowhere", 404)):
        response = app.test_client().get(address)

        assert response.status_code == status
        assert headers <= set(response.headers.keys())


def test_no_page_sets_a_cookie(app: Flask) -> None:
    for address in ("/riverside/", "/riverside/support", "/embed/riverside/contact-me"):
        assert "Set-Cookie" not in app.test_client().get(address).headers


def test_the_frame_of_the_documents_may_be_framed_where_they_try_it(app: Flask) -> None:
    page = text_of("docs/embedding.md")
    (frame,) = [body for body in blocks(page, "html") if "<iframe" in body]
    source = re.search(r'src="https://refer\.example\.org(/[^"]+)"', frame)

    assert source is not None
    response = app.test_client().get(source[1])

    assert response.status_code == 200
    assert "http://localhost:8080" in response.headers["Content-Security-Policy"]
    assert source[1] in page.split("## Try it")[1]


def test_no_organisation_can_have_the_name_of_a_page_of_people_who_sign_in(app: Flask) -> None:
    places = [rule.rule.split("/")[1:] for rule in app.url_map.iter_rules()]
    before = {place[0] for place in places if "<organisation>" in place[1:2]}
    names = {place[1] for place in places if place[0] in before and SLUG.fullmatch(place[1])}

    assert before >= {"embed", "partner", "staff"}
    assert names >= {"account", "sign-in", "vouched"}
    assert names == RESERVED_FOR_PEOPLE


def test_no_organisation_and_no_form_can_have_the_name_of_an_address_of_ours(app: Flask) -> None:
    places = {tuple(rule.rule.split("/")[1:3]) for rule in app.url_map.iter_rules()}
    first = {place[0] for place in places}
    behind_an_organisation = {place[1] for place in places if place[0].startswith("<") and len(place) > 1}
    names = {name for name in first | behind_an_organisation if SLUG.fullmatch(name)}

    assert "logo" in names
    assert names <= RESERVED_WORDS
