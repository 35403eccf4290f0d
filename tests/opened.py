"""A web that a test opens in its own process: what it is told, where a test says nothing else."""

from pathlib import Path
from typing import Any

import pytest

from gateway.keys import new_key
from gateway.settings import Settings

ORGANISATIONS = Path(__file__).parents[1] / "organisations"


def settings_of(url: str, **others: Any) -> Settings:
    """Settings on a store: the example organisation, no scanner, no mail."""
    plain = {
        "keys": new_key(),
        "base_url": "http://localhost",
        "clamd": "off",
        "smtp_url": "off",
        "organisations": ORGANISATIONS,
    }
    return Settings(database_url=url, **{**plain, **others})


def credentials(patch: pytest.MonkeyPatch) -> None:
    """Give the example organisation credentials, and a Charitylog that is nowhere."""
    patch.setenv("CHARITYLOG_URL", "http://127.0.0.1:1/v2")
    for name in ("CHARITYLOG_SOURCE", "CHARITYLOG_ORG", "CHARITYLOG_USER"):
        patch.setenv(name, "invented")
