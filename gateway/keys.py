"""The key ring: seals what is stored, opens it again, and derives every other secret.

Sealed bytes are useless without the key and cannot be moved: table, row and column are bound to them.
A sealed value is: version (1 byte) · key id (4) · nonce (12) · AES-256-GCM ciphertext and tag.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = b"\x01"
ID_BYTES, _NONCE_BYTES = 4, 12
HEAD_BYTES = len(_VERSION) + ID_BYTES + _NONCE_BYTES
ID_AT = len(_VERSION) + 1  # where the id of the key begins in a sealed value, for SQL: it counts from 1
# What a person remembers is short, so that each guess has to cost something: 32 MiB and a moment. One at a time, so
# that a crowd of guesses takes no more memory than one.
_SCRYPT_COST, _SCRYPT_BLOCK, _SCRYPT_MEMORY = 2**15, 8, 64 * 1024 * 1024
_one_guess = threading.Lock()


class KeyProblem(Exception):
    """A key in GATEWAY_KEYS is not one that `flask keys new` made."""


class KeyMissing(Exception):
    """The key that sealed this value is not in the ring."""


class SealBroken(Exception):
    """The value was changed, or does not belong in this place."""


def new_key() -> str:
    """Make a key for GATEWAY_KEYS: 32 random bytes as base64url text."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")


def key_id(sealed: bytes) -> str:
    """Name the key that sealed a value by its id, in hexadecimal: it opens nothing."""
    return sealed[len(_VERSION) : len(_VERSION) + ID_BYTES].hex()


@dataclass(frozen=True, slots=True)
class _Key:
    id: bytes
    master: bytes = field(repr=False)
    cipher: AESGCM = field(repr=False)

    @classmethod
    def from_text(cls, text: str) -> Self:
        try:
            master = base64.b64decode(text + "=", altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            master = b""
        if len(master) != 32:
            raise KeyProblem("GATEWAY_KEYS holds something that is no key. Make one with `flask keys new`.")
        return cls(_hkdf(master, b"id", ID_BYTES), master, AESGCM(_hkdf(master, b"seal")))


class KeyRing:
    """Keys in order; the first one writes, all of them read."""

    def __init__(self, keys: str) -> None:
        """Take the text of GATEWAY_KEYS. Raises KeyProblem without showing it."""
        parts = [part.strip() for part in keys.split(",") if part.strip()]
        if not parts:
            raise KeyProblem("GATEWAY_KEYS is empty. Make a key with `flask keys new`.")
        self._keys = {key.id: key for key in map(_Key.from_text, parts)}
        self._first = next(iter(self._keys.values()))

    def __repr__(self) -> str:
        return f"KeyRing({len(self._keys)} keys)"

    @property
    def ids(self) -> tuple[str, ...]:
        """Name the keys without giving anything away: the ids in front of what they sealed, the writing one first."""
        return tuple(key.id.hex() for key in self._keys.values())

    def seal(self, plain: bytes, *, table: str, row: str, column: str) -> bytes:
        """Seal bytes for one place in the store."""
        head = _VERSION + self._first.id
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return head + nonce + self._first.cipher.encrypt(nonce, plain, head + _place(table, row, column))

    def open(self, sealed: bytes, *, table: str, row: str, column: str) -> bytes:
        """Open bytes sealed for the same place. Raises KeyMissing or SealBroken; neither shows a value."""
        head, nonce = sealed[: len(_VERSION) + ID_BYTES], sealed[len(_VERSION) + ID_BYTES : HEAD_BYTES]
        if head[:1] != _VERSION or len(nonce) != _NONCE_BYTES:
            raise SealBroken(f"{table}.{column} holds something that was not sealed here")
        key = self._keys.get(head[1:])
        if key is None:
            raise KeyMissing(f"{table}.{column} was sealed with a key that is not in GATEWAY_KEYS")
        try:
            return key.cipher.decrypt(nonce, sealed[HEAD_BYTES:], head + _place(table, row, column))
        except InvalidTag:
            raise SealBroken(f"{table}.{column} was changed or moved") from None

    def secrets(self, purpose: str) -> list[bytes]:
        """Derive a 32-byte secret from every key, the writing one last: the order that itsdangerous wants."""
        return [_hkdf(key.master, purpose.encode()) for key in reversed(self._keys.values())]

    def digest(self, data: bytes, purpose: str) -> bytes:
        """Make a keyed digest, the key's id in front: equality can be judged later, the data cannot be guessed."""
        return self._first.id + _hmac(self._first, purpose, data)

    def digest_matches(self, digest: bytes, data: bytes, purpose: str) -> bool | None:
        """Tell whether a digest belongs to the data; None where its key is gone and nobody can tell."""
        key = self._keys.get(digest[:ID_BYTES])
        if key is None:
            return None
        return hmac.compare_digest(digest[ID_BYTES:], _hmac(key, purpose, data))


class InstanceSeal:
    """The inner seal of a draft, under a key that only the instance secret gives: the store alone opens no draft."""

    def __init__(self, instance: bytes) -> None:
        self._cipher = AESGCM(_hkdf(instance, b"draft"))

    def seal(self, plain: bytes) -> bytes:
        """Seal the answers of one draft."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, b"draft")

    def open(self, sealed: bytes) -> bytes:
        """Open the answers of one draft. Raises SealBroken."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], b"draft")
        except (InvalidTag, ValueError):
            raise SealBroken("the draft was changed, or belongs to another instance") from None


class LinkSeal:
    """The seal of a saved draft: it takes the secret of the link and the answer that a person remembers, both."""

    def __init__(self, link: bytes, answer: str) -> None:
        with _one_guess:
            key = hashlib.scrypt(
                answer.encode(), salt=link, n=_SCRYPT_COST, r=_SCRYPT_BLOCK, p=1, maxmem=_SCRYPT_MEMORY, dklen=32
            )
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes) -> bytes:
        """Seal what the link leads to."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, b"saved")

    def open(self, sealed: bytes) -> bytes:
        """Open what the link leads to. Raises SealBroken, as for every wrong answer."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], b"saved")
        except (InvalidTag, ValueError):
            raise SealBroken("the answer or the link is another one") from None


def _place(table: str, row: str, column: str) -> bytes:
    # Lengths in front, so that no two places can read the same.
    return _named(table) + _measured(row) + _named(column)


def _measured(part: str) -> bytes:
    encoded = part.encode()
    return len(encoded).to_bytes(4, "big") + encoded


_named = lru_cache(maxsize=64)(_measured)  # tables and columns are few; rows are not kept


def _hmac(key: _Key, purpose: str, data: bytes) -> bytes:
    return hmac.new(_derived(key.master, purpose), data, hashlib.sha256).digest()


@lru_cache(maxsize=32)
def _derived(master: bytes, purpose: str) -> bytes:
    return _hkdf(master, purpose.encode())


def _hkdf(secret: bytes, purpose: bytes, length: int = 32) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=None, info=b"referral-gateway " + purpose).derive(secret)
