"""create_app(): wiring only. What is missing stops the boot by name."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask, Response

from gateway import cli, web
from gateway.definitions.loader import load_organisations
from gateway.destinations import registry
from gateway.keys import KeyProblem, KeyRing
from gateway.logs import write_logs
from gateway.settings import Settings, SettingsError, environment, load_settings
from gateway.store.database import Database
from gateway.web.site import Site

log = logging.getLogger(__name__)

ROOT = Path(__file__).parents[1]


class CannotStart(SystemExit):
    """The gateway does not start as it is set up; the text says what to do."""


def create_app(settings: Settings | None = None) -> Flask:
    """Build the app that gunicorn serves; under the `flask` command, the one that only carries our commands.

    Raises CannotStart naming each setting that is missing or wrong.
    """
    app = Flask("gateway", static_folder=None, template_folder=str(ROOT / "templates"))
    cli.init_app(app)
    if settings is None and click.get_current_context(silent=True) is not None:
        # Commands open what they need themselves: `flask keys new` comes before there is anything to open.
        app.add_url_rule("/", "commands_only", lambda: Response("Start the web server with: gunicorn app:app\n", 503))
        return app
    web.init_app(app, _site(settings or _settings()))
    return app


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
    database = Database(settings.database_url.get_secret_value())
    if problem := database.problem():
        database.close()
        raise CannotStart(f"The gateway cannot start: {problem}.")
    if not settings.organisations.is_dir():
        raise CannotStart(
            f"The gateway cannot start: there is no folder {settings.organisations}. Set GATEWAY_ORGANISATIONS to the "
            "folder that holds the organisations."
        )
    loaded = load_organisations(settings.organisations, environment=environment(), blocks=registry.NAMES)
    organisations = {slug: registry.judged(each) for slug, each in loaded.items()}
    for organisation in organisations.values():
        for wrong in organisation.problems:
            log.error("organisation closed problem=%s", wrong)
    site = Site(settings, ring, database, organisations)
    site.keep_definitions(datetime.now(UTC))
    database.close()  # nothing stays open over the fork of the web server
    return site
