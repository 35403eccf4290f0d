"""Asks a Charitylog for all that an organisation's forms need, once, and says what came: nothing is ever written there.

No question hides another one; but who does not answer, or takes no key, is not asked on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from time import monotonic
from typing import Literal

from gateway.destinations.needs import KEYS, Question
from gateway.destinations.seam import Busy, DestinationError, NotSent, Observation, Survey, Unknown
from gateway.destinations.uses import PROJECT

MOST_CALLS = 80
SECONDS = 60.0  # no further question after that; one that has begun has the time-outs of any call
_MOST_AWAY = 2  # whoever lets us wait so often would let us wait for the rest
_GOOD, _NO_RIGHT, _NOT_THERE = 200, 403, 404
_THERE = "ask your Charitylog administrator to let the user of our keys see that: what it may see is set at that user"

Ask = Callable[[str], Mapping[str, str]]


def survey(questions: Iterable[Question], ask: Ask, clock: Callable[[], float] = monotonic) -> Survey:
    """Ask one question after the other; `ask` reads a list by name, or raises one of the six errors."""
    return _Round(ask, clock).made(list(questions))


class _Round:
    """One survey under way."""

    def __init__(self, ask: Ask, clock: Callable[[], float]) -> None:
        self._ask = ask
        self._clock = clock
        self._until = clock() + SECONDS
        self._calls = 0
        self._lists: dict[str, Mapping[str, str]] = {}
        self._failed: list[tuple[Question, DestinationError]] = []
        self._answered: list[Question] = []

    def made(self, questions: list[Question]) -> Survey:
        """Ask as far as it makes sense."""
        left = list(questions)
        while left and not self._ends():
            self._put(left.pop(0))
        return Survey([*self._seen(left)], self._lists)

    def _ends(self) -> bool:
        if self._calls >= MOST_CALLS or self._clock() >= self._until:
            return True
        errors = [error for _, error in self._failed]
        away = sum(_is_away(error) for error in errors)
        return away >= _MOST_AWAY or (not self._answered and (away > 0 or any(error.status == 401 for error in errors)))

    def _put(self, question: Question) -> None:
        """Ask under each name until one is there."""
        failure: DestinationError | None = None
        for name in question.names:
            self._calls += 1
            try:
                found = self._ask(name)
            except DestinationError as error:
                failure = error
                if error.status != _NOT_THERE:
                    break
            else:
                self._answered.append(question)
                if found:
                    self._lists[name] = found
                return
        if failure is not None:
            self._failed.append((question, failure))

    def _seen(self, left: list[Question]) -> Iterator[Observation]:
        if not self._answered:
            yield _nothing(self._failed[0][1])
            return
        yield Observation("ok", "it answers and takes our keys")
        missing = [question for question, error in self._failed if error.status == _NOT_THERE and not question.expected]
        wanted = len(self._answered) + len(self._failed) + len(left) - len(missing)
        names = ", ".join(question.what for question in self._answered)
        yield Observation(
            "ok", f"it lets us read {len(self._answered)} of {wanted} that forms and settings need: {names}"
        )
        yield from (_failure(question, error) for question, error in self._failed if question not in missing)
        if missing:
            names = ", ".join(question.names[0] for question in missing)
            yield Observation("ok", f"could not be checked, since Charitylog has no list of that name: {names}")
        if left:
            names = ", ".join(question.names[0] for question in left)
            what = f"not asked, since it took too long or did not answer: {names}"
            yield Observation("look", what, "look again later")


def _is_away(error: DestinationError) -> bool:
    return isinstance(error, NotSent | Busy) or (isinstance(error, Unknown) and error.status is None)


def _nothing(error: DestinationError) -> Observation:
    """Say why nothing at all could be read."""
    if _is_away(error) or isinstance(error, Unknown):
        return Observation("look", f"it is away: {error.reason}", "referrals are kept until it is back")
    if error.status == 401:
        return Observation("wrong", f"it refused us: {error.reason}, so one of the three keys is not right", KEYS)
    if error.status == _NO_RIGHT:
        what = f"it refused us: {error.reason} to every question"
        remedy = f"if the keys are good, the user may see nothing: {_THERE}. No page says what wrong keys are answered"
        return Observation("wrong", what, f"{remedy}, so {KEYS}")
    if error.status == _GOOD:
        return Observation(
            "wrong",
            f"it answers, but {error.reason}",
            "see that `url` is the address of the API, and that the keys are right",
        )
    remedy = "correct `url` in organisation.yaml or the environment: the whole address of the API, with /v2 at its end"
    return Observation("wrong", f"it refused us: {error.reason}, so this may not be the address of the API", remedy)


def _failure(question: Question, error: DestinationError) -> Observation:
    """Say what one question came to, beside others that were answered."""
    what, why = question.what, f"({error.reason}); the gateway needs that: {question.needed}"
    if error.status in (401, _NO_RIGHT):
        state: Literal["wrong", "look"] = "wrong" if question.vital else "look"
        also = ". Which projects are seen depends on the Source key too" if PROJECT in question.names else ""
        return Observation(state, f"our keys are good, but their user may not read {what} {why}", f"{_THERE}{also}")
    if error.status == _NOT_THERE:
        remedy = "if a form names it, correct the name there; else ask your Charitylog administrator"
        return Observation("look", f"there is nothing to be read as {what} {why}", remedy)
    if error.status == _GOOD:
        remedy = "tell whoever looks after the gateway: it does not know answers of that kind"
        return Observation("look", f"{what}: it answers, but not as it should {why}", remedy)
    return Observation("look", f"{what} could not be read {why}", "look again later")
