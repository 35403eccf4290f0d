"""What became of a referral, told as a story: every try, every decision, in words and in the order of time. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.store.reasons import CANNOT_BE_COMPOSED, OTHER_SHAPE, REJECTED, TOO_LATE
from gateway.store.referrals import Listed, Tried
from gateway.store.timeline import LEFT, Done, Origin

WORKER = "worker"
_OUTCOMES = {
    "delivered": "accepted",
    "not_sent": "not sent, because nothing could be reached there",
    "busy": "put off by the destination, to be tried again",
    "unknown": "no clear answer, so it may have arrived",
    "credentials_refused": "refused, because our keys were not taken",
    "misconfigured": "refused, because the address or the way of calling it is not right",
    "rejected": "rejected",
}
_WHY = {  # by how a reason begins
    REJECTED: "Your case-management system refused what it was sent.",
    CANNOT_BE_COMPOSED: "It cannot be opened: its key is not there, or it was changed.",
    "may have arrived, and could not be looked for": "Nobody could tell whether it is there.",
    "may have arrived: restored from a backup": "It was brought back from a backup, and may have been sent since.",
    "may have arrived": "There was no clear answer.",
}
_KINDS = {
    "stage": "Sent to the case-management system",
    "client": "Making the record of a person",
    "relationship": "Making a relationship",
    "referral": "Making the record of the referral",
    "upload": "Sending a file to its record",
    "import": "Looking for its import",
}
_ACTIONS = {
    "export": "Exported all that is kept of it",
    "list files": "Looked at its files",
    "save files": "Saved its files",
    "read answer": "Read what the destination answered",
    "attach files": "Sent files to their record",
    "wish to erase": "Asked for its erasure",
    "erase": "Erased its answers",
    "purge": "Its answers were deleted, because their time was over",
    "correct": "Corrected an answer",
    "retry": "Sent it again",
    "found": "The destination showed that it is there",
    "doubt": "Put in doubt",
    "believe": "Believed to have arrived",
    "send again": "Sent again, because nobody saw it there",
    "open answers": "Opened the answers",
    "print": "Opened a page to print",
    "open file": "Downloaded a file",
    "refer another": "Began another one like it",
    "scan again": "Had a file looked at for viruses again",
}
# Whose few words say more than the action.
_TELLING = {"correct", "erase", "attach files", "open file", "scan again", "export", "wish to erase"}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the story. `lasted` is how long it took, where that says anything."""

    at: datetime
    what: str
    who: str
    detail: str = ""
    lasted: str = ""


def story(listed: Listed, origin: Origin, tries: Iterable[Tried], done: Iterable[Done]) -> list[Event]:
    """Tell all that happened to a referral, the oldest first."""
    whence = f"through the agency {origin.agency}" if origin.agency else "by the form on the web"
    events = [Event(listed.created_at, "Sent to us", origin.sender or "the sender", whence)]
    events += [_tried(number, each) for number, each in enumerate(tries, start=1)]
    events += _deeds(done)
    if origin.imported_at:
        events.append(Event(origin.imported_at, "Seen as a record in the case-management system", WORKER))
    return sorted(events, key=lambda each: each.at)


def why(reason: str) -> str:
    """Say why a referral stands where it does, for whoever knows nothing of how it is sent."""
    if OTHER_SHAPE in reason:
        return "It was answered in a way that was not seen before."
    if reason.startswith(TOO_LATE):
        return f"It could not be delivered in{reason.partition(':')[0].removeprefix(TOO_LATE)}."
    return next((words for begins, words in _WHY.items() if reason.startswith(begins)), reason)


def briefly(time: datetime) -> str:
    """Say a time in a column of them, whose heading says that they are UTC."""
    return f"{time.day} {time:%b %Y, %H:%M}"


def who(actor: str, email: str | None) -> str:
    """Say who it was: by the address that may be told of an account, or as what is no account."""
    return email or (actor if " " in actor or actor == WORKER else LEFT)


def outcome_in_words(outcome: str) -> str:
    """Say how a try ended."""
    bare = outcome.removeprefix("upload ")
    return _OUTCOMES.get(bare, bare.replace("_", " "))


def _tried(number: int, tried: Tried) -> Event:
    kind = _KINDS.get(tried.kind, tried.kind.capitalize())
    if tried.ended_at is None:
        return Event(tried.started_at, f"Try {number}. {kind}: under way", WORKER)
    status = f"It answered {tried.status}" if tried.status else ""
    version = f"version {tried.payload}" if tried.payload > 1 else ""
    marked = "marked as a possible repeat" if tried.marked else ""
    return Event(
        tried.started_at,
        f"Try {number}. {kind}: {outcome_in_words(tried.outcome or 'unknown')}",
        WORKER,
        ", ".join(part for part in (status, version, marked) if part),
        _lasted(tried.ended_at - tried.started_at),
    )


def _deeds(done: Iterable[Done]) -> Iterator[Event]:
    for each in done:
        if each.action.startswith("settle "):
            yield Event(each.at, "Decided", who(each.actor, each.email), each.detail)
            continue
        what = _ACTIONS.get(each.action, each.action.capitalize())
        yield Event(each.at, what, who(each.actor, each.email), each.detail if each.action in _TELLING else "")


def _lasted(time: timedelta) -> str:
    seconds = time.total_seconds()
    if seconds < 1:
        return "less than a second"
    if seconds < 120:
        return f"{seconds:.0f} second{'' if round(seconds) == 1 else 's'}"
    return f"{seconds / 60:.0f} minutes"
