"""The answer that brings a saved form back: what of it counts, and what makes a bad one."""

import unicodedata
from collections.abc import Iterable, Sequence

from gateway.languages import N_

LEAST, MOST = 4, 200
TOO_SHORT = N_("Choose a word or phrase with at least {least} letters or numbers")
TOO_LONG = N_("Choose a word or phrase with {most} characters or fewer")
GUESSABLE = N_("You gave this as an answer on the form. Choose something else, which nobody can guess from it")


def plain(text: str) -> str:
    """Give what counts of an answer: letters and numbers, whatever their case and whatever stands between them."""
    return "".join(
        mark
        for mark in unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
        if unicodedata.category(mark)[0] in "LMN"
    )


def mistake(text: str, answers: Iterable[Sequence[str]]) -> str:
    """Say what is wrong with an answer that somebody chooses; "" where nothing is."""
    if len(text) > MOST:
        return TOO_LONG
    chosen = plain(text)
    if len(chosen) < LEAST:
        return TOO_SHORT
    return GUESSABLE if any(chosen == plain(value) for values in answers for value in values) else ""
