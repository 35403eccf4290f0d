"""The addresses of an area where people sign in: staff and partners have the same."""

from flask import Blueprint

from gateway.web.auth import access, factor, invited, own_account, proving, signing_in
from gateway.web.auth.access import ANYBODY, ANYBODY_SIGNED_IN


def init_app(bp: Blueprint) -> None:
    """Add the pages to an area."""
    access.add(bp, "/sign-in", signing_in.show_sign_in, role=ANYBODY)
    access.add(bp, "/sign-in", signing_in.post_sign_in, role=ANYBODY, method="POST")
    access.add(bp, "/sign-in/code", signing_in.show_code, role=ANYBODY)
    access.add(bp, "/sign-in/code", signing_in.post_code, role=ANYBODY, method="POST")
    access.add(bp, "/sign-out", signing_in.post_sign_out, role=ANYBODY, method="POST")
    access.add(bp, "/invitation/<secret>", invited.show_invitation, role=ANYBODY)
    access.add(bp, "/invitation/<secret>", invited.post_invitation, role=ANYBODY, method="POST")
    _signed_in(bp)


def _signed_in(bp: Blueprint) -> None:
    who = ANYBODY_SIGNED_IN
    access.add(bp, "/prove", proving.show_proof, role=who)
    access.add(bp, "/prove", proving.post_proof, role=who, method="POST")
    access.add(bp, "/account", own_account.show_account, role=who)
    access.add(bp, "/account/sign-out-elsewhere", own_account.post_elsewhere, role=who, method="POST")
    access.add(bp, "/account/password", own_account.show_password, role=who, proven=True)
    access.add(bp, "/account/password", own_account.post_password, role=who, proven=True, method="POST")
    access.add(bp, "/account/second-factor", factor.show_factor, role=who, proven=True)
    access.add(bp, "/account/second-factor", factor.post_factor, role=who, proven=True, method="POST")
    access.add(bp, "/account/second-factor/off", factor.post_factor_off, role=who, proven=True, method="POST")
