"""What a person does about a referral, in words: by its state, and where that is not enough by the reason. Pure.

The command line and the mails name commands, the console has buttons: both say the same, in the same order.
"""

from dataclasses import dataclass
from enum import StrEnum

from gateway.store.reasons import CANNOT_BE_COMPOSED, OTHER_SHAPE, REJECTED, REOPENED, TOO_LATE
from gateway.store.states import ReferralState


class Way(StrEnum):
    """Something that a person can do about a referral; the first six are decisions."""

    ARRIVED = "arrived"
    RESEND = "resend"
    BY_HAND = "by-hand"
    CLOSE = "close"
    RELEASE = "release"
    REOPEN = "reopen"  # what was decided was a mistake
    ANSWER = "answer"  # read what the destination answered
    CORRECT = "correct"  # correct an answer
    STATUS = "status"  # look how the destination stands
    SEEN = "seen"  # say that it is seen there, for all that were answered alike


@dataclass(frozen=True, slots=True)
class Step:
    """When something is to be done, and what."""

    when: str
    way: Way


@dataclass(frozen=True, slots=True)
class Remedy:
    """What stands behind it, the steps with the right one first, and what happens by itself."""

    about: str = ""
    steps: tuple[Step, ...] = ()
    otherwise: str = ""


_COMMANDS = {
    Way.ARRIVED: "flask referrals settle {reference} arrived",
    Way.RESEND: "flask referrals retry {reference}",
    Way.BY_HAND: "flask referrals settle {reference} by-hand",
    Way.CLOSE: "flask referrals settle {reference} close",
    Way.RELEASE: "flask referrals settle {reference} release",
    Way.REOPEN: "flask referrals settle {reference} reopen",
    Way.ANSWER: "flask referrals answer {reference}",
    Way.CORRECT: "flask referrals correct {reference} FIELD",
    Way.STATUS: "flask destinations status",
    Way.SEEN: "flask destinations prove ORGANISATION --yes {reference}",
}
_BY_HAND = Step("Or carry it by hand, and say so", Way.BY_HAND)
BY_ITSELF = "Until you say so it may be sent again by itself after some hours, marked, three times at most."
NO_MORE = "It is not sent again by itself: it waits until you say what is true."
_BY_STATE = {
    ReferralState.HELD: Remedy(
        "It looks like spam, but there may be a person behind it.",
        (Step("If somebody may be behind it, let it through", Way.RELEASE), Step("If it is spam, end it", Way.CLOSE)),
    ),
    ReferralState.PENDING: Remedy(
        "Nothing: it is sent by itself.", (Step("If it stays for hours, look at the destination", Way.STATUS),)
    ),
    ReferralState.SENDING: Remedy("Nothing: a worker is sending it."),
    ReferralState.DELIVERED: Remedy(
        "Nothing here. In the case-management system a person imports or rejects it; one that was delivered directly "
        "is among the referrals there already."
    ),
    ReferralState.UNKNOWN: Remedy(
        "Look for {reference} in the case-management system.",
        (Step("It is there", Way.ARRIVED), Step("It is not", Way.RESEND)),
        BY_ITSELF,
    ),
    ReferralState.FAILED: Remedy("Remove the reason.", (Step("Then send it again", Way.RESEND), _BY_HAND)),
    ReferralState.CLOSED: Remedy("Nothing: a person ended it."),
}
_WHY_IT_FAILED = {
    REJECTED: Remedy(
        steps=(
            Step("Read why", Way.ANSWER),
            Step("Where an answer is wrong", Way.CORRECT),
            Step("Where the form is wrong, correct it for those that follow. Then send it again", Way.RESEND),
            _BY_HAND,
        )
    ),
    TOO_LATE: Remedy(
        steps=(Step("See that the destination answers", Way.STATUS), Step("Then send it again", Way.RESEND), _BY_HAND)
    ),
    REOPENED: Remedy(
        steps=(Step("Is it to be delivered? Send it again", Way.RESEND), _BY_HAND, Step("If it is to end", Way.CLOSE))
    ),
    CANNOT_BE_COMPOSED: Remedy(
        "Put its key back into GATEWAY_KEYS, behind the first one, and start the worker again; its log names the kind "
        "of error.",
        (Step("Then send it again", Way.RESEND),),
    ),
}
_ITS_ANSWER_CHANGED = Step(
    "If you see it there, the system may answer in another way from now on. To settle all of these at once, and keep "
    "the next ones from being repeated",
    Way.SEEN,
)


def remedy(reference: str, state: str, reason: str | None = None, *, waits: bool = False) -> Remedy:
    """Say what a person does now about a referral in this state; `waits` tells that no try of it is due any more."""
    found = _BY_STATE[ReferralState(state)]
    if state == ReferralState.FAILED:
        found = next((told for why, told in _WHY_IT_FAILED.items() if (reason or "").startswith(why)), found)
    steps = found.steps
    if state == ReferralState.UNKNOWN and OTHER_SHAPE in (reason or ""):
        steps = (*steps, _ITS_ANSWER_CHANGED)
    return Remedy(
        found.about.format(reference=reference), steps, NO_MORE if waits and found.otherwise else found.otherwise
    )


def what_to_do(reference: str, state: str, reason: str | None = None, *, waits: bool = False) -> str:
    """Say it in a line, with the commands to type."""
    found = remedy(reference, state, reason, waits=waits)
    steps = (f"{step.when}: {_COMMANDS[step.way].format(reference=reference)}." for step in found.steps)
    return " ".join(part for part in (found.about, *steps, found.otherwise) if part)
