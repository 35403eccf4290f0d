"""Ids of what people name behind a command: an account, an agency, a token."""

import secrets


def new_id() -> str:
    """Make an id that nobody guesses; it has no hyphen, which a command would take for the beginning of an option."""
    return secrets.token_hex(11)
