"""How a browser comes to a page of people who sign in, and what is done there before the page is judged."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from time import time

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from playwright.sync_api import Page

from gateway.identity.codes import FIGURES, STEP_SECONDS
from gateway.identity.roles import Role
from tests.end_to_end.console_office import PASSWORD, address_of


@dataclass(frozen=True, slots=True)
class At:
    """A page: its address, who looks at it, what they do there before it is judged, and what answered in the end."""

    address: str
    who: str | None = Role.ADMIN
    then: Callable[[Page], object] | None = None
    shows: str = ""  # the line of the matrix that answered; "" is that of the address
    status: int = 200


def press(words: str, /, **fields: str) -> Callable[[Page], object]:
    """Fill in fields by their names, and press the button with these words."""

    def do(page: Page) -> None:
        for name, value in fields.items():
            page.locator(f'[name="{name}"]').fill(value)
        page.get_by_role("button", name=words, exact=True).click()

    return do


def follow(words: str) -> Callable[[Page], object]:
    """Follow the link with these words."""
    return lambda page: page.get_by_role("link", name=words).first.click()


def submit(page: Page) -> None:
    """Press the first button of the page's own form."""
    page.locator("main form button").first.click()


def invite(page: Page) -> None:
    """Invite somebody: the next page shows the link."""
    page.locator("input[name=role]").first.check()
    press("Invite", email="newcomer@riverside.example")(page)


def make_token(page: Page) -> None:
    """Make a token: the next page shows it."""
    page.locator("input[name=forms]").first.check()
    press("Make a token", name="Their software")(page)


def stay_too_long(page: Page) -> None:
    """Press a button whose token has run out."""
    page.locator("main [name=csrf_token]").first.evaluate("(each) => { each.value = 'old'; }")
    submit(page)


def correct_wrongly(page: Page) -> None:
    """Correct an answer by one that the form refuses."""
    press("Open the answers to correct them")(page)
    page.get_by_label("Phone number").fill("me")
    press("Keep what I corrected")(page)


def decide_late(page: Page) -> None:
    """Decide what was decided meanwhile on another page."""
    meanwhile = page.context.new_page()
    meanwhile.goto(page.url)
    submit(meanwhile)
    meanwhile.close()
    submit(page)


def end_access(page: Page) -> None:
    """End somebody's access: the button stands behind its warning."""
    page.locator(".danger summary").click()
    press("End it now")(page)


def sign_in(page: Page) -> None:
    """Sign in as somebody who has a second factor: the next page asks for the code."""
    press("Sign in", email=address_of("careful"), password=PASSWORD)(page)


def switch_on(page: Page) -> None:
    """Switch a second factor on: the next page shows the spare codes."""
    key = page.locator(".facts code").inner_text()
    totp = TOTP(base64.b32decode("".join(key.split())), FIGURES, SHA1(), STEP_SECONDS)  # noqa: S303 - what apps know
    press("Switch it on", code=totp.generate(int(time())).decode())(page)


def type_a_wrong_code(page: Page) -> None:
    """Sign in as far as that, with a code that is none."""
    sign_in(page)
    press("Sign in", code="nothing")(page)


def open_numbers(page: Page) -> None:
    """Open the table behind the first chart."""
    page.locator("summary").first.click()
