"""The web: pages for the people who refer. It talks to the store, never to a destination."""

from flask import Flask, g
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from gateway.definitions.schema import HONEYPOT
from gateway.web import assets, errors, health, metrics, posted, site
from gateway.web.api import routes as api
from gateway.web.auth import cookie
from gateway.web.partner import routes as partner
from gateway.web.public import routes as public
from gateway.web.site import Site
from gateway.web.staff import routes as staff


def init_app(app: Flask, found: Site) -> None:
    """Put every page into the app."""
    site.init_app(app, found)
    proxies = found.settings.trusted_proxies
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]  # Flask's documented way
    app.config["MAX_CONTENT_LENGTH"] = posted.MOST_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = posted.MOST_BYTES
    app.config["MAX_FORM_PARTS"] = posted.MOST_FIELDS
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]  # the extension brings it
    app.jinja_env.globals["honeypot"] = HONEYPOT
    app.register_blueprint(assets.bp)
    app.register_blueprint(health.bp)
    app.register_blueprint(metrics.bp)
    cookie.init_app(app, found)
    public.init_app(app)
    staff.init_app(app)
    api.init_app(app)
    partner.init_app(app)
    errors.init_app(app)


def _gettext(sentence: str) -> str:
    # Macros see nothing of the page that calls them: `shell.render` put the catalogue where they can see it.
    return str(g.catalogue.gettext(sentence))


def _ngettext(one: str, many: str, count: int) -> str:
    return str(g.catalogue.ngettext(one, many, count))
