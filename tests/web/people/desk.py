"""Somebody who has only the console: reads the page that is open, follows its links, presses its buttons."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


@dataclass
class _Form:
    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    button: str = ""


class _Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self.links: dict[str, str] = {}
        self.words: list[str] = []
        self._link = self._select = self._area = ""
        self._in_form = self._button = self._stands_out = False
        self.first: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag in ("a", "button"):
            classes = has.get("class", "").split()
            self._stands_out = "button" in classes and not {"second", "small"} & {*classes}
        if tag == "form":
            self._in_form = True
            self.forms.append(_Form(has.get("action", ""), has.get("method", "get")))
        elif tag == "a":
            self._link = has.get("href", "")
        elif self._in_form:
            self._control(tag, has)

    def _control(self, tag: str, has: dict[str, str]) -> None:
        form, name = self.forms[-1], has.get("name", "")
        if name:
            form.names.add(name)
        if tag == "input" and (has.get("type") not in ("checkbox", "radio") or "checked" in has):
            form.fields.setdefault(name, []).append(has.get("value", ""))
        elif tag == "textarea":
            self._area = name
            form.fields[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in has:
            form.fields.setdefault(self._select, []).append(has.get("value", ""))
        elif tag == "button":
            self._button = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._in_form = False
        elif tag == "textarea":
            self._area = ""
        elif tag == "a":
            self._link = ""
        elif tag == "button":
            self._button = False

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._stands_out:
            self.first.append(data.strip())
            self._stands_out = False
        if self._area:
            self.forms[-1].fields[self._area][0] += data.removeprefix("\n")
        if self._link:
            self.links.setdefault(" ".join(data.split()), self._link)
        if self._button:
            self.forms[-1].button += data


class Desk:
    """One browser with one page open."""

    def __init__(self, client: FlaskClient, address: str) -> None:
        self._client = client
        self.open(address)

    def open(self, address: str) -> None:
        """Go to an address."""
        self._take(self._client.get(address), address)

    def follow(self, words: str) -> None:
        """Follow the link with these words."""
        self.open(urljoin(self.address, self._page.links[words]))

    def press(self, words: str, **typed: str | list[str]) -> None:
        """Type what is given into the form with this button, and press it."""
        form = next((each for each in self._page.forms if each.button.strip() == words), None)
        assert form is not None, f"no button {words!r}, but {[each.button for each in self._page.forms]}"
        assert not set(typed) - form.names, f"{set(typed) - form.names} cannot be typed, only {form.names}"
        address = urljoin(self.address, form.action)
        answer = self._client.open(address, method=form.method.upper(), data={**form.fields, **typed})
        if answer.status_code == 303:
            self.open(urljoin(address, answer.headers["Location"]))
        else:
            self._take(answer, address)

    @property
    def buttons(self) -> set[str]:
        """The buttons and links of the page."""
        return {each.button.strip() for each in self._page.forms} | set(self._page.links)

    @property
    def typed(self) -> dict[str, list[str]]:
        """What stands in the fields of the page's forms."""
        return {name: values for form in self._page.forms for name, values in form.fields.items()}

    @property
    def first(self) -> str:
        """The button that stands out: a page has one."""
        (words,) = self._page.first
        return words

    @property
    def text(self) -> str:
        """The words of the page."""
        return " ".join(" ".join(self._page.words).split())

    def _take(self, answer: TestResponse, address: str) -> None:
        self.answer, self.address = answer, address
        is_page = answer.headers["Content-Type"].startswith("text/html")
        self._page = _Page(answer.get_data(as_text=True) if is_page else "")
