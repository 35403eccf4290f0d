"""The one hidden field of a form page: which instance, which definition, which language, shown when; signed.

It takes the place of a cookie, which browsers block in frames. It is no defence against a hostile site, for anybody can
fetch one: `gateway.web.security` judges where a post comes from.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, Signer, TimestampSigner
from itsdangerous.encoding import base64_encode, int_to_bytes
from wtforms import Field, ValidationError
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm

INSTANCE_BYTES = 16


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """What a token says."""

    instance: bytes
    definition: str
    language: str
    at: datetime
    test: str
    agency: str


class BadToken(Exception):
    """The token is missing, or was not signed here."""


class Tokens:
    """Signs and reads tokens with secrets derived from the key ring."""

    def __init__(self, key_secrets: Sequence[bytes], lifetime: timedelta) -> None:
        # What key_derivation="hmac" with the salt "form" would work out anew for every token.
        keys = [hmac.digest(secret, b"form", hashlib.sha1) for secret in key_secrets]
        self._signer = TimestampSigner(keys, key_derivation="none")
        self.lifetime = lifetime

    def sign(
        self, instance: bytes, definition: str, language: str, at: datetime, test: str = "", agency: str = ""
    ) -> str:
        """Sign a token for a page shown at this time, or since then.

        `test` is the link that makes it a test; `agency` is whose page it is alone.
        """
        plain = base64.urlsafe_b64encode(instance + bytes.fromhex(definition)).decode()
        seconds = base64_encode(int_to_bytes(int(at.timestamp()))).decode()
        said = f"{plain}~{language}~{test}~{agency}".rstrip("~")
        # As TimestampSigner does it, but with a time that is passed in.
        return Signer.sign(self._signer, f"{said}.{seconds}").decode()

    def read(self, token: str) -> Shown:
        """Read a token of whatever age. Raises BadToken."""
        try:
            signed, at = self._signer.unsign(token, return_timestamp=True)
            plain, _, said = signed.decode().partition("~")
            language, test, agency = (*said.split("~"), "", "")[:3]
            raw = base64.urlsafe_b64decode(plain)
        except (BadSignature, ValueError, binascii.Error):
            raise BadToken from None
        return Shown(raw[:INSTANCE_BYTES], raw[INSTANCE_BYTES:].hex(), language, at, test, agency)

    def expired(self, shown: Shown, now: datetime) -> bool:
        """Tell whether the page was shown too long ago to be taken as it is."""
        return now - shown.at > self.lifetime


class TokenField(CSRF):
    """WTForms' place for the token: the form's `csrf_context` is the token to show on the page."""

    def setup_form(self, form: BaseForm) -> "list[tuple[str, UnboundField[Any]]]":
        """Name the field, which is the same on every page."""
        return [(form.meta.csrf_field_name, _TOKEN)]

    def generate_csrf_token(self, csrf_token_field: Field) -> str:
        """Put the token of this page into the field."""
        return csrf_token_field.meta.csrf_context or ""

    def validate_csrf_token(self, form: BaseForm, field: Field) -> None:
        """Refuse a post whose token the caller did not take: it is judged before the form is built."""
        if field.data != field.meta.csrf_context:
            raise ValidationError


_TOKEN: "UnboundField[Any]" = UnboundField(CSRFTokenField, csrf_impl=TokenField())


def new_instance() -> bytes:
    """Make an instance secret: 128 random bits."""
    return secrets.token_bytes(INSTANCE_BYTES)


def write_instance(instance: bytes) -> str:
    """Write an instance secret as it stands in addresses."""
    return base64.urlsafe_b64encode(instance).decode().rstrip("=")


def read_instance(text: str) -> bytes | None:
    """Read an instance secret from an address; None where it is none."""
    try:
        instance = base64.urlsafe_b64decode(text + "==")
    except (ValueError, binascii.Error):
        return None
    # Only one way to write it: two addresses never mean one draft.
    return instance if len(instance) == INSTANCE_BYTES and write_instance(instance) == text else None
