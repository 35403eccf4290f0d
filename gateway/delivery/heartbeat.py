"""The heartbeat: a watchman outside is called while all is well, and raises the alarm when he is not.

It is the one alarm that needs neither this worker nor its mail.
"""

import http.client
import logging
import urllib.error
import urllib.request
from datetime import datetime
from email.message import Message
from typing import IO

from gateway.store import workers
from gateway.store.database import Database

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10


class Heartbeat:
    """Calls an address while the worker's rounds go on and nothing that may be sent has been due for long."""

    def __init__(self, database: Database, url: str) -> None:
        """Take the address, http:// or https://. It is a secret of its kind: no log line holds it."""
        self._database = database
        self._url = url
        # No proxy from the environment, no file, no other scheme: these handlers and no more.
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(),
            urllib.request.HTTPErrorProcessor(),
            urllib.request.HTTPDefaultErrorHandler(),
            _SameOrSafer(),
        ):
            self._opener.add_handler(handler)

    def __call__(self, now: datetime) -> None:
        """Call, or say why not."""
        overdue = workers.pulse(self._database).overdue
        if overdue is not None:
            log.warning("heartbeat withheld due_minutes=%s", int(overdue.total_seconds() // 60))
            return
        try:
            with self._opener.open(self._url, timeout=TIMEOUT_SECONDS):
                return
        except (OSError, http.client.HTTPException, ValueError) as error:
            # The class alone: the text may hold the address, or what stands there.
            log.warning("heartbeat failed error=%s", type(error).__name__)


class _SameOrSafer(urllib.request.HTTPRedirectHandler):
    """Follows a redirect that keeps the scheme or leads to https://."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> urllib.request.Request | None:
        if not newurl.startswith(("https://", f"{req.type}://")):
            return None  # then the answer is an error
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]  # the stubs name a narrower type of headers
