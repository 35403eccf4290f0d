"""Taking a referral: read, put into the inputs of the form's pages, judged by them, and stored as a page stores it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, request

from gateway.definitions.schema import Form
from gateway.forms import objects
from gateway.forms.objects import PEOPLE, Figure, Wrong, shown
from gateway.store import own_references, sending, sent_lists
from gateway.store.drafts import instance_hash
from gateway.store.sending import FilesGone, Sender, Sent, SentBefore
from gateway.web.api import keys, reading
from gateway.web.api.guard import Caller
from gateway.web.api.listing import REFERRALS, as_json, moment
from gateway.web.api.problems import Problem, invalid
from gateway.web.posted import read_body
from gateway.web.public.sending import filled_pages, referral_of
from gateway.web.public.visit import Visit
from gateway.web.site import site
from gateway.web.tokens import new_instance

JSON = "application/json"
_ANOTHER = "another referral was sent with this key. Send this one with a new key."
_ERASED = (
    "what was sent with this key was erased since, so nobody can tell whether this is the same. If it is another "
    "referral, send it with a new key; else ask the charity first."
)
OWN = "own_reference"
MEMBERS = ("form", "language", OWN, PEOPLE)


@dataclass(frozen=True, slots=True, repr=False)
class Call:
    """One referral that somebody sends: what it says, and under which key."""

    caller: Caller
    instances: Sequence[bytes]
    said: object

    @property
    def word(self) -> str | None:
        """The agency's own word for it, "" where there is none; None where what is said is none."""
        given = self.said.get(OWN) if isinstance(self.said, Mapping) else None
        if given is None:
            return ""
        if not isinstance(given, str) or isinstance(given, Figure):
            return None
        word = " ".join(given.split())
        return word if own_references.is_a_word(word) else None

    def digested(self, files: Sequence[Sequence[str]] = ()) -> bytes:
        """Write all that is sent, so that it can be told from anything else."""
        return reading.canonical([self.said, sorted(map(list, files))])

    def before(self, files: Sequence[Sequence[str]] = ()) -> SentBefore | None:
        """Tell what was sent under this key before, and whether it was the same."""
        return keys.sent_before(site(), list(self.instances), self.digested(files))


def read_json() -> object:
    """Read the body of this request. Raises Problem."""
    return parsed(read_body(request))


def parsed(body: bytes) -> object:
    """Read JSON. Raises Problem."""
    try:
        return reading.read(body)
    except reading.NotJson as wrong:
        raise Problem(400, "not_json", str(wrong)) from None


def visit_of(call: Call) -> tuple[Visit, object]:
    """Open the form that a referral names, as a visit of it; with what it says of people. Raises Problem."""
    said = call.said
    if not isinstance(said, Mapping):
        raise invalid([], f"Give an object of {', '.join(MEMBERS)}.")
    wrong = [Wrong(shown(name), "There is no such member.") for name in said if name not in MEMBERS]
    wrong += [Wrong(name, "Give this member.") for name in ("form", PEOPLE) if name not in said]
    language = said.get("language")
    language = _first_language(call.caller) if language is None else language
    slug = said.get("form")
    if "form" in said and not isinstance(slug, str):
        wrong.append(Wrong("form", "Give the name of a form, as /forms lists them."))
    form = call.caller.forms.get(slug) if isinstance(slug, str) else None
    if form and language not in form.languages:
        wrong.append(Wrong("language", f"Give one of: {', '.join(form.languages)}."))
    if call.word is None:
        wrong.append(Wrong(OWN, own_references.NO_WORD))
    if wrong:
        raise invalid(wrong)
    if form is None:
        raise Problem(403, "form_not_allowed", "This token may send no form of this name: /forms lists those it may.")
    return _visit(call, form, str(language)), said[PEOPLE]


def answers_of(visit: Visit, people: object) -> dict[str, list[str]]:
    """Put what is said of people into the inputs of the form's pages. Raises Problem."""
    inputs, wrong = objects.inputs_of(visit.form, people)
    if wrong:
        raise invalid(wrong)
    return inputs


def send(call: Call, visit: Visit, files: Sequence[Sequence[str]] = ()) -> Response:
    """Judge the answers of a visit by the form's pages, and store the referral. Raises Problem."""
    pages = filled_pages(visit)
    if wrong := objects.wrong_on(pages):
        raise invalid(wrong)
    try:
        sent = sending.send(
            visit.site.database,
            visit.site.ring,
            referral_of(visit, pages),
            instance=instance_hash(call.instances[0]),
            answers=call.digested(files),
            now=visit.now,
            drafted=False,
            files_of=instance_hash(visit.instance),
            sender=Sender(call.caller.token.agency, token=call.caller.token.id),
        )
    except FilesGone:
        raise gone() from None
    return told(call, sent)


def gone() -> Problem:
    """Make the problem of files that went before their referral was stored."""
    return Problem(503, "gone", f"A file could not be kept. Send the same again, with the same {keys.HEADER}.")


def told(call: Call, sent: Sent | SentBefore | None) -> Response:
    """Say what became of a referral, in the same words each time that it is sent."""
    if isinstance(sent, SentBefore) and not sent.same:
        detail = _ANOTHER if sent.same is False else _ERASED
        raise Problem(422, "key_used", f"{keys.HEADER}: {detail}")
    found = sent_lists.find(site().database, call.caller.token.agency, sent.reference) if sent else None
    if found is None:
        raise Problem(503, "gone", "It was sent, and cannot be found at the moment. Try again later.")
    _keep_word(call, found.reference)
    said = {"reference": found.reference, "form": found.form, "created_at": moment(found.created_at)}
    status = 201 if isinstance(sent, Sent) else 200
    return as_json(said, status, {"Location": f"{REFERRALS}/{found.reference}"})


def _keep_word(call: Call, reference: str) -> None:
    database, ring = site().database, site().ring
    # Also the second time: the first call may have died before; but what its people wrote since stays.
    if call.word and not own_references.of(database, ring, [reference]):
        own_references.keep(database, ring, reference, call.word)


def _visit(call: Call, form: Form, language: str) -> Visit:
    if not form.open:
        raise Problem(409, "form_closed", "This form takes nothing at the moment.")
    return Visit(
        site=site(),
        organisation=call.caller.organisation,
        form=form,
        language=language,
        embedded=False,
        instance=new_instance(),
        now=call.caller.now,
    )


def _first_language(caller: Caller) -> str:
    profile = caller.organisation.profile
    return profile.languages[0] if profile else ""
