"""What a form must have for Charitylog: each lack is named by its place, with what to do."""

from pathlib import Path
from typing import Any

import pytest

from gateway.definitions.loader import load_organisations
from gateway.definitions.schema import Form
from gateway.destinations import judging, registry
from gateway.destinations.charitylog import Charitylog
from gateway.destinations.requirements import problems_of

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {
    "CHARITYLOG_URL": "https://crm.example/v2",
    "CHARITYLOG_SOURCE": "canary-source",
    "CHARITYLOG_ORG": "canary-org",
    "CHARITYLOG_USER": "canary-user",
}
LIMITS = registry.Limits(connect_timeout=1, read_timeout=1, deadline=3)


def asked(name: str, kind: str = "text", **changes: object) -> dict[str, Any]:
    return {"name": name, "type": kind, "label": name, "required": True, **changes}


NAMES = (asked("first_name"), asked("surname"))
WORDS = asked("description", "textarea", required=False)
DIRECT: dict[str, object] = {"delivery": "direct", "project": "7", "referral": {"template": "3", "stage": "1"}}


def a_form(
    *fields: dict[str, Any],
    block: object = None,
    person: object = None,
    others: tuple[dict[str, Any], ...] = (),
    pages: tuple[dict[str, Any], ...] = (),
) -> Form:
    """Make a form of one page for the main person, and what else is given."""
    main = {"id": "client", "blocks": {} if person == {} else {"charitylog": person or {"org_type_id": "1"}}}
    return Form.model_validate(
        {
            "slug": "support",
            "title": "Ask for support",
            "blocks": {} if block is None else {"charitylog": block},
            "people": [main, *others],
            "pages": [{"id": "about", "title": "About you", "fields": list(fields or (*NAMES, WORDS))}, *pages],
        }
    )


def a_carer(**block: object) -> dict[str, Any]:
    return {
        "others": ({"id": "carer", "blocks": {"charitylog": {"org_type_id": "9", **block}}},),
        "pages": ({"id": "carer", "title": "Your carer", "person": "carer", "fields": list(NAMES)},),
    }


def found(form: Form) -> list[tuple[str, str]]:
    return [(problem.path, problem.message) for problem in problems_of(form)]


@pytest.mark.parametrize(
    ("form", "path", "remedy"),
    [
        (a_form(person={}), "people[0].charitylog", "give 'client' at least an org_type_id"),
        (a_form(person={"role": "1"}), "people[0].charitylog.org_type_id", "is missing: add it"),
        (a_form(person={"org_type_id": "one"}), "people[0].charitylog.org_type_id", "write the number"),
        (a_form(person={"org_type_id": "1", "kind": "2"}), "people[0].charitylog.kind", "use one of org_type_id"),
        (a_form(person="1"), "people[0].charitylog", "must be a map"),
        (a_form(person={"org_type_id": "1", "to_main": "5"}), "people[0].charitylog", "write them at the other person"),
        (a_form(block={"project": "seven"}), "charitylog.project", "write the number"),
        (a_form(block={"projects": "7"}), "charitylog.projects", "use one of delivery, source, project"),
        (a_form(block={"delivery": "post"}), "charitylog.delivery", "docs/forms.md"),
        (a_form(block={"delivery": "direct", "project": "7"}), "charitylog.referral", "write {template: …, stage: …}"),
        (a_form(block=DIRECT | {"referral": {"template": "3"}}), "charitylog.referral.stage", "is missing: add it"),
        (
            a_form(block=DIRECT | {"referral": {"template": "3", "stage": "1", "step": "1"}}),
            "charitylog.referral.step",
            "use one of template, stage, branch",
        ),
        (a_form(block=DIRECT | {"source": "1"}), "charitylog.source", "direct delivery passes by: remove it"),
        (a_form(block={**DIRECT, "project": "x"}), "charitylog.project", "write the number"),
        (
            a_form(block={key: DIRECT[key] for key in DIRECT if key != "project"}),
            "charitylog.project",
            "ask with a question called project",
        ),
        (
            a_form(
                *NAMES,
                WORDS,
                asked("project", required=False),
                block={key: DIRECT[key] for key in DIRECT if key != "project"},
            ),
            "charitylog.project",
            "that is `required: true`",
        ),
        (a_form(block={"referral": DIRECT["referral"]}), "charitylog.referral", "only `delivery: direct`"),
        (
            a_form(block=DIRECT, **a_carer(carer_to_main="3", carer_from_main="4")),
            "people[1].charitylog.to_main",
            "only beside the ordinary one",
        ),
        (a_form(*NAMES, WORDS, asked("type"), block=DIRECT), "pages[0].fields[3]", "give the question another name"),
        (a_form(block={"source": "4"}), "people[0].charitylog.role", "Charitylog needs a role for each person"),
        (a_form(**a_carer(to_main="5")), "people[1].charitylog.from_main", "write both or neither"),
        (a_form(**a_carer(carer_from_main="5")), "people[1].charitylog.carer_to_main", "write both or neither"),
        (a_form(NAMES[0], WORDS), "people[0]", "'client' has no question called surname"),
        (a_form(NAMES[1], WORDS), "people[0]", "'client' has no question called first_name"),
        (a_form(asked("first_name", required=False), NAMES[1], WORDS), "people[0]", "write `required: true`"),
        (
            a_form(asked("first_name", send="description"), NAMES[1], WORDS),
            "people[0]",
            "no question called first_name",
        ),
        (a_form(*NAMES), "pages", "no question called description: add one"),
        (a_form(*NAMES, WORDS, asked("source")), "pages[0].fields[3]", "give the question another name"),
        (a_form(*NAMES, WORDS, asked("x", **{"as": "relationships"})), "pages[0].fields[3]", "another `as`"),
        (
            a_form(*NAMES, WORDS, asked("x", "checkboxes", choices=[{"value": "1", "label": "One"}], send="field")),
            "pages[0].fields[3].send",
            "write `send: description`",
        ),
    ],
)
def test_what_is_missing_is_named_with_its_place_and_its_remedy(form: Form, path: str, remedy: str) -> None:
    assert [place for place, message in found(form) if remedy in message] == [path]
    assert all("None" not in message for _, message in found(form))


@pytest.mark.parametrize("name", ["org_type_id", "source", "referral_role", "relationships", "carer_relationships"])
def test_what_the_gateway_sets_itself_is_no_question(name: str) -> None:
    assert [path for path, _ in found(a_form(*NAMES, WORDS, asked(name)))] == ["pages[0].fields[3]"]


def test_a_name_that_may_stay_hidden_is_refused() -> None:
    choices = [{"value": "Y", "label": "Yes"}, {"value": "N", "label": "No"}]
    hidden = asked("surname", show_when={"known": ["Y"]})
    form = a_form(asked("known", "radios", choices=choices), NAMES[0], hidden, WORDS)

    assert [path for path, _ in found(form)] == ["people[0]"]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert len(found(a_form(asked("source"), person={}, block={"delivery": "direct"}))) == 7


@pytest.mark.parametrize(
    "form",
    [
        a_form(),
        a_form(block={"delivery": "staged", "project": "7"}),
        a_form(block={"source": "4"}, person={"org_type_id": "1", "role": "1"}),
        a_form(**a_carer(to_main="5", from_main="8", carer_to_main="1", carer_from_main="2")),
        a_form(asked("given", **{"as": "first_name"}), NAMES[1], WORDS),
    ],
)
def test_a_form_with_what_charitylog_needs_has_no_problem(form: Form) -> None:
    assert found(form) == []


def test_the_organisation_that_ships_has_no_problem_and_its_destination_is_built() -> None:
    loaded = load_organisations(ROOT / "organisations", environment=ENVIRONMENT, blocks=judging.NAMES)
    judged = judging.judged(loaded["riverside"])

    assert judged.problems == ()
    assert len(judged.forms) == 4
    destination = registry.build(judged, LIMITS)
    assert isinstance(destination, Charitylog)
    assert "canary" not in f"{destination} {destination!r}"
    assert all(list(destination.check(form)) == [] for form in judged.forms.values())
    destination.close()


def write_riverside(folder: Path, block: str) -> None:
    source = ROOT / "organisations" / "riverside"
    for path in source.rglob("*"):
        if path.is_file():
            target = folder / "riverside" / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    profile = folder / "riverside" / "organisation.yaml"
    before, _, rest = profile.read_text().partition("\ncharitylog:")
    profile.write_text(f"{before}\n{block}\n{rest[rest.index('retention:') :]}")


@pytest.mark.parametrize(
    ("block", "place"),
    [
        ("", "charitylog"),
        ("charitylog: {url: 'ftp://canary/v2', source: s, org: o, user: u}", "charitylog.url"),
        ("charitylog: {url: 'https://canary.example/v2', source: s, org: o}", "charitylog.user"),
        ("charitylog: {url: 'https://x.example', source: s, org: o, user: u, body: canary}", "charitylog.body"),
        ("charitylog: {url: 'https://x.example', source: s, org: o, user: u, canary: x}", "charitylog.canary"),
    ],
)
def test_a_wrong_block_of_an_organisation_closes_it_by_file_and_place(block: str, place: str, tmp_path: Path) -> None:
    write_riverside(tmp_path, block)
    loaded = load_organisations(tmp_path, environment=ENVIRONMENT, blocks=judging.NAMES)

    judged = judging.judged(loaded["riverside"])

    assert [(problem.file.endswith("organisation.yaml"), problem.path) for problem in judged.problems] == [
        (True, place)
    ]
    assert "ftp" not in str(judged.problems[0])
    assert registry.build(judged, LIMITS) is None


def a_described(**changes: object) -> dict[str, Any]:
    return {
        "others": ({"id": "referrer", "send": "description", **changes},),
        "pages": ({"id": "referrer", "person": "referrer", "fields": [asked("job"), asked("source")]},),
    }


def test_whoever_only_stands_in_the_description_needs_neither_names_nor_a_block() -> None:
    assert found(a_form(block={"source": "4"}, person={"org_type_id": "1", "role": "1"}, **a_described())) == []


def test_a_block_that_nobody_reads_is_refused() -> None:
    form = a_form(**a_described(blocks={"charitylog": {"org_type_id": "9"}}))

    assert [path for path, message in found(form) if "remove it" in message] == ["people[1].charitylog"]


@pytest.mark.parametrize(
    "form",
    [
        a_form(block=DIRECT),
        a_form(block=DIRECT, **a_carer(to_main="5", from_main="8", carer_to_main="3", carer_from_main="4")),
        a_form(*NAMES, WORDS, asked("project"), block={key: DIRECT[key] for key in DIRECT if key != "project"}),
        a_form(*NAMES, WORDS, asked("type")),
    ],
)
def test_what_direct_delivery_needs_is_enough(form: Form) -> None:
    assert found(form) == []
