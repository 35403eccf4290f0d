"""The imitated API at /v2: job cards (schedules) are changed; no call makes one.

That they can be read and changed, but not made, is said of schedules as a whole. The address and verbs are invented,
as those of the other groups are.
"""

from flask import Blueprint, Response, abort

from gateway.sandbox.api.answers import updated
from gateway.sandbox.api.record_rules import dates, emptied, other_than_said, present, values
from gateway.sandbox.api.taking import known_client, not_written, number, sent_fields
from gateway.sandbox.charity import records
from gateway.sandbox.state import current

DATES = ("start_date", "end_date")

bp = Blueprint("schedule_writing", __name__, url_prefix="/v2")


@bp.route("/schedules/id/<int:schedule>", methods=["PUT", "POST"])
@bp.route("/schedules/<int:schedule>", methods=["PUT", "POST"])
def update(schedule: int) -> Response:
    """Change a job card."""
    fields = sent_fields()
    sandbox = current()
    problems = [
        *emptied(fields, ("client", *DATES)),
        *other_than_said(fields, {"id": schedule}),
        *values(fields, sandbox.seeds.selectable["schedules"], sandbox.seeds, sandbox.strict),
        *dates(fields, DATES),
    ]
    if problems:
        return not_written("The schedule was not changed.", problems)
    client = known_client(number(fields["client"], "client")) if present(fields, "client") else None
    changes = {name: value for name, value in fields.items() if name not in ("id", "client")}
    if not records.change_schedule(sandbox.database, schedule, changes, client):
        abort(404, "There is no such schedule in the sandbox.")
    return updated()
