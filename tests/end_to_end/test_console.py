"""Every page of people who sign in can be read and used by everybody: narrow and wide, by keyboard, without scripts."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from gateway.identity.roles import Role
from tests.end_to_end.browser import judging
from tests.end_to_end.console_hands import At, press
from tests.end_to_end.console_office import ANSWERS, fill, furnish, signed_in
from tests.end_to_end.console_pages import CONSOLE, PAGES
from tests.end_to_end.house import House
from tests.end_to_end.papers import PDF
from tests.web.people.test_matrix import ROWS

# Addresses that never answer with a page of their own: they lead to another one, or give a file.
NO_PAGE = """
GET  /partner/<organisation>/drafts/<draft>
GET  /partner/<organisation>/forms/<form>/many/template.csv
GET  /partner/<organisation>/forms/<form>/many/<table>/results.csv
GET  /partner/<organisation>/forms/<form>/many/<table>/wrong.csv
POST /partner/<organisation>/forms/<form>/many/<table>/delete
POST /partner/<organisation>/drafts/<draft>/delete
POST /staff/sign-out
POST /partner/sign-out
POST /staff/account/sign-out-elsewhere
POST /partner/account/sign-out-elsewhere
POST /staff/account/second-factor/off
POST /partner/account/second-factor/off
POST /staff/<organisation>/destination/pause
POST /staff/<organisation>/destination/resume
POST /staff/<organisation>/destination/prove
POST /staff/<organisation>/referrals/again
POST /staff/<organisation>/people/again
POST /staff/<organisation>/people/withdraw
POST /staff/<organisation>/agencies/<agency>/again
POST /staff/<organisation>/agencies/<agency>/withdraw
POST /staff/<organisation>/agencies/<agency>/people/<account>/end
POST /staff/<organisation>/agencies/<agency>/end
POST /staff/<organisation>/agencies/<agency>/tokens/end
"""
# Where something went wrong, these answer with a page that another address shows: that one is judged.
ALIKE = {
    "POST /staff/<organisation>/people/<account>/role": "person, the last administrator",
    "POST /staff/<organisation>/people/<account>/reset": "person, the last administrator",
    "POST /staff/<organisation>/referrals/<reference>/seen": "a decision taken meanwhile",
    "POST /staff/<organisation>/referrals/<reference>/files/<file>/download": "a decision taken meanwhile",
    "POST /staff/<organisation>/referrals/<reference>/files/<file>/unchecked": "a decision taken meanwhile",
    "POST /staff/<organisation>/referrals/<reference>/files/<file>/scan": "a decision taken meanwhile",
    "POST /partner/<organisation>/referrals/<reference>/again": "a form for partners",
    "POST /partner/<organisation>/forms/<form>": "a form for partners",
    "POST /partner/<organisation>/forms/<form>/many/<table>": "many at once, not kept",
    "POST /partner/<organisation>/forms/<form>/d/<instance>/check": "a form of an agency, before it is sent",
}
LINES = [f"{method} {rule}" for method, rule, _ in ROWS if not rule.startswith("/api/")]


class Office:
    """A browser for each of the people, on a gateway that has something in every state."""

    def __init__(self, browser: Browser, house: House, known: Mapping[str, str]) -> None:
        self.known = known
        self.answered: Response
        self._browser, self._house = browser, house
        self._of = cache(self.window)

    def open(self, at: At) -> Page:
        """Open a page, and do there what is to be done."""
        page = self._of(at.who)
        page.goto(f"{self._house.base}{at.address.format(**self.known)}")
        if at.then:
            at.then(page)
        page.wait_for_load_state()
        return page

    def another_window(self, name: str) -> Page:
        """Open a page in a browser of its own, where the person can sign out."""
        at = PAGES[name]
        page = self.window(at.who)
        page.goto(f"{self._house.base}{at.address.format(**self.known)}")
        return page

    def window(self, who: str | None, *, scripts: bool = True) -> Page:
        """Begin a browser of somebody."""
        context = self._browser.new_context(
            viewport={"width": 1280, "height": 900}, java_script_enabled=scripts, base_url=self._house.base
        )
        if who:
            value = signed_in(self._house, who)
            context.add_cookies([{"name": "gateway", "value": value, "url": f"{self._house.base}/"}])
        page = context.new_page()
        page.on("response", self._note)
        return page

    def _note(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.answered = response


def line_of(method: str, address: str) -> str:
    """Give the line of the matrix of an address; "" where there is none. What has no gaps goes before what has."""
    path = urlsplit(address).path
    fitting = (line for line in LINES if line.startswith(f"{method} ") and _is_at(line.partition(" ")[2], path))
    return min(fitting, key=lambda line: line.count("<"), default="")


def _is_at(rule: str, path: str) -> bool:
    return re.fullmatch("[^/]+".join(map(re.escape, re.split(r"<\w+>", rule))), path) is not None


def shown(at: At) -> str:
    """Give the line of the matrix that a page is shown by."""
    return at.shows or line_of("GET", at.address)


@pytest.fixture(scope="module")
def office(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A web without a worker: what is in a state stays there."""
    house = House(tmp_path_factory.mktemp("office"))
    furnish(house)
    with house.running("web"):
        yield Office(browser, house, fill(house))


@pytest.mark.parametrize("name", PAGES)
def test_every_page_can_be_read_and_used_by_everybody(office: Office, name: str) -> None:
    at = PAGES[name]
    page = office.open(at)
    request = office.answered.request
    assert (office.answered.status, line_of(request.method, request.url)) == (at.status, shown(at))
    if name in CONSOLE:
        assert page.locator("script, style, [style], [onclick]").count() == 0
    if page.locator(".problems").count():
        expect(page.locator(".problems")).to_be_focused()
    assert judging.problems(page) == []


def test_an_agency_needs_no_scripts_for_a_form_with_a_file(office: Office) -> None:
    page = office.window(Role.PARTNER, scripts=False)
    page.goto("/partner/riverside/")
    page.get_by_role("link", name="Refer a carer to us").first.click()
    press("Begin")(page)
    for answers in ANSWERS:
        for name, value in answers.items():
            field = page.locator(f'[name="{name}"]').first
            if field.get_attribute("type") == "radio":
                page.locator(f'[name="{name}"][value="{value}"]').check()
            else:
                field.fill(value)
        if page.locator("input[type=file]").count():
            page.set_input_files(
                "input[type=file]", {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": PDF}
            )
            page.locator(".pick button").click()
            expect(page.locator(".files")).to_contain_text("letter.pdf")
        press("Continue")(page)
    press("Send")(page)

    expect(page.locator("h1")).to_contain_text("Referral RG-")
    expect(page.locator("main")).to_contain_text("What happens next")
    page.context.close()


def test_every_address_that_answers_with_a_page_is_looked_at() -> None:
    judged = {shown(at) for at in PAGES.values()} - {""}
    # Partners sign in by the views of staff: what is wrong there looks the same.
    judged |= {line.replace(" /staff/", " /partner/") for line in judged if "<organisation>" not in line} & set(LINES)
    elsewhere = {" ".join(line.split()) for line in NO_PAGE.strip().splitlines()}

    assert judged | elsewhere | set(ALIKE) == set(LINES)
    assert (judged & elsewhere, judged & set(ALIKE), elsewhere & set(ALIKE)) == (set(), set(), set())
    assert set(ALIKE.values()) <= set(PAGES)


def test_nobody_goes_back_to_what_somebody_saw_before_they_signed_out(office: Office) -> None:
    page = office.another_window("people")
    assert page.get_by_role("heading", name="People", exact=True).is_visible()

    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.go_back()

    page.get_by_role("heading", name="Sign in", exact=True).wait_for()
    assert "riverside.example" not in page.locator("main").inner_text()
