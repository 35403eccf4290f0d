"""How to arrive at every page that a visitor can see: a name each, and the way there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from playwright.sync_api import Page

from tests.end_to_end.browser.desk import Desk
from tests.end_to_end.browser.elsewhere import Elsewhere
from tests.end_to_end.browser.walking import fill_in_contact, go_on, reference
from tests.end_to_end.papers import ADD, a_file, docx, to_the_letter
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT, fill_in_support

NOBODYS_DRAFT = "/riverside/support/d/AAAAAAAAAAAAAAAAAAAAAA/contact"
TOO_LONG = 2_100_000
REMEMBERED = "Purple teapot"


@dataclass(frozen=True)
class Scene:
    """What a way to a page needs: a desk to sit at, the other website, and a visitor who fills in quickly."""

    desk: Desk
    elsewhere: Elsewhere

    def visitor(self) -> Visitor:
        """Somebody who fills in pages without a browser."""
        return Visitor(self.desk.base)


Way = Callable[[Scene], Page]


def at(address: str, scene: Scene) -> Page:
    """Open an address."""
    return scene.desk.open(address)


def support(part: str, scene: Scene, *, others: int = 1) -> Page:
    """Open a page of "Ask for support" when everything has been answered."""
    found = fill_in_support(scene.visitor(), others=others).response.url
    return scene.desk.open(found.replace("/check", f"/{part}"))


def with_files(scene: Scene, *, wrong: bool = False) -> Page:
    """Open the page that asks for a letter, with letters on it; the last one may have been wrong."""
    visitor = to_the_letter(scene.visitor())
    visitor.submit(press=ADD, files=[a_file("from the hospital with a long name.pdf"), a_file("b.docx", docx())])
    page = scene.desk.open(visitor.response.url)
    if wrong:
        page.locator("input[type=file]").set_input_files(
            {"name": "c.jpg", "mimeType": "image/jpeg", "buffer": b"no photo"}
        )
        page.get_by_role("alert").wait_for()
    return page


def one_removed(scene: Scene) -> Page:
    """Remove somebody from the list of people."""
    page = support("others", scene, others=2)
    page.get_by_role("button", name="Remove").first.click()
    page.get_by_role("button", name="Put back").wait_for()
    return page


def agency(part: str, scene: Scene) -> Page:
    """Open a page of "Refer a carer to us" when everything before it has been answered."""
    visitor = scene.visitor().open("/riverside/agency")
    visitor.submit({
        "referrer-0-name": "Rita Testperson", "referrer-0-organisation": "Test Surgery",
        "referrer-0-phone": "01632 960002",
    })  # fmt: skip
    visitor.submit({"first_name": "Alba", "surname": "Testperson", "telephone": "01632 960001"})
    visitor.submit({"description": "Her husband came home from hospital", "soon": "Within 2 weeks"})
    visitor.submit({"agreement": "agreed"})
    return scene.desk.open(visitor.response.url.replace("/check", f"/{part}"))


def sent(scene: Scene) -> Page:
    """Open a receipt."""
    return scene.desk.open(fill_in_support(scene.visitor()).submit(press="send").response.url)


def sent_before(scene: Scene) -> Page:
    """Send a form, come back to its page as the browser had kept it, and send it with another answer."""
    page = scene.desk.open("/riverside/contact-me")
    kept = page.content()
    fill_in_contact(page)
    go_on(page, "Send")
    reference(page)
    restore(page, "/riverside/contact-me", kept)
    fill_in_contact(page)
    page.get_by_label("Phone number").fill("01632 960009")
    go_on(page, "Send")
    page.get_by_role("link", name="Start a new form").wait_for()
    return page


def restore(page: Page, address: str, kept: str) -> None:
    """Open a page as a browser restores it after a restart: with the content of then, token included."""
    page.route(f"**{address}", lambda route: route.fulfill(content_type="text/html", body=kept), times=1)
    page.goto(address)


def ended(scene: Scene) -> Page:
    """Answer what ends the journey."""
    page = exit_shown(scene)
    page.get_by_label("First name").fill("Alba")
    page.get_by_label("Last name").fill("Testperson")
    go_on(page)
    return page


def exit_shown(scene: Scene) -> Page:
    """Choose what will end the journey."""
    page = scene.desk.open("/riverside/support")
    page.get_by_label("Where do you live?").select_option("Outside the area")
    return page


def too_large(scene: Scene) -> Page:
    """Send more than is taken."""
    page = scene.desk.open("/riverside/contact-me")
    page.get_by_label("What is it about").evaluate("(area, length) => { area.value = 'x'.repeat(length); }", TOO_LONG)
    go_on(page, "Send")
    return page


def cross_site(scene: Scene) -> Page:
    """Post from another website."""
    page = scene.desk.open(scene.elsewhere.posting(f"{scene.desk.base}/riverside/contact-me"))
    go_on(page, "Go")
    return page


def with_mistakes(way: Way, scene: Scene) -> Page:
    """Empty every text of a page, write nonsense where a form of writing is asked for, untick, and go on."""
    page = way(scene)
    for index in range(page.locator(_TEXTS).count()):
        field = page.locator(_TEXTS).nth(index)
        if field.is_visible():
            field.fill(field.evaluate(_NONSENSE))
    while (ticked := page.locator("input[type=checkbox]:checked")).count():
        ticked.first.uncheck()
    page.locator("form button.button[name=action][value=continue]").click()
    page.locator("[data-problems]").wait_for()
    return page


def saving(scene: Scene) -> Page:
    """Put a form off on its first page."""
    page = scene.desk.open("/riverside/support")
    page.get_by_label("First name").fill("Alba")
    go_on(page, "Save and come back later")
    return page


def saved(scene: Scene) -> Page:
    """Save a form."""
    page = saving(scene)
    page.get_by_label("A word or phrase").fill(REMEMBERED)
    go_on(page, "Save my answers")
    return page


def coming_back(scene: Scene) -> Page:
    """Open the link of a saved form in another browser."""
    return scene.desk.open(saved(scene).locator("#link").inner_text().strip())


def wrong_answers(number: int, scene: Scene) -> Page:
    """Open the link of a saved form, and give wrong answers."""
    page = coming_back(scene)
    for _ in range(number):
        page.get_by_label("The word or phrase").fill("not this one")
        go_on(page)
    return page


def link_over(scene: Scene) -> Page:
    """Open the link of a saved form that was used."""
    page = coming_back(scene)
    link = page.url
    page.get_by_label("The word or phrase").fill(REMEMBERED)
    go_on(page)
    page.goto(link)
    return page


def without_reason(scene: Scene) -> Page:
    """Say that a referral is in somebody's interest, and not why."""
    page = agency("agree", scene)
    page.locator("input[value=interest]").check()
    go_on(page)
    page.locator("[data-problems]").wait_for()
    return page


def receipt_of_contact(scene: Scene) -> Page:
    """Open the receipt of the short form."""
    return scene.desk.open(scene.visitor().open("/riverside/contact-me").submit(CONTACT).response.url)


QUESTIONS: Mapping[str, Way] = {
    "support: about": partial(at, "/riverside/support"),
    "support: contact": partial(support, "contact"),
    "support: caring": partial(support, "caring"),
    "support: cared-for": partial(support, "cared-for"),
    "support: others": partial(support, "others?person=1"),
    "support: help": partial(support, "help"),
    "support: you": partial(support, "you"),
    "support: agree": partial(support, "agree"),
    "contact-me": partial(at, "/riverside/contact-me"),
    "agency: referrer": partial(at, "/riverside/agency"),
    "agency: carer": partial(agency, "carer"),
    "agency: why": partial(agency, "why"),
    "agency: agree": partial(agency, "agree"),
}
# Nothing on these can be answered wrongly by leaving it out.
HARMLESS = frozenset({"support: caring", "support: you", "agency: agree"})
MISTAKES: Mapping[str, Way] = {
    **{name: partial(with_mistakes, way) for name, way in QUESTIONS.items() if name not in HARMLESS},
    "agency: agree": without_reason,
    "save": partial(with_mistakes, saving),
    "come back": partial(wrong_answers, 1),
}
PAGES: Mapping[str, Way] = {
    **QUESTIONS,
    "index": partial(at, "/riverside/"),
    "right to left": partial(at, "/quayside/advice?lang=ar"),
    "embedded": partial(at, "/embed/riverside/contact-me"),
    "support: about, exit shown": exit_shown,
    "support: list of people": partial(support, "others", others=2),
    "support: full list of people": partial(support, "others", others=3),
    "support: help, with files": with_files,
    "support: help, with a wrong file": partial(with_files, wrong=True),
    "support: list with one removed": one_removed,
    "support: check": partial(support, "check", others=3),
    "support: about, in Welsh": partial(at, "/riverside/support?lang=cy"),
    "support: check, in Welsh": partial(support, "check?lang=cy", others=3),
    "agency: check": partial(agency, "check"),
    "sent": sent,
    "contact-me: sent": receipt_of_contact,
    "sent before": sent_before,
    "closed form": partial(at, "/riverside/trip"),
    "ended": ended,
    "save": saving,
    "saved": saved,
    "come back": coming_back,
    "link over": link_over,
    "saved form deleted": partial(wrong_answers, 5),
    "expired": partial(at, NOBODYS_DRAFT),
    "not found": partial(at, "/riverside/nothing"),
    "not found, nobody's": partial(at, "/nothing/here"),
    "not found, in a frame": partial(at, "/embed/riverside/nothing"),
    "closed organisation": partial(at, "/broken/support"),
    "too large": too_large,
    "cross-site": cross_site,
}
_TEXTS = "form input:is([type=text], [type=email], [type=tel]), form textarea"
_NONSENSE = """field => {
  const day = field.inputMode === "numeric" && /-(day|month|year)$/.test(field.name);
  return day ? "99" : /postcode|nhs|phone|email/.test(field.name) ? "x" : "";
}"""
