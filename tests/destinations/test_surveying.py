"""What a Charitylog is asked before anybody relies on it: keys, rights and lists, and what to do about each."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import requests

from gateway.definitions.schema import Form
from gateway.destinations.blocks import OrganisationBlock
from gateway.destinations.charitylog import Charitylog
from gateway.destinations.needs import Question
from gateway.destinations.seam import Busy, DestinationError, NotSent, Survey, Unknown
from gateway.destinations.surveying import MOST_CALLS, SECONDS, survey
from gateway.sandbox import create_sandbox, make_server
from tests.serving import serving

from .test_requirements import DIRECT, NAMES, WORDS, a_carer, a_form, asked

PLAIN = a_form()
CHOOSING = a_form(*NAMES, WORDS, asked("ethnicity", "select", dictionary="organisations/ethnic_group"))
CARERS = a_form(**a_carer(to_main="5", from_main="8", carer_to_main="3", carer_from_main="4"))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = make_server(create_sandbox(source="source-key", org="org-key", user="user-key"))
    with serving(server):
        yield f"http://127.0.0.1:{server.port}"


class There:
    """A charity's Charitylog, in its first state."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.tell("reset", {})

    def tell(self, what: str, body: Mapping[str, Any]) -> None:
        """Have the sandbox do something."""
        assert requests.post(f"{self.address}/_sandbox/{what}", json=body, timeout=10).ok

    def fault(self, **wish: Any) -> None:
        """Have calls to some groups fail."""
        self.tell("faults", {"calls": 100, **wish})

    def calls(self) -> dict[str, int]:
        """Count the calls that arrived."""
        found: dict[str, Any] = requests.get(f"{self.address}/_sandbox/calls", timeout=10).json()
        return {name: count for each in found.values() if isinstance(each, dict) for name, count in each.items()}

    def surveyed(self, form: Form, **block: Any) -> Survey:
        """Ask for what one form needs."""
        keys = {"source": "source-key", "org": "org-key", "user": "user-key"}
        own = OrganisationBlock.model_validate({"url": f"{self.address}/v2", **keys, **block})
        destination = Charitylog(own, connect_timeout=5, read_timeout=10, deadline=20)
        try:
            return destination.survey({"support": form})
        finally:
            destination.close()

    def told(self, form: Form, **block: Any) -> list[str]:
        """Ask, and give what is not in order."""
        return [f"{each.state} {each.what} — {each.remedy}" for each in self.surveyed(form, **block).observations
                if each.state != "ok"]  # fmt: skip


@pytest.fixture
def there(address: str) -> There:
    return There(address)


def test_a_charitylog_that_gives_all_has_nothing_to_be_told(there: There) -> None:
    found = there.surveyed(CHOOSING)

    keys, rights = (each.what for each in found.observations)
    assert keys == "it answers and takes our keys"
    assert rights == (
        "it lets us read 4 of 4 that forms and settings need: the fields of clients, the fields of external_referral, "
        "the list client_type, the list organisations/ethnic_group"
    )
    assert set(found.lists) == {
        "fields/clients", "fields/external_referral", "client_type", "organisations/ethnic_group",
    }  # fmt: skip
    assert found.lists["client_type"]["7"] == "Service user"


@pytest.mark.parametrize("key", ["source", "org", "user"])
def test_wrong_keys_are_told_with_the_place_of_each_and_asked_once(there: There, key: str) -> None:
    there.tell("keys", {key: "rotated"})
    (line,) = there.told(CHOOSING)

    assert line.startswith("wrong it refused us: answered 401")
    for words in ("headers Org and User", "header Source", "“3rd Party Systems”", "by text message"):
        assert words in line
    assert sum(there.calls().values()) == 1


def test_everything_forbidden_leaves_keys_and_rights_open(there: There) -> None:
    there.fault(status=403)
    (line,) = there.told(CHOOSING)

    assert line.startswith("wrong it refused us: answered 403 to every question")
    assert "the user may see nothing" in line
    assert "3rd Party Systems" in line


@pytest.mark.parametrize(
    ("form", "block", "group", "state", "words"),
    [
        (CHOOSING, {}, "clients/selectable_fields", "wrong", "the fields of clients"),
        (CHOOSING, {}, "external_referral/selectable_fields", "wrong", "it sends referrals there"),
        (a_form(block=DIRECT), {}, "referrals/selectable_fields", "wrong", "`delivery: direct` make referrals"),
        (PLAIN, {"correlate": "external_id"}, "clients", "wrong", "it looks by them for what was imported"),
    ],
)
def test_a_right_that_is_missing_is_told_with_what_needs_it(
    there: There, form: Form, block: dict[str, Any], group: str, state: str, words: str
) -> None:
    there.fault(status=403, groups=[group])
    (line,) = there.told(form, **block)

    assert line.startswith(f"{state} our keys are good, but their user may not read ")
    assert words in line
    assert "ask your Charitylog administrator" in line


def test_refused_dictionaries_name_the_questions_that_need_them_and_hide_nothing_else(there: There) -> None:
    there.fault(status=403, groups=["dictionary"])
    lines = there.told(CHOOSING)

    assert [line.partition(":")[0].partition(" (")[0] for line in lines] == [
        "look our keys are good, but their user may not read the list client_type",
        "wrong our keys are good, but their user may not read the list organisations/ethnic_group",
    ]
    assert "people choose from it in support, page “About you”, question “ethnicity”" in lines[1]
    assert "its ids stand in support, the type of “client”" in lines[0]


def test_relationships_projects_and_records_are_asked_for_where_forms_use_them(there: There) -> None:
    assert {"relationships", "carer_relationships"} <= set(there.surveyed(CARERS).lists)
    direct = there.surveyed(a_form(block=DIRECT))
    assert {"fields/referrals", "referrals/project"} <= set(direct.lists)
    assert "fields/external_referral" not in direct.lists


def test_a_list_that_nobody_documents_may_be_missing(there: There) -> None:
    form = a_form(*NAMES, WORDS, asked("title", "select", choices=["Dr", "Mx"]))

    assert there.told(form) == []
    assert "could not be checked, since Charitylog has no list of that name: organisations/title" in [
        each.what for each in there.surveyed(form).observations
    ]


def test_choices_of_a_form_are_looked_up_under_the_names_that_their_list_may_have(there: There) -> None:
    there.tell("dictionaries/extension_database/website_photo_consent", {"109": "Yes", "110": "No"})
    own = [{"value": "109", "label": "Yes"}]
    form = a_form(*NAMES, WORDS, asked("website_photo_consent", "radios", choices=own),
                  asked("religion", "select", choices=own))  # fmt: skip
    found = there.surveyed(form).lists

    assert {"extension_database/website_photo_consent", "organisations/religion"} <= set(found)


def test_a_dictionary_that_a_form_names_and_nobody_has_is_told(there: There) -> None:
    (line,) = there.told(a_form(*NAMES, WORDS, asked("ethnicity", "select", dictionary="organisations/ethnicities")))

    assert line.startswith("look there is nothing to be read as the list organisations/ethnicities (answered 404)")
    assert "if a form names it, correct the name there" in line


@pytest.mark.parametrize(
    "shapes", [{"dictionary_shape": "list", "fields_shape": "map"}, {"list_shape": "data"}, {"list_shape": "map"}]
)
def test_every_shape_of_an_answer_will_do(there: There, shapes: dict[str, str]) -> None:
    there.tell("answers", shapes)

    assert there.told(CHOOSING, correlate="external_id") == []


def test_a_filter_that_is_ignored_is_told(there: There) -> None:
    # Who bears what nobody bears stands for a system that answers with everybody: no import is ever found by it.
    headers = {"Source": "source-key", "Org": "org-key", "User": "user-key"}
    somebody = {"first_name": "Alys", "surname": "Testperson"}
    address = f"{there.address}/v2/clients/external_id/RG-NOBODY"
    assert requests.put(address, data=somebody, headers=headers, timeout=10).ok
    (line,) = there.told(PLAIN, correlate="external_id")

    assert line.startswith(
        "look clients by external id: it answers, but not as it should (clients came who bear another one)"
    )


def test_clients_that_are_not_there_by_404_are_no_trouble(there: There) -> None:
    there.fault(status=404, groups=["clients"])

    assert there.told(PLAIN, correlate="external_id") == []


def test_a_wrong_address_is_told(there: There) -> None:
    (line,) = there.told(PLAIN, url=f"{there.address}/v2/v3")

    assert line.startswith("wrong it refused us: answered 404, so this may not be the address of the API")


def test_one_that_is_away_is_asked_once_and_told_so(there: There) -> None:
    assert there.told(CHOOSING, url="http://127.0.0.1:1/v2")[0].startswith("look it is away: connection refused")
    there.fault(cut="before")
    (line,) = there.told(CHOOSING)

    assert line.startswith("look it is away: ")
    assert sum(there.calls().values()) == 1


def test_one_question_that_fails_hides_no_other(there: There) -> None:
    there.fault(status=500, groups=["external_referral/selectable_fields"])
    (line,) = there.told(CHOOSING)

    assert line.startswith("look the fields of external_referral could not be read (answered 500)")


def test_nothing_but_reading_is_asked(there: There) -> None:
    there.surveyed(a_form(block=DIRECT), correlate="external_id")

    assert all(name.startswith("GET ") for name in there.calls())


class Asked:
    """Answers, or fails, by the number of the question; each call takes some seconds."""

    def __init__(self, *, failing: Mapping[int, DestinationError] | None = None, seconds: float = 0) -> None:
        self.names: list[str] = []
        self.time = 0.0
        self._failing = failing or {}
        self._seconds = seconds

    def __call__(self, name: str) -> Mapping[str, str]:
        self.names.append(name)
        self.time += self._seconds
        if failure := self._failing.get(len(self.names) - 1):
            raise failure
        return {"1": "Sample"}

    def survey(self, count: int) -> Survey:
        """Ask so many questions."""
        questions = [Question((f"list/{each}",), "a list", "to choose", True, False) for each in range(count)]
        return survey(questions, self, clock=lambda: self.time)


def test_time_and_number_of_calls_have_an_end() -> None:
    many, slow = Asked(), Asked(seconds=SECONDS / 2)
    many.survey(MOST_CALLS + 5)
    found = slow.survey(4)

    assert len(many.names) == MOST_CALLS
    assert len(slow.names) == 2
    assert "not asked, since it took too long or did not answer: list/2, list/3" in [
        each.what for each in found.observations
    ]


@pytest.mark.parametrize("failure", [NotSent("no way"), Busy("answered 503", status=503), Unknown("time-out")])
def test_whoever_does_not_answer_is_asked_twice_at_most(failure: DestinationError) -> None:
    at_once, later = Asked(failing={0: failure}), Asked(failing={1: failure, 3: failure})
    at_once.survey(9)
    later.survey(9)

    assert (len(at_once.names), len(later.names)) == (1, 4)
