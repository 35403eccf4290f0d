"""All that is kept of one referral as a text that people can read, and, with its files, as one archive."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from gateway.referral import Person, Referral
from gateway.store.attached import Attached
from gateway.store.subjects import Everything, Sealed

TEXT = "referral.json"


def written(kept: Everything, attached: Sequence[Attached]) -> str:
    """Write all that is kept of a referral but the content of its files, as JSON that people can read."""
    return json.dumps(_everything(kept, attached), ensure_ascii=False, indent=2) + "\n"


def _everything(kept: Everything, attached: Sequence[Attached]) -> dict[str, object]:
    referral = kept.referral
    return {
        **{name: _time(value) for name, value in asdict(kept.listed).items()},
        "own_reference_of_the_agency": kept.own_reference,
        "language": referral.language,
        "legal_basis": dict(referral.basis),
        "people": [_person(each) for each in referral.people],
        "consents": [
            {"wording": each.wording, "version": each.version, "answer": each.value, "reason": each.reason}
            for each in referral.consents
        ],
        "files": [_file(each) for each in attached],
        "sent_to_the_destination": [
            {
                "version": each.about.version,
                "marked_as_a_possible_repeat": each.about.marked,
                "written_at": _time(each.about.created_at),
                "content_type": each.about.content_type,
                **_content(each),
            }
            for each in kept.payloads
        ],
        "tries": [
            {
                **_some(each, "started_at", "ended_at", "outcome", "status"),
                "version": each.about.payload,
                "answer_of_the_destination": _content(each),
            }
            for each in kept.answers
        ],
        "mails_that_wait": [{**_some(each, "kind", "created_at"), **_content(each)} for each in kept.mails],
        "what_was_done": [
            {"at": _time(row.at), "by": row.actor, "action": row.action, "detail": row.detail} for row in kept.trail
        ],
        "destination": {**_destination(referral), "records_there": list(kept.records)},
    }


def _person(person: Person) -> dict[str, object]:
    return {
        "person": person.label or person.id,
        "answers": [
            {
                "question": each.label or each.name,
                "answer": each.shown,
                "value": each.value,
                "sent_on_as": each.sent_as if each.send == "field" else each.send,
            }
            for each in person.answers
        ],
    }


def _file(each: Attached) -> Mapping[str, object]:
    return {
        "question": each.named.label,
        "name": each.named.name,
        "media_type": each.named.media_type,
        "bytes": each.named.size,
        "sha256": each.named.sha256,
        "state": each.stored.state if each.stored else "removed before it was sent",
        "saved_as": each.saved_as,
    }


def _destination(referral: Referral) -> dict[str, object]:
    return {"kind": referral.destination, "options": dict(referral.options)}


def _content(sealed: Sealed) -> dict[str, object]:
    if sealed.problem:
        return {"content": None, "why": sealed.problem}
    if sealed.content is None:
        return {"content": None, "why": "there was none, or its time was over"}
    return {"content": sealed.content.decode(errors="replace")}


def _some(sealed: Sealed, *names: str) -> dict[str, Any]:
    return {name: _time(sealed.about._mapping[name]) for name in names}


def _time(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
