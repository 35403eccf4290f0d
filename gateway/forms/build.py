"""From a page of a definition to a WTForms class, made once and kept; and to all filled-in forms of a draft.

A form needs no application and no request: token, words and choices come from the caller.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms.fields.core import UnboundField
from wtforms.i18n import DummyTranslations

from gateway.definitions.fields import Field, Passage
from gateway.definitions.schema import Form, Page
from gateway.definitions.text import Text
from gateway.forms import choices, fields, files, lines, validators
from gateway.forms.fields import PageField, QuestionField, Validator
from gateway.forms.files import NO_UPLOADS, Uploads
from gateway.forms.journey import kept, prefix_of, settle, steps
from gateway.forms.outline import NO_ANSWERS, Answers, Leaf, Look, looks_of, outline_of
from gateway.forms.typed import displayable

# What a dictionary offers; of the values that were chosen, also those that it offered when the form was shown.
Choices = Callable[[str, Collection[str]], Sequence[tuple[str, str | Text]]]

FIELDS: Mapping[str, type[PageField]] = {
    field.kind: field
    for field in (
        lines.TextField, lines.TextareaField, lines.EmailField, lines.PhoneField, lines.PostcodeField,
        lines.NhsNumberField, lines.DateField, lines.NumberField, lines.HiddenField,
        choices.YesNoField, choices.SelectField, choices.RadiosField, choices.CheckboxesField,
        choices.ConsentField, choices.AgreementField, choices.SafeContactField,
        files.FileField, fields.NoteField, fields.ExitField,
    )
}  # fmt: skip
LINE = validators.Readable()

# Pages of more definitions than this are forgotten and made again.
MOST_CLASSES = 1024
_classes: dict[tuple[str, str], "type[PageForm]"] = {}


class PageForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One page, shown or posted. Iterate over `questions`; `token` is the field that guards the post."""

    class Meta:
        """Everything that Flask-WTF would ask an application for."""

        csrf = True
        csrf_class = None
        csrf_context = None
        csrf_secret = None
        csrf_time_limit = None
        csrf_field_name = "token"
        translations = DummyTranslations()

        def get_translations(self, form: Any) -> Any:  # noqa: ANN401  # WTForms' own arguments
            """Give what the caller passed."""
            return self.translations

        def bind_field(self, form: Any, unbound_field: "UnboundField[Any]", options: dict[str, Any]) -> Any:  # noqa: ANN401
            """Copy a field that was made for an earlier form; keep the prefix of a person away from the token."""
            name = options["name"]
            if name == self.csrf_field_name:
                token = unbound_field.bind(form=form, **{**options, "prefix": ""})
                # In a circle with its field, a form would outlive its visit, answers and all.
                token.__dict__.update(_form=None)
                return token
            key = (name, form.prefix, form.language)
            known = form.patterns.get(key)
            if known is None:
                known = form.patterns[key] = unbound_field.bind(form=form, **options).as_pattern()
            return known.for_form(form, options["translations"])

    definition: ClassVar[Form]
    page: ClassVar[Page]
    leaf: ClassVar[Leaf]
    # Whether what is shown depends on answers to other pages too, so that a rendered page may not be shared.
    looks_back: ClassVar[bool]
    # Whether files are asked for, so that it has to be posted in parts and needs to be told of files.
    takes_files: ClassVar[bool]
    conditions: ClassVar[Mapping[str, tuple[Look, ...]]]
    # The fields of earlier forms, to be copied, by name, prefix and language.
    patterns: ClassVar[dict[tuple[str, str, str], PageField]]

    def __init__(
        self,
        formdata: MultiDict[str, str] | None,
        *,
        prefix: str = "",
        meta: Mapping[str, Any],
        language: str,
        choices: Choices,
        today: date,
        given: Answers = NO_ANSWERS,
        files: Uploads = NO_UPLOADS,
    ) -> None:
        self.language, self.choices, self.today, self.prefix, self.files = language, choices, today, prefix, files
        super().__init__(formdata, prefix=prefix, meta=dict(meta))
        self.placed: tuple[PageField, ...] = tuple(f for f in self._fields.values() if isinstance(f, PageField))
        self.questions = self.placed
        if self.conditions:
            self._settle(kept(self.definition, given) if self.looks_back else {})

    def process(self, formdata: MultiDict[str, str] | None = None, *args: object, **kwargs: object) -> None:
        """Hand every field what was posted. There is no request and no `filter_<name>` method to look for here."""
        for field in self._fields.values():
            field.process(formdata)

    def validate(self, extra_validators: object = None) -> bool:
        """Judge every question and the token. There are no `validate_<name>` methods to look for here."""
        return not [field for field in self._fields.values() if not field.validate(self)]

    @property
    def person_id(self) -> str:
        """Whom the page is about."""
        return self.leaf.person_id

    @property
    def index(self) -> int:
        """Which of several such people it is about, counted from 0."""
        return int(self.prefix.rstrip("-").rpartition("-")[2]) if self.prefix else 0

    @property
    def ending(self) -> str:
        """The words that end the journey here, if an exit's conditions hold."""
        ends = (field.text for field in self.placed if isinstance(field, fields.ExitField) and field.visible)
        return next(ends, "")

    @property
    def answered(self) -> Iterator[QuestionField]:
        """The questions that count: those shown."""
        return (field for field in self.placed if field.visible and isinstance(field, QuestionField))

    def shows(self, name: str) -> bool:
        """Tell whether the question of this input name is shown."""
        return any(field.name == name for field in self.answered)

    @property
    def errors_summary(self) -> list[tuple[str, str]]:
        """The errors in page order, each with the id to link to. The token's are not among them."""
        return [(field.error_id, error) for field in self.placed for error in field.errors]

    @property
    def values(self) -> dict[str, Any]:
        """The wire values of a valid form by input name, without empty ones."""
        return {field.name: field.data for field in self.answered if field.data}

    def raw(self) -> dict[str, list[str]]:
        """Give what was posted for the questions shown, to be kept and read again.

        A question without an answer has an empty list: the page was posted with it.
        """
        return {
            name: [displayable(value) for value in values]
            for field in self.answered
            for name, values in field.posted.items()
        }

    def _settle(self, before: Mapping[str, tuple[str, ...]]) -> None:
        """Decide what is shown: by answers to earlier pages for good, by those on this page as they were posted."""
        here = {self.prefix + name for name in self.leaf.names}
        values = {name: answer for name, answer in before.items() if name not in here}
        conditions: dict[str, tuple[tuple[str, frozenset[str]], ...]] = {}
        offered = []
        for field in self.placed:
            fixed = getattr(field, "fixed", None)
            values[field.name] = (fixed,) if fixed is not None else tuple(field.posted.get(field.name, ()))
            looks = [(look.input(self.prefix), look.values) for look in self.conditions.get(field.short_name, ())]
            field.looks_at = tuple(look for look in looks if look[0] in here)
            conditions[field.name] = tuple(looks)
            if all(wanted.intersection(values.get(name, ())) for name, wanted in looks if name not in here):
                offered.append(field)
        settle(values, conditions)
        for field in self.placed:
            field.visible = field.name in values
        self.questions = tuple(offered)


def page_form(form: Form, page: Page) -> type[PageForm]:
    """Give the class of a page; equal definitions share it."""
    key = (form.hash, page.id)
    known = _classes.get(key)
    if known is None:
        if len(_classes) >= MOST_CLASSES:
            _classes.clear()
        known = _classes[key] = _make(form, page)
    return known


def filled(
    form: Form,
    answers: Answers,
    *,
    language: str,
    choices: Choices,
    today: date,
    translations: object = None,
    files: Uploads = NO_UPLOADS,
) -> list[PageForm]:
    """Give the form of every page that the answers call for, filled in from them and without a token."""
    counting = kept(form, answers)
    posted = MultiDict((name, value) for name, values in counting.items() for value in values)
    meta = {"csrf": False, "translations": translations or PageForm.Meta.translations}
    return [
        page_form(form, form.page(step.page_id))(
            posted, prefix=prefix_of(form, step.person_id, step.index), meta=meta, language=language,
            choices=choices, today=today, given=counting, files=files,
        )
        for step in steps(form, answers)
        if not step.listing
    ]  # fmt: skip


def _make(form: Form, page: Page) -> type[PageForm]:
    leaf = outline_of(form).by_id[page.id]
    asked = [(_name(field, count), field) for count, field in enumerate(page.fields) if field.type in FIELDS]
    conditions = {name: looks_of(form, leaf.person_id, field.show_when) for name, field in asked if field.show_when}
    here = leaf.names
    body: dict[str, Any] = {
        "definition": form,
        "page": page,
        "leaf": leaf,
        "conditions": conditions,
        "patterns": {},
        "takes_files": bool(leaf.files),
        "looks_back": any(
            look.name not in here or not (look.own or leaf.main) for looks in conditions.values() for look in looks
        ),
    }
    # Before each attribute stands `q_`, so that a question may be called `data` or `validate`.
    for name, field in asked:
        body[f"q_{name}"] = UnboundField(FIELDS[field.type], field, name=name, validators=_rules(field))
    return type("PageForm", (PageForm,), body)


def _name(field: Field, count: int) -> str:
    return field.name or f"{field.type}-{count}"


def _rules(field: Field) -> tuple[Validator, ...]:
    """List what is asked of an answer, beyond that there be one."""
    make = _RULES.get(field.type)
    return () if isinstance(field, Passage) or make is None else make(field)


def _most(limit: int) -> validators.Length:
    return validators.Length(most=limit)


_RULES: Mapping[str, Callable[[Any], tuple[Validator, ...]]] = {
    "text": lambda field: (LINE, validators.Length(field.min_length, field.max_length)),
    "textarea": lambda field: (validators.Readable(lines=True), validators.Length(field.min_length, field.max_length)),
    "email": lambda field: (LINE, _most(validators.LONGEST_EMAIL), validators.Email()),
    "phone": lambda field: (LINE, _most(validators.LONGEST_PHONE), validators.Phone()),
    "postcode": lambda field: (LINE, validators.Postcode()),
    "nhs_number": lambda field: (LINE, validators.NhsNumber()),
    "number": lambda field: (LINE, validators.Number(field.whole, field.min, field.max)),
    "checkboxes": lambda field: (validators.Count(field.min, field.max),),
}
