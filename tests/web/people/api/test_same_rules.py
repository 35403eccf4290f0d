"""Whatever somebody answers, the API and the pages take it or refuse it alike, in the same words, and store the same.

The answers are written twice here, as a program sends them and as a browser posts them; a visitor walks the pages with
the latter. The form is the one that has every type of question.
"""

import json
import re
import shutil
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.serving import WSGIRequestHandler, make_server

from gateway.definitions.text import Text
from gateway.forms import objects
from gateway.forms.build import filled
from gateway.forms.collect import collect
from gateway.referral import Referral
from gateway.store import agencies, api_tokens, referrals
from gateway.store.database import Database
from gateway.store.people import Deciding
from gateway.web.api import reading
from gateway.web.limits import Limit
from tests.end_to_end.every_feature.test_every_feature import HILLSIDE
from tests.end_to_end.visitor import Visitor

from ..conftest import a_web

MOST_STEPS = 30
ENDING = "We can only help in Hillside. Try your own council."


@dataclass(frozen=True)
class Both:
    """One answer in both forms: what stands in the JSON, and what in the inputs, by the ends of their names."""

    said: object
    posted: Mapping[str, list[str]]


def typed(text: str) -> Both:
    """What somebody types: a browser writes the end of a line in its own way."""
    return Both(text, {"": [re.sub("\r?\n", "\r\n", text)]})


def chosen(value: str, words: str | None = None, member: str = "text", suffix: str = "") -> Both:
    """A choice, and the words beside it."""
    if words is None:
        return Both(value, {"": [value]})
    return Both({"value": value, member: words}, {"": [value], suffix: [words]})


def dated(text: str) -> Both:
    """A date in its three inputs."""
    year, month, day = text.split("-")
    return Both(text, {"-day": [day], "-month": [month], "-year": [year]})


def listed(several: list[Both]) -> Both:
    """Several choices."""
    posted: dict[str, list[str]] = {"": []}
    for each in several:
        posted |= {suffix: values for suffix, values in each.posted.items() if suffix}
        posted[""] += each.posted[""]
    return Both([each.said for each in several], posted)


NOTHING = Both(None, {})
ODD = ["", " ", "\0", "e\u0301", "\u200b", "<b>", "a\nb", " Ann  Sample ", "x" * 60, "Zoë", "\u202eabc", "٣", "\ufeff"]
TEXTS = st.one_of(
    st.just("Maia"), st.sampled_from(ODD), st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
).map(typed)
NUMBERS = st.one_of(
    st.sampled_from([4, 20, 0, 21, -1, 95.5, 1e2]).map(lambda number: Both(number, {"": [json.dumps(number)]})),
    st.sampled_from(["4", " 4 ", "1,200", "4.5", "four", "4e0", "٤", "£20"]).map(typed),
)
DATES = st.sampled_from(
    ["1980-05-31", "2099-03-01", "2001-02-30", "0000-00-00", "1899-01-01", "9999-12-31", "1600-01-01"]
).map(dated)
YES_NO = st.sampled_from([Both(True, {"": ["Y"]}), Both(False, {"": ["N"]}), typed("Y"), typed("N"), typed("yes")])
PHONES = st.sampled_from(["07700 900123", "+44 7700 900123", "01632 960001", "call me", "999", "+"]).map(typed)
EMAILS = st.sampled_from(["ann@riverside.example", "ann", "ann@", "ann@riverside..example", " Ann@Riverside.Example "])
POSTCODES = st.one_of(
    st.sampled_from(["HR9 7US", "hr97us", "nowhere", "SW1A 1AA"]).map(typed),
    st.just(Both({"no_fixed_address": True}, {"-none": ["Y"]})),
    st.just(Both({"value": "HR9 7US", "no_fixed_address": False}, {"": ["HR9 7US"]})),
    st.just(Both({"value": "HR9 7US", "no_fixed_address": True}, {"": ["HR9 7US"], "-none": ["Y"]})),
)
NHS = st.sampled_from(["943 476 5919", "9434765919", "9434765910", "943-476-5919", "1"]).map(typed)
WORDS = st.sampled_from(["after dark", " ", "x" * 300, "a\nb"])
TOPICS = st.lists(
    st.one_of(
        st.sampled_from(["debt", "housing", "other", "never", ""]).map(chosen),
        WORDS.map(lambda words: chosen("other", words, suffix="-text-3")),
    ),
    max_size=4,
).map(listed)
TIMES = st.one_of(
    st.sampled_from(["morning", "other", "noon"]).map(chosen),
    WORDS.map(lambda words: chosen("other", words, suffix="-text-2")),
)
WAYS = st.lists(st.sampled_from(["phone", "text", "email", "letter", "pigeon"]).map(chosen), max_size=3).map(listed)
KNOWS = st.one_of(
    st.sampled_from(["agreed", "interest", "perhaps"]).map(chosen),
    WORDS.map(lambda words: chosen("interest", words, "reason", "-reason")),
)
CONSENT = st.sampled_from([Both(True, {"": ["Y"]}), Both(False, {"": []}), typed("Y"), typed("N")])

RIGHT: dict[str, dict[str, Both]] = {
    "client": {
        "area": chosen("hillside"), "who_asks": chosen("other"), "first_name": typed("Maia"),
        "surname": typed("Testperson"), "dob": dated("1980-05-31"), "nhs": typed("943 476 5919"),
        "home": typed("HR9 7US"), "ethnicity": chosen("53"), "main_language": chosen("2"),
        "has_carer": typed("Y"), "has_children": typed("Y"), "people_at_home": typed("4"), "rent": typed("95.50"),
        "description": typed("The rent went up."), "topics": listed([chosen("debt")]), "debt_amount": typed("20"),
        "best_time": chosen("morning"), "mobile": typed("07700 900123"), "email": typed("ann@riverside.example"),
        "safe_contact": listed([chosen("phone")]), "say_who": typed("N"), "agree": Both(True, {"": ["Y"]}),
    },
    "referrer": {
        "name": typed("Ben Invented"), "email": typed("ben@riverside.example"),
        "knows": chosen("interest", "in hospital", "reason", "-reason"), "tell_when": typed("Soon"),
    },
    "carer": {
        "first_name": typed("Bryn"), "surname": typed("Testperson"), "lives_here": typed("N"),
        "telephone": typed("01632 960001"),
    },
    "child": {"first_name": typed("Dewi"), "surname": typed("Testperson"), "due": dated("2099-03-01")},
}  # fmt: skip
OTHERWISE: dict[str, dict[str, st.SearchStrategy[Both]]] = {
    "client": {
        "area": st.sampled_from(["elsewhere", "nowhere"]).map(chosen),
        "who_asks": st.sampled_from(["self", "nobody"]).map(chosen),
        "first_name": TEXTS, "surname": TEXTS, "dob": DATES, "nhs": NHS, "home": POSTCODES,
        "ethnicity": st.sampled_from(["53", "nothing"]).map(chosen), "main_language": st.just(chosen("99")),
        "has_carer": YES_NO, "has_children": YES_NO, "people_at_home": NUMBERS, "rent": NUMBERS,
        "description": TEXTS, "topics": TOPICS, "debt_amount": NUMBERS, "best_time": TIMES, "mobile": PHONES,
        "email": EMAILS.map(typed), "safe_contact": WAYS, "say_who": YES_NO, "agree": CONSENT,
    },
    "referrer": {"name": TEXTS, "email": EMAILS.map(typed), "knows": KNOWS, "tell_when": TEXTS},
    "carer": {"first_name": TEXTS, "surname": TEXTS, "lives_here": YES_NO, "telephone": PHONES},
    "child": {"first_name": TEXTS, "surname": TEXTS, "due": DATES},
}  # fmt: skip
MOST = {"carer": 2, "child": 3}
One = dict[str, Both]
Everybody = dict[str, list[One]]


@st.composite
def one(draw: st.DrawFn, person: str) -> One:
    """Answers about a person: right but for a few."""
    # One wrong answer ends the walk: so that most of them come far, most people have none.
    most = draw(st.sampled_from([0, 0, 0, 1, 1, 2]))
    changed = draw(st.lists(st.sampled_from(sorted(RIGHT[person])), unique=True, max_size=most))
    others = {name: draw(st.one_of(OTHERWISE[person][name], st.just(NOTHING))) for name in changed}
    return RIGHT[person] | others


def several(person: str) -> st.SearchStrategy[list[One]]:
    """Answers about those of whom there may be several."""
    some = st.lists(one(person), min_size=1, max_size=MOST.get(person, 1))
    return st.one_of(some, some, some, st.just([])) if person in MOST else some


EVERYBODY = st.fixed_dictionaries({person: several(person) for person in RIGHT})


class _Quiet(WSGIRequestHandler):
    """Says nothing of what it serves."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class Gateway:
    """The web of one organisation: its pages for a visitor, its API for software."""

    def __init__(self, app: Flask, base: str, token: str) -> None:
        self.site, self.base, self._headers = app.extensions["gateway"], base, {"Authorization": f"Bearer {token}"}
        self._session, self._keys = requests.Session(), 0

    def sent(self, everybody: Everybody) -> requests.Response:
        """Send answers by the API."""
        self._keys += 1
        headers = {**self._headers, "Idempotency-Key": f"key-{self._keys}"}
        body = {"form": "advice", "people": people_of(everybody)}
        return self._session.post(f"{self.base}/api/v1/referrals", json=body, headers=headers, timeout=30)

    def stored(self, reference: str) -> Referral:
        """Open what was stored, without what tells one referral from another."""
        with self.site.database.read() as connection:
            found = referrals.opened(connection, self.site.ring, reference)
        assert found is not None
        return replace(found, reference="", created_at=datetime.min.replace(tzinfo=UTC))


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Gateway]:
    """The web on loopback."""
    folder = tmp_path_factory.mktemp("rules")
    shutil.copyfile(sqlite_template, folder / "gateway.db")
    database = Database(f"sqlite:///{folder}/gateway.db")
    now = datetime.now(UTC)
    deciding = Deciding("nobody", "hillside", now)
    with database.write() as connection:
        agency = agencies.add(connection, deciding, "Invented Surgery")
        token = api_tokens.add(
            connection, deciding, agency, "theirs", forms=["advice"], expires_at=now + timedelta(days=1)
        )
    with pytest.MonkeyPatch.context() as patching:
        app = a_web(database, HILLSIDE.parent, folder, patching)
        site = app.extensions["gateway"]
        site.sends = site.beginnings = site.calls = Limit(None)
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Gateway(app, f"http://127.0.0.1:{server.port}", token)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            site.database.close()
            database.close()


def people_of(everybody: Everybody) -> dict[str, Any]:
    """What a program says of them."""
    people = {
        person: [{name: both.said for name, both in each.items()} for each in them]
        for person, them in everybody.items()
    }
    return {person: said if person in MOST else said[0] for person, said in people.items()}


def inputs_of(everybody: Everybody) -> dict[str, list[str]]:
    """What the pages' inputs hold, by name."""
    return {
        ("" if person == "client" else f"{person}-{index}-") + name + suffix: values
        for person, them in everybody.items()
        for index, each in enumerate(them)
        for name, both in each.items()
        for suffix, values in both.posted.items()
    }


def said_about(errors: Mapping[str, str], names: set[str]) -> set[str]:
    """What the API says about questions that stand on a page, by their inputs."""
    found = set()
    for path, message in errors.items():
        person, _, name = path.removeprefix("people.").partition(".")
        start = "" if person == "client" else person.replace("[", "-").replace("]", "") + "-"
        start = f"{person}-0-" if person == "referrer" else start
        if any(each == start + name or each.startswith(f"{start}{name}-") for each in names):
            found.add(message)
    return found


def walk(visitor: Visitor, everybody: Everybody, errors: Mapping[str, str]) -> str:
    """Go through the pages as far as they let somebody; give the reference, or "" where they do not.

    On the way each page says the same of its questions as the API did.
    """
    inputs, added = inputs_of(everybody), dict.fromkeys(MOST, 1)
    visitor.open("/hillside/advice")
    for _ in range(MOST_STEPS):
        form = visitor.page.form
        assert form is not None, visitor.text
        buttons = {value for _, value in form.buttons}
        if "send" in buttons:
            return visitor.submit(press="send").reference
        if "add" in buttons:
            (person,) = [each for each in MOST if f"/{each}" in visitor.response.url.replace("children", "child")]
            more = added[person] < len(everybody[person])
            added[person] += more
            visitor.submit(press="add" if more else "continue")
            continue
        here = set(form.names)
        before = visitor.response.url
        visitor.submit({name: values for name, values in inputs.items() if name in here}, press="continue")
        if visitor.page.form is None:
            assert ENDING in errors.values()
            assert ENDING in visitor.text
            return ""
        wrong = {words for words, link in visitor.page.links.items() if link.startswith("#") and link != "#main"}
        refused = visitor.response.status_code != 200
        assert said_about(errors, here) == (wrong if refused else set()), before
        if refused:
            return ""
    raise AssertionError(f"no end was reached: {visitor.response.url}")


@pytest.mark.parametrize(("person", "name"), [(person, name) for person, some in RIGHT.items() for name in some])
def test_every_answer_stands_in_the_inputs_as_a_browser_would_post_it(gateway: Gateway, person: str, name: str) -> None:
    hillside = gateway.site.organisations["hillside"]
    form, today = hillside.forms["advice"], date(2026, 5, 14)

    def look_up(dictionary: str, chosen: Collection[str]) -> Sequence[tuple[str, str | Text]]:
        found: Sequence[tuple[str, str | Text]] = gateway.site.dictionaries.choices(
            hillside, dictionary, chosen, since=datetime.now(UTC)
        )
        return found

    def judged(inputs: Mapping[str, Sequence[str]]) -> tuple[object, object]:
        pages = filled(form, inputs, language="en", choices=look_up, today=today)
        return objects.wrong_on(pages), collect(form, pages, destination="charitylog")

    @given(OTHERWISE[person][name])
    @settings(max_examples=20, deadline=None, derandomize=True, database=None)
    def alike(both: Both) -> None:
        everybody = {each: [{**RIGHT[each], **({name: both} if each == person else {})}] for each in RIGHT}
        said = reading.read(json.dumps(people_of(everybody)).encode())
        inputs, wrong = objects.inputs_of(form, said)

        assert wrong == []
        assert judged(inputs) == judged(inputs_of(everybody))

    alike()


def test_pages_and_api_judge_and_store_alike(gateway: Gateway) -> None:
    @given(EVERYBODY)
    @example({person: [right] for person, right in RIGHT.items()})
    @settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def alike(everybody: Everybody) -> None:
        answer = gateway.sent(everybody)
        errors = {each["field"]: each["message"] for each in answer.json().get("errors", [])}

        reference = walk(Visitor(gateway.base), everybody, errors)

        assert answer.status_code == (201 if reference else 422), (errors, reference)
        if reference:
            assert gateway.stored(answer.json()["reference"]) == gateway.stored(reference)

    alike()
