"""The addresses of what needs a person and of the lists, each with what it asks for."""

from flask import Blueprint

from gateway.identity.roles import Role
from gateway.web.auth import access
from gateway.web.staff import again, destination, home, listing, seeking

_OF = "/<organisation>"
_ALL = f"{_OF}/referrals"
_THERE = f"{_OF}/destination"


def init_app(bp: Blueprint) -> None:
    """Add the lists to the console."""
    access.add(bp, f"{_OF}/", home.show_to_do, role=Role.VIEWER)
    access.add(bp, _ALL, listing.show_referrals, role=Role.VIEWER)
    access.add(bp, _ALL, listing.post_reference, role=Role.VIEWER, method="POST")
    access.add(bp, f"{_ALL}/again", again.show_again, role=Role.OPERATOR)
    access.add(bp, f"{_ALL}/again", again.post_again, role=Role.OPERATOR, method="POST")
    access.add(bp, f"{_ALL}/search", seeking.show_seeking, role=Role.OPERATOR)
    access.add(bp, f"{_ALL}/search", seeking.post_seeking, role=Role.OPERATOR, method="POST")
    access.add(bp, f"{_THERE}/pause", destination.post_pause, role=Role.OPERATOR, method="POST")
    access.add(bp, f"{_THERE}/resume", destination.post_resume, role=Role.OPERATOR, method="POST")
    access.add(bp, f"{_THERE}/prove", destination.show_prove, role=Role.OPERATOR)
    access.add(bp, f"{_THERE}/prove", destination.post_prove, role=Role.OPERATOR, method="POST")
