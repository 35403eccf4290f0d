"""Makes the draft of a form of what was found out about a charity's own Charitylog, to be edited by people. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from gateway.definitions.schema import RESERVED_FIELDS, Choice
from gateway.definitions.writing import Draft, DraftPage, Entry, Keys, Value
from gateway.destinations.asking import Asked, Found, Wishes, listing
from gateway.destinations.questions import CONSENT, DESCRIPTION, PAGES, PageWords

_MOST_NAMED = 300
_LONGEST_NAMED = 80
_LONGEST_NAME = 64
_REFERRER = "referrer"
_TOP = (
    "Made by `flask forms new` from what your Charitylog lists. Change whatever you like: docs/forms.md says what "
    "every line may hold. Ask for no more than you need."
)
_BASIS = (
    "Your lawful basis is kept with each referral. docs/forms.md has the words; choose yours, and remove the #:",
    "basis: {article_6: legitimate_interests, article_9: social_care}",
)
_PROMISE = "Say who does what, and when. Promise only what you keep."


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A draft, the dictionaries that its questions name, and what is to be said beside it."""

    draft: Draft
    dictionaries: Mapping[str, Sequence[Choice]]
    remarks: tuple[str, ...]


def suggest(found: Found, wishes: Wishes, *, charity: str, languages: Sequence[str] = ("en",)) -> Suggestion:
    """Suggest a form in the name of a charity, its questions grouped into pages."""
    writer = _Writer(found, wishes, charity)
    pages = tuple(writer.pages())
    keys: dict[str, Value] = {"what_happens_next": "We read what you have sent, and get in touch."}
    draft = Draft(
        head=tuple(_head(found, wishes)),
        people=tuple(_people(found, wishes)),
        pages=pages,
        foot=(Entry({"sent": {"receipt_to": writer.email, **keys} if writer.email else keys}, (_PROMISE,)),),
        top=(_TOP, *_on_languages(languages)),
        bottom=tuple(_bottom(found, wishes)),
    )
    return Suggestion(draft, found.lists, tuple(_remarks(found, wishes)))


def _on_languages(languages: Sequence[str]) -> Iterator[str]:
    if list(languages) != ["en"]:
        texts = ", ".join(f"{language}: …" for language in languages)
        yield f"The words are in English. For your other languages write maps, as in label: {{{texts}}}"


def _head(found: Found, wishes: Wishes) -> Iterator[Entry]:
    yield Entry({"title": wishes.title})
    yield Entry({"introduction": "You can skip any question that says (optional)."})
    if wishes.about == "me":
        yield Entry({"quick_exit": True})
    block: dict[str, Value] = {"delivery": "staged"}
    block |= {key: each for key, each in (("source", wishes.source), ("project", wishes.project)) if each is not None}
    without = "Without a project whoever imports a referral chooses one."
    known = f"{without} Your Charitylog has: {listing(found.projects)}." if found.projects else without
    yield Entry({"charitylog": block}, (*_BASIS, known))


def _people(found: Found, wishes: Wishes) -> Iterator[Entry]:
    block: dict[str, Value] = {"org_type_id": found.org_type}
    if wishes.role is not None:
        block["role"] = wishes.role
    has = f"In your Charitylog, org_type_id may be: {listing(found.types)}."
    yield Entry({"id": "client", "charitylog": block}, (has,) if found.types else ())
    if wishes.about != "me":
        yield Entry({"id": _REFERRER, "label": "The referrer", "send": "description"})


class _Writer:
    """Writes the pages of one form; no two questions about one person get the same name."""

    def __init__(self, found: Found, wishes: Wishes, charity: str) -> None:
        self._asked = {page: list(each) for page, each in groupby(found.asked, lambda asked: asked.meaning.page)}
        self._is_own = wishes.about == "me"
        self._charity = charity
        self._names = set(RESERVED_FIELDS)
        self._labels: set[str] = set()
        self._has_consent = CONSENT in found.of_staff
        self.email: str | None = None  # the question whose answer can get a receipt

    def pages(self) -> Iterator[DraftPage]:
        """Write all pages that have a question, in their order."""
        if not self._is_own:
            self.email = f"{_REFERRER}.email"
            yield DraftPage({"id": _REFERRER, "title": "About you", "person": _REFERRER}, _REFERRER_ASKED)
        ours = {"contact": self._safety, "help": self._description, "agree": self._agreement}
        for page, words in PAGES.items():
            asked = [self._question(each) for each in self._asked.get(page, ())]
            entries = (*asked, *(ours[page]() if page in ours else ()))
            if entries:
                yield DraftPage(self._keys_of(page, words), entries)

    def _keys_of(self, page: str, words: PageWords) -> Keys:
        title, introduction = (words.me, words.to_me) if self._is_own else (words.them, words.to_others)
        keys = {"id": page, "title": title}
        return keys | {"introduction": introduction} if introduction else keys

    def _say(self, me: str, them: str) -> str:
        return me if self._is_own else them

    def _question(self, asked: Asked) -> Entry:
        meaning = asked.meaning
        name, label = self._named(asked.name), self._say(meaning.me, meaning.them)
        keys: dict[str, Value] = {"name": name, "type": "select" if asked.dictionary else meaning.type, "label": label}
        if meaning.why:
            keys["hint"] = meaning.why
        keys |= meaning.keys
        if name != asked.name:
            keys["as"] = asked.name
        if self._is_own and meaning.autocomplete:
            keys["autocomplete"] = meaning.autocomplete
            if meaning.type == "email":
                self.email = name
        if asked.dictionary:
            keys["dictionary"] = asked.dictionary
        elif meaning.listed == "yes":
            keys["send"] = "description"
        return Entry(keys, tuple(self._notes(asked, label)))

    def _notes(self, asked: Asked, label: str) -> Iterator[str]:
        if asked.sought and not asked.dictionary:
            where = ", so the answer goes into the description" if asked.meaning.listed == "yes" else ""
            yield f"Your Charitylog gave no list {asked.sought}{where}."
        if label in self._labels:
            yield "Another question has these words already: tell the two apart."
        self._labels.add(label)

    def _named(self, wanted: str) -> str:
        name, number = wanted, 1
        while name in self._names:
            number += 1
            name = f"{wanted[: _LONGEST_NAME - len(str(number)) - 1]}_{number}"
        self._names.add(name)
        return name

    def _safety(self) -> Iterator[Entry]:
        if not any(each.meaning.type == "phone" for each in self._asked.get("contact", ())):
            label = self._say("Phone number", "Their phone number")
            keys = {"name": self._named("telephone"), "type": "phone", "label": label, "send": "description"}
            yield Entry(keys, ("No field of your Charitylog looks like a phone number.",))
        who = self._say("you", "them")
        yield Entry({
            "name": self._named("safe_contact"), "type": "safe_contact",
            "label": f"Which ways of contact are safe for {who}?",
            "hint": "Somebody else may answer the phone, open the letters or read the screen. Leave those ways out.",
        })  # fmt: skip
        yield Entry({
            "name": self._named("say_who"), "type": "yes_no",
            "label": "If somebody else answers, may we say who we are?", "send": "description",
        })  # fmt: skip
        yield Entry({
            "name": self._named("avoid"), "type": "text",
            "label": f"When should we not call{self._say('', ' them')}?", "send": "description",
        })  # fmt: skip

    def _description(self) -> Iterator[Entry]:
        label = self._say("How can we help?", "What is happening, and what would help?")
        yield Entry({
            "name": self._named(DESCRIPTION), "type": "textarea", "label": label,
            "hint": "A few words are enough.", "required": True, "max_length": 4000,
        })  # fmt: skip

    def _agreement(self) -> Iterator[Entry]:
        if not self._is_own:
            label = "Do they know about this referral?"
            yield Entry({"name": self._named("agreement"), "type": "agreement", "label": label, "required": True})
            return
        label = f"I would like {self._charity} to keep these answers and to contact me about them."
        own = f"Your Charitylog has a field {CONSENT}. If the tick is what it means, add: as: {CONSENT}, send: field"
        keys: Keys = {"name": self._named("agree"), "type": "consent", "label": label, "required": True}
        yield Entry(keys, (own,) if self._has_consent else ())


_REFERRER_ASKED = (
    Entry({"name": "name", "type": "text", "label": "Name", "required": True, "autocomplete": "name"}),
    Entry({"name": "job", "type": "text", "label": "Job", "autocomplete": "organization-title"}),
    Entry({"name": "organisation", "type": "text", "label": "Organisation", "autocomplete": "organization"}),
    Entry({"name": "phone", "type": "phone", "label": "Phone number", "required": True, "autocomplete": "tel"}),
    Entry({"name": "email", "type": "email", "label": "Email address", "autocomplete": "email"}),
)


def _bottom(found: Found, wishes: Wishes) -> Iterator[str]:
    if found.left:
        how = "" if wishes.everything else " With --all-fields, `flask forms new` makes questions of them."
        yield f"Your Charitylog takes these too.{how}"
        yield _listed(found.left)
    if found.of_staff:
        yield "Not for whoever fills in a form:"
        yield _listed(found.of_staff)
    if found.unnameable:
        yield "No form can ask for these, for it cannot hold their names:"
        yield _listed(found.unnameable)


def _listed(labels: Mapping[str, str]) -> str:
    more = f" and {len(labels) - _MOST_NAMED} more" if len(labels) > _MOST_NAMED else ""
    return ", ".join(_name_and_label(*each) for each in list(labels.items())[:_MOST_NAMED]) + more


def _name_and_label(name: str, label: str) -> str:
    says_no_more = label.casefold() == name.replace("_", " ").casefold()
    return name[:_LONGEST_NAMED] if says_no_more else f"{name[:_LONGEST_NAMED]} ({label[:_LONGEST_NAMED].strip()})"


def _remarks(found: Found, wishes: Wishes) -> Iterator[str]:
    if wishes.org_type is None:
        label = next((str(each.label) for each in found.types if each.value == str(found.org_type)), "nobody said what")
        yield f"org_type_id is {found.org_type} ({label}). For another kind of person write --org-type."
    for asked in found.asked:
        if asked.sought and not asked.dictionary and asked.meaning.listed == "yes":
            yield f"{asked.name}: Charitylog gave no list {asked.sought}, so the answer goes into the description."
    if found.left:
        yield f"{len(found.left)} more fields can be asked: they stand at the end of the file."
