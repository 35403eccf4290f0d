"""What became of referrals, written down outside the database, so that a restored one can be told of it again.

A line an event: time, event, reference; nothing of a person. Each write adds whole lines at the end, so that any number
of processes may write. A line that broke off is passed over when the ledger is read.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path


class Event(StrEnum):
    """What became of a referral."""

    DELIVERED = "delivered"  # the destination accepted it
    CLOSED = "closed"  # a person ended it
    REOPENED = "reopened"  # it was delivered or closed, and is not any more
    ERASED = "erased"  # at the wish of whom it is about
    PURGED = "purged"  # its time was over


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger."""

    at: datetime
    event: Event
    reference: str


class LedgerProblem(Exception):
    """The ledger cannot be written or read; the text names the file and says what to do."""


class Ledger:
    """The file of GATEWAY_LEDGER. Every host has its own."""

    def __init__(self, path: Path) -> None:
        """Take the file; it is made, with its folder, when something is first written."""
        self.path = path

    def __repr__(self) -> str:
        return f"Ledger({self.path})"

    def delivered(self, references: Sequence[str], now: datetime) -> None:
        """Write down deliveries, before they are committed. Raises LedgerProblem.

        Nothing waits for the disk: a line that is lost makes a restored referral unknown, and no worse.
        """
        self._append(Event.DELIVERED, references, now, durable=False)

    def closed(self, references: Sequence[str], now: datetime) -> None:
        """Write down what a person ended, as `delivered` does. Raises LedgerProblem."""
        self._append(Event.CLOSED, references, now, durable=False)

    def reopened(self, references: Sequence[str], now: datetime) -> None:
        """Write down what is neither delivered nor closed any more, as `delivered` does. Raises LedgerProblem."""
        self._append(Event.REOPENED, references, now, durable=False)

    def erased(self, references: Sequence[str], now: datetime) -> None:
        """Write down erasures, before they are committed: they are on the disk on return. Raises LedgerProblem."""
        self._append(Event.ERASED, references, now, durable=True)

    def purged(self, references: Sequence[str], now: datetime) -> None:
        """Write down what was purged, as `erased` does. Raises LedgerProblem."""
        self._append(Event.PURGED, references, now, durable=True)

    def problem(self) -> str | None:
        """Say in plain words why the ledger cannot be written, or None; nothing is added by asking."""
        try:
            with self._opened():
                return None
        except LedgerProblem as problem:
            return str(problem)

    def entries(self) -> Iterator[Entry]:
        """Read every whole line, in the order of writing; none where there is no file. Raises LedgerProblem."""
        try:
            with self.path.open("rb") as file:
                for line in file:
                    if (entry := _entry(line)) is not None:
                        yield entry
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._problem("read", error) from None

    def forget(self, before: datetime) -> int:
        """Take out the lines that are older; give their number. Writers wait meanwhile. Raises LedgerProblem."""
        with self._opened(fcntl.LOCK_EX):
            kept, forgotten = [], 0
            for entry in self.entries():
                if entry.at < before:
                    forgotten += 1
                else:
                    kept.append(_line(entry))
            fresh = self.path.with_name(f"{self.path.name}.new")
            fresh.unlink(missing_ok=True)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.writelines(kept)
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(self.path)
            sync_folder(self.path.parent)
        return forgotten

    def _append(self, event: Event, references: Sequence[str], now: datetime, *, durable: bool) -> None:
        if not references:
            return
        lines = b"".join(_line(Entry(now, event, reference)) for reference in references)
        with self._opened() as file:
            size = os.fstat(file).st_size
            if size and os.pread(file, 1, size - 1) != b"\n":
                lines = b"\n" + lines  # a line broke off here: the next one is to be whole
            if os.write(file, lines) != len(lines):
                raise LedgerProblem(f"{self.path} took only a part of a line: is the disk full?")
            if durable:
                os.fsync(file)

    @contextmanager
    def _opened(self, lock: int = fcntl.LOCK_SH) -> Iterator[int]:
        """Open the file to add to it; what the system says against that becomes a LedgerProblem."""
        try:
            file = self._held(lock)
            try:
                yield file
            finally:
                os.close(file)
        except OSError as error:
            raise self._problem("written", error) from None

    def _held(self, lock: int) -> int:
        while True:
            file = self._open()
            fcntl.flock(file, lock)
            if _is_at(file, self.path):
                return file
            os.close(file)  # lines were taken out meanwhile: the path leads to another file now

    def _open(self) -> int:
        flags = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC
        try:
            return os.open(self.path, flags)
        except FileNotFoundError:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self.path, flags | os.O_CREAT, 0o600)
            sync_folder(self.path.parent)
            return file

    def _problem(self, what: str, error: OSError) -> LedgerProblem:
        return LedgerProblem(
            f"{self.path} cannot be {what} ({os.strerror(error.errno or 0)}): look at its folder and at GATEWAY_LEDGER"
        )


def _is_at(file: int, path: Path) -> bool:
    try:
        found = path.stat()
    except FileNotFoundError:
        return False
    return os.path.samestat(found, os.fstat(file))


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk: a file that was renamed is there after a power cut, too."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _line(entry: Entry) -> bytes:
    fields = {"at": entry.at.astimezone(UTC).isoformat(), "event": entry.event, "reference": entry.reference}
    return json.dumps(fields).encode() + b"\n"


def _entry(line: bytes) -> Entry | None:
    if not line.endswith(b"\n"):
        return None
    try:
        fields = json.loads(line)
        return Entry(datetime.fromisoformat(fields["at"]), Event(fields["event"]), str(fields["reference"]))
    except (ValueError, KeyError, TypeError):
        return None
