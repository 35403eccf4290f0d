"""The addresses of the partner API."""

from flask import Blueprint, Flask

from gateway.web.api import guard, listing, offering, openapi, posting, problems
from gateway.web.api.problems import ADDRESS, Problem


def init_app(app: Flask) -> None:
    """Register the API."""
    bp = Blueprint("api", __name__, url_prefix=ADDRESS)
    guard.add_for_all(bp, "/openapi.json", openapi.show_description, openapi.show_general)
    guard.add(bp, "/forms", offering.show_forms)
    guard.add(bp, "/forms/<slug>", offering.show_form)
    guard.add(bp, "/referrals", posting.post_referral, method="POST")
    guard.add(bp, "/referrals", listing.show_referrals)
    guard.add(bp, "/referrals/<reference>", listing.show_referral)
    bp.register_error_handler(Problem, problems.answer)
    bp.after_request(guard.harden)
    app.register_blueprint(bp)
