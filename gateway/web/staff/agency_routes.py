"""The addresses of what administrators decide about agencies, each with what it asks for."""

from flask import Blueprint

from gateway.identity.roles import Role
from gateway.web.auth import access
from gateway.web.staff import agencies, tokens

_ALL, _ONE = "/<organisation>/agencies", "/<organisation>/agencies/<agency>"


def init_app(bp: Blueprint) -> None:
    """Add the pages about agencies to the console."""
    who = Role.ADMIN
    access.add(bp, _ALL, agencies.show_agencies, role=who)
    access.add(bp, _ALL, agencies.post_agencies, role=who, method="POST")
    access.add(bp, _ONE, agencies.show_agency, role=who, proven=True)
    access.add(bp, f"{_ONE}/invite", agencies.post_invite_partner, role=who, proven=True, method="POST")
    access.add(bp, f"{_ONE}/again", agencies.post_invite_partner_again, role=who, proven=True, method="POST")
    access.add(bp, f"{_ONE}/withdraw", agencies.post_withdraw_partner, role=who, proven=True, method="POST")
    access.add(bp, f"{_ONE}/people/<account>/end", agencies.post_end_partner, role=who, proven=True, method="POST")
    access.add(bp, f"{_ONE}/end", agencies.post_end_agency, role=who, proven=True, method="POST")
    access.add(bp, f"{_ONE}/tokens", tokens.show_tokens, role=who, proven=True)
    access.add(bp, f"{_ONE}/tokens", tokens.post_token, role=who, proven=True, method="POST")
    access.add(bp, f"{_ONE}/tokens/end", tokens.post_end_token, role=who, proven=True, method="POST")
