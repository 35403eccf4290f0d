"""A destination that the tests script: it stands for a system outside, and keeps what it was asked."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import wait
from dataclasses import replace

from gateway.definitions.schema import Choice, Form
from gateway.delivery.worker import Worker
from gateway.destinations.seam import Attachment, Following, Problem, Receipt, Record, Step, Unsupported
from gateway.referral import Referral

PATIENCE = 20  # seconds until a test gives up; nothing is measured by it
ACCEPTED = Receipt(200, "200 json {id:number}", b'{"id": 7}')
Ending = Receipt | BaseException


class Scripted:
    """Ends its calls as told, in turn; the last ending stays. `during` runs inside each call."""

    def __init__(self, *endings: Ending, during: Callable[[Step], None] | None = None) -> None:
        self.calls: list[Step] = []
        self.probes = 0
        self.closed = False
        self.probe_ending: BaseException | None = None
        self.during_probe: Callable[[], None] = lambda: None
        self.asked: list[list[str]] = []
        self.there: set[str] | None = None  # what a look finds; None: it cannot look
        self.look_ending: BaseException | None = None
        self.during_look: Callable[[], None] = lambda: None
        self.following = Following()
        self.uploads: list[tuple[str, str, bytes]] = []  # to which record, under what name, what
        self.upload_endings: list[Ending] = [ACCEPTED]
        self.during_upload: Callable[[], None] = lambda: None
        self.records: dict[str, str] = {}  # the record of each reference that a look finds
        self.gate = threading.Event()
        self.gate.set()
        self._endings = list(endings) or [ACCEPTED]
        self._during = during
        self._lock = threading.Lock()

    @property
    def bodies(self) -> list[str]:
        """What was sent so far."""
        return [step.body.decode() for step in self.calls]

    def check(self, form: Form) -> Sequence[Problem]:
        """Find nothing wrong."""
        return []

    def steps(self, referral: Referral, *, repeat: bool) -> Sequence[Step]:
        """Compose one call with the reference and everybody's answers."""
        said = " ".join(answer.shown for person in referral.people for answer in person.answers)
        mark = f"Possible repeat of {referral.reference}. " if repeat else ""
        return [Step("stage", "text/plain", f"{mark}{said} {referral.reference}".encode())]

    def run(self, step: Step, done: Sequence[str] = ()) -> Receipt:
        """End as the next ending says, once the gate is open."""
        with self._lock:
            self.calls.append(step)
            ending = self._endings.pop(0) if len(self._endings) > 1 else self._endings[0]
        if self._during:
            self._during(step)
        if not self.gate.wait(PATIENCE):
            raise TimeoutError
        if isinstance(ending, BaseException):
            raise ending
        return ending

    def find(self, references: Sequence[str]) -> Mapping[str, Receipt]:
        """Find what is there, or end as told; refuse as a system that documents no way."""
        self.asked.append(list(references))
        self.during_look()
        if self.look_ending is not None:
            raise self.look_ending
        if self.there is None:
            raise Unsupported
        return {
            reference: replace(ACCEPTED, record=self.records.get(reference))
            for reference in references
            if reference in self.there
        }

    def upload(self, record: Record, attachment: Attachment) -> Receipt:
        """Take the content, and end as told."""
        content = b"".join(attachment.pieces)
        name = f"repeat {attachment.name}" if attachment.repeat else attachment.name
        with self._lock:
            self.uploads.append((str(record), name, content))
            ending = self.upload_endings.pop(0) if len(self.upload_endings) > 1 else self.upload_endings[0]
        self.during_upload()
        if isinstance(ending, BaseException):
            raise ending
        return ending

    def choices(self, dictionary: str) -> Sequence[Choice]:
        """Know no choices."""
        return []

    def lists(self, forms: Mapping[str, Form]) -> Sequence[str]:
        """Know no lists."""
        return []

    def probe(self) -> None:
        """Answer, or end as told."""
        self.probes += 1
        self.during_probe()
        if self.probe_ending is not None:
            raise self.probe_ending

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True


def end_calls(worker: Worker) -> None:
    """Wait for the calls under way and close them, without beginning others."""
    _, running = wait(worker._calls.futures, timeout=PATIENCE)
    assert not running
    worker._close_ended()


def look(worker: Worker) -> int:
    """Do one round and let its looks end, without taking up what they found; give the number that it took up."""
    taken = worker.round()
    _, running = wait(worker._looking.futures, timeout=PATIENCE)
    assert not running
    return taken


def work(worker: Worker) -> int:
    """Do one round to its end, looks included; give the number that it took up."""
    taken = look(worker)
    if worker._compose(worker._looking.end()):
        worker._turn()
    end_calls(worker)
    return taken


def probe(worker: Worker) -> None:
    """Let the probes that are due begin and end, and be taken up."""
    worker.round()
    wait(worker._probes.futures, timeout=PATIENCE)
    worker.round()
    end_calls(worker)
