"""The moment of sending: every page is judged once more, then the referral and its job are stored in one commit."""

import json
import logging
from collections.abc import Mapping, Sequence
from functools import partial

from flask import Response

from gateway.forms.build import PageForm, filled
from gateway.forms.collect import collect
from gateway.forms.journey import Step, first_gap, is_answered, kept, previous_step
from gateway.languages import catalogue
from gateway.referral import Referral, new_reference
from gateway.store import sending
from gateway.store.drafts import instance_hash
from gateway.store.sending import FilesGone, Sent, SentBefore
from gateway.store.states import ReferralState
from gateway.web.public import letters, problems, rendering, suspicion
from gateway.web.public.suspicion import TooMany
from gateway.web.public.visit import PROBLEM, Visit

log = logging.getLogger(__name__)


def judged(visit: Visit) -> tuple[list[PageForm], Response | None]:
    """Judge every page of a draft; with the response that leads to the first one that is not in order."""
    gap = first_gap(visit.form, visit.answers)
    if gap is not None:
        return [], rendering.lead(visit, visit.address(gap))
    pages = filled_pages(visit)
    for page in pages:
        if page.ending:
            return [], problems.ended(visit, page.ending, back=visit.address(_step(page)))
        if not page.validate():
            return [], rendering.lead(visit, visit.address(_step(page), PROBLEM))
    return pages, None


def next_place(visit: Visit) -> str:
    """The address of the first page that is not in order yet; of what comes after all pages, if there is none."""
    pages = filled_pages(visit)
    for page in pages:
        step = _step(page)
        if not is_answered(visit.form, step, visit.answers) or page.ending or not page.validate():
            return visit.address(step)
    return visit.address(None if visit.form.check_answers else _step(pages[-1]))


def send_draft(visit: Visit, *, receipt: bool = False) -> Response:
    """Send what a draft holds; `receipt` says that its sender asked for a mail with the reference."""
    pages, wrong = judged(visit)
    if wrong is not None:
        return wrong
    try:
        return send(visit, pages, kept(visit.form, visit.answers), receipt=receipt)
    except TooMany as much:
        last = None if visit.form.check_answers else previous_step(visit.form, None, visit.answers)
        return problems.too_many(visit, much, back=visit.address(last))


def send(
    visit: Visit, pages: Sequence[PageForm], answers: Mapping[str, Sequence[str]], *, receipt: bool = False
) -> Response:
    """Store a referral from valid pages, then show its receipt; a second time, show the first one's. Raises TooMany."""
    instance = instance_hash(visit.instance)
    digested = json.dumps({name: answers[name] for name in sorted(answers)}).encode()
    try:
        begins = suspicion.judge(visit)
    except TooMany:
        before = sending.sent_before(visit.site.database, visit.site.ring, instance=instance, answers=digested)
        if before is None:
            raise
        return _after(visit, before)
    # A robot must not make us write to anybody.
    email = letters.receipt_address(visit, pages) if receipt and begins.state is not ReferralState.HELD else ""
    try:
        sent = sending.send(
            visit.site.database,
            visit.site.ring,
            referral_of(visit, pages),
            instance=instance,
            answers=digested,
            now=visit.now,
            drafted=visit.draft is not None or not rendering.sends_at_once(visit.form),
            begins=begins,
            receipt=partial(letters.receipt, visit, email) if email else None,
            sender=visit.sender,
        )
    except FilesGone:
        return rendering.lead(visit, next_place(visit))  # removed in another window: they see what is left
    if begins.state is ReferralState.HELD and isinstance(sent, Sent):
        log.warning("referral held reference=%s reason=%s", sent.reference, begins.reason)
    return _after(visit, sent)


def _after(visit: Visit, sent: Sent | SentBefore) -> Response:
    if isinstance(sent, SentBefore) and sent.same is False:
        return problems.already_sent(visit)
    return rendering.lead(visit, visit.at("sent"))


def referral_of(visit: Visit, pages: Sequence[PageForm]) -> Referral:
    """Make the referral of a visit from valid pages."""
    # One destination per organisation: its name is the key of its block.
    destination = next(iter(visit.organisation.profile.blocks), "") if visit.organisation.profile else ""
    collected = collect(visit.form, pages, destination=destination)
    return Referral(
        reference=new_reference(),
        organisation=visit.organisation.slug,
        form=visit.form.slug,
        definition=visit.form.hash,
        language=visit.language,
        created_at=visit.now,
        destination=destination,
        options=visit.form.blocks.get(destination, {}),
        people=collected.people,
        consents=collected.consents,
        files=collected.files,
        basis=visit.form.basis.model_dump(exclude_none=True) if visit.form.basis else {},
        test=visit.marks.trial is not None,
    )


def filled_pages(visit: Visit) -> list[PageForm]:
    """Give every page that the answers of a visit call for, filled in from them."""
    return filled(
        visit.form,
        visit.answers,
        language=visit.language,
        choices=visit.choices(),
        today=visit.today,
        translations=catalogue(visit.language),
        files=visit.uploads(),
    )


def _step(page: PageForm) -> Step:
    return Step(page.page.id, page.person_id, page.index)
