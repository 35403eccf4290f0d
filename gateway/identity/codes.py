"""One-time codes of a telephone (TOTP, RFC 6238), and spare codes for the day when it is lost.

Six figures, SHA-1, a new code each 30 seconds: what every authenticator app takes (RFC 6238, 4 and 5.2).
"""

import base64
import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

FIGURES, STEP_SECONDS = 6, 30
DRIFT = 1  # steps that the two clocks may be apart, either way
SPARES = 8
_KEY_BYTES = 20  # as long as the digest (RFC 4226, 4)
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: none is taken for another one
_SPARE_LETTERS = 10
_SAME = str.maketrans("ilo", "110")


@dataclass(frozen=True, slots=True)
class Factor:
    """A second factor: the key that the telephone has, and the spare codes that are left."""

    key: bytes = field(repr=False)
    spares: tuple[str, ...] = field(repr=False)

    @classmethod
    def new(cls) -> Self:
        """Make a key and its spare codes."""
        return cls(secrets.token_bytes(_KEY_BYTES), tuple(_spare() for _ in range(SPARES)))

    @classmethod
    def read(cls, plain: bytes) -> Self:
        """Read what `written` wrote."""
        found = json.loads(plain)
        return cls(base64.b64decode(found["key"]), tuple(found["spares"]))

    def written(self) -> bytes:
        """Write it down, to be sealed."""
        return json.dumps({"key": base64.b64encode(self.key).decode(), "spares": self.spares}).encode()

    def step(self, code: str, now: datetime, *, after: int | None) -> int | None:
        """Find the step of time whose code this is, later than the last one that was taken; None where it is none."""
        typed, here = _bytes("".join(code.split())), int(now.timestamp()) // STEP_SECONDS
        fitting = [
            each
            for each in range(here - DRIFT, here + DRIFT + 1)
            if hmac.compare_digest(self._totp().generate(each * STEP_SECONDS), typed)
        ]
        return next((each for each in fitting if after is None or each > after), None)

    def without(self, code: str) -> Self | None:
        """Give what is left once a spare code was taken; None where it is none of them."""
        typed = _bytes("".join(filter(str.isalnum, code)).lower().translate(_SAME))
        left = tuple(each for each in self.spares if not hmac.compare_digest(each.encode(), typed))
        return None if len(left) == len(self.spares) else type(self)(self.key, left)

    def address(self, email: str, issuer: str) -> str:
        """Give what an app reads from the picture."""
        return self._totp().get_provisioning_uri(email, issuer)

    def as_text(self) -> str:
        """Give the key as an app takes it by hand, in groups of four."""
        return grouped(base64.b32encode(self.key).decode(), 4)

    def _totp(self) -> TOTP:
        return TOTP(self.key, FIGURES, SHA1(), STEP_SECONDS)  # noqa: S303 - what apps know; no collision helps anybody


def grouped(text: str, size: int) -> str:
    """Write what somebody has to copy in groups."""
    return " ".join(_pieces(text, size))


def _pieces(text: str, size: int) -> Iterable[str]:
    return (text[at : at + size] for at in range(0, len(text), size))


def _bytes(typed: str) -> bytes:
    return typed.encode("utf-8", "surrogatepass")


def _spare() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_SPARE_LETTERS))
