"""The scanner's client against a socket that speaks as clamd does."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator

import pytest

from gateway.scanner import ScannerAway, ScannerSilent, is_clean

Start = Callable[..., tuple[str, list[bytes]]]


@pytest.fixture
def clamd() -> Iterator[Start]:
    """Start a clamd that gives one answer; what it was sent is kept."""
    threads: list[threading.Thread] = []

    def start(answer: bytes, host: str = "127.0.0.1") -> tuple[str, list[bytes]]:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        server = socket.create_server((host, 0), family=family)
        got: list[bytes] = []

        def serve() -> None:
            with server, server.accept()[0] as connection, connection.makefile("rb") as stream:
                got.append(stream.read(len(b"zINSTREAM\0")))
                while size := struct.unpack("!L", stream.read(4))[0]:
                    got.append(stream.read(size))
                connection.sendall(answer)

        threads.append(threading.Thread(target=serve, daemon=True))
        threads[-1].start()
        where = f"[{host}]" if ":" in host else host
        return f"{where}:{server.getsockname()[1]}", got

    yield start
    for thread in threads:
        thread.join(10)


@pytest.mark.parametrize(
    ("answer", "clean"), [(b"stream: OK\0", True), (b"stream: Eicar-Test-Signature FOUND\0", False)]
)
def test_the_verdict_of_the_scanner_is_taken(clamd: Start, answer: bytes, clean: bool) -> None:
    address, got = clamd(answer)
    assert is_clean(address, [b"one", b"", b"two"], timeout=10) is clean
    assert got == [b"zINSTREAM\0", b"one", b"two"]


def test_a_scanner_is_reached_by_an_address_of_version_6(clamd: Start) -> None:
    address, got = clamd(b"stream: OK\0", "::1")

    assert address.startswith("[::1]:")
    assert is_clean(address, [b"file"], timeout=10)
    assert got[0] == b"zINSTREAM\0"


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: broken ERROR\0"])
def test_without_a_verdict_the_scanner_is_away(clamd: Start, answer: bytes) -> None:
    address, _ = clamd(answer)
    with pytest.raises(ScannerAway):
        is_clean(address, [b"file"], timeout=10)


def test_a_scanner_that_takes_all_the_time_is_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(ScannerSilent):
        is_clean(f"127.0.0.1:{server.getsockname()[1]}", [b"file"], timeout=0.05)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.sock"])
def test_a_scanner_that_cannot_be_reached_is_away(address: str) -> None:
    with pytest.raises(ScannerAway):
        is_clean(address, [b"file"], timeout=1)
