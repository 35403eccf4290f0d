"""One request to one form: which definition, which instance, which answers so far, and the addresses that follow."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from flask import abort, g, request
from werkzeug.datastructures import MultiDict

from gateway import languages
from gateway.definitions.loader import Organisation
from gateway.definitions.schema import HONEYPOT, Form, Retention, Text
from gateway.forms.build import Choices
from gateway.forms.files import Upload, Uploads
from gateway.forms.journey import Answers, Step
from gateway.languages import N_
from gateway.settings import OFF
from gateway.store.drafts import Draft, DraftMoved, instance_hash
from gateway.store.page_counts import Passed
from gateway.store.referrals import Listed, find_sent
from gateway.store.sending import Sender
from gateway.web.public.marks import UNMARKED, Marks
from gateway.web.shell import asked_language
from gateway.web.site import Site, site
from gateway.web.tokens import BadToken, new_instance, write_instance
from gateway.web.trials import TRY, Trial

EMBED, PARTNER = "/embed", "/partner"
LONDON = ZoneInfo("Europe/London")
SENDER = "sender"  # in `g`, where somebody of an agency is let in
PERSON = "person"  # which of several people a page is about, counted from 1
CHANGE = "change"  # the page was opened from the check page, and leads back there
SAVE = "save"  # what the button posts that keeps the answers for later
PROBLEM = "problem"  # the page was not in order when the form was to be sent
EXPIRED = N_("This page was open for a long time. Check your answers, then press the button again.")
UNSIGNED = N_("We could not tell where this page came from. Check your answers, then press the button again.")
CHANGED = N_("This form has changed since you opened it. Check your answers, then press the button again.")
_TRIES_TO_SAVE = 20  # several windows at one moment: each round one of them is through


@dataclass(frozen=True, slots=True, repr=False)
class Visit:
    """What the views need to know of a request."""

    site: Site
    organisation: Organisation
    form: Form
    language: str
    embedded: bool
    instance: bytes
    now: datetime
    draft: Draft | None = None
    answers: Answers = field(default_factory=dict)
    marks: Marks = UNMARKED
    troubles: Mapping[str, Sequence[str]] = field(default_factory=dict)  # with files that were posted, by input name
    sender: Sender | None = None  # who of which agency fills it in; none on pages that are open to everybody

    def with_instance(self, instance: bytes) -> "Visit":
        """The same request, of another instance."""
        return replace(self, instance=instance)

    def noticing(self, fields: MultiDict[str, str]) -> "Visit":
        """The same request; it remembers whether the field that nobody sees was filled in."""
        return replace(self, marks=replace(self.marks, trapped=True)) if any(fields.getlist(HONEYPOT)) else self

    @property
    def start(self) -> str:
        """The address of a fresh form; of a test, by its link."""
        return self._with_language(self._base, *self._trial())

    @property
    def draft_base(self) -> str:
        """The beginning of every address of this draft."""
        return f"{self._base}/d/{write_instance(self.instance)}"

    def address(self, step: Step | None, *flags: str) -> str:
        """The address of a step; None is the check page. A flag is CHANGE or PROBLEM."""
        if step is None:
            return self.at("check")
        repeats = self.form.person(step.person_id).repeats
        number = [] if step.listing or not repeats else [f"{PERSON}={step.index + 1}"]
        return self.at(step.page_id, *number, *(f"{flag}=1" for flag in flags))

    def at(self, part: str, *query: str) -> str:
        """The address of a part of this draft."""
        link = [] if self.form.audience == "public" or self.sender else self._trial()  # it alone opens the form here
        return self._with_language(f"{self.draft_base}/{part}", *query, *link)

    def beside(self, part: str) -> str:
        """The address of a part of this form that belongs to no draft; of a test, with its link."""
        return self._with_language(f"{self._base}/{part}", *self._trial())

    def choices(self) -> Choices:
        """How this form's dictionaries are looked up: a choice that has gone since the form was shown still counts."""
        # It holds on to no visit: what keeps it must not keep anybody's answers.
        site, organisation, since = self.site, self.organisation, self.marks.shown_at or self.now

        def look_up(dictionary: str, chosen: Collection[str]) -> Sequence[tuple[str, str | Text]]:
            return site.dictionaries.choices(organisation, dictionary, chosen, since=since)

        return look_up

    def uploads(self) -> Uploads:
        """How a form of this visit looks its files up, and what it says of them."""
        site, owner = self.site, instance_hash(self.instance)

        @cache
        def found() -> Mapping[str, Upload]:
            return site.files.of_draft(owner)

        return Uploads(lambda _: found(), self.troubles, scanned=site.settings.clamd != OFF)

    @property
    def patience(self) -> timedelta:
        """How long answers wait for the next page; those of an agency as long as what others save for later."""
        retention = self.organisation.profile.retention if self.organisation.profile else Retention()
        return timedelta(days=retention.saved_days) if self.sender else timedelta(minutes=retention.draft_minutes)

    @property
    def counted(self) -> str | bytes:
        """Whom the limits count: an address, or an account where somebody is signed in."""
        return (self.sender.account or "").encode() if self.sender else request.remote_addr or ""

    def draft_of(self, instance: bytes) -> Draft | None:
        """Find the draft of an instance, of this form, for whoever asks.

        What an agency has begun is nobody's outside it, and not of who has left it, whatever address they remember.
        """
        draft = self.site.drafts.load(instance, self.now)
        if draft is None or (draft.organisation, draft.form) != (self.organisation.slug, self.form.slug):
            return None
        return draft if Marks.read(draft.answers).agency == self.agency else None

    @property
    def agency(self) -> str:
        """The agency that fills it in; "" on pages that are open to everybody."""
        return self.sender.agency if self.sender else ""

    def sent(self) -> Listed | None:
        """Find what this instance was sent as; nothing of another form, or of somebody else's agency."""
        found = find_sent(self.site.database, instance_hash(self.instance))
        mine = (self.organisation.slug, self.form.slug, self.sender and self.sender.agency)
        return found if found and (found.organisation, found.form, found.agency) == mine else None

    @property
    def today(self) -> date:
        """The day in the United Kingdom is the day of the forms."""
        return self.now.astimezone(LONDON).date()

    def say(self, sentence: str, **words: object) -> str:
        """Put a sentence of the gateway's own into the page's language, its words filled in."""
        return languages.say(self.language, sentence, **words)

    def token(self, since: datetime | None = None) -> str:
        """Sign a token for a page of this visit, shown now or `since` some time."""
        test = self.marks.trial.link if self.marks.trial else ""
        return self.site.tokens.sign(self.instance, self.form.hash, self.language, since or self.now, test, self.agency)

    def saving(self, change: Callable[[Answers], Answers], past: str = "") -> "Visit":
        """Change the answers of the draft, or begin one; raises DraftMoved where the instance is spent.

        A second request that saved in between is not overwritten: the change is made again on what it left. `past`
        names the page that somebody gets past by this: the first time, that is counted.
        """
        drafts = self.site.drafts
        for _ in range(_TRIES_TO_SAVE):
            draft = drafts.load(self.instance, self.now)
            if draft is None and self.draft is not None:
                break  # saved for later, sent or left in another window: nobody begins it anew in passing
            before: Answers = draft.answers if draft else {}
            if draft and Marks.read(before).agency != self.agency:
                break  # whoever has left an agency may have a page of it open still
            marks = Marks.read(before).joined(self.marks)
            passed = self._passed(past, marks)
            marks = replace(marks, passed=marks.passed | {past}) if passed else marks
            answers = {name: list(values) for name, values in change(before).items()} | marks.written()
            try:
                if draft is None:
                    drafts.create(self.instance, self._fresh(answers), passed)
                else:
                    drafts.save(
                        self.instance,
                        answers,
                        version=draft.version,
                        language=self.language,
                        expires_at=self._expires_at(),
                        passed=passed,
                    )
            except DraftMoved:
                continue
            return replace(self, answers=answers, marks=marks)
        raise DraftMoved

    def begun(self) -> "Visit":
        """Begin a draft without answers. Raises DraftMoved where the instance was used before."""
        draft = self._fresh({})
        self.site.drafts.create(self.instance, draft)
        return replace(self, draft=draft)

    def _fresh(self, answers: dict[str, list[str]]) -> Draft:
        return Draft(
            organisation=self.organisation.slug,
            form=self.form.slug,
            definition=self.form.hash,
            language=self.language,
            answers=answers,
            version=1,
            created_at=self.now,
            expires_at=self._expires_at(),
        )

    def _passed(self, page: str, marks: Marks) -> Passed | None:
        if not page or page in marks.passed or marks.trial or self.form.audience != "public":
            return None
        return Passed(self.today, self.organisation.slug, self.form.slug, page)

    def _expires_at(self) -> datetime:
        return self.now + self.patience

    def _trial(self) -> list[str]:
        return [f"{TRY}={self.marks.trial.link}"] if self.marks.trial and self.marks.trial.link else []

    @property
    def _base(self) -> str:
        forms = f"{PARTNER}/{self.organisation.slug}/forms" if self.sender else f"/{self.organisation.slug}"
        return f"{EMBED if self.embedded else ''}{forms}/{self.form.slug}"

    def _with_language(self, address: str, *query: str) -> str:
        default = self.organisation.profile.languages[0] if self.organisation.profile else self.language
        parts = list(query)
        # Where the address names none, a draft speaks its own language, and every other page the first one.
        if self.language != default or (self.draft and self.language != self.draft.language):
            parts.append(f"lang={self.language}")
        return f"{address}?{'&'.join(parts)}" if parts else address


def organisation_at(slug: str) -> Organisation:
    """Find an organisation, or answer 404."""
    return site().organisations.get(slug) or abort(404)


def begin(organisation: Organisation, slug: str, *, embedded: bool) -> Visit:
    """Open a form as it stands now, with a new instance; 404 where there is none for whoever asks.

    Where a form is for partners, everybody else needs a link by which it is tried.
    """
    sender: Sender | None = g.get(SENDER)
    form = organisation.forms.get(slug)
    if form is None or not (form.audience == "public" or sender or _invited(organisation.slug, slug)):
        abort(404)
    return Visit(
        site=site(),
        organisation=organisation,
        form=form,
        language=asked_language(organisation),
        embedded=embedded,
        instance=new_instance(),
        now=datetime.now(UTC),
        sender=sender,
    )


def _invited(organisation: str, slug: str) -> bool:
    return site().trials.made_for(request.args.get(TRY, ""), organisation, slug)


@dataclass(frozen=True, slots=True, repr=False)
class Claim:
    """What a posted token makes of a visit; `problem` says in words why the page has to be shown once more."""

    visit: Visit
    problem: str


def claim(visit: Visit, token: str) -> Claim:
    """Take over what a token says: instance, definition as it was shown, language.

    One that was not signed here, or for a test of another form, changes nothing; one that is too old, or of a form that
    is gone, keeps its instance.
    """
    try:
        shown = visit.site.tokens.read(token)
    except BadToken:
        return Claim(visit, UNSIGNED)
    if shown.agency != visit.agency:
        return Claim(visit, UNSIGNED)  # whoever has left an agency may have a page of it open still
    # A draft vouches for its own test; a page may have been shown by another form, and its link is good for that alone.
    where = (visit.organisation.slug, visit.form.slug)
    if shown.test and visit.draft is None and not visit.site.trials.made_for(shown.test, *where):
        return Claim(visit, UNSIGNED)
    if visit.form.audience != "public" and not (visit.sender or shown.test or visit.draft):
        return Claim(visit, UNSIGNED)  # what is no test came from elsewhere
    form = visit.site.definition(shown.definition, *where)
    languages = visit.organisation.profile.languages if visit.organisation.profile else ()
    language = shown.language if shown.language in languages else visit.language
    marks = Marks(shown.at, trial=Trial.carried(shown.test))
    found = replace(visit, instance=shown.instance, form=form or visit.form, language=language, marks=marks)
    if form is None:
        return Claim(found, CHANGED)
    return Claim(found, EXPIRED if visit.site.tokens.expired(shown, visit.now) else "")


def switched(visit: Visit, posted: Mapping[str, str]) -> Visit | None:
    """Give the visit in the language whose button was pressed; None where it was another button."""
    wanted = posted.get("lang", "")
    languages = visit.organisation.profile.languages if visit.organisation.profile else ()
    return replace(visit, language=wanted) if wanted in languages else None


def resume(visit: Visit, instance: bytes) -> Visit | None:
    """Take up a draft with the definition that it was begun with; None where there is none for whoever asks."""
    draft = visit.draft_of(instance)
    if draft is None:
        return None
    form = visit.site.definition(draft.definition, visit.organisation.slug, visit.form.slug) or visit.form
    language = visit.language if "lang" in request.args else draft.language
    marks = Marks.read(draft.answers).joined(Marks(draft.created_at))
    return replace(
        visit, instance=instance, form=form, draft=draft, answers=draft.answers, language=language, marks=marks
    )
