"""Links by which somebody tries a form: signed, for one form, for so many days. What is sent from there is a test.

The link travels on in the signed token of each page and in the sealed draft, so that a test stays a test to its end and
nobody can make one of a real form, or the reverse.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from itsdangerous import BadSignature, Signer

TRY = "test"  # the parameter of the address
PURPOSE = "test"  # what the secrets of links are derived for


class Mode(StrEnum):
    """Where a test goes."""

    NOWHERE = "nowhere"
    DESTINATION = "destination"


class TrialOver(Exception):
    """The link is too old, or was not made here for this form."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A test under way, and the link that began it; a receipt knows no link any more."""

    mode: Mode
    link: str = ""

    @classmethod
    def carried(cls, link: str) -> Self | None:
        """Read the link in a token or a draft, which vouch for it; "" is no test."""
        return cls(Mode(link.partition("-")[0]), link) if link else None


class Trials:
    """Makes and reads links with secrets derived from the key ring."""

    def __init__(self, key_secrets: Sequence[bytes]) -> None:
        self._secrets = list(key_secrets)

    def invite(self, organisation: str, form: str, mode: Mode, until: datetime) -> str:
        """Make the link for a form, as it stands behind `?test=`."""
        return self._signer(organisation, form).sign(f"{mode}-{int(until.timestamp())}").decode()

    def read(self, link: str, organisation: str, form: str, now: datetime) -> Trial:
        """Read a link that somebody came with. Raises TrialOver."""
        try:
            mode, _, until = self._signer(organisation, form).unsign(link).decode().partition("-")
        except (BadSignature, ValueError):
            raise TrialOver from None
        if now >= datetime.fromtimestamp(int(until), UTC):
            raise TrialOver
        return Trial(Mode(mode), link)

    def made_for(self, link: str, organisation: str, form: str) -> bool:
        """Tell whether a link was made for this form, however long ago."""
        return self._signer(organisation, form).validate(link)

    def _signer(self, organisation: str, form: str) -> Signer:
        return Signer(self._secrets, salt=f"test {organisation}/{form}", key_derivation="hmac")
