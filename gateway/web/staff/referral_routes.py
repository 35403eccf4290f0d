"""The addresses of one referral, each with what it asks for."""

from flask import Blueprint

from gateway.identity.roles import Role
from gateway.web.auth import access
from gateway.web.staff import answers, correcting, deciding, files, referral, seen, subject

_ONE = "/<organisation>/referrals/<reference>"


def init_app(bp: Blueprint) -> None:
    """Add the pages of one referral to the console."""
    access.add(bp, _ONE, referral.show_referral, role=Role.VIEWER)
    access.add(bp, f"{_ONE}/settle/<decision>", deciding.show_decision, role=Role.OPERATOR)
    access.add(bp, f"{_ONE}/settle/<decision>", deciding.post_decision, role=Role.OPERATOR, method="POST")
    access.add(bp, f"{_ONE}/seen", seen.show_seen, role=Role.OPERATOR)
    access.add(bp, f"{_ONE}/seen", seen.post_seen, role=Role.OPERATOR, method="POST")
    access.add(bp, f"{_ONE}/answers", answers.post_answers, role=Role.OPERATOR, method="POST")
    access.add(bp, f"{_ONE}/print", answers.post_print, role=Role.OPERATOR, method="POST")
    access.add(bp, f"{_ONE}/destination-answer", answers.post_destination_answer, role=Role.OPERATOR, method="POST")
    access.add(bp, f"{_ONE}/attach", files.show_attach, role=Role.OPERATOR)
    access.add(bp, f"{_ONE}/attach", files.post_attach, role=Role.OPERATOR, method="POST")
    for rule, view, method in (
        ("download", files.post_download, "POST"),
        ("unchecked", files.show_unchecked, "GET"),
        ("unchecked", files.post_unchecked, "POST"),
        ("scan", files.post_scan, "POST"),
    ):
        access.add(bp, f"{_ONE}/files/<file>/{rule}", view, role=Role.OPERATOR, method=method)
    access.add(bp, f"{_ONE}/correct", correcting.show_correct, role=Role.OPERATOR)
    access.add(bp, f"{_ONE}/correct", correcting.post_correct, role=Role.OPERATOR, method="POST")
    access.add(bp, f"{_ONE}/corrected", correcting.post_corrected, role=Role.OPERATOR, method="POST")
    access.add(bp, f"{_ONE}/export", subject.show_export, role=Role.ADMIN, proven=True)
    access.add(bp, f"{_ONE}/export", subject.post_export, role=Role.ADMIN, proven=True, method="POST")
    access.add(bp, f"{_ONE}/erase", subject.show_erase, role=Role.ADMIN, proven=True)
    access.add(bp, f"{_ONE}/erase", subject.post_erase, role=Role.ADMIN, proven=True, method="POST")
