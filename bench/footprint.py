"""How heavy the gateway is to start and to load."""

import gzip
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median

from bench import servers
from bench.processes import free_port, get, running, wait_until_served
from bench.report import Row
from bench.servers import EXAMPLE, FORM, Gateway, gunicorn, surroundings

_PARTS = re.compile(r'<(?:link[^>]* rel="stylesheet"[^>]*|script[^>]*)>')
_ADDRESS = re.compile(r'(?:href|src)="([^"]+)"')


def start(times: int) -> Iterator[Row]:
    """Measure from the start of gunicorn to the first page."""
    with servers.new_folder() as folder:
        gateway = Gateway(folder, free_port())
        ours = [_first_page("app:app", FORM, gateway.port, gateway) for _ in range(times)]
        bare = [_first_page("bench.hello:app", "/", gateway.port, gateway) for _ in range(times)]
    yield Row("start to first page, s", median(ours), "", 1.2, 0.8, at_most=True,
              notes=f"median of {times}; bare Flask {median(bare):.2f}")  # fmt: skip


def weight() -> Iterator[Row]:
    """Add up what a browser loads for the first view of an example form."""
    with ExitStack() as stack:
        gateway, web = stack.enter_context(servers.gateway_web(stack.enter_context(servers.new_folder())))
        _, head, body = get(gateway.port, EXAMPLE)
        addresses = [_ADDRESS.search(tag) for tag in _PARTS.findall(body.decode())]
        paths = [found[1] for found in addresses if found]
        foreign = [path for path in paths if not path.startswith("/") or path.startswith("//")]
        parts = [body, *(get(web.port, path)[2] for path in paths if path not in foreign)]
    sizes = [len(gzip.compress(part, 6)) for part in parts]
    errors = len(foreign) + (b"set-cookie" in head.lower())
    yield Row("first view: HTML + CSS + JS, gzip, KB", sum(sizes) / 1000, "", 20, 14, at_most=True, errors=errors,
              notes=f"{EXAMPLE}: page {sizes[0] / 1000:.1f}, {len(paths)} files {sum(sizes[1:]) / 1000:.1f}; "
                    f"no cookie, nothing from elsewhere")  # fmt: skip


def _first_page(app: str, path: str, port: int, gateway: Gateway) -> float:
    environment = gateway.environment if app == "app:app" else surroundings()
    began = time.perf_counter()
    with running(gunicorn(app, port), environment, gateway.folder, name="start") as process:
        return wait_until_served(process, port, path, pause=0.002) - began
