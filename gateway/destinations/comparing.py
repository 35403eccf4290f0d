"""What forms send, beside the fields and ids that a charity's Charitylog has. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from gateway.definitions.schema import Choice, Form
from gateway.destinations.seam import Lists, Observation, Use
from gateway.destinations.uses import CLIENT_FIELDS, PROJECT, TAKEN_FIELDS, is_of_fields, uses_of

_MOST_OFFERED = 8
# Whose entries are people or the places where they work: nobody is named where it is told what to do.
_OF_PEOPLE = frozenset(
    {"referrals/referrer", "referrals/additional_org_person", "organisations/usual_support_worker",
     "organisations/gp_name", "organisations/gp_surgery", "organisations/school"}
)  # fmt: skip


def differences(forms: Mapping[str, Form], lists: Lists, *, correlates: bool) -> Iterator[Observation]:
    """Name what a form sends and no list has; of what has no list nothing is said.

    `correlates` says that imports are to be found by `external_id`. Source: API Details, 2018 (seed 000):
    selectable_fields lists the fields of a group; "API external referrals", 2023: every field of clients is taken.
    """
    yield from _external_id(lists, correlates=correlates)
    uses = uses_of(forms)
    for slug in forms:
        mine = [use for use in uses if use.form == slug and _read(use, lists)]
        found = [each for use in mine for each in (_field if is_of_fields(use) else _entries)(use, lists)]
        yield from found
        if mine and not found:
            yield Observation("ok", _in_order(mine, lists), form=slug)


def _external_id(lists: Lists, *, correlates: bool) -> Iterator[Observation]:
    known = _together((CLIENT_FIELDS, TAKEN_FIELDS), lists)
    if correlates and CLIENT_FIELDS in lists and "external_id" not in known:
        yield Observation(
            "look",
            "charitylog.correlate: Charitylog lists no field external_id, so no import is found by it",
            "write `correlate: none` into organisation.yaml, or ask your Charitylog administrator for that field",
        )
    elif not correlates and "external_id" in known:
        yield Observation(
            "ok",
            "Charitylog has a field external_id",
            "with `correlate: external_id` in organisation.yaml the gateway can see by itself what was imported",
        )


def _field(use: Use, lists: Lists) -> Iterator[Observation]:
    known = _together(use.lists, lists)
    for name in (choice.value for choice in use.choices if choice.value not in known):
        close = get_close_matches(name, known, n=1)
        yield Observation(
            "look",
            f"{use.place}: Charitylog lists no field {name}; it may drop that answer ({use.path})",
            f"write {f'`as: {close[0]}`' if close else 'its name there'} at that question if that is the field that is "
            "meant, or `send: description`; or have the field shown to the user of our keys",
            use.form,
        )


def _entries(use: Use, lists: Lists) -> Iterator[Observation]:
    name, known = next((name, lists[name]) for name in use.lists if name in lists)
    if missing := [choice for choice in use.choices if choice.value not in known]:
        told = ", ".join(_named(choice) for choice in missing)
        also = ", or let the user of our keys see that project" if name == PROJECT else ""
        yield Observation(
            "wrong",
            f"{use.place}: Charitylog has no {told} in its list {name} ({use.path})",
            f"write the id of one that it has: {_offered(name, known)}{also}",
            use.form,
        )
    if name in _OF_PEOPLE:
        return
    by_label = {label.casefold(): value for value, label in known.items()}
    for choice in (choice for choice in use.choices if choice.value in known):
        words = {text.casefold() for text in choice.label.root.values()}
        others = {by_label[word] for word in words if word in by_label}
        if others and known[choice.value].casefold() not in words:
            yield Observation(
                "look",
                f"{use.place}: “{choice.label}” is sent as {choice.value}, which is “{known[choice.value]}” in "
                f"Charitylog's list {name} ({use.path})",
                f"if “{choice.label}” is meant, write {min(others)}",
                use.form,
            )


def _in_order(uses: Sequence[Use], lists: Lists) -> str:
    fields = sum(is_of_fields(use) for use in uses)
    ids = [f"{use.place} is {_labelled(use, lists)}" for use in uses if not is_of_fields(use) and _is_set(use)]
    told = f"Charitylog has every field and choice that could be looked up ({fields} fields)"
    return "; ".join([told, *ids])


def _is_set(use: Use) -> bool:
    """Tell whether nobody answers it: it stands in a block."""
    return "charitylog" in use.path


def _labelled(use: Use, lists: Lists) -> str:
    (choice,) = use.choices
    if _OF_PEOPLE.intersection(use.lists):
        return choice.value
    return _quoted(choice.value, _together(use.lists, lists)[choice.value])


def _read(use: Use, lists: Lists) -> bool:
    """Tell whether it can be judged: what may stand in a list that nobody could read is not missing."""
    needed = use.lists[:1] if is_of_fields(use) else use.lists
    return any(lists.get(name) for name in needed)


def _together(names: Sequence[str], lists: Lists) -> Mapping[str, str]:
    return {value: label for name in names for value, label in lists.get(name, {}).items()}


def _named(choice: Choice) -> str:
    label = str(choice.label)
    return choice.value if label == choice.value else _quoted(choice.value, label)


def _quoted(value: str, label: str) -> str:
    return f"{value} “{label}”"


def _offered(name: str, known: Mapping[str, str]) -> str:
    if name in _OF_PEOPLE:
        return f"there are {len(known)}"
    first = ", ".join(_quoted(value, label) for value, label in list(known.items())[:_MOST_OFFERED])
    return first if len(known) <= _MOST_OFFERED else f"{first}, or one of {len(known) - _MOST_OFFERED} more"
