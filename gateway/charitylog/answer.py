"""A complete HTTP answer, whatever its status: an answer is never an exception."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from gateway.charitylog.errors import NotJson


@dataclass(frozen=True, repr=False)
class Answer:
    """Status, headers (looked up in any case), the decoded body and the seconds from start to last byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    elapsed: float

    def json(self) -> object:
        """Return the body read as JSON, or raise NotJson; the shapes of the answers are documented nowhere."""
        try:
            return json.loads(self.body, parse_constant=_refuse)
        except (ValueError, RecursionError):
            # `from None`: the parser's error holds the whole body.
            raise NotJson("the answer is not JSON") from None

    def __repr__(self) -> str:
        return f"<Answer {self.status}, {len(self.body)} bytes>"


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
