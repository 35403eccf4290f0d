"""The files of a referral as its page shows them before anything is opened: number, size, state. Never a name."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.store.referrals import Listed
from gateway.store.states import FileState, JobStatus, ReferralState
from gateway.store.timeline import Paper

_STATES = {
    FileState.QUARANTINED: "Waits for the virus scanner",
    FileState.CLEAN: "Clean",
    FileState.WAITING: "Clean, waits to go to its record",
    FileState.ATTACHED: "At its record",
    FileState.REFUSED: "Refused, because it has a virus. Its content is gone",
    FileState.FAILED: "Could not be sent to its record",
}
_TO_BE_SENT = (FileState.QUARANTINED, FileState.CLEAN, FileState.WAITING, FileState.FAILED)


@dataclass(frozen=True, slots=True)
class Shown:
    """A file, and what may be done about it."""

    number: int
    id: str
    size: str
    state: str
    record: str
    may_download: bool
    quarantined: bool
    may_attach: bool


def shown(papers: Sequence[Paper], listed: Listed) -> list[Shown]:
    """Say of each file of a referral where it is and what may be done about it."""
    return [_shown(number, each, listed) for number, each in enumerate(papers, start=1)]


def attention(papers: Sequence[Paper], listed: Listed) -> list[str]:
    """Say which files of a referral need a person, each reason once."""
    lines = []
    if any(_given_up(each) for each in papers):
        lines.append("The virus scanner was asked in vain about a file: nothing of it is sent until it has looked.")
    if listed.state == ReferralState.DELIVERED:
        if any(each.state is FileState.FAILED for each in papers):
            lines.append("A file could not be sent to its record.")
        if any(each.state is FileState.WAITING and not each.record for each in papers):
            lines.append("A file waits until it is known which record it goes to. You can say so.")
    return lines


def size_in_words(size: int) -> str:
    """Say how large something is."""
    if size < 1024:
        return f"{size} bytes"
    return f"{size / 1024:.0f} KB" if size < 1024**2 else f"{size / 1024**2:.1f} MB"


def _shown(number: int, paper: Paper, listed: Listed) -> Shown:
    quarantined = paper.state is FileState.QUARANTINED
    return Shown(
        number,
        paper.id,
        size_in_words(paper.size),
        f"{_STATES[paper.state]}{'. The scanner was asked in vain' if _given_up(paper) else ''}",
        paper.record,
        may_download=paper.state not in (FileState.QUARANTINED, FileState.REFUSED),
        quarantined=quarantined,
        may_attach=paper.state in _TO_BE_SENT and listed.state == ReferralState.DELIVERED,
    )


def _given_up(paper: Paper) -> bool:
    return paper.state is FileState.QUARANTINED and paper.scan in (JobStatus.PARKED, None)
