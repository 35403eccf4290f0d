"""A file of 100 MB on its way into the store: how much more memory the web processes hold at their peak."""

import http.client
import re
import time
from collections.abc import Iterator
from pathlib import Path

from bench import servers
from bench.processes import Process, free_port, get
from bench.report import Row
from bench.servers import Gateway

FORM = "/bench/papers"
_MIB = 1024 * 1024
_TOKEN = re.compile(rb'name="token"[^>]* value="([^"]+)"')
_ADD = b"add-file-paper"
_TAIL = b"\r\n--x--\r\n"


def uploads(size_mib: int) -> Iterator[Row]:
    """Send one small file, so that all is loaded, then a large one, and compare the peaks."""
    with servers.new_folder() as folder:
        gateway = Gateway(folder, free_port())
        gateway.environment["GATEWAY_MAX_UPLOAD_MB"] = str(size_mib + 1)
        with gateway.web() as web:
            for _ in range(8):  # each web process has seen one
                _upload(gateway, 1)
            before = _peak_mib(web)
            began = time.perf_counter()
            taken = _upload(gateway, size_mib)
            seconds = time.perf_counter() - began
            more = _peak_mib(web) - before
    yield Row("a 100 MB upload, more memory at the peak", more, " MiB", 32, at_most=True, errors=int(not taken),
              notes=f"{size_mib} MiB in {seconds:.1f} s, sealed and synced; no scanner")  # fmt: skip


def _upload(gateway: Gateway, size_mib: int) -> bool:
    found = _TOKEN.search(get(gateway.port, FORM)[2])
    parts = b"".join(_part(name, value) for name, value in (("token", found[1] if found else b""), ("action", _ADD)))
    head = parts + b'--x\r\nContent-Disposition: form-data; name="paper"; filename="a.jpg"\r\n\r\n\xff\xd8\xff'
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=120)
    connection.putrequest("POST", FORM)
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", str(len(head) + size_mib * _MIB - 3 + len(_TAIL)))
    connection.endheaders(head)
    left = size_mib * _MIB - 3
    while left:
        connection.send(bytes(min(left, _MIB)))
        left -= min(left, _MIB)
    connection.send(_TAIL)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status == 303


def _part(name: str, value: bytes) -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"


def _peak_mib(web: Process) -> float:
    lines = [line for pid in web.pids() for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
