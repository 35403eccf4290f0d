"""What must hold of every page: it fits however it is shown, anybody can see and hit what is on it, and axe agrees."""

from functools import cache
from importlib.resources import files

from playwright.sync_api import Page

WIDTHS = (320, 1280)  # 320 is a window of 1280 at 400 %
HEIGHT = 900
ZOOMED = {"width": 320, "height": 256}  # a window of 1280 by 1024 at 400 %
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# How people may set their own texts: 1.4.12 and 1.4.4 of WCAG.
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""
LARGE = "html { font-size: 200% !important; }"


def problems(page: Page) -> list[str]:
    """List what stands in the way of anybody on this page."""
    page.wait_for_load_state()
    page.evaluate(_axe_itself())
    found: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found += [f"{width} px: {problem}" for problem in (*_cut_off(page), *_small(page), *_axe(page))]
        found += [f"{width} px, spaced text: {problem}" for problem in _styled(page, SPACED)]
    found += [f"text of twice the size: {problem}" for problem in _styled(page, LARGE)]
    page.set_viewport_size(ZOOMED)
    page.keyboard.press("Tab")  # from here on the browser shows the focus as it does to whoever uses the keyboard
    found += [f"focus is not seen: {element}" for element in page.evaluate(_UNSEEN_FOCUS)]
    page.emulate_media(reduced_motion="reduce")
    found += [f"moves: {element}" for element in page.evaluate(_MOVING)]
    return found


def _styled(page: Page, style: str) -> list[str]:
    page.evaluate(_WEAR, style)
    found = [*_cut_off(page), *(f"cut off: {element}" for element in page.evaluate(_CUT))]
    page.evaluate(_WEAR, "")
    return found


def _cut_off(page: Page) -> list[str]:
    room, wide = page.evaluate("[innerWidth, document.documentElement.scrollWidth]")
    return [f"scrolls sideways to {wide}"] if wide > room else []


def _small(page: Page) -> list[str]:
    return [f"smaller than 24 px: {target}" for target in page.evaluate(_SMALL_TARGETS)]


@cache
def _axe_itself() -> str:
    """The script of axe: to bring it into a page takes longer than to run it there, so a page gets it once."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text()


def _axe(page: Page) -> list[str]:
    violations = page.evaluate("(rules) => axe.run(rules).then((found) => found.violations)", RULES)
    return [f"{each['id']}: {node['html']}" for each in violations for node in each["nodes"]]


# 2.5.8: a target is 24 px each way; or a circle of 24 px round its middle meets no other target, nor the circle of
# another that is small; or it stands in a sentence.
_SMALL_TARGETS = """() => {
  const all = Array.from(document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea"));
  const targets = all.filter((each) => each.checkVisibility() && !each.closest(".unseen, .enter, .skip"));
  const small = (box) => box.width < 24 || box.height < 24;
  const middle = (box) => [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  const near = ([x, y], box) => Math.hypot(
    Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
  return targets.filter((target) => {
    const box = target.getBoundingClientRect();
    const inASentence = getComputedStyle(target).display === "inline"
      && target.parentElement.innerText.trim().length > target.innerText.trim().length;
    if (!small(box) || inASentence) return false;
    return targets.some((other) => {
      if (other === target) return false;
      const beside = other.getBoundingClientRect();
      const apart = small(beside) ? Math.hypot(...middle(box).map((each, axis) => each - middle(beside)[axis])) - 12
        : near(middle(box), beside);
      return apart < 12;
    });
  }).map((target) => target.outerHTML);
}"""
# A constructed sheet is not a style in the page: our own policy lets it in.
_WEAR = """(style) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  document.adoptedStyleSheets = style ? [sheet] : [];
}"""
# Boxes whose content is larger than they are. What is typed into a field scrolls, but for the digits of a date; what
# stands in a drawing has no box.
_CUT = """() => Array.from(document.body.querySelectorAll("*")).filter((each) => {
  const style = getComputedStyle(each);
  if (!each.checkVisibility() || style.display === "inline" || each.closest(".unseen, .enter, .skip")) return false;
  if (each.ownerSVGElement) return false;
  if (each.matches("input, select, textarea, option") && !/digits/.test(each.className)) return false;
  if (/auto|scroll/.test(style.overflowY)) return each.scrollWidth > each.clientWidth + 2;
  return each.scrollHeight > each.clientHeight + 2 || each.scrollWidth > each.clientWidth + 2;
}).map((each) => each.outerHTML.slice(0, 200))"""
_MOVING = """() => Array.from(document.querySelectorAll("*")).filter((each) => {
  const style = getComputedStyle(each);
  return style.animationName !== "none" || /[1-9]/.test(style.transitionDuration) || style.scrollBehavior === "smooth";
}).map((each) => each.outerHTML.slice(0, 200))"""

# 2.4.7 and 2.4.11: a ring is drawn, it is in the window, and nothing that stays in its place covers all of it.
_IS_SEEN = """(active) => {
  const ringed = active.closest(".option") ? active.nextElementSibling : active;
  const style = getComputedStyle(ringed), box = ringed.getBoundingClientRect();
  const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const left = Math.max(box.left, 0) + 1, right = Math.min(box.right, innerWidth) - 1;
  const top = Math.max(box.top, 0) + 1, bottom = Math.min(box.bottom, innerHeight) - 1;
  const uncovered = [left, (left + right) / 2, right].some((x) => [top, (top + bottom) / 2, bottom].some((y) => {
    const hit = document.elementFromPoint(x, y);
    return hit && (hit === active || ringed.contains(hit));
  }));
  return drawn && left < right && top < bottom && uncovered;
}"""
FOCUS_IS_SEEN = f"() => document.activeElement === document.body || ({_IS_SEEN})(document.activeElement)"
_UNSEEN_FOCUS = f"""() => {{
  const reached = "a[href], button, input, select, textarea, summary, [tabindex]";
  const all = Array.from(document.querySelectorAll(reached)).filter((each) => each.tabIndex >= 0);
  return [...all, ...all.slice().reverse()].filter((each) => {{
    each.focus();
    return document.activeElement === each && !({_IS_SEEN})(each);
  }}).map((each) => each.outerHTML.slice(0, 200));
}}"""
