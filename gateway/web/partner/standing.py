"""Where a referral stands, for the agency that sent it: in words that blame nobody and tell nobody else's business."""

from dataclasses import dataclass
from datetime import datetime

from gateway.forms.dates import moment_in_words
from gateway.store.sent_lists import Listed
from gateway.store.states import Stands
from gateway.web.public.visit import LONDON


@dataclass(frozen=True, slots=True)
class Words:
    """A word for lists, a sentence for the page, and the look that goes with them."""

    word: str
    sentence: str
    look: str


_RECEIVED = Words("received", "{charity} has received it. It is on its way into their case system.", "pending")
_PASSED_ON = Words("passed on", "It is in the case system of {charity}, where somebody looks at it next.", "delivered")
_IMPORTED = Words("imported", "{charity} has taken it into their records.", "delivered")
_ATTENTION = Words(
    "needs attention",
    "Somebody at {charity} looks after it. You need not do anything, and need not send it again: they call you if they "
    "have a question.",
    "held",
)
_CLOSED = Words("closed", "{charity} has dealt with it. If you want to know more, call them.", "closed")
_WORDS = {
    Stands.RECEIVED: _RECEIVED,
    Stands.PASSED_ON: _PASSED_ON,
    Stands.IMPORTED: _IMPORTED,
    Stands.NEEDS_ATTENTION: _ATTENTION,
    Stands.CLOSED: _CLOSED,
}


def words_of(stands: Stands) -> Words:
    """Say what it is called to stand like this."""
    return _WORDS[stands]


def sentence_of(listed: Listed, charity: str) -> str:
    """Say where a referral stands, with the name of the charity."""
    return words_of(listed.state).sentence.format(charity=charity)


def moment(at: datetime) -> str:
    """Write a time as it is in the United Kingdom."""
    return moment_in_words(at.astimezone(LONDON), str)
