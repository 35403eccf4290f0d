"""The addresses of agencies, each with what it asks for. The pages of a form are those that everybody fills in."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response

from gateway.identity.roles import Role
from gateway.web.auth import access
from gateway.web.auth import routes as auth
from gateway.web.partner import details, filling, home, many, receipts
from gateway.web.public import check, pages, sent
from gateway.web.public.visit import PARTNER

_OF = "/<organisation>"
_DRAFT = f"{_OF}/forms/<form>/d/<instance>"


def init_app(app: Flask) -> None:
    """Register the pages of agencies."""
    bp = Blueprint("partner", __name__, url_prefix=PARTNER)
    auth.init_app(bp)

    def add(rule: str, view: Callable[..., Response], method: str = "GET") -> None:
        access.add(bp, f"{_OF}{rule}", view, role=Role.PARTNER, method=method)

    access.add(bp, "/", home.show_agencies, role=access.ANYBODY_SIGNED_IN)
    add("/", home.show_referrals)
    add("/", home.post_find, "POST")
    add("/details", details.show_details)
    add("/details", details.post_details, "POST")
    add("/referrals/<reference>", receipts.show_receipt)
    add("/referrals/<reference>/again", receipts.post_again, "POST")
    add("/referrals/<reference>/own-reference", receipts.post_own_reference, "POST")
    add("/drafts/<draft>", filling.show_draft)
    add("/drafts/<draft>/delete", filling.post_delete, "POST")
    add("/forms/<form>", filling.show_start)
    add("/forms/<form>", filling.post_start, "POST")
    _many(bp)
    _forms(bp)
    app.register_blueprint(bp)


def _many(bp: Blueprint) -> None:
    def add(part: str, view: Callable[..., Response], method: str = "GET", *, in_pieces: bool = False) -> None:
        rule = f"{_OF}/forms/<form>/many{part}"
        access.add(bp, rule, view, role=Role.PARTNER, method=method, in_pieces=in_pieces)

    add("", many.show_many)
    add("", many.post_many, "POST", in_pieces=True)
    add("/template.csv", many.show_template)
    add("/<table>", many.show_table)
    add("/<table>", many.post_table, "POST")
    add("/<table>/results.csv", many.show_results)
    add("/<table>/wrong.csv", many.show_wrong)
    add("/<table>/delete", many.post_forget, "POST")


def _forms(bp: Blueprint) -> None:
    def add(part: str, view: Callable[..., Response], method: str = "GET") -> None:
        access.add(
            bp,
            f"{_DRAFT}/{part}",
            filling.of_agency(view),
            role=Role.PARTNER,
            method=method,
            in_pieces=method == "POST",
        )

    add("check", check.show_check)
    add("check", check.post_check, "POST")
    add("sent", sent.show_sent)
    add("<page>", pages.show_page)
    add("<page>", pages.post_page, "POST")
