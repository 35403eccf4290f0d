"""The virus scanner: clamd, asked over its INSTREAM command. It says clean or infected; else it is away."""

import socket
import struct
from collections.abc import Iterable, Iterator
from contextlib import closing

_WHOLE_ANSWER = 4096


class ScannerAway(Exception):
    """Nobody can tell whether the file is clean: it stays in quarantine."""


class ScannerSilent(ScannerAway):
    """It kept us waiting for as long as we would: to ask it again at once would only cost the same time."""


def is_clean(address: str, chunks: Iterable[bytes], *, timeout: float) -> bool:
    """Have a file scanned while it streams; `timeout` is seconds.

    `address` is `host:port`, `[::1]:port` or the path of a socket.
    Raises ScannerAway where clamd gives no verdict, ScannerSilent where that took all the time.
    """

    def say() -> Iterator[bytes]:
        yield b"zINSTREAM\0"
        for chunk in filter(None, chunks):
            yield struct.pack("!L", len(chunk)) + chunk
        yield struct.pack("!L", 0)

    answer = _asked(address, say(), timeout)
    if answer == b"stream: OK":
        return True
    if answer.startswith(b"stream: ") and answer.endswith(b" FOUND"):
        return False
    raise ScannerAway("the scanner gave no verdict")


def version(address: str, *, timeout: float) -> str:
    """Ask clamd for its version, that of its signatures and when they were made; "" where it does not say.

    Raises ScannerAway as `is_clean` does.
    """
    if _asked(address, [b"zPING\0"], timeout) != b"PONG":
        raise ScannerAway("what answers is no clamd")
    said = _asked(address, [b"zVERSION\0"], timeout).decode("ascii", "replace")
    return said if said.startswith("ClamAV") else ""


def _asked(address: str, said: Iterable[bytes], timeout: float) -> bytes:
    try:
        with closing(_connect(address, timeout)) as clamd:
            for part in said:
                clamd.sendall(part)
            return _read(clamd)
    except TimeoutError:
        raise ScannerSilent("the scanner does not answer") from None
    except OSError:
        raise ScannerAway("the scanner cannot be reached") from None


def _connect(address: str, timeout: float) -> socket.socket:
    host, _, port = address.rpartition(":")
    if host and port.isdecimal():
        return socket.create_connection((host.removeprefix("[").removesuffix("]"), int(port)), timeout)
    clamd = socket.socket(socket.AF_UNIX)
    clamd.settimeout(timeout)
    try:
        clamd.connect(address)
    except OSError:
        clamd.close()
        raise
    return clamd


def _read(clamd: socket.socket) -> bytes:
    answer = b""
    while len(answer) < _WHOLE_ANSWER and not answer.endswith(b"\0") and (part := clamd.recv(_WHOLE_ANSWER)):
        answer += part
    return answer.rstrip(b"\0\n")
