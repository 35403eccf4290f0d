"""People who send forms and do not give up: a page that breaks off is sent again, as anybody would."""

import threading
from collections.abc import Callable, Mapping, Sequence

import requests

from tests.end_to_end.house import wait_for
from tests.end_to_end.papers import ADD, CONTINUE, a_file, send, to_the_letter
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT

LETTER = b"%PDF-1.4\n" + b"a letter about nobody\n" * 50 + b"%%EOF\n"


class Stubborn(Visitor):
    """A visitor who tries again whenever no answer came."""

    def __init__(self, base: str) -> None:
        super().__init__(base)
        self.broken_off = 0
        self.server_faults = 0

    def open(self, address: str) -> "Stubborn":
        """Go to an address, as often as it takes."""
        wait_for(lambda: self._answered(lambda: super(Stubborn, self).open(address)), "a page")
        return self

    def submit(
        self,
        answers: Mapping[str, str | list[str]] | None = None,
        *,
        press: str = "",
        files: Sequence[tuple[str, str, bytes]] = (),
        headers: Mapping[str, str] | None = None,
        follow: bool = True,
    ) -> "Stubborn":
        """Press a button, as often as it takes."""

        def press_it() -> object:
            return super(Stubborn, self).submit(answers, press=press, files=files, headers=headers, follow=follow)

        wait_for(lambda: self._answered(press_it), "an answer")
        return self

    def _answered(self, step: Callable[[], object]) -> bool:
        try:
            step()
        except requests.RequestException:
            self.broken_off += 1
            return False
        self.server_faults += self.response.status_code >= 500
        return True


class Senders:
    """Several people at once, each with one form after the other; every form says who sent it and which one it is."""

    def __init__(self, base: str, *, people: int, forms: int) -> None:
        self.visitors = [Stubborn(base) for _ in range(people)]
        self.shown: dict[str, str] = {}
        self._threads = [
            threading.Thread(target=self._send, args=(number, visitor, forms))
            for number, visitor in enumerate(self.visitors)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def busy(self) -> bool:
        """Whether somebody still sends."""
        return any(thread.is_alive() for thread in self._threads)

    def _send(self, person: int, visitor: Stubborn, forms: int) -> None:
        ways = (_short_form, _framed_form, _short_form, _form_with_a_letter)
        for number in range(forms):
            words = f"Wish {person}-{number}."
            self.shown[words] = ways[number % len(ways)](visitor, words)


def _short_form(visitor: Visitor, words: str) -> str:
    return visitor.open("/riverside/contact-me").submit({**CONTACT, "description": words}).reference


def _framed_form(visitor: Visitor, words: str) -> str:
    return visitor.open("/embed/riverside/contact-me").submit({**CONTACT, "description": words}).reference


def _form_with_a_letter(visitor: Visitor, words: str) -> str:
    to_the_letter(visitor).submit(files=[a_file("letter.pdf", LETTER)], press=ADD).submit(press=CONTINUE)
    return send(visitor, words)
