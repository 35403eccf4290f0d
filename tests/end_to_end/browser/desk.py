"""Where a visitor sits: browser contexts of its own, and a note of all that must never happen in them."""

from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, Route

# Chromium says this of every page with a status of 400 and above, ours as they should be included.
_STATUS = "Failed to load resource: the server responded with a status of"
QUIET = "https://www.bbc.co.uk"  # where "Leave this page" goes


class Desk:
    """Opens browser windows; `troubles` lists console errors, broken rules and requests to any other host.

    `statuses` lists the status of every page that was shown.
    """

    def __init__(self, browser: Browser, base: str, *hosts: str) -> None:
        self.browser, self.base = browser, base
        self.hosts = {urlsplit(host).netloc for host in (base, *hosts)}
        self.contexts: list[BrowserContext] = []
        self.troubles: list[str] = []
        self.statuses: list[int] = []

    def open(self, address: str = "", *, width: int = 1280, javascript: bool = True) -> Page:
        """Open a window of a browser that has never been here, at one of our addresses or any other."""
        context = self.browser.new_context(
            base_url=self.base, viewport={"width": width, "height": 900}, java_script_enabled=javascript
        )
        context.on("console", self._console)
        context.on("weberror", lambda error: self.troubles.append(f"script: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)
        context.route(f"{QUIET}/**", self._quiet)
        self.contexts.append(context)
        page = context.new_page()
        if address:
            page.goto(address)
        return page

    def close(self) -> None:
        """Close every window, and look once more for what must never be there."""
        for context in self.contexts:
            self.troubles += [f"cookie: {cookie}" for cookie in context.cookies()]
            context.close()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(_STATUS):
            self.troubles.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.netloc not in self.hosts and not request.url.startswith(QUIET):
            self.troubles.append(f"request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.statuses.append(response.status)

    def _quiet(self, route: Route) -> None:
        """Stand in for the quiet page, so that nothing leaves the machine."""
        if "referer" in route.request.headers:
            self.troubles.append("the quiet page is told where its visitor comes from")
        route.fulfill(
            status=200, content_type="text/html", body="<!doctype html><title>Weather</title><h1>Weather</h1>"
        )
