"""Reading organisation.yaml, with as much kept of a wrong one as its pages need to say whom to call."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gateway.definitions.environment import substitute
from gateway.definitions.explain import explain, unknown_key
from gateway.definitions.problems import Problem
from gateway.definitions.profile import Profile
from gateway.definitions.yamlfile import Unreadable, read_yaml

# Stand-ins while each key is tried alone; none of them is left in a profile.
STAND_INS: dict[str, Any] = {
    "name": "-",
    "contact": {"phone": "-"},
}


def gather(raw: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """Move the blocks of destinations out of a map, so that what is left can be judged here."""
    kept = {key: value for key, value in raw.items() if key not in names and key != "blocks"}
    return {**kept, "blocks": {name: raw[name] for name in sorted(names) if name in raw}}


def read_profile(
    path: Path, environment: Mapping[str, str], blocks: frozenset[str]
) -> tuple[Profile | None, Sequence[Problem]]:
    """Read the file. With a problem the profile is what can be trusted of it, or nothing."""
    file = path.as_posix()
    if not path.is_file():
        return None, (Problem(file, "", "is missing. Write it: docs/forms.md says what belongs in it."),)
    try:
        raw = read_yaml(path)
    except Unreadable as unreadable:
        return None, (unreadable.problem,)
    filled, problems = substitute(raw, environment, file)
    if "blocks" in raw:
        problems = (*problems, Problem(file, "blocks", unknown_key("blocks", ())))
    data = gather(filled, blocks)
    lacking = {key: STAND_INS[key] for key in STAND_INS if key in raw and key not in filled}
    try:
        profile = Profile.model_validate({**lacking, **data})
    except ValidationError as error:
        return _lean(data, path.parent.name), (*problems, *explain(error, Profile, file))
    return (_lean(data, path.parent.name) if lacking else profile), problems


def _lean(data: Mapping[str, Any], slug: str) -> Profile | None:
    """Keep every part that is right by itself; without a telephone number there is nothing to show."""
    contact = data.get("contact")
    candidates = {**data, "contact": contact} if _stands("contact", contact) else {**data, "contact": _phone(contact)}
    parts = {key: value for key, value in candidates.items() if _stands(key, value)}
    if "contact" not in parts:
        return None
    return Profile.model_validate({"name": slug, **parts})


def _phone(contact: object) -> dict[str, Any]:
    return {"phone": contact.get("phone")} if isinstance(contact, dict) else {}


def _stands(key: str, value: object) -> bool:
    try:
        Profile.model_validate({**STAND_INS, key: value})
    except ValidationError:
        return False
    return True
