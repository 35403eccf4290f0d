"""A table that somebody of an agency has chosen: kept sealed as a draft is, for as long as one, and for that agency."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.definitions.schema import Retention
from gateway.spreadsheets.reading import Row, Table
from gateway.store.drafts import Draft
from gateway.web.public.visit import Visit
from gateway.web.tokens import new_instance

# In place of a form: no form is called that, so that no page of one opens it.
KIND = "/many"
_FORM, _AGENCY, _HEADER, _NOTES = "form", "agency", "header", "notes"


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """A table with the definition that it was looked at with."""

    definition: str
    table: Table
    created_at: datetime
    expires_at: datetime


def keep(visit: Visit, agency: str, table: Table) -> bytes:
    """Keep a table for an agency; give the secret of its address."""
    secret = new_instance()
    profile = visit.organisation.profile
    patience = timedelta(minutes=(profile.retention if profile else Retention()).draft_minutes)
    answers = {
        _FORM: [visit.form.slug],
        _AGENCY: [agency],
        _HEADER: list(table.header),
        _NOTES: list(table.notes),
        **{str(row.number): list(row.cells) for row in table.rows},
    }
    draft = Draft(
        organisation=visit.organisation.slug,
        form=KIND,
        definition=visit.form.hash,
        language=visit.language,
        answers=answers,
        version=1,
        created_at=visit.now,
        expires_at=visit.now + patience,
    )
    visit.site.drafts.create(secret, draft)
    return secret


def find(visit: Visit, agency: str, secret: bytes) -> Kept | None:
    """Open what an agency keeps for this form; None where there is no such thing, or no longer."""
    draft = visit.site.drafts.load(secret, visit.now)
    if draft is None or (draft.organisation, draft.form) != (visit.organisation.slug, KIND):
        return None
    answers = dict(draft.answers)
    if (list(answers.pop(_FORM)), list(answers.pop(_AGENCY))) != ([visit.form.slug], [agency]):
        return None
    header, notes = tuple(answers.pop(_HEADER)), tuple(answers.pop(_NOTES))
    rows = [Row(int(number), tuple(cells)) for number, cells in answers.items()]
    return Kept(draft.definition, Table(header, rows, notes), draft.created_at, draft.expires_at)
