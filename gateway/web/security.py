"""Where a post may come from, and the headers that every page carries."""

from flask import Request, Response
from werkzeug.datastructures import Headers

CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; connect-src 'self'; frame-ancestors {ancestors}"
)

NOT_OURS = "not from ours"  # what is said of a post that no page of ours made


class Page(Response):
    """A page, or the way to one, with headers that are complete when it is made; an address among them is ASCII."""

    def get_wsgi_headers(self, environ: object) -> Headers:
        """Give them as they are: Werkzeug would copy them one by one, to mend lengths and addresses that are right."""
        return self.headers


def page_headers(*, frame_ancestors: str) -> list[tuple[str, str]]:
    """Headers of a page with a form, or after one: kept nowhere, listed nowhere, framed only where it may be."""
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", "no-store"),
        ("X-Robots-Tag", "noindex, nofollow"),
        ("Referrer-Policy", "same-origin"),
        ("Content-Security-Policy", CSP.format(ancestors=frame_ancestors)),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ]
    if frame_ancestors == "'none'":
        headers.append(("X-Frame-Options", "DENY"))
    return headers


def harden(response: Response, headers: list[tuple[str, str]]) -> Response:
    """Give a response the headers that it does not have yet."""
    present: Headers = response.headers
    for name, value in headers:
        if name not in present:
            present.add(name, value)
    return response


def comes_from_ours(request: Request, base_url: str) -> bool:
    """Tell whether a post was made by a page of ours.

    `Sec-Fetch-Site` decides where a browser sends it; else `Origin`; where both are absent the token alone decides.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    return origin in {base_url, f"{request.scheme}://{request.host}"}


def looks_ahead(request: Request) -> bool:
    """Tell whether a program fetches a page that nobody has asked to see yet: that must change nothing."""
    return request.method == "HEAD" or any(
        "prefetch" in request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose")
    )


def is_sandboxed(request: Request) -> bool:
    """Tell whether the page stands in a frame that may not even have an origin, so that no post of it can be taken."""
    return request.headers.get("Origin") == "null"
