"""What must hold of every page, narrow and wide: it fits, it can be hit with a finger, and axe finds nothing."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (320, 1280)
HEIGHT = 900
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def problems(page: Page) -> list[str]:
    """List what stands in the way of anybody on this page."""
    found: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found += [f"{width} px: {problem}" for problem in (*_cut_off(page, width), *_small(page), *_axe(page))]
    return found


def _cut_off(page: Page, width: int) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"scrolls sideways to {wide}"] if wide > width else []


def _small(page: Page) -> list[str]:
    return [f"smaller than 24 px: {target}" for target in page.evaluate(_SMALL_TARGETS)]


def _axe(page: Page) -> list[str]:
    violations = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {node['html']}" for each in violations for node in each["nodes"]]


# A link within a sentence is as high as its line.
_SMALL_TARGETS = """() => {
  const targets = document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea");
  return Array.from(targets).filter((target) => {
    const box = target.getBoundingClientRect();
    const inASentence = target.matches("p a") && getComputedStyle(target).display === "inline";
    return target.checkVisibility() && !inASentence && (box.width < 24 || box.height < 24);
  }).map((target) => target.outerHTML);
}"""
