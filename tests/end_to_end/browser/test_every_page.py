"""Every page that a visitor can see can be read and used by everybody, narrow and wide."""

import gzip
import re
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from tests.end_to_end.browser import judging
from tests.end_to_end.browser.arriving import PAGES, Scene
from tests.end_to_end.browser.desk import Desk
from tests.end_to_end.browser.walking import go_on, see
from tests.end_to_end.house import House
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT, fill_in_support

STATUS = {
    "expired": 410, "not found": 404, "not found, nobody's": 404, "not found, in a frame": 404,
    "closed organisation": 503, "too large": 413, "cross-site": 403,
    "sent before": 409, "link over": 410, "saved form deleted": 410,
}  # fmt: skip
FAR_ABOVE = 10  # times the limit
FIRST_VIEW_BYTES = 14 * 1024
WRONG = """<img src="data:,"><ul id="near"><li><a href="#a">i</a></li><li><a href="#b">i</a></li></ul>
<p id="alone"><a href="#alone">i</a></p>
<p id="wide">wide</p><p id="tight">cut off when it grows</p><p id="moving">moving</p>
<p><a href="#covered">A link under something</a></p><div id="cover"></div>"""
WRONG_STYLES = {
    "near": "display: flex; list-style: none",
    "alone": "padding: 40px",
    "wide": "min-width: 2000px",
    "tight": "height: 27px; overflow: hidden; width: 12em; white-space: nowrap",
    "moving": "transition: opacity 1s",
    "cover": "position: fixed; inset: 0",
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_can_be_read_and_used_by_everybody(scene: Scene, name: str) -> None:
    page = PAGES[name](scene)
    assert scene.desk.statuses[-1] == STATUS.get(name, 200)
    assert judging.problems(page) == []


def test_who_sends_far_too_much_reads_why_and_can_go_back(browser: Browser, build: Callable[..., House]) -> None:
    house = build(GATEWAY_RATE_LIMIT="1 per hour").start("web")
    desk = Desk(browser, house.base)
    for _ in range(FAR_ABOVE):
        Visitor(house.base).open("/riverside/contact-me").submit(CONTACT)
    page = desk.open(fill_in_support(Visitor(house.base)).response.url)
    go_on(page, "Send")
    see(page, "We cannot take this just now")
    assert desk.statuses[-1] == 429
    assert judging.problems(page) == []
    page.get_by_role("link", name="Back to my answers").click()
    see(page, "Check your answers")
    desk.close()
    assert desk.troubles == []


def test_what_is_judged_can_be_wrong(scene: Scene) -> None:
    page = scene.desk.open("/riverside/support")
    page.evaluate(f"document.querySelector('main').insertAdjacentHTML('beforeend', `{WRONG}`)")
    for name, style in WRONG_STYLES.items():
        page.locator(f"#{name}").evaluate("(each, style) => { each.style.cssText = style; }", style)
    found = judging.problems(page)
    for problem in (
        "320 px: image-alt", "1280 px: image-alt", "320 px: scrolls sideways", "320 px: smaller than 24 px",
        "320 px, spaced text: cut off: <p id=\"tight\"", "text of twice the size: cut off: <p id=\"tight\"",
        "focus is not seen: <a href=\"#covered\"", "moves: <p id=\"moving\"",
    ):  # fmt: skip
        assert any(each.startswith(problem) for each in found), problem
    assert not any("smaller" in each and "alone" in each for each in found)


def test_the_first_view_is_light(house: House) -> None:
    page = fetch(f"{house.base}/riverside/support")
    parts = re.findall(r'(?:href|src)="(/[^"]+\.(?:css|js))"', page.decode())
    assert len(parts) == 3
    weight = sum(len(gzip.compress(each, 6)) for each in (page, *(fetch(house.base + part) for part in parts)))
    assert weight <= FIRST_VIEW_BYTES


def fetch(address: str) -> bytes:
    """What stands at an address."""
    with urllib.request.urlopen(address, timeout=30) as response:
        found: bytes = response.read()
        return found
