"""A wrong definition is refused by file, path and remedy: one row for each way to be wrong."""

from pathlib import Path

import pytest

from gateway.definitions.loader import load_organisations

from .writing import BLOCKS, ENVIRONMENT, a_field, a_form, a_page, a_profile, load, problems

CARER = {"id": "carer", "max": "2"}
TWO_PEOPLE = [{"id": "client"}, CARER]
TWO_PAGES = (a_page(), a_page(id="carer", person="carer"))
YES_NO = a_field("yes_no", name="has_carer")
SHOWN = "pages[0].fields[1].show_when.has_carer"


def asking(looked_for: object, /, **question: object) -> dict[str, object]:
    """Give a form with one question and a field that depends on it."""
    field = {"name": "helps", "type": "text", "label": "What helps", "show_when": {"has_carer": looked_for}}
    return a_form(a_page({**YES_NO, **question}, field))


FORMS = [
    # keys and types
    (a_form(a_page({**a_field(), "lable": "x"})), "pages[0].fields[0].lable",
     "unknown key 'lable': did you mean 'label'? Remove it or correct it."),
    (a_form(titel="x"), "titel", "unknown key 'titel': did you mean 'title'?"),
    (a_form(a_page(a_field("radios", choices=[{"value": "1", "label": "One", "hin": "x"}]))),
     "pages[0].fields[0].choices[0].hin", "did you mean 'hint'?"),
    (a_form(people=[{"id": "client", "maximum": "2"}]), "people[0].maximum", "Remove it or correct it."),
    (a_form(blocks={"crm": {}}), "blocks", "unknown key 'blocks'"),
    (a_form(people=[{"id": "client", "blocks": {}}]), "people[0].blocks", "unknown key 'blocks'"),
    (a_form(other={"role": "1"}), "other", "unknown key 'other'"),
    (a_form(slug="support"), "slug", "is the name of the file. Remove it."),
    (a_form(languages=["en"]), "languages", "stand in organisation.yaml. Remove them here."),
    ({"people": [{"id": "client"}], "pages": [a_page()]}, "title", "is missing. Add it."),
    (a_form(a_page({"name": "n", "type": "text"})), "pages[0].fields[0].label", "is missing. Add it."),
    (a_form(a_page({"name": "n", "label": "N"})), "pages[0].fields[0].type", "Add one of: text, textarea"),
    (a_form(a_page(a_field("txt"))), "pages[0].fields[0].type", "is not a type of field: did you mean 'text'?"),
    (a_form(title=""), "title", "is empty. Write the text, or remove the key."),
    (a_form(title={"en": ["Ask"]}), "title.en", 'must be text. Write it on one line, with "quotes" round it.'),
    (a_form(a_page(a_field(max_length="long"))), "pages[0].fields[0].max_length", "Write it in digits, as in 3."),
    (a_form(a_page(a_field(max_length="999999"))), "pages[0].fields[0].max_length", "must be at most 20000."),
    (a_form(a_page(a_field(max_length="0"))), "pages[0].fields[0].max_length", "must be at least 1."),
    (a_form(a_page(a_field("number", min="few"))), "pages[0].fields[0].min", "digits, as in 3 or 2.5."),
    (a_form(a_page(a_field(required="maybe"))), "pages[0].fields[0].required", "must be true or false."),
    (a_form(a_page(a_field(send="post"))), "pages[0].fields[0].send", "Write 'field', 'description' or 'none'."),
    (a_form(a_page(a_field("file", accept="pdf"))), "pages[0].fields[0].accept", "must be a list. Write [one, two]"),
    (a_form(a_page(a_field(show_when="Y"))), "pages[0].fields[0].show_when", "must be a map of keys and values."),
    (a_form(a_page(a_field("consent", name="A b"))), "pages[0].fields[0].name", "Use small letters, digits and _"),
    (a_form(a_page(a_field("select"))), "pages[0].fields[0]", "Write one of the two."),
    (a_form(audience="everybody"), "audience", "Write 'public' or 'partner'."),
    (a_form(basis={"article_6": "because"}), "basis.article_6", "'legitimate_interests'"),
    (a_form(pages=[]), "pages", "needs at least one item. Add one."),
    (a_form(pages=["about"]), "pages[0]", "must be a map of keys and values."),
    (a_form(people={"id": "client"}), "people", "must be a list."),
    (a_form(open="false"), "closed", "Add what people read instead."),
    # people and pages
    (a_form(*TWO_PAGES, people=[{"id": "client"}, {"id": "client"}, CARER]), "people[1].id", "an id of their own"),
    (a_form(a_page(), a_page(id="b", person="referral"), people=[{"id": "client"}, {"id": "referral"}]), "people[1].id",
     "Choose another id."),
    (a_form(people=TWO_PEOPLE), "people[1]", "Add a page with person: carer, or remove the person."),
    (a_form(a_page(person="carer"), people=TWO_PEOPLE), "people[0]", "Add a page with person: client"),
    (a_form(people=[{"id": "client", "max": "2"}]), "people[0]", "Remove 'min' and 'max'."),
    (a_form(people=[{"id": "client", "send": "description"}]), "people[0].send", "put somebody else first."),
    (a_form(*TWO_PAGES, people=[{"id": "client"}, {**CARER, "send": "field"}]), "people[1].send",
     "Write 'person' or 'description'."),
    (a_form(a_page(), a_page(a_field("file", accept=["pdf"]), id="carer", person="carer"),
            people=[{"id": "client"}, {**CARER, "send": "description"}]), "pages[1].fields[0].attach_to",
     "'carer' is nobody whom a file can go to. Write a person's id or referral."),
    (a_form(*TWO_PAGES, people=[{"id": "client"}, {"id": "carer", "min": "3", "max": "2"}]), "people[1]",
     "Swap the two"),
    (a_form(a_page(), a_page(id="b", person="carrer"), *TWO_PAGES[1:], people=TWO_PEOPLE), "pages[1].person",
     "did you mean 'carer'? Correct it."),
    (a_form(a_page(), a_page(id="a", person="carer"), a_page(a_field(name="b"), id="b"),
            a_page(a_field(name="c"), id="c", person="carer"), people=TWO_PEOPLE),
     "pages[3].person", "must follow each other. Move this page up to them."),
    (a_form(a_page(), a_page(a_field(name="b"))), "pages[1].id", "Give each page an id of its own."),
    (a_form(a_page(id="Über uns")), "pages[0].id", "Use small letters, digits and -"),
    # names
    (a_form(a_page(a_field()), a_page(a_field(), id="b")), "pages[1].fields[0].name",
     "'first_name' stands twice for 'client'. Give each a name of its own."),
    (a_form(a_page(a_field(), a_field(name="b", **{"as": "first_name"}))), "pages[0].fields[1].as",
     "both 'first_name' and 'b' are sent as 'first_name'. Change 'as' of one"),
    (a_form(a_page(a_field("email", autocomplete="email"), a_field("email", name="again", autocomplete="email"))),
     "pages[0].fields[1].autocomplete", "asks for 'email' already, and nobody should have to write it twice. Remove"),
    (a_form(a_page(a_field(autocomplete="given_name"))), "pages[0].fields[0].autocomplete",
     "no browser knows 'given_name': did you mean 'given-name'? Correct it, or remove it."),
    (a_form(a_page(a_field("select", choices=["1", {"value": "2", "label": "Two", "hint": "a pair"}]))),
     "pages[0].fields[0].choices[1].hint", "cannot show it. Remove it, or write 'type: radios'."),
    (a_form(a_page({"type": "note", "text": "It is free", "and it is safe": ""})), "pages[0].fields[0].and it is safe",
     "unknown key 'and it is safe'. If it belongs to the text before it: a text with a comma needs \"quotes\""),
    (a_form(a_page(a_field(label={"en": "Rent", "loans": ""}))), "pages[0].fields[0].label",
     "is empty behind 'loans'. Write it; a text with a comma needs \"quotes\" round it."),
    (a_form(a_page(a_field("file", name="f", accept=["pdf"], attach_to="clint"))), "pages[0].fields[0].attach_to",
     "did you mean 'client'? Write a person's id or referral."),
    (a_form(a_page(a_field("select", dictionary="gender"))), "pages[0].fields[0].dictionary",
     "Put its choices into dictionaries/gender.json, or correct the name."),
    # what an agency fills in
    (a_form(*TWO_PAGES[:1], a_page({**a_field(name="email"), "prefill": "agency"}, id="carer", person="carer"),
            people=TWO_PEOPLE),
     "pages[1].fields[0].prefill", "Remove it, or write 'prefill: true'."),
    # the receipt
    (a_form(a_page(a_field("email", name="email")), sent={"what_happens_next": "We call.", "receipt_to": "e-mail"}),
     "sent.receipt_to", "did you mean 'email'? Write the name of a question of type email"),
    (a_form(a_page(a_field(name="email")), sent={"what_happens_next": "We call.", "receipt_to": "email"}),
     "sent.receipt_to", "there is no such email question"),
    (a_form(a_page(a_field("email", name="email")), check_answers="false",
            sent={"what_happens_next": "We call.", "receipt_to": "email"}),
     "sent.receipt_to", "Remove it, or `check_answers`."),
    # conditions
    (asking("Y", name="has_carrer"), SHOWN, "there is no question 'has_carer': did you mean 'has_carrer'? Correct"),
    (asking("yes"), SHOWN, "'yes' is never the answer to a yes_no. Write \"Y\" or \"N\"."),
    (asking("true"), SHOWN, 'Write "Y" or "N".'),
    (asking(["Y", "no"]), SHOWN, "'no' is never the answer"),
    (asking("N", type="consent"), SHOWN, 'Write "Y".'),
    (asking("Y", type="agreement"), SHOWN, "Write one of: agreed, interest."),
    (asking("3", type="radios", choices=["1", "2"]), SHOWN, "Write one of: 1, 2."),
    (asking("b", type="hidden", value="a"), SHOWN, "Write one of: a."),
    (asking("Y", type="text"), SHOWN, "is of type text, which has no choices. Look at a yes_no"),
    (asking("phone", type="safe_contact"), SHOWN, "is of type safe_contact, which has no choices."),
    (a_form(a_page({**YES_NO, "show_when": {"has_carer": "Y"}})), "pages[0].fields[0].show_when.has_carer",
     "cannot depend on itself. Remove this line."),
    (a_form(a_page(a_field(show_when={"has_carer": "Y"}), YES_NO)), "pages[0].fields[0].show_when.has_carer",
     "is asked only later (pages[0].fields[1]). Move that question before this one."),
    (a_form(a_page(show_when={"has_carer": "Y"}), a_page(YES_NO, id="b")), "pages[0].show_when.has_carer",
     "only later"),
    (a_form(a_page(YES_NO, show_when={"has_carer": "Y"})), "pages[0].show_when.has_carer", "only later"),
    (a_form(a_page(YES_NO, id="a", person="carer"), a_page(a_field(show_when={"has_carer": "Y"})), people=TWO_PEOPLE),
     "pages[1].fields[0].show_when.has_carer", "is asked about 'carer'. Look at a question about the same person"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "path", "remedy"), FORMS)
def test_a_wrong_form_is_refused_by_file_path_and_remedy(tmp_path: Path, form: object, path: str, remedy: str) -> None:
    organisation = load(tmp_path, form=form)

    assert organisation.closed
    assert {problem.file for problem in organisation.problems} == {
        (tmp_path / "riverside/forms/support.yaml").as_posix()
    }
    assert [message for where, message in problems(organisation) if where == path and remedy in message]
    assert all(message.endswith(".") for _, message in problems(organisation))


@pytest.mark.parametrize(
    "word", ["partner", "staff", "static", "metrics", "check", "sent", "save", "files", "exit", "d"]
)
def test_the_gateways_own_addresses_are_no_pages_and_no_forms(tmp_path: Path, word: str) -> None:
    organisation = load(tmp_path, a_form(a_page(id=word)), **{f"forms/{word}.yaml": a_form()})

    refused = {problem.file.rsplit("/", 1)[1]: problem for problem in organisation.problems}
    assert refused["support.yaml"].path == "pages[0].id"
    assert (
        refused[f"{word}.yaml"].message == f"{word!r} is a part of this gateway's own addresses. Choose another name."
    )
    assert word not in organisation.forms


@pytest.mark.parametrize("word", ["account", "invitation", "sign-in", "vouched"])
def test_the_pages_of_people_who_sign_in_are_no_organisations(tmp_path: Path, word: str) -> None:
    # A page or a form may have such a name: their addresses lead through the organisation's.
    load(tmp_path, **{f"forms/{word}.yaml": a_form(a_page(id=word))})
    (tmp_path / "riverside").rename(tmp_path / word)

    organisation = load_organisations(tmp_path, environment=ENVIRONMENT, blocks=BLOCKS)[word]

    (problem,) = organisation.problems
    assert problem.file.endswith(f"/{word}")
    assert problem.message == f"{word!r} is a part of this gateway's own addresses. Choose another name."
    assert word in organisation.forms


@pytest.mark.parametrize("name", ["token", "lang", "action", "website_address"])
def test_the_gateways_own_inputs_are_no_fields(tmp_path: Path, name: str) -> None:
    organisation = load(tmp_path, a_form(a_page(a_field(name=name))))

    assert problems(organisation) == [
        ("pages[0].fields[0].name", f"{name!r} is a name of this gateway's own. Choose another; 'as' may still be it.")
    ]


PROFILES = [
    (a_profile(langauges=["en"]), "langauges", "did you mean 'languages'?"),
    (a_profile(languages=[]), "languages", "needs at least one item."),
    (a_profile(languages=["English"]), "languages[0]", "Write en for English, cy for Welsh."),
    (a_profile(languages=["en", "en"]), "languages", "stands twice. Remove one"),
    (a_profile(contact={"email": "a@b.example"}), "contact.phone", "is missing. Add it."),
    (a_profile(contact={"phone": "1", "email": "help"}), "contact.email", "Write it as in help@riverside.example."),
    (a_profile(contact={"phone": "1", "form": "suport"}), "contact.form",
     "did you mean 'support'? Write a form's slug."),
    (a_profile(privacy_notice={"url": "riverside.example", "version": "1"}), "privacy_notice.url", "Write it whole"),
    (a_profile(theme={"brand": "purple"}), "theme.brand", "Write six hex digits"),
    (a_profile(theme={"brand": "#ffdd00"}), "theme.brand",
     "contrast of 1.3:1 and needs 4.5:1. Choose a darker colour."),
    (a_profile(theme={"logo": "logo.png"}), "theme.logo", "there is no such file"),
    (a_profile(theme={"logo": "../logo.png"}), "theme.logo", "must be a file beside organisation.yaml"),
    (a_profile(theme={"logo": "logo.gif"}), "theme.logo", ".png, .svg, .jpg. Put it there."),
    (a_profile(alerts={"email": ["help"]}), "alerts.email[0]", "not an email address"),
    (a_profile(retention={"delivered_days": "0"}), "retention.delivered_days", "must be at least 1."),
    (a_profile(embed_origins=["*"]), "embed_origins[0]", "no * alone."),
    (a_profile(blocks={}), "blocks", "unknown key 'blocks'"),
    (a_profile(other={"url": "x"}), "other", "unknown key 'other'"),
    (a_profile(crm={"url": "${CRM_ADDRESS}"}), "crm.url",
     "needs CRM_ADDRESS, which is not set. Set it in the environment or .env."),
    (a_profile(crm={"keys": ["${CRM_KEY}", "a ${CRM_OTHER}"]}), "crm.keys[1]", "needs CRM_OTHER"),
    (a_profile(crm={"url": "${CRM URL}"}), "crm.url", "Correct it, as in ${CHARITY_URL}."),
    (a_profile(crm={"url": "${CRM_URL"}), "crm.url", "Correct it"),
    (a_profile(name={"cy": "Gofalwyr"}), "name.cy",
     "not among 'languages' of organisation.yaml (en). Remove it or add"),
    (a_profile(name={"cy": "Gofalwyr"}), "name", "has no text in 'en', the organisation's first language. Add it."),
]  # fmt: skip


@pytest.mark.parametrize(("profile", "path", "remedy"), PROFILES)
def test_a_wrong_organisation_is_refused_by_file_path_and_remedy(
    tmp_path: Path, profile: object, path: str, remedy: str
) -> None:
    organisation = load(tmp_path, profile=profile)

    assert organisation.closed
    assert {problem.file for problem in organisation.problems} == {
        (tmp_path / "riverside/organisation.yaml").as_posix()
    }
    assert [message for where, message in problems(organisation) if where == path and remedy in message]


def test_each_thing_wrong_is_said_at_once(tmp_path: Path) -> None:
    form = a_form(
        a_page({**a_field(), "lable": "x"}, a_field("txt")), a_page(a_field("consent", name="?")), open="maybe"
    )

    assert [path for path, _ in problems(load(tmp_path, form))] == [
        "open", "pages[0].fields[0].lable", "pages[0].fields[1].type", "pages[1].fields[0].name",
    ]  # fmt: skip


def test_two_answers_that_only_stand_in_the_description_need_no_field_of_their_own(tmp_path: Path) -> None:
    form = a_form(
        a_page(),
        a_page(a_field(), a_field(name="b", **{"as": "first_name"}), id="carer", person="carer"),
        people=[{"id": "client"}, {"id": "carer", "send": "description"}],
    )

    assert problems(load(tmp_path, form)) == []


@pytest.mark.parametrize(
    "second",
    [
        a_field("phone", name="again", autocomplete="tel"),
        a_field("email", name="again", autocomplete="email", show_when={"has_carer": "Y"}),
        a_field("email", name="again"),
    ],
    ids=["two telephones", "kept apart", "not the same"],
)
def test_what_people_may_have_two_of_may_be_asked_twice(tmp_path: Path, second: dict[str, object]) -> None:
    first = {**second, "name": "first", "show_when": None}
    form = a_form(a_page(YES_NO, {key: value for key, value in first.items() if value}, second))

    assert problems(load(tmp_path, form)) == []
