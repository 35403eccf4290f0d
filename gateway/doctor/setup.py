"""What was set up by hand: settings, organisations with their forms, what stands in front."""

import urllib.request
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.parse import urlsplit

from gateway.doctor.finding import Finding, Parts, look, ok, wrong

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_WAIT_SECONDS = 10


def organisations(parts: Parts) -> Iterator[Finding]:
    """Look at every organisation and its forms."""
    if parts.settings is None or not parts.has("organisations"):
        return
    folder = parts.settings.organisations
    if not folder.is_dir():
        remedy = "set GATEWAY_ORGANISATIONS to the folder that holds the organisations"
        yield wrong("organisations", f"there is no folder {folder}", remedy)
        return
    if not parts.organisations:
        yield look("organisations", f"there are none in {folder}", "see docs/forms.md for a first one")
    for slug, organisation in parts.organisations.items():
        if organisation.closed:
            for problem in organisation.problems:
                yield wrong("organisations", str(problem), "until it is corrected, all its forms are closed").of(slug)
            continue
        open_ones = sum(form.open for form in organisation.forms.values())
        yield ok("organisations", f"{open_ones} of {len(organisation.forms)} forms are open").of(slug)
        if organisation.profile and not organisation.profile.alerts.email:
            remedy = "write `alerts: {email: […]}` into organisation.yaml"
            yield look("organisations", "nobody is told when a referral cannot be delivered", remedy).of(slug)


def front(parts: Parts) -> Iterator[Finding]:
    """Compare the address that people know with what is said of the proxies in front."""
    if parts.settings is None or not (parts.has("base_url") and parts.has("trusted_proxies")):
        return
    address, proxies = urlsplit(parts.settings.base_url), parts.settings.trusted_proxies
    if address.scheme == "https" and not proxies:
        yield look(
            "front",
            "GATEWAY_BASE_URL begins with https://, so a proxy does TLS, but GATEWAY_TRUSTED_PROXIES is 0",
            "set it to the number of proxies in a row, or the gateway takes the proxy for every visitor",
        )
    elif address.scheme == "http" and address.hostname not in _LOCAL:
        yield look(
            "front",
            "GATEWAY_BASE_URL begins with http://, so answers cross the network for anybody to read",
            "put a proxy with TLS in front, and write https://",
        )
    elif address.scheme == "http" and proxies:
        yield look(
            "front",
            f"GATEWAY_TRUSTED_PROXIES is {proxies}, but GATEWAY_BASE_URL is this machine's own",
            "without a proxy in front set it to 0, or visitors can make up their address",
        )
    else:
        yield ok("front", f"{proxies} proxies are trusted, and the address that people know agrees")
    if not parts.offline:
        yield _answer(f"{parts.settings.base_url}/healthz")


def _answer(address: str) -> Finding:
    try:
        with urllib.request.urlopen(address, timeout=_WAIT_SECONDS) as response:  # noqa: S310 - our own address
            alive = response.read(100).strip() == b"alive"
    except (HTTPError, OSError, ValueError) as error:
        why = f"answered {error.code}" if isinstance(error, HTTPError) else "cannot be reached"
        remedy = "start the web; if it runs, this machine may not see its own public address"
        return look("web", f"{address} {why} from here", remedy)
    if alive:
        return ok("web", f"{address} answers")
    return wrong("web", f"{address} is answered by something else", "correct GATEWAY_BASE_URL, or the proxy in front")
