"""The one place that calls the network: three headers, one attempt, one deadline, and an answer or an error.

It goes through urllib3 alone: what a session of requests does beside would follow up the Location of a redirect even
where told not to, keep cookies, and look for proxies and passwords in the environment.
"""

import http.client
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import NoReturn
from urllib.parse import quote, urlencode, urlsplit

import certifi
from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from gateway.charitylog.answer import Answer
from gateway.charitylog.body import read_body
from gateway.charitylog.encoding import HALF_A_CHARACTER, EncodedBody
from gateway.charitylog.errors import CharitylogError, NoAnswer, NotWritten
from gateway.charitylog.filters import STEPS, Dates, Segment
from gateway.charitylog.multipart import StreamedBody
from gateway.charitylog.refusals import accepted
from gateway.charitylog.wire import Call, Limits, Pool, TlsPool, calling

VERSION = "0.1.0"
CONNECTIONS = 32  # kept at most; more threads than this only open more connections

Body = EncodedBody | StreamedBody | None
Parameters = tuple[tuple[str, str], ...]
Before = Callable[[str, str], None]  # is told the method and the address of a request

# All that can come out of the layers below; a ValueError is http.client's word for a broken chunk, among others.
_BROKEN = (OSError, HTTPError, http.client.HTTPException, ValueError)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Credentials:
    """The three keys of a call; none is ever shown. Source: API Details, 2018 (seed 000); "API Authentication"."""

    source: str = field(repr=False)
    org: str = field(repr=False)
    user: str = field(repr=False)

    def __post_init__(self) -> None:
        for key in fields(self):
            value = getattr(self, key.name)
            if not (value and value.isascii() and value.isprintable() and " " not in value):
                raise ValueError(f"The {key.name} key must be plain characters without spaces: copy it once more.")


class Transport:
    """Calls one API with one set of keys; may be used from several threads at once."""

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        limits: Limits,
        ca_file: str | None = None,
        before: Before | None = None,
    ) -> None:
        self._url = _base(url)
        self._limits = limits
        self._before = before
        self._headers = {
            "User-Agent": f"referral-gateway/{VERSION} (+charitylog client)",
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "Source": credentials.source,
            "Org": credentials.org,
            "User": credentials.user,
        }
        tls = self._url.startswith("https:")
        # The authorities are read once and not per connection.
        context = ssl.create_default_context(cafile=ca_file or certifi.where()) if tls else None
        self._pools = PoolManager(num_pools=1, maxsize=CONNECTIONS, ssl_context=context)
        self._pools.pool_classes_by_scheme = {"http": Pool, "https": TlsPool}

    def call(self, method: str, path: tuple[Segment, ...], body: Body = None, *, query: Parameters = ()) -> Answer:
        """Make one call, once, and return the complete answer if it says yes, or raise Refused, NotWritten or NoAnswer.

        Each value in the path is encoded whole, so that none can change the path. What is streamed has a deadline for
        each of its pieces; what else its pieces raise, as they are read, is raised.
        """
        url = "/".join((self._url, *map(_segment, path))) + (f"?{urlencode(query)}" if query else "")
        if self._before is not None:
            self._before(method, url)
        with calling(self._limits, streams=isinstance(body, StreamedBody)) as call:
            try:
                answer = self._answered(method, url, body, call)
            except NoAnswer as error:
                failure: CharitylogError = error
                failure.elapsed = call.elapsed
            except _BROKEN:
                failure = (NoAnswer if call.written else NotWritten)(call.reason, call.elapsed)
            else:
                log.debug("%s %s: %d in %.1f ms", method, path[0], answer.status, answer.elapsed * 1000)
                return accepted(answer)
        log.debug("%s %s: %s after %.1f ms", method, path[0], failure.reason, failure.elapsed * 1000)
        # Outside the handler, and from the socket's error alone: those of the layers between show the address.
        raise failure from call.cause

    def __reduce__(self) -> NoReturn:
        raise TypeError("A client cannot be pickled, since it holds keys and connections: make one in each process.")

    def close(self) -> None:
        """Close the connections that stand idle."""
        self._pools.clear()

    def _answered(self, method: str, url: str, body: Body, call: Call) -> Answer:
        headers = self._headers
        if body is not None:
            headers = {**headers, "Content-Type": body.content_type, "Content-Length": str(body.length)}
        raw = self._pools.urlopen(
            method,
            url,
            body=body.content if isinstance(body, EncodedBody) else body,
            headers=headers,
            redirect=False,
            retries=False,
            timeout=Timeout(self._limits.connect, self._limits.read),
            preload_content=False,
            decode_content=False,
        )
        whole = False
        try:
            read = read_body(raw)
            if raw.chunked and call.ended:
                raise NoAnswer("answer cut short")  # a size cut down to its first 0 passes for the last chunk
            whole = True
        finally:
            if not whole:
                raw.close()
            raw.release_conn()
        return Answer(raw.status, raw.headers, read, call.elapsed)


def _base(url: str) -> str:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not (sound and url.isascii() and url.isprintable()) or set(url) & set("@?# \\"):
        # Without the address that was given: somebody may have written a key into it.
        raise ValueError('The address of the API must look like "https://api.dizions.co.uk/v2", without keys or query.')
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def _segment(value: Segment) -> str:
    if isinstance(value, tuple):
        return ";".join(map(_segment, value))
    if isinstance(value, Dates):
        return f"{value.first.isoformat()},{value.last.isoformat()}"
    if value in STEPS:
        raise ValueError('A part of a path may not be empty, "." or "..": servers would read it as another path.')
    try:
        return quote(value, safe="")
    except TypeError:
        raise TypeError("A part of a path must be text.") from None
    except UnicodeEncodeError:
        pass  # the error holds the whole value, and would go along as context
    raise ValueError(HALF_A_CHARACTER) from None
