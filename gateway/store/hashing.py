"""The hash of a secret: all that the store keeps of whatever opens something by being known."""

import hashlib


def hash_of(secret: str) -> str:
    """Hash a secret of a link, a cookie or a token, as it is kept and looked for."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
