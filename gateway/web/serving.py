"""How the web server logs: addresses of drafts are secrets, so no line of it holds a path."""

import sys

from gunicorn.glogging import Logger


class QuietLogger(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn's logger, but that an error in a request is named by its class alone."""

    def exception(self, msg: str, *args: object, **kwargs: object) -> None:
        """Log the class of the exception; gunicorn's own line would hold the address, and a traceback values."""
        kind = sys.exc_info()[0]
        self.error("request failed outside the app error=%s", kind.__name__ if kind else "unknown")
