"""Virus scanners for tests: one that speaks as clamd does, which a test can take away, and the real one."""

import shutil
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# The test file that every scanner knows, in two halves: whole, it would have this source file put into quarantine.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
PATIENCE = 60.0
Read = Callable[[int], bytes]


class Clamd:
    """Answers INSTREAM on a port of its own: what holds EICAR is infected. `seen` is all that it was sent."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port: int = probe.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self.seen: list[bytes] = []
        self.answers = {b"zPING\0": b"PONG\0", b"zVERSION\0": b"ClamAV 1.4.1/27460/Mon Nov 18 09:31:07 2030\0"}
        self._server: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> "Clamd":
        """Listen from now on."""
        self._server = socket.create_server(("127.0.0.1", self.port))
        self._thread = threading.Thread(target=self._serve, args=(self._server,), daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Go away: connections are refused."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(PATIENCE)
        self._server = self._thread = None

    def _serve(self, server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                self._answer(connection, stream.read)

    def _answer(self, connection: socket.socket, read: Read) -> None:
        command = b""
        while not command.endswith(b"\0") and (letter := read(1)):
            command += letter
        if command in self.answers:
            connection.sendall(self.answers[command])
        if command != b"zINSTREAM\0":
            return
        content = b""
        while len(head := read(4)) == 4 and (size := struct.unpack("!L", head)[0]):
            content += read(size)
        self.seen.append(content)
        connection.sendall(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")


@contextmanager
def real_clamd(folder: Path) -> Iterator[str]:
    """Start a real clamd that knows EICAR and nothing else; give the path of its socket."""
    program = shutil.which("clamd") or "/usr/sbin/clamd"
    (folder / "eicar.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
    configuration = folder / "clamd.conf"
    configuration.write_text(
        f"LocalSocket {folder}/clamd.socket\nDatabaseDirectory {folder}\nForeground yes\nStreamMaxLength 100M\n"
    )
    process = subprocess.Popen(
        [program, f"--config-file={configuration}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        yield f"{folder}/clamd.socket"
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)
