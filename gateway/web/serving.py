"""How the web server logs: addresses of drafts are secrets, so no line of it holds a path."""

import sys

from gunicorn.glogging import Logger


class QuietLogger(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn's logger, but that it quotes nothing of a request."""

    def exception(self, msg: str, *args: object, **kwargs: object) -> None:
        """Log the class of the exception; gunicorn's own line would hold the address, and a traceback values."""
        kind = sys.exc_info()[0]
        self.error("request failed outside the app error=%s", kind.__name__ if kind else "unknown")

    def warning(self, msg: str, *args: object, **kwargs: object) -> None:
        """Log a request that is not HTTP without quoting it: its first line can hold an address."""
        if msg.startswith("Invalid request"):
            msg, args = "a request that is not HTTP", ()
        super().warning(msg, *args, **kwargs)
