"""Who may frame what: every page under /embed names those that the organisation lists, every other page nobody."""

import re

import pytest
import requests

from tests.end_to_end.house import House

NOBODYS = "AAAAAAAAAAAAAAAAAAAAAA"
LISTED = "https://www.riverside.example http://localhost:8080"
FRAMED = [
    ("GET", "/contact-me", 200), ("GET", "/contact-me?lang=cy", 200), ("POST", "/contact-me", 422),
    ("PUT", "/contact-me", 405), ("GET", "", 404), ("GET", "/nothing", 404), ("GET", "/contact-me/", 303),
    ("GET", "/support/d/x/contact", 404), ("GET", f"/support/d/{NOBODYS}/contact", 410),
    ("GET", f"/support/d/{NOBODYS}/check", 410), ("GET", f"/support/d/{NOBODYS}/sent", 410),
    ("GET", f"/support/d/{NOBODYS}/nothing", 410), ("GET", f"/support/d/{NOBODYS}/exit", 303),
]  # fmt: skip
UNFRAMED = [
    "/riverside/", "/riverside/contact-me", "/riverside/nothing", f"/riverside/support/d/{NOBODYS}/contact",
    "/nothing/here", "/embed/", "/embed/nobody/contact-me", "/embed/static/app.css",
]  # fmt: skip


def ancestors(response: requests.Response) -> str:
    """Who may frame a page, by its own header."""
    found = re.search(r"frame-ancestors ([^;]*)", response.headers["Content-Security-Policy"])
    assert found, response.headers
    return found[1]


@pytest.mark.parametrize(("method", "path", "status"), FRAMED)
def test_every_page_under_embed_names_those_who_may_frame_it(house: House, method: str, path: str, status: int) -> None:
    response = requests.request(method, f"{house.base}/embed/riverside{path}", timeout=30, allow_redirects=False)

    assert response.status_code == status
    assert ancestors(response) == LISTED
    assert "X-Frame-Options" not in response.headers
    assert "Set-Cookie" not in response.headers


def test_a_post_from_elsewhere_and_one_that_is_too_large_stay_in_their_frame(house: House) -> None:
    address = f"{house.base}/embed/riverside/contact-me"
    foreign = requests.post(address, data={"a": "b"}, headers={"Sec-Fetch-Site": "cross-site"}, timeout=30)
    large = requests.post(address, data={"description": "x" * 2_200_000}, timeout=30)

    assert [foreign.status_code, large.status_code] == [403, 413]
    assert [ancestors(foreign), ancestors(large)] == [LISTED, LISTED]


@pytest.mark.parametrize("path", UNFRAMED)
def test_every_other_page_may_be_framed_by_nobody(house: House, path: str) -> None:
    response = requests.get(f"{house.base}{path}", timeout=30, allow_redirects=False)

    assert ancestors(response) == "'none'"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert "Set-Cookie" not in response.headers


def test_the_script_for_other_websites_is_kept_for_minutes_and_the_frames_own_for_ever(house: House) -> None:
    script = requests.get(f"{house.base}/static/embed.js", timeout=30)
    page = requests.get(f"{house.base}/embed/riverside/contact-me", timeout=30).text
    own = re.search(r'src="(/static/frame-[^"]+)"', page)

    assert script.headers["Cache-Control"] == "public, max-age=300"
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert own
    assert "immutable" in requests.get(house.base + own[1], timeout=30).headers["Cache-Control"]
    assert "frame-" not in requests.get(f"{house.base}/riverside/contact-me", timeout=30).text
