"""What a person does about a referral, in words: by its state, and where that is not enough by the reason. Pure."""

from gateway.delivery.policy import OTHER_SHAPE, REJECTED, TOO_LATE
from gateway.delivery.preparing import CANNOT_BE_COMPOSED
from gateway.store.states import ReferralState

_BY_STATE = {
    ReferralState.HELD: (
        "It looks like spam, but there may be a person behind it. Let it through: flask referrals settle {reference} "
        "release. Spam: flask referrals settle {reference} close."
    ),
    ReferralState.PENDING: ("Nothing: it is sent by itself. If it stays for hours, look at flask destinations status."),
    ReferralState.SENDING: "Nothing: a worker is sending it.",
    ReferralState.DELIVERED: (
        "Nothing here. In the case-management system a person imports or rejects it; one that was delivered directly "
        "is among the referrals there already."
    ),
    ReferralState.UNKNOWN: (
        "Look for {reference} in the case-management system. It is there: flask referrals settle {reference} arrived. "
        "It is not: flask referrals retry {reference}. Until you say so it may be sent again by itself after some "
        "hours, marked, three times at most."
    ),
    ReferralState.FAILED: (
        "Remove the reason, then flask referrals retry {reference}. Or carry it by hand, and say so: flask referrals "
        "settle {reference} by-hand."
    ),
    ReferralState.CLOSED: "Nothing: a person ended it.",
}
_WHY_IT_FAILED = {
    REJECTED: (
        "Read why: flask referrals answer {reference}. Where an answer is wrong: flask referrals correct {reference} "
        "FIELD. Where the form is wrong, correct it for those that follow. Then flask referrals retry {reference}; or "
        "carry it by hand, and say so: flask referrals settle {reference} by-hand."
    ),
    TOO_LATE: ("See that the destination answers: flask destinations status. Then flask referrals retry {reference}."),
    CANNOT_BE_COMPOSED: (
        "Put its key back into GATEWAY_KEYS, behind the first one, and start the worker again; its log names the kind "
        "of error. Then flask referrals retry {reference}."
    ),
}


_ITS_ANSWER_CHANGED = (
    "If you see it there, the system may answer in another way from now on: flask destinations prove ORGANISATION "
    "--yes {reference} settles all of these at once, and keeps the next ones from being repeated."
)


def what_to_do(reference: str, state: str, reason: str | None = None) -> str:
    """Say what a person does now about a referral in this state, with the commands to type."""
    words = _BY_STATE[ReferralState(state)]
    if state == ReferralState.UNKNOWN and OTHER_SHAPE in (reason or ""):
        words = f"{words} {_ITS_ANSWER_CHANGED}"
    if state == ReferralState.FAILED:
        words = next((told for why, told in _WHY_IT_FAILED.items() if (reason or "").startswith(why)), words)
    return words.format(reference=reference)
