"""The words of the console: what a state is called, what a button says, what a page says after it was pressed."""

from gateway.remedies import Way
from gateway.store.states import ReferralState

STATES = {
    ReferralState.HELD: "Held back",
    ReferralState.PENDING: "Waiting for its turn",
    ReferralState.SENDING: "Being sent",
    ReferralState.DELIVERED: "Delivered",
    ReferralState.UNKNOWN: "May have arrived",
    ReferralState.FAILED: "Not delivered",
    ReferralState.CLOSED: "Ended",
}
BUTTONS = {
    Way.ARRIVED: "It has arrived",
    Way.RESEND: "Send it again",
    Way.BY_HAND: "Delivered by hand",
    Way.CLOSE: "End it",
    Way.RELEASE: "Let it through",
    Way.REOPEN: "Open it again",
    Way.ANSWER: "Show what the destination answered",
    Way.CORRECT: "Open the answers to correct them",
    Way.STATUS: "Look at the destination",
    Way.SEEN: "I see it there, and all alike",
}
# The address of a page names the word alone.
DONE = {
    "arrived": "It counts as delivered now.",
    "resend": "It is sent again now.",
    "by-hand": "It is ended, as delivered by hand.",
    "close": "It is ended.",
    "release": "It is on its way now.",
    "reopen": "It is open again. Say what is to become of it: nothing is sent by itself.",
    "seen": "It counts as delivered, and so do those that were in doubt for the same answer alone.",
    "attached": "The files go to their records now.",
    "attached-some": "Some files go to their records now. The others are there already, or on their way just now.",
    "scan": "The file is looked at again within a minute, where the virus scanner answers.",
    "erased": "It is erased here. Look in the case-management system too, and erase it there.",
}
# What comes after a correction, by the state that it was made in.
CORRECTED = {
    ReferralState.HELD: "What you corrected is kept. Now let it through, or end it.",
    ReferralState.PENDING: "What you corrected is kept. Its next try takes it along.",
    ReferralState.UNKNOWN: "What you corrected is kept. If it is not there, send it again.",
    ReferralState.FAILED: "What you corrected is kept. Now send it again: nothing is sent by correcting alone.",
}
MOVED = (
    "Nothing was done: meanwhile this referral has moved, by itself or by somebody else. This is where it stands now."
)


def how_many(count: int) -> str:
    """Say how many referrals there are."""
    return "1 referral" if count == 1 else f"{count:,} referrals"
