"""Every page that a visitor can see, narrow and wide: readable by all, nothing cut off, every mistake within reach."""

import gzip
import re
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.end_to_end.browser.arriving import MISTAKES, PAGES, Scene
from tests.end_to_end.browser.desk import Desk
from tests.end_to_end.browser.elsewhere import Elsewhere
from tests.end_to_end.house import House

WIDTHS = (320, 1280)
STATUS = {
    "expired": 410, "not found": 404, "not found, nobody's": 404, "too large": 413, "cross-site": 403,
    "sent before": 409,
}  # fmt: skip
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
FIRST_VIEW_BYTES = 14 * 1024


@pytest.fixture
def scene(desk: Desk, elsewhere: Elsewhere) -> Scene:
    """What a way to a page needs."""
    return Scene(desk, elsewhere)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_can_be_read_and_used_by_everybody(scene: Scene, name: str) -> None:
    page = PAGES[name](scene)
    page.wait_for_load_state()
    assert scene.desk.statuses[-1] == STATUS.get(name, 422 if name in MISTAKES else 200)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways at {width}"
        assert page.evaluate(_SMALL_TARGETS) == [], f"too small to hit at {width}"
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == [], f"at {width}"


@pytest.mark.parametrize("name", MISTAKES)
def test_every_mistake_in_the_summary_leads_to_its_field(scene: Scene, name: str) -> None:
    page = MISTAKES[name](scene)
    expect(page.locator("[data-problems]")).to_be_focused()
    expect(page).to_have_title(re.compile(r"^Error: "))
    links = page.locator("[data-problems] a")
    assert links.count() > 0
    for link in links.all():
        words = link.inner_text()
        target = (link.get_attribute("href") or "").removeprefix("#")
        link.click()
        field = page.locator(f'[id="{target}"]')
        expect(field).to_be_focused()
        expect(field).to_be_in_viewport()
        question = page.locator(".question").filter(has=field).last
        expect(question.locator(".error").first).to_contain_text(words)


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


_SMALL_TARGETS = """() => Array.from(document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea"))
  .filter((target) => target.checkVisibility())
  .filter((target) => {
    const box = target.getBoundingClientRect();
    const inASentence = target.matches("p a") && getComputedStyle(target).display === "inline";
    return !inASentence && (box.width < 24 || box.height < 24);
  })
  .map((target) => target.outerHTML)"""
