"""The addresses of the console, each with what it asks for."""

from flask import Blueprint, Flask

from gateway.identity.roles import Role
from gateway.web.auth import access, vouching
from gateway.web.auth import routes as auth
from gateway.web.staff import agency_routes, figures, home, list_routes, people_routes, referral_routes, telling, trail

_OF = "/<organisation>"


def init_app(app: Flask) -> None:
    """Register the console."""
    bp = Blueprint("staff", __name__, url_prefix="/staff")
    auth.init_app(bp)
    vouching.init_app(bp)
    access.add(bp, "/", home.show_organisations, role=access.ANYBODY_SIGNED_IN)
    access.add(bp, f"{_OF}/figures", figures.show_figures, role=Role.VIEWER)
    access.add(bp, f"{_OF}/trail", trail.show_trail, role=Role.ADMIN)
    list_routes.init_app(bp)
    people_routes.init_app(bp)
    agency_routes.init_app(bp)
    referral_routes.init_app(bp)
    app.jinja_env.globals["sign_in_offers"] = vouching.offers
    app.jinja_env.globals["why"] = telling.why
    app.register_blueprint(bp)
