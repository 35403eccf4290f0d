"""Every page that a visitor can see can be read and used by everybody, narrow and wide."""

import gzip
import re
import urllib.request

import pytest

from tests.end_to_end.browser import judging
from tests.end_to_end.browser.arriving import PAGES, Scene
from tests.end_to_end.house import House

STATUS = {
    "expired": 410, "not found": 404, "not found, nobody's": 404, "too large": 413, "cross-site": 403,
    "sent before": 409, "link over": 410, "saved form deleted": 410,
}  # fmt: skip
FIRST_VIEW_BYTES = 14 * 1024


@pytest.mark.parametrize("name", PAGES)
def test_every_page_can_be_read_and_used_by_everybody(scene: Scene, name: str) -> None:
    page = PAGES[name](scene)
    page.wait_for_load_state()
    assert scene.desk.statuses[-1] == STATUS.get(name, 200)
    assert judging.problems(page) == []


def test_what_is_judged_can_be_wrong(scene: Scene) -> None:
    page = scene.desk.open("/riverside/support")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', "
        '\'<img src="data:,"><div><a href="#a">i</a></div><p id="wide">wide</p>\')'
    )
    page.locator("#wide").evaluate("wide => { wide.style.minWidth = '2000px'; }")
    found = " ".join(judging.problems(page))
    for problem in ("320 px: image-alt", "1280 px: image-alt", "320 px: scrolls", "smaller than 24 px"):
        assert problem in found


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
