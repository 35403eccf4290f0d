"""Makes the calls of `delivery: direct`, and looks for what may be there already before it makes anything twice.

An id is taken only where it is called one, or where the record itself was found by what we gave it: a lone number might
be somebody else's.
"""

from collections.abc import Callable
from typing import Protocol

from gateway import charitylog
from gateway.destinations.direct import CLIENT, REFERRAL, RELATIONSHIP, Wording
from gateway.destinations.imports import by_external_id
from gateway.destinations.seam import Busy, CredentialsRefused, DestinationError, NotSent, Receipt, Step, Unknown

_FORM = "application/x-www-form-urlencoded"


class Accepted(Protocol):
    """Makes a call and judges its answer: a receipt, or one of the six errors."""

    def __call__(self, call: Callable[[], charitylog.Answer], *, asks_the_probe: bool = False) -> Receipt:
        """Make the call."""


class Making:
    """One charity's clients, relationships and referrals."""

    def __init__(self, client: charitylog.Client, wording: Wording, accepted: Accepted) -> None:
        self._client = client
        self._wording = wording
        self._accepted = accepted

    def run(self, step: Step, done: tuple[str, ...]) -> Receipt:
        """Make one record, after those that it needs. Raises one of the six errors."""
        needed = [done[place] for place in step.needs]
        if step.kind == CLIENT:
            return self._make_client(step)
        if step.kind == RELATIONSHIP:
            return self._relate(step, *needed)
        if step.kind == REFERRAL:
            return self._make_referral(step, *needed)
        raise ValueError(f"no step is called {step.kind}")

    def _make_client(self, step: Step) -> Receipt:
        def find() -> Receipt | None:
            return self._find_client(step.about)

        if step.repeat and (found := self._look(find)):
            return found
        body = charitylog.EncodedBody(step.content_type, step.body)
        made = self._made(lambda: self._client.clients.create_by_external_id(step.about, body), find)
        return self._known(made, _answer(made).named_id(), find, looks_before_it_repeats=True)

    def _make_referral(self, step: Step, client: str) -> Receipt:
        def find() -> Receipt | None:
            return self._find_referral(client, step.about)

        if step.repeat and (found := self._look(find, may_repeat=True)):
            return found
        body = _with(step, {"client": client})
        made = self._made(lambda: self._client.referrals.create(body), find)
        # Of referrals the pages say that the new id is returned: a lone number is that.
        number = _answer(made).new_id()
        return self._known(made, number, find, looks_before_it_repeats=False)

    def _relate(self, step: Step, first: str, second: str) -> Receipt:
        if self._wording.writes == "classic":
            body = _with(step, {"id_second": second})
            made = self._accepted(lambda: self._client.clients.update(first, body), asks_the_probe=True)
        else:
            body = charitylog.EncodedBody(step.content_type, step.body)
            made = self._accepted(lambda: self._client.relationships.put(first, second, body), asks_the_probe=True)
        return Receipt(made.status, made.shape, made.answer, record="")

    def _made(self, make: Callable[[], charitylog.Answer], find: Callable[[], Receipt | None]) -> Receipt:
        """Make a record; where no answer tells what became of it, see at once whether it is there.

        Not to be there proves nothing yet: the other side may still be at it.
        """
        try:
            return self._accepted(make, asks_the_probe=True)
        except Unknown:
            try:
                found = find()
            except DestinationError:
                found = None
            if found is None:
                raise
            return found

    def _known(
        self, made: Receipt, number: str | None, find: Callable[[], Receipt | None], *, looks_before_it_repeats: bool
    ) -> Receipt:
        """Add the id to what was made; where the answer does not tell it, look the record up at once."""
        if made.record is not None:
            return made
        if number is not None:
            return Receipt(made.status, made.shape, made.answer, record=number)
        may_tell_later = looks_before_it_repeats
        try:
            found = find()
        except DestinationError as error:
            found = None
            may_tell_later |= isinstance(error, NotSent | Busy | CredentialsRefused)
        if found is None:
            reason = "accepted it, but the answer holds no id that can be read"
            # Without its shape: no such answer may ever count as the one that was proven. Where it is always so, a
            # repeat would only be accepted in the same way, once more and once more.
            raise Unknown(reason, status=made.status, answer=made.answer, for_a_person=not may_tell_later)
        return Receipt(made.status, made.shape, made.answer, record=found.record)

    def _look(self, find: Callable[[], Receipt | None], *, may_repeat: bool = False) -> Receipt | None:
        """Look for what may be there. Nothing is made while nobody can tell, unless a repeat says that it is one."""
        try:
            return find()
        except (NotSent, Busy, CredentialsRefused):
            raise
        except DestinationError as error:
            if may_repeat:
                return None
            raise Unknown(f"looked for it first, which did not tell: {error.reason}") from None

    def _find_client(self, external_id: str) -> Receipt | None:
        """Find a client by its external id; None where there is none. Raises one of the six errors."""
        receipt = self._accepted(by_external_id(self._client, [external_id]).answer)
        records = _records(receipt)
        # A server that passes the filter by would answer with somebody else.
        mine = [each for each in records if charitylog.text_of(each, "external_id") == external_id]
        return _one_of(receipt, mine, records)

    def _find_referral(self, client: str, reference: str) -> Receipt | None:
        """Find the referral of a client of ours that tells our reference; None where that client has none at all."""
        receipt = self._accepted(self._client.referrals.filter(client=client).answer)
        records = _records(receipt)
        mine = [each for each in records if any(reference in str(value) for value in each.values())]
        return _one_of(receipt, mine, records)


def _answer(receipt: Receipt) -> charitylog.Answer:
    return charitylog.Answer(receipt.status, {}, receipt.answer, 0)


def _records(receipt: Receipt) -> list[charitylog.Record]:
    try:
        return _answer(receipt).records()
    except charitylog.NotJson:
        raise Unknown("answered in a shape that cannot be read", status=receipt.status, shape=receipt.shape) from None


def _one_of(receipt: Receipt, mine: list[charitylog.Record], records: list[charitylog.Record]) -> Receipt | None:
    # The first where there are several: what was made twice before is not made a third time.
    for number in sorted((charitylog.text_of(each, "id") for each in mine), key=lambda text: (len(text), text)):
        if charitylog.is_id(number):
            return Receipt(receipt.status, receipt.shape, receipt.answer, record=number)
    if records:
        raise Unknown("answered with records that do not tell", status=receipt.status, shape=receipt.shape)
    return None


def _with(step: Step, ids: dict[str, str]) -> charitylog.EncodedBody:
    """Add the ids of earlier records to form pairs."""
    return charitylog.EncodedBody(_FORM, step.body + b"&" + charitylog.encode_fields(ids).content)
