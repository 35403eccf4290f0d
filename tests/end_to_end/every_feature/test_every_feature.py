"""An organisation made from docs/forms.md alone uses every key and every type there is, and all its answers arrive."""

import inspect
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from gateway.definitions.fields import FIELD_TYPES
from gateway.definitions.loader import load_organisations
from gateway.definitions.profile import Profile
from gateway.definitions.schema import Form
from gateway.definitions.text import Text
from gateway.destinations.blocks import FormBlock, OrganisationBlock, PersonBlock
from gateway.destinations.judging import NAMES
from tests.definitions.writing import write
from tests.docs.reading import blocks, section
from tests.end_to_end.house import House, wait_for
from tests.end_to_end.visitor import Visitor
from tests.mailbox import Mailbox, open_mailbox

HILLSIDE = Path(__file__).parent / "hillside"
ROOTS: tuple[type[BaseModel], ...] = (Profile, Form, OrganisationBlock, FormBlock, PersonBlock, *FIELD_TYPES.values())
Key = tuple[str, str]


def owner(model: type[BaseModel], name: str) -> str:
    """Name the class that brought a key in: what is common to all questions has to be used once, not in every type."""
    return next(each.__name__ for each in reversed(model.__mro__) if name in inspect.get_annotations(each))


def reachable(model: type[BaseModel], found: set[type[BaseModel]]) -> None:
    """Gather the models that may stand within one."""
    if model in found or issubclass(model, Text):
        return
    found.add(model)
    for field in model.model_fields.values():
        for each in leaves(field.annotation):
            reachable(each, found)


def leaves(annotation: object) -> Iterator[type[BaseModel]]:
    """Find the models in an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from leaves(inner)


def written(value: object) -> Iterator[Key]:
    """Find every key that somebody wrote."""
    if isinstance(value, BaseModel) and not isinstance(value, Text):
        for name in value.model_fields_set:
            yield owner(type(value), name), name
            yield from written(getattr(value, name))
    elif isinstance(value, tuple):
        for each in value:
            yield from written(each)


def test_every_key_and_every_type_stands_in_it() -> None:
    keys = {f"CHARITYLOG_{key}": "https://api.example.org/v2" for key in ("URL", "SOURCE", "ORG", "USER")}
    hillside = load_organisations(HILLSIDE.parent, environment=keys, blocks=NAMES)["hillside"]
    form = hillside.forms["advice"]
    assert hillside.profile is not None
    blocks: list[BaseModel] = [OrganisationBlock.model_validate(hillside.profile.blocks["charitylog"])]
    # The short form is delivered directly, which has a block of its own.
    blocks += [FormBlock.model_validate(each.blocks["charitylog"]) for each in hillside.forms.values()]
    blocks += [PersonBlock.model_validate(each.blocks["charitylog"]) for each in form.people if not each.described]
    models: set[type[BaseModel]] = set()
    for root in ROOTS:
        reachable(root, models)

    used = {key for part in (hillside.profile, form, *blocks) for key in written(part)}

    assert {(owner(model, name), name) for model in models for name in model.model_fields} - used == set()


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    """A mail server."""
    with open_mailbox() as found:
        yield found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, mailbox: Mailbox) -> Iterator[House]:
    """A gateway of this organisation, and of the small one that stands in the documents."""
    built = House(tmp_path_factory.mktemp("house"), GATEWAY_SMTP_URL=mailbox.url())
    shutil.rmtree(built.organisations)
    shutil.copytree(HILLSIDE, built.organisations / "hillside")
    organisation, form = blocks(section("docs/forms.md", "## Small and complete"), "yaml")
    write(built.organisations / "riverside", "organisation.yaml", organisation)
    write(built.organisations / "riverside", "forms/call.yaml", form)
    with built.running():
        yield built


PDF = b"%PDF-1.4\nnothing about nobody\n%%EOF\n"
REFERRER = {
    "referrer-0-name": "Nia Invented", "referrer-0-email": "nia@example.org",
    "referrer-0-knows": "interest", "referrer-0-knows-reason": "He cannot speak", "referrer-0-tell_when": "On Monday",
}  # fmt: skip
ABOUT = {
    "surname": "Testperson", "dob-day": "31", "dob-month": "5", "dob-year": "1980", "nhs": "999 000 0018",
    "home-none": "Y", "ethnicity": "53", "main_language": "2", "has_carer": "Y", "has_children": "Y",
    "people_at_home": "4", "rent": "95.50",
}  # fmt: skip
CHILD = {
    "child-0-first_name": "Dewi", "child-0-surname": "Testperson",
    "child-0-due-day": "1", "child-0-due-month": "3", "child-0-due-year": "2099",
}  # fmt: skip
HELP = {"topics": ["debt", "other"], "topics-text-3": "keeping bees", "debt_amount": "1200",
        "best_time": "other", "best_time-text-2": "after dark"}  # fmt: skip
REACH = {"mobile": "07700 900123", "email": "alba@example.org", "safe_contact": ["phone", "letter"],
         "say_who": "N", "agree": "Y"}  # fmt: skip

MAIN = {
    "org_type_id": 1, "source": "1", "referral_role": "1", "project": 7, "contact_method": "5",
    "first_name": "Alba", "surname": "Testperson", "date_of_birth": "1980-05-31", "nhs_number": "9990000018",
    "ethnicity": "53", "main_language": "2", "mobile": "+447700900123", "email": "alba@example.org",
    "relationships": {"1": "8", "2": "8", "3": "11"}, "carer_relationships": {"1": "4", "2": "4"},
}  # fmt: skip
CARER = {
    "org_type_id": 9, "source": "1", "referral_role": "2", "surname": "Testperson",
    "relationships": {"0": "5"}, "carer_relationships": {"0": "3"},
}  # fmt: skip
OTHERS = [
    CARER | {"first_name": "Bryn", "telephone": "+441632960123"},
    CARER | {"first_name": "Carys"},
    {
        "org_type_id": 1, "source": "1", "referral_role": "3", "first_name": "Dewi", "surname": "Testperson",
        "relationships": {"0": "12"},
    },
]  # fmt: skip
SHORT = {
    "project": "7", "template": "3", "stage": "1", "branch": "1", "project_category": "2", "contact_method": "5",
    "contact_type": "1", "funding_sponsor": "1", "introduction_source": "4", "priority": "1", "referrer": "1",
}  # fmt: skip
DESCRIPTION = """\
The rent went up.

Campaign: poster-3
Where do you live: In Hillside
Postcode: No fixed address
Does somebody care for this person: Yes
How many people live at home: 4
Rent each week: 95.50
What is it about: Debt, Something else: keeping bees
How much is owed: 1200
Best time to call: Another time: after dark
Which ways of contact are safe for you: Phone call, Letter
If somebody else answers, may we say who we are: No
I agree that you keep my answers.: Yes

About Bryn Testperson (carer):
Do they live at home: No

About Carys Testperson (carer):
Do they live at home: Yes

About Dewi Testperson (child):
Next school meeting: 1 March 2099

The referrer:
Your name: Nia Invented
Your email: nia@example.org
Does the person know: They cannot agree, and it is in their interest: He cannot speak
When can you tell them: On Monday

"""


def carer(number: int, name: str, **more: str) -> dict[str, str]:
    return {
        f"carer-{number}-{key}": value for key, value in {"first_name": name, "surname": "Testperson", **more}.items()
    }


def fill_in(visitor: Visitor) -> Visitor:
    """Go all the way to the check page, with two carers and one child."""
    visitor.open("/hillside/advice?first_name=Alba&campaign=poster-3&description=The+rent+went+up.")
    visitor.submit({"area": "hillside", "who_asks": "other"}).submit(REFERRER).submit(ABOUT)
    visitor.submit(carer(0, "Bryn", lives_here="N", telephone="01632 960123")).submit(press="add")
    visitor.submit(carer(1, "Carys", lives_here="Y")).submit(press="continue")
    visitor.submit(CHILD).submit(press="continue")
    return visitor.submit(HELP, press="continue", files=[("letter", "letter.pdf", PDF)]).submit(REACH)


def test_the_check_finds_nothing_to_say(house: House) -> None:
    assert house.flask("forms", "check").stdout == "hillside: 2 forms, all good.\nriverside: 1 form, all good.\n"


def test_it_is_there_in_both_languages_and_ends_kindly_for_whoever_lives_elsewhere(house: House) -> None:
    visitor = Visitor(house.base).open("/hillside/advice?lang=cy")
    assert "Cyn i chi ddechrau" in visitor.text
    assert "Mae'n cymryd tua 10 munud." in visitor.text

    visitor.submit({"area": "elsewhere", "who_asks": "self"})

    assert "Dim ond yn y Bryn y gallwn helpu." in visitor.text


def test_every_answer_arrives_where_the_page_says(house: House, mailbox: Mailbox) -> None:
    visitor = fill_in(Visitor(house.base))
    reference = visitor.submit({"receipt": "yes"}, press="send").reference

    [staged] = wait_for(lambda: house.staged(reference), "the referral")
    main, *others = staged["people"]
    description = main.pop("description")
    assert main == MAIN | {"external_id": reference}
    assert others == OTHERS
    kept = f"Files: 1. They are kept in the referral gateway: {house.base}/staff/hillside/referrals/{reference}"
    assert description == f"{DESCRIPTION}{kept}\n\nReference: {reference}"
    assert "not a known field" not in Visitor(house.sandbox).open(f"/external-referral-manager/{staged['id']}").text
    assert "letter.pdf" in house.flask("referrals", "files", reference).stdout
    [mail] = wait_for(lambda: mailbox.mails, "the receipt")
    assert mail["To"] == "nia@example.org"
    assert reference in mail.as_string()


def test_the_short_form_becomes_records_at_once(house: House) -> None:
    visitor = Visitor(house.base).open("/hillside/call-me")
    visitor.submit({"first_name": "Alba", "surname": "Testperson", "mobile": "07700 900123"}, press="send")
    reference = visitor.reference

    wait_for(lambda: house.state(reference) == "delivered", "the records")

    [client] = house.ask("GET", f"/_sandbox/records?external_id={reference}-0")
    assert client["fields"]["telephone"] == "+447700900123"
    [referral] = client["referrals"]
    assert referral["fields"]["response_description"] == f"Reference: {reference}"
    assert {name: referral["fields"][name] for name in SHORT} == SHORT
    assert house.staged(reference) == []


def test_the_small_form_of_the_documents_arrives(house: House) -> None:
    visitor = Visitor(house.base).open("/riverside/call")
    visitor.submit({
        "first_name": "Alba", "surname": "Testperson", "mobile": "07700 900123", "interpreter": "Y", "language": "Urdu",
    }).submit({"description": "Please call", "agree": "Y"})  # fmt: skip
    reference = visitor.submit(press="send").reference

    [staged] = wait_for(lambda: house.staged(reference), "the referral")
    [client] = staged["people"]
    assert client["telephone"] == "+447700900123"
    assert "interpreter: Yes\nWhich language: Urdu" in client["description"]
