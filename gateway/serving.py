"""Opens what the web needs (settings, keys, store, organisations) and gives an app its pages: wiring only.

What is missing stops the boot by name.
"""

import logging
from datetime import UTC, datetime

from flask import Flask

from gateway import web
from gateway.definitions.loader import load_organisations
from gateway.destinations import judging
from gateway.keys import KeyProblem, KeyRing
from gateway.ledger import Ledger
from gateway.logs import write_logs
from gateway.settings import Settings, SettingsError, environment, load_settings
from gateway.store.database import Database
from gateway.web.site import Site
from gateway.web.warming import warm

log = logging.getLogger(__name__)


class CannotStart(SystemExit):
    """The gateway does not start as it is set up; the text says what to do."""


def serve(app: Flask, settings: Settings | None) -> None:
    """Give an app its pages, and show one to nobody; settings that are not given are read. Raises CannotStart."""
    web.init_app(app, _site(settings or _settings()))
    warm(app)


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        raise CannotStart(f"The gateway cannot start.\n{error}") from None


def _site(settings: Settings) -> Site:
    write_logs(settings.log_level)
    try:
        ring = KeyRing(settings.keys.get_secret_value())
    except KeyProblem as error:
        raise CannotStart(f"The gateway cannot start.\n{error}") from None
    database = Database(settings.database_url.get_secret_value(), Ledger(settings.ledger))
    if problem := database.problem():
        database.close()
        raise CannotStart(f"The gateway cannot start: {problem}.")
    if not settings.organisations.is_dir():
        raise CannotStart(
            f"The gateway cannot start: there is no folder {settings.organisations}. Set GATEWAY_ORGANISATIONS to the "
            "folder that holds the organisations."
        )
    loaded = load_organisations(settings.organisations, environment=environment(), blocks=judging.NAMES)
    organisations = {slug: judging.judged(each) for slug, each in loaded.items()}
    for organisation in organisations.values():
        for wrong in organisation.problems:
            log.error("organisation closed problem=%s", wrong)
    site = Site(settings, ring, database, organisations)
    site.keep_definitions(datetime.now(UTC))
    return site
