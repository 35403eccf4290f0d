"""A provider of OpenID Connect on the loopback: Authlib's own server, one client, and whoever is said to be there."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, Response, jsonify
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

from tests.serving import serving

CLIENT, SECRET = "referral-gateway", "an-invented-secret"


@dataclass
class Somebody:
    """Who is signed in at the provider, and what it knows of them."""

    subject: str = "subject-1"
    email: str = "ada@riverside.example"
    verified: bool = True


@dataclass
class Code:
    """What the provider remembers of a code."""

    code: str
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    user: Somebody
    auth_time: int = field(default_factory=lambda: int(time.time()))

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class Client:
    """The one client that the provider knows: the gateway."""

    client_id = CLIENT

    def __init__(self, back: str) -> None:
        self.back = back

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.back

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.back

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class Provider:
    """Its address, and who is there; `key` may be changed, so that it signs with one that nobody knows."""

    def __init__(self, back: str) -> None:
        self.who = Somebody()
        self.key = self.published = RSAKey.generate_key(2048, {"kid": "a"})
        self.codes: dict[str, Code] = {}
        self.client = Client(back)
        self.issuer = ""
        self.audience = [CLIENT]
        self.says: dict[str, Any] = {}  # in place of what is true
        self.says: dict[str, Any] = {}  # what else it says, in place of what is true

    def app(self) -> Flask:
        """Put its pages together."""
        app = Flask("provider")
        server = AuthorizationServer(
            app, query_client=lambda found: self.client if found == CLIENT else None, save_token=lambda *_: None
        )
        server.register_grant(_grant(self), [_id_token(self), CodeChallenge(required=True)])

        @app.get("/.well-known/openid-configuration")
        def discovery() -> Response:
            pages = {f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token")}
            return jsonify(
                issuer=self.issuer, jwks_uri=f"{self.issuer}/keys", id_token_signing_alg_values_supported=["RS256"],
                **pages,
            )  # fmt: skip

        @app.get("/keys")
        def keys() -> Response:
            return jsonify(keys=[self.published.as_dict(private=False)])

        @app.get("/authorization")
        def authorization() -> Response:
            answer: Response = server.create_authorization_response(
                grant=server.get_consent_grant(end_user=self.who), grant_user=self.who
            )
            return answer

        @app.post("/token")
        def token() -> Response:
            answer: Response = server.create_token_response()
            return answer

        return app


def _grant(provider: Provider) -> type[AuthorizationCodeGrant]:
    class Grant(AuthorizationCodeGrant):  # type: ignore[misc]
        def save_authorization_code(self, code: str, request: Any) -> None:
            data = request.payload.data
            provider.codes[code] = Code(
                code, data["redirect_uri"], data["scope"], data["nonce"], data["code_challenge"],
                data["code_challenge_method"], request.user,
            )  # fmt: skip

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            del client
            return provider.codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            del provider.codes[authorization_code.code]

        def authenticate_user(self, authorization_code: Code) -> Somebody:
            return authorization_code.user

    return Grant


def _id_token(provider: Provider) -> OpenIDCode:
    class IdToken(OpenIDCode):  # type: ignore[misc]
        def exists_nonce(self, nonce: str, request: Any) -> bool:
            del nonce, request
            return False

        def resolve_client_private_key(self, client: Client) -> RSAKey:
            del client
            return provider.key

        def get_client_algorithm(self, client: Client) -> str:
            del client
            return "RS256"

        def get_client_claims(self, client: Client) -> dict[str, Any]:
            del client
            return {"iss": provider.issuer, "aud": provider.audience, **provider.says}

        def generate_user_info(self, user: Somebody, scope: str) -> UserInfo:
            del scope
            return UserInfo(sub=user.subject, email=user.email, email_verified=user.verified)

    return IdToken(require_nonce=True)


@contextmanager
def a_provider(back: str) -> Iterator[Provider]:
    """Serve one on a free port; it leads back to this address alone."""
    found = Provider(back)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # it is on the loopback, without TLS
        server = make_server("127.0.0.1", 0, found.app(), threaded=True)
        found.issuer = f"http://127.0.0.1:{server.server_port}"
        with serving(server):
            yield found
