"""The addresses of one referral, each with what it asks for."""

from flask import Blueprint

from gateway.identity.roles import Role
from gateway.web.auth import access
from gateway.web.staff import deciding, referral

_ONE = "/<organisation>/referrals/<reference>"


def init_app(bp: Blueprint) -> None:
    """Add the pages of one referral to the console."""
    access.add(bp, _ONE, referral.show_referral, role=Role.VIEWER)
    access.add(bp, f"{_ONE}/settle/<decision>", deciding.show_decision, role=Role.OPERATOR)
    access.add(bp, f"{_ONE}/settle/<decision>", deciding.post_decision, role=Role.OPERATOR, method="POST")
