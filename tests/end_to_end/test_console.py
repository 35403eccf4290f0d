"""Every page of people who sign in can be read and used by everybody: narrow and wide, by keyboard, without scripts."""

from collections.abc import Iterator, Mapping
from functools import cache

import pytest
from playwright.sync_api import Browser, Page

from gateway.identity.roles import Role
from tests.end_to_end.browser import judging
from tests.end_to_end.console_pages import PAGES, At, fill, signed_in
from tests.end_to_end.house import House


class Office:
    """A browser for each role, on a gateway that has something in every state."""

    def __init__(self, browser: Browser, house: House, known: Mapping[str, str]) -> None:
        self.known = known
        self._browser, self._house = browser, house
        self._of = cache(self._window)

    def open(self, at: At) -> Page:
        """Open a page, and do there what is to be done."""
        page = self._of(at.role)
        answer = page.goto(f"{self._house.base}{at.address.format(**self.known)}")
        assert answer is not None
        assert answer.status == at.status
        if at.then:
            at.then(page)
        return page

    def _window(self, role: Role | None) -> Page:
        context = self._browser.new_context(viewport={"width": 1280, "height": 900})
        if role:
            value = signed_in(self._house, role)
            context.add_cookies([{"name": "gateway", "value": value, "url": f"{self._house.base}/"}])
        return context.new_page()


@pytest.fixture(scope="module")
def office(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A web without a worker: what is in a state stays there."""
    house = House(tmp_path_factory.mktemp("office"))
    with house.running("web"):
        yield Office(browser, house, fill(house))


@pytest.mark.parametrize("name", PAGES)
def test_every_page_can_be_read_and_used_by_everybody(office: Office, name: str) -> None:
    page = office.open(PAGES[name])
    assert page.locator("script, style, [style], [onclick]").count() == 0
    assert judging.problems(page) == []
