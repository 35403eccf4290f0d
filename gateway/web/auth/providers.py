"""Providers of OpenID Connect: who vouches for people with an account elsewhere. Loaded where somebody asks for one.

State, nonce and the proof of the code's owner (PKCE) are kept in the cookie of who signs in; Authlib checks them, and
the signature, issuer, audience and time of what the provider says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, Response, current_app
from joserfc.errors import JoseError

from gateway.definitions.profile import SignIn

SECONDS = 10  # for one answer of a provider: somebody waits

# All that can come out of the layers below: refusals, wrong signatures, an answer that is none, no answer.
_BROKEN = (AuthlibBaseError, JoseError, OSError, RuntimeError, ValueError, KeyError, TypeError)


class NotVouched(Exception):
    """The provider did not vouch for anybody. The text never says why: that may name people."""


@dataclass(frozen=True, slots=True, repr=False)
class Vouched:
    """For whom a provider vouches; `verified` tells that it knows the address to be theirs."""

    issuer: str
    subject: str
    email: str
    verified: bool


class Providers:
    """The providers of all organisations."""

    def __init__(self, app: Flask, wanted: Mapping[str, SignIn]) -> None:
        self._oauth = cast("Any", OAuth(app))  # whose methods have no types
        for slug, each in wanted.items():
            self._oauth.register(
                slug,
                client_id=each.client_id,
                client_secret=each.client_secret,
                server_metadata_url=f"{each.issuer.rstrip('/')}/.well-known/openid-configuration",
                client_kwargs={
                    "scope": "openid email",
                    "code_challenge_method": "S256",
                    "default_timeout": SECONDS,
                },
            )

    def ask(self, organisation: str, back: str) -> Response:
        """Lead to the provider of an organisation, which leads back to this address. Raises NotVouched."""
        try:
            return current_app.make_response(self._oauth.create_client(organisation).authorize_redirect(back))
        except _BROKEN:
            raise NotVouched from None

    def hear(self, organisation: str) -> Vouched:
        """Read what the provider of an organisation says of who comes back from it. Raises NotVouched."""
        try:
            claims = self._oauth.create_client(organisation).authorize_access_token()["userinfo"]
            email = str(claims.get("email") or "")
            return Vouched(str(claims["iss"]), str(claims["sub"]), email, claims.get("email_verified") is True)
        except _BROKEN:
            raise NotVouched from None
