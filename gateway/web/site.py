"""What the web knows while it serves: organisations, definitions by hash, choices, tokens, and the way to the store."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from flask import Flask, current_app
from pydantic import ValidationError

from gateway import mailserver
from gateway.definitions.loader import Organisation
from gateway.definitions.schema import Form
from gateway.keys import KeyRing
from gateway.settings import OFF, Settings
from gateway.store import definitions
from gateway.store.database import Database
from gateway.store.definitions import StoredDefinition
from gateway.store.drafts import Drafts
from gateway.store.files import Files
from gateway.store.saved import SavedDrafts
from gateway.web.dictionaries import Dictionaries
from gateway.web.limits import Limit, Rate
from gateway.web.tokens import Tokens
from gateway.web.trials import PURPOSE, Trials

log = logging.getLogger(__name__)
_KEY = "gateway"
LETTERS = Rate(30, 3600)  # mails with a link
SAVES, TRIES = Rate(60, 3600), Rate(60, 3600)  # each takes a moment and 32 MiB
SIGN_INS = Rate(60, 3600)  # that failed
_KNOWN_DEFINITIONS = 200
# A hospital that sends letters all day stays below it; nobody fills the disk in a night.
FILES_FROM_ONE_ADDRESS = Rate(300, 3600)
CALLS = Rate(600, 60)  # of the partner API by one token


class Site:
    """Everything that a view needs."""

    def __init__(
        self, settings: Settings, ring: KeyRing, database: Database, organisations: Mapping[str, Organisation]
    ) -> None:
        self.settings = settings
        self.ring = ring
        self.database = database
        self.organisations = organisations
        self.drafts = Drafts(database, ring)
        self.tokens = Tokens(ring.secrets("token"), timedelta(hours=settings.token_hours))
        self.files = Files(database, ring)
        self.dictionaries = Dictionaries(database)
        self.trials = Trials(ring.secrets(PURPOSE))
        self.saved = SavedDrafts(database, ring, self.drafts)
        self.sends_mail = mailserver.read(settings.smtp_url.get_secret_value()) is not None
        rate = Rate.parse(settings.rate_limit)
        self.sends, self.beginnings = Limit(rate), Limit(rate)
        self.letters, self.saves, self.tries = Limit(LETTERS), Limit(SAVES), Limit(TRIES)
        self.sign_ins = Limit(SIGN_INS)
        self.uploads = Limit(None if settings.rate_limit == OFF else FILES_FROM_ONE_ADDRESS)
        self.calls = Limit(None if settings.rate_limit == OFF else CALLS)
        self.scanner_rests_until = datetime.min.replace(tzinfo=UTC)
        self._replaced: dict[tuple[str, str], Form] = {}

    def __repr__(self) -> str:
        return f"Site({len(self.organisations)} organisations)"

    def keep_definitions(self, now: datetime) -> None:
        """Store every definition of every organisation that is open."""
        definitions.keep(
            self.database,
            [
                StoredDefinition(form.hash, slug, form.slug, form.model_dump_json(by_alias=True))
                for slug, each in self.organisations.items()
                if not each.closed
                for form in each.forms.values()
            ],
            now,
        )

    def definition(self, digest: str, organisation: str, slug: str) -> Form | None:
        """Find a definition of this organisation's form by its hash, also one that has been replaced since."""
        current = self.organisations[organisation].forms.get(slug)
        if current is not None and current.hash == digest:
            return current
        key = (organisation, digest)
        form = self._replaced.get(key)
        if form is None:
            stored = definitions.load(self.database, digest)
            if stored is None or (stored.organisation, stored.form) != (organisation, slug):
                return None
            try:
                form = Form.from_store(digest, stored.body)
            except ValidationError:
                log.error("a stored definition cannot be read hash=%s", digest)  # noqa: TRY400 - the error quotes the form
                return None
            if len(self._replaced) < _KNOWN_DEFINITIONS:
                self._replaced[key] = form
        return form if form.slug == slug else None


def init_app(app: Flask, site: Site) -> None:
    """Make the site known to the app's views."""
    app.extensions[_KEY] = site


def site() -> Site:
    """The site of the app that serves this request."""
    found: Site = current_app.extensions[_KEY]
    return found
