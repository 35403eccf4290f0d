"""Ways through the example forms in a browser: what is answered, and the hands that do it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playwright.sync_api import Frame, Locator, Page, expect

from tests.end_to_end.browser.judging import FOCUS_IS_SEEN

DRAFT = re.compile(r"/d/([\w-]{22})/")
MOST_TABS = 60


@dataclass(frozen=True)
class Answer:
    """An answer to the question with this label; without a value it is ticked. `within`: the question it belongs to."""

    label: str
    value: str = ""
    within: str = ""


Hand = Callable[[Page, Answer], None]

SUPPORT: tuple[tuple[str, Sequence[Answer]], ...] = (
    ("About you", (
        Answer("First name", "Alba"), Answer("Last name", "Testperson"), Answer("Day", "1", "Date of birth"),
        Answer("Month", "2", "Date of birth"), Answer("Year", "1960", "Date of birth"),
    )),
    ("How we can reach you", (
        Answer("Phone number", "01632 960001"), Answer("Phone call", within="Which ways of contact"),
        Answer("Text message", within="Which ways of contact"),
    )),
    ("The people you look after", (
        Answer("Yes", within="tell us about the person"), Answer("No", within="look after anybody else"),
    )),
    ("The person you look after", (
        Answer("Their first name", "Bruno"), Answer("Their last name", "Testperson"),
        Answer("Parent", within="They are my"),
    )),
    ("What would help", (
        Answer("A break from caring", within="What I would like"),
        Answer("How are things", "Please call me on Monday"),
    )),
    ("A few questions that you can skip", (
        Answer("Yes", within="registered disabled"), Answer("What makes things easier", "A step-free building"),
    )),
    ("Before you send", (Answer("I would like Riverside Carers"),)),
)  # fmt: skip
CONTACT: Sequence[Answer] = (
    Answer("First name", "Alba"), Answer("Last name", "Testperson"),
    Answer("Call me", within="How shall we answer you"), Answer("Phone number", "01632 960001"),
    Answer("What is it about", "I would like to talk"), Answer("I would like Riverside Carers"),
)  # fmt: skip


def place(page: Page | Frame, answer: Answer) -> Locator:
    """Find the input of an answer by what a screen reader says of it."""
    inside = page.locator("#main form")
    if answer.within:
        inside = inside.locator("fieldset").filter(has=page.locator("legend", has_text=answer.within))
    if answer.value:
        return inside.get_by_label(answer.label, exact=bool(answer.within)).first
    return inside.get_by_label(re.compile(re.escape(answer.label) + r"\b"))


def by_mouse(page: Page, answer: Answer) -> None:
    """Click, and type."""
    field = place(page, answer)
    field.click()
    if answer.value:
        page.keyboard.type(answer.value)
    else:
        expect(field).to_be_checked()


def quickly(page: Page | Frame, answer: Answer) -> None:
    """Fill in at once, where it does not matter how."""
    field = place(page, answer)
    if answer.value:
        field.fill(answer.value)
    else:
        field.check()


def by_keyboard(page: Page, answer: Answer) -> None:
    """Get there by Tab, choose by Space or an arrow, and type."""
    field = place(page, answer)
    name = field.get_attribute("name")
    radio = field.get_attribute("type") == "radio"
    tab_to(page, page.locator(f'[name="{name}"]') if radio else field)
    for _ in range(MOST_TABS):
        if not radio or has_focus(field):
            break
        page.keyboard.press("ArrowDown")
    if answer.value:
        page.keyboard.type(answer.value)
        return
    if not field.is_checked():
        page.keyboard.press("Space")
    expect(field).to_be_checked()


def press_by_keyboard(page: Page, name: str) -> None:
    """Get to a button by Tab, and press Enter."""
    tab_to(page, page.get_by_role("button", name=name, exact=True))
    page.keyboard.press("Enter")


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until one of these has the focus; on the way, the focus must always be seen."""
    page.wait_for_load_state()  # before its stylesheet has come, a page draws the browser's own thin ring
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        seen = page.evaluate(FOCUS_IS_SEEN)
        if not seen:
            raise AssertionError(f"focus is not seen on {page.evaluate('document.activeElement.outerHTML')}")
        if has_focus(wanted):
            return
    raise AssertionError(f"Tab does not reach {wanted}")


def has_focus(wanted: Locator) -> bool:
    """Tell whether one of these has the focus."""
    return bool(wanted.evaluate_all("all => all.includes(document.activeElement)"))


def fill_in_support(page: Page, *, until: str = "Check your answers", hand: Hand = quickly) -> None:
    """Fill in "Ask for support" from its first page until the page with this heading is shown."""
    for heading, answers in SUPPORT:
        if heading == until:
            break
        see(page, heading)
        for answer in answers:
            hand(page, answer)
        go_on(page)
    see(page, until)


def fill_in_contact(page: Page, *, hand: Hand = quickly) -> None:
    """Fill in "Ask us to get in touch", and send nothing yet."""
    for answer in CONTACT:
        hand(page, answer)


def go_on(page: Page | Frame, button: str = "Continue") -> None:
    """Press a button of the form."""
    page.get_by_role("button", name=button, exact=True).click()


def change(label: str) -> re.Pattern[str]:
    """The name of the link that changes an answer, as a screen reader says it."""
    return re.compile(rf"Change\s*: {re.escape(label)}")


def see(page: Page | Frame, heading: str) -> None:
    """Wait for the page with this heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def reference(page: Page) -> str:
    """The reference on the receipt."""
    see(page, "Thank you. We have received it.")
    return page.locator(".reference").inner_text()


def instance(page: Page) -> str:
    """Which draft a page belongs to."""
    found = DRAFT.search(page.url)
    if found is None:
        raise AssertionError(f"{page.url} belongs to no draft")
    return found[1]
