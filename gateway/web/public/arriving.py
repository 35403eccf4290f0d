"""Arriving at a form: with answers in the address, by the link of a test, or when it has just been closed."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, abort, request

from gateway.forms.journey import first_step
from gateway.web.public import prefilling, problems, rendering, suspicion
from gateway.web.public.marks import Marks
from gateway.web.public.suspicion import TooMany
from gateway.web.public.visit import UNSIGNED, Claim, Visit
from gateway.web.security import looks_ahead
from gateway.web.trials import TRY, TrialOver


def begun(visit: Visit, given: Mapping[str, str]) -> Response:
    """Begin a draft with what came with the address, and lead to its first page: no address holds an answer then."""
    if looks_ahead(request):
        abort(503)
    try:
        suspicion.let_begin(visit)
    except TooMany:
        return rendering.first_page(visit)
    visit = visit.saving(lambda answers: {**answers, **prefilling.marked(given)})
    return rendering.lead(visit, visit.address(first_step(visit.form)))


def tried(visit: Visit) -> Visit:
    """Take over the link of a test from the address; its own page says where it is over."""
    link = request.args.get(TRY)
    if link is None:
        return visit
    try:
        trial = visit.site.trials.read(link, visit.organisation.slug, visit.form.slug, visit.now)
    except TrialOver:
        abort(problems.trial_over(visit))
    return replace(visit, marks=Marks(trial=trial))


def taken(visit: Visit, claimed: Claim) -> Visit | None:
    """Give the visit of a first page that was posted, as its token or its address says; None where it is not taken."""
    shown = tried(visit) if claimed.problem == UNSIGNED else claimed.visit
    return shown if visit.form.open or _may_finish(shown) else None


def _may_finish(shown: Visit) -> bool:
    """Tell whether the first page of a form that is closed now is taken all the same.

    It is where a form is tried; and for as long as a draft lives where it was shown while it was open: nobody types
    in vain.
    """
    at = shown.marks.shown_at
    return bool(shown.marks.trial) or (shown.form.open and at is not None and shown.now < at + shown.patience)
