"""Passwords: long enough, not among the common ones, and kept as Argon2id only.

There are no rules of composition, and none expires: both make people choose worse ones (NIST SP 800-63B, 3.1.1).
"""

import re
import secrets
import threading
import unicodedata
from base64 import b64encode
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

SHORTEST, LONGEST = 12, 256
COMMON = Path(__file__).with_name("common_passwords.txt")

# RFC 9106's second choice: 64 MiB, three passes. One at a time, so that a crowd takes no more memory than one.
_PASSES, _LANES, _MEMORY_KIB, _BYTES, _SALT_BYTES = 3, 4, 64 * 1024, 32, 16
_one_at_a_time = threading.Lock()
# More than these do not even wait: a crowd that guesses must leave threads for those who fill in forms.
_waiting = threading.BoundedSemaphore(2)


class Crowded(Exception):
    """Too many passwords are looked at already: try again in a moment."""


def problem(password: str, email: str) -> str | None:
    """Say why a password cannot be taken, in a sentence that says what to do; None where it can be."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters: three or four words that do not belong together are good."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    if len(set(password)) < 5 or _common().fullmatch("".join(password.casefold().split())):
        return "Many people use this password, so it is tried first by whoever guesses. Choose another one."
    if _name_of(email) in password.casefold() and len(_name_of(email)) > 3:
        return "Leave your email address out of your password: it is tried first by whoever guesses."
    return None


def hashed(password: str) -> str:
    """Make what is kept of a password: a text that holds its salt and cost."""
    with _one_at_a_time:
        return _argon(secrets.token_bytes(_SALT_BYTES)).derive_phc_encoded(_bytes(password))


def matches(password: str, kept: str | None) -> bool:
    """Tell whether a password is the one that was kept; where none was, it takes the same time to say no.

    Raises Crowded.
    """
    if not _waiting.acquire(blocking=False):
        raise Crowded
    try:
        with _one_at_a_time:
            Argon2id.verify_phc_encoded(_bytes(password), kept or _of_nobody())
    except InvalidKey:
        return False
    finally:
        _waiting.release()
    return kept is not None


@cache
def _common() -> re.Pattern[str]:
    """Match what is put together of the words and rows of keys that are used most, with figures and marks behind."""
    pieces = sorted(map(re.escape, COMMON.read_text(encoding="utf-8").split()), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(pieces)}){{1,4}}[\W\d_]*")


@cache
def _of_nobody() -> str:
    # Made up, not worked out: the first guess at nobody's password must take no longer than the next one.
    salt, digest = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (_SALT_BYTES, _BYTES))
    return f"$argon2id$v=19$m={_MEMORY_KIB},t={_PASSES},p={_LANES}${salt}${digest}"


def _argon(salt: bytes) -> Argon2id:
    return Argon2id(salt=salt, length=_BYTES, iterations=_PASSES, lanes=_LANES, memory_cost=_MEMORY_KIB)


def _name_of(email: str) -> str:
    return email.partition("@")[0].casefold()


def _bytes(password: str) -> bytes:
    # What one keyboard writes as one character another one writes as two.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
