"""What happened on the wire, and nothing more: a caller learns from the class whether the request may have arrived.

No text of an address, a body, a header or a key is ever in these errors.
"""


class CharitylogError(Exception):
    """A call that brought no complete answer: `reason` is a fixed phrase, `elapsed` is in seconds."""

    def __init__(self, reason: str, elapsed: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.elapsed = elapsed


class NotWritten(CharitylogError):
    """Not one byte of the request was written: it cannot have arrived."""


class NoAnswer(CharitylogError):
    """Writing had begun and no complete HTTP answer came: the request may have arrived, or may not."""


class BodyTooLarge(NoAnswer):
    """The answer's body is longer than this client reads; the rest of it was left unread."""


class NotJson(ValueError):
    """The body of a complete answer is no JSON, or not what it was read as."""
