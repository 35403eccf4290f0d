"""One person's data as a folder: a text that people can read, what was sent on, and the files. Readable by one user."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from gateway.cli import referral_files
from gateway.cli.referral_files import Attached
from gateway.referral import Person, Referral
from gateway.store.files import Files
from gateway.store.subjects import Everything, Sealed

TEXT = "referral.json"
_PRIVATE = 0o600


def export_one(files: Files, kept: Everything, folder: Path, *, unchecked: bool) -> int:
    """Write all that is kept of one referral into a new folder; give the number of files that could not be saved.

    Raises OSError where the folder is there already, KeyMissing or SealBroken where a file's name cannot be opened.
    """
    attached = referral_files.attached_to(files, kept.referral)
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    text = json.dumps(_written(kept, attached), ensure_ascii=False, indent=2)
    with open(
        folder / TEXT, "x", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, _PRIVATE)
    ) as target:
        target.write(text + "\n")
    return referral_files.save(files, attached, folder, unchecked=unchecked) if attached else 0


def _written(kept: Everything, attached: Sequence[Attached]) -> dict[str, object]:
    referral = kept.referral
    return {
        **{name: _time(value) for name, value in asdict(kept.listed).items()},
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
