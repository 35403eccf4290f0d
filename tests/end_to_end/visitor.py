"""A person without JavaScript: opens pages over HTTP, fills in the form that stands there, presses a button."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import requests


@dataclass
class PageForm:
    """A form as it stands on a page: where it posts, what its inputs hold, which buttons it has."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    in_parts: bool = False
    names: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.form: PageForm | None = None
        self.links: dict[str, str] = {}
        self.text: list[str] = []
        self.ids: set[str] = set()
        self.outside: list[tuple[str, str]] = []
        self.language = ""
        self._select = self._textarea = self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.ids.add(has.get("id", ""))
        if tag == "html":
            self.language = has.get("lang", "")
        elif tag == "button" and "form" in has:
            self.outside.append((has.get("name", ""), has.get("value", "")))
        elif tag == "form":
            self.form = PageForm(has.get("action", ""), in_parts=has.get("enctype") == "multipart/form-data")
        elif tag == "a":
            self._link = has.get("href", "")
        elif self.form is not None:
            self._control(self.form, tag, has)

    def _control(self, form: PageForm, tag: str, has: dict[str, str]) -> None:
        name = has.get("name", "")
        if name:
            form.names.add(name)
        if tag == "input":
            ticks = has.get("type") in {"radio", "checkbox"}
            if name and has.get("type") != "file" and (not ticks or "checked" in has):
                form.fields.append((name, has.get("value", "on" if ticks else "")))
        elif tag == "textarea":
            self._textarea = name
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in has:
            form.fields.append((self._select, has.get("value", "")))
        elif tag == "button":
            form.buttons.append((name, has.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""
        elif tag == "a":
            self._link = ""

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._link:
            self.links.setdefault(" ".join(data.split()), self._link)
        if self._textarea and self.form is not None:
            self.form.fields.append((self._textarea, data.removeprefix("\n")))


class Visitor:
    """One browser with one tab."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.session = requests.Session()
        self.session.trust_env = False
        self.response: requests.Response
        self.page: _Reader

    def open(self, address: str) -> "Visitor":
        """Go to an address."""
        self._take(self.session.get(urljoin(self.base, address), timeout=30))
        return self

    def follow(self, words: str) -> "Visitor":
        """Follow the link with these words."""
        return self.open(urljoin(self.response.url, self.page.links[words]))

    def submit(
        self,
        answers: Mapping[str, str | list[str]] | None = None,
        *,
        press: str = "",
        files: Sequence[tuple[str, str, bytes]] = (),
        headers: Mapping[str, str] | None = None,
        follow: bool = True,
    ) -> "Visitor":
        """Fill in what is given, keep what stands there, and press a button (the first, unless one is named).

        A file is its input's name, its own name and its content.
        """
        form = self.page.form
        if form is None:
            raise AssertionError(f"no form at {self.response.url}: {self.text[:300]}")
        unknown = set(answers or {}) - form.names
        if unknown:
            raise AssertionError(f"{self.response.url} has no {sorted(unknown)}, but {sorted(form.names)}")
        given = {name: [value] if isinstance(value, str) else value for name, value in (answers or {}).items()}
        kept = [(name, value) for name, value in form.fields if name not in given]
        buttons = (*form.buttons, *self.page.outside)
        button = next((each for each in buttons if not press or each[1] == press), ("action", press))
        data = kept + [(name, value) for name, values in given.items() for value in values] + [button]
        address = urljoin(self.response.url, form.action)
        sent = {"Origin": self.base, "Sec-Fetch-Site": "same-origin", **(headers or {})}
        parts: dict[str, Any] = {"data": data}
        if form.in_parts:
            texts = [(name, (None, value)) for name, value in data]
            parts = {"files": [*texts, *((name, (own, content)) for name, own, content in files)]}
        self._take(self.session.post(address, **parts, headers=sent, timeout=30, allow_redirects=follow))
        return self

    @property
    def text(self) -> str:
        """The words of the page."""
        return " ".join(" ".join(self.page.text).split())

    @property
    def reference(self) -> str:
        """The reference on the receipt."""
        return next(word for word in self.text.split() if word.startswith("RG-"))

    def _take(self, response: requests.Response) -> None:
        self.response = response
        self.page = _Reader()
        self.page.feed(response.text)
