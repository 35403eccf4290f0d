"""What people type, made regular: one form of newlines and accents, and no character that cannot travel.

Joiners and direction marks stay: names in many scripts need them.
"""

import re
import unicodedata

# Category Cc but newline and tab; halves of surrogate pairs; and the mark that stands for bytes nobody could decode.
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffd]")
_REPLACEMENT = "\ufffd"
# str.strip() alone would also take some control characters away, without a word.
_SPACES = " \t\n\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def tidy(text: str) -> str:
    """Give the text in NFC, with plain newlines and nothing empty round it."""
    return unicodedata.normalize("NFC", _plain_newlines(text)).strip(_SPACES)


def is_readable(text: str, *, lines: bool = False) -> bool:
    """Tell whether every character can be kept and sent; newlines only where `lines` are asked for."""
    return not _UNREADABLE.search(text) and (lines or "\n" not in text)


def is_blank(text: str) -> bool:
    """Tell whether nothing in the text can be seen. A character that nobody can read is not nothing."""
    if text[:1].isalnum():
        return False  # as nearly every answer: the marks need not be looked at one by one
    return not _UNREADABLE.search(text) and all(mark.isspace() or unicodedata.category(mark) == "Cf" for mark in text)


def displayable(text: str) -> str:
    """Give the text as it was typed, but with a visible mark in place of what cannot be shown."""
    if text.isprintable():
        return text  # as nearly every line
    return _UNREADABLE.sub(_REPLACEMENT, _plain_newlines(text))


def _plain_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
