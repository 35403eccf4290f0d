"""The addresses of forms, each twice: by itself and under /embed/."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response

from gateway.web.public import check, index, pages, returning, saving, sent
from gateway.web.public.visit import EMBED

_DRAFT = "/<organisation>/<form>/d/<instance>"


def init_app(app: Flask) -> None:
    """Register the public pages and the embedded ones."""
    app.register_blueprint(_forms("public", embedded=False))
    app.register_blueprint(_forms("embed", embedded=True), url_prefix=EMBED)


def _forms(name: str, *, embedded: bool) -> Blueprint:
    bp = Blueprint(name, __name__)

    def add(rule: str, endpoint: str, view: Callable[..., Response], method: str) -> None:
        bp.add_url_rule(rule, endpoint, view, methods=[method], defaults={"embedded": embedded})

    add("/<organisation>/<form>", "show_first", pages.show_first, "GET")
    add("/<organisation>/<form>", "post_first", pages.post_first, "POST")
    add("/<organisation>/<form>/", "without_slash", index.lead_to_the_form, "GET")
    add(f"{_DRAFT}/check", "show_check", check.show_check, "GET")
    add(f"{_DRAFT}/check", "post_check", check.post_check, "POST")
    add(f"{_DRAFT}/save", "show_save", saving.show_save, "GET")
    add(f"{_DRAFT}/save", "post_save", saving.post_save, "POST")
    add("/<organisation>/<form>/save/<secret>", "show_link", returning.show_link, "GET")
    add("/<organisation>/<form>/save/<secret>", "post_link", returning.post_link, "POST")
    add(f"{_DRAFT}/sent", "show_sent", sent.show_sent, "GET")
    add(f"{_DRAFT}/exit", "leave", sent.leave, "GET")
    add(f"{_DRAFT}/<page>", "show_page", pages.show_page, "GET")
    add(f"{_DRAFT}/<page>", "post_page", pages.post_page, "POST")
    if not embedded:
        bp.add_url_rule("/<organisation>/", "index", index.show_index)
        bp.add_url_rule("/robots.txt", "robots", index.robots)
    return bp
