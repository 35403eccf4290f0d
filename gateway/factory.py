"""create_app(): wiring only."""

from importlib import import_module
from pathlib import Path

import click
from flask import Flask, Response

from gateway import cli
from gateway.settings import Settings

ROOT = Path(__file__).parents[1]


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
    # By name, as commands are: a worker loads no page, and holds a fifth less memory for it.
    import_module("gateway.serving").serve(app, settings)
    return app
