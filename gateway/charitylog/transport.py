"""The one place that calls the network: three headers, one attempt, one deadline, and an answer or an error.

It goes through requests' adapter without a session: a session would follow up the Location of a redirect even
where told not to, keep cookies, and look for proxies and passwords in the environment.
"""

import http.client
import logging
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import NoReturn
from urllib.parse import quote, urlencode, urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse
from urllib3.util.retry import Retry

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


class _Adapter(HTTPAdapter):
    """requests' adapter over counted connections, with no second attempt at any layer."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self._context = context
        self._pool: ConnectionPool | None = None
        super().__init__(pool_connections=1, pool_maxsize=CONNECTIONS, max_retries=Retry(total=False))

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: object) -> None:
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._context, **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": Pool, "https": TlsPool}

    def get_connection_with_tls_context(
        self,
        request: PreparedRequest,
        verify: bool | str | None,
        proxies: Mapping[str, str] | None = None,
        cert: tuple[str, str] | str | None = None,
    ) -> ConnectionPool:
        """Find the pool of the one address once, and not anew for every call."""
        pool = self._pool
        if pool is None:
            pool = self._pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
        return pool

    def request_url(self, request: PreparedRequest, proxies: object) -> str:
        """Give what follows the host, without looking for a proxy: there is none."""
        return request.path_url

    def close(self) -> None:
        """Close the connections that stand idle; the next call finds a pool of its own."""
        self._pool = None
        super().close()

    def cert_verify(self, *_: object) -> None:
        """Leave the pool alone: the context already holds the authorities, read once and not per connection."""

    def build_response(self, req: PreparedRequest, resp: object) -> Response:
        """Hand over the answer without reading its cookies, or making a jar for any."""
        response = Response.__new__(Response)
        response.raw = resp
        return response


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
        self._adapter = _Adapter(ssl.create_default_context(cafile=ca_file or DEFAULT_CA_BUNDLE_PATH) if tls else None)

    def call(self, method: str, path: tuple[Segment, ...], body: Body = None, *, query: Parameters = ()) -> Answer:
        """Make one call, once, and return the complete answer if it says yes, or raise Refused, NotWritten or NoAnswer.

        Each value in the path is encoded whole, so that none can change the path. What is streamed has a deadline for
        each of its pieces; what else its pieces raise, as they are read, is raised.
        """
        request = self._request(method, path, body, query)
        if self._before is not None:
            self._before(method, str(request.url))
        with calling(self._limits, streams=isinstance(body, StreamedBody)) as call:
            try:
                answer = self._answered(request, call)
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
        self._adapter.close()

    def _request(self, method: str, path: tuple[Segment, ...], body: Body, query: Parameters) -> PreparedRequest:
        # Filled in by hand: to prepare it would take apart and mend an address that is right already.
        request = PreparedRequest()
        request.method = method
        request.url = "/".join((self._url, *map(_segment, path))) + (f"?{urlencode(query)}" if query else "")
        headers = dict(self._headers)
        if isinstance(body, StreamedBody):
            headers |= {"Content-Type": body.content_type, "Content-Length": str(body.length)}
            request.body = body  # type: ignore[assignment]  # urllib3 takes whatever gives bytes
        elif body is not None:
            headers |= {"Content-Type": body.content_type, "Content-Length": str(len(body.content))}
            request.body = body.content
        request.headers = headers  # type: ignore[assignment]  # each is named once, and urllib3 copies any map
        return request

    def _answered(self, request: PreparedRequest, call: Call) -> Answer:
        # Of a new connection `wire` itself keeps the time: were the two unlike, each call would set the socket's anew.
        raw: BaseHTTPResponse = self._adapter.send(request, stream=True, timeout=self._limits.read).raw
        whole = False
        try:
            body = read_body(raw)
            if raw.chunked and call.ended:
                raise NoAnswer("answer cut short")  # a size cut down to its first 0 passes for the last chunk
            whole = True
        finally:
            if not whole:
                raw.close()
            raw.release_conn()
        return Answer(raw.status, raw.headers, body, call.elapsed)


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
