"""The addresses of what administrators decide about people, each with what it asks for."""

from flask import Blueprint

from gateway.identity.roles import Role
from gateway.web.auth import access
from gateway.web.staff import people

_ALL, _ONE = "/<organisation>/people", "/<organisation>/people/<account>"


def init_app(bp: Blueprint) -> None:
    """Add the pages about people to the console."""
    who = Role.ADMIN
    access.add(bp, _ALL, people.show_people, role=who)
    access.add(bp, f"{_ALL}/invite", people.show_invite, role=who, proven=True)
    access.add(bp, f"{_ALL}/invite", people.post_invite, role=who, proven=True, method="POST")
    access.add(bp, f"{_ALL}/again", people.post_invite_again, role=who, proven=True, method="POST")
    access.add(bp, f"{_ALL}/withdraw", people.post_withdraw, role=who, proven=True, method="POST")
    access.add(bp, _ONE, people.show_person, role=who, proven=True)
    access.add(bp, f"{_ONE}/role", people.post_role, role=who, proven=True, method="POST")
    access.add(bp, f"{_ONE}/reset", people.post_reset, role=who, proven=True, method="POST")
    access.add(bp, f"{_ONE}/end", people.post_end, role=who, proven=True, method="POST")
