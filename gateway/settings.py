"""Every environment variable of the gateway, typed, with its unit in its name.

A missing or wrong one is a `SettingsError` that names the variable and says what to do; values are never shown.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from gateway import mailserver

PREFIX = "GATEWAY_"
OFF = mailserver.OFF  # in the place of an address: there is no such server
ENV_FILE = ".env"
_RATE = re.compile(r"[1-9][0-9]* per (second|minute|hour|day)")
_HOST_AND_PORT = re.compile(r"([^\s:\[\]]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}")


class SettingsError(Exception):
    """The environment does not hold what the gateway needs; the text has one line a variable."""


class Settings(BaseModel):
    """What an operator may set: each field is the variable `GATEWAY_<NAME>`, also read from `.env`."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    keys: SecretStr = Field(
        description="Keys that seal what is stored, comma-separated; the first one writes. Made by `flask keys new`."
    )
    base_url: str = Field(description="The address people reach the gateway at, such as https://refer.example.org.")
    clamd: str = Field(description="Where the virus scanner listens (host:port or a socket's path), or `off`.")
    smtp_url: SecretStr = Field(description="Where mail is handed over (smtp://… or smtps://…), or `off`.")
    database_url: SecretStr = Field(
        SecretStr("sqlite:///var/gateway.db"), description="The store: sqlite:///PATH or postgresql://…"
    )
    ledger: Path = Field(
        Path("var/ledger.jsonl"), description="The file in which deliveries and erasures stand outside the database."
    )
    organisations: Path = Field(Path("organisations"), description="The folder with one folder per organisation.")
    trusted_proxies: int = Field(
        0, ge=0, le=10, description="How many proxies in front set X-Forwarded-For, -Proto and -Host."
    )
    metrics_token: SecretStr | None = Field(
        None, description="The bearer token that opens /metrics; without it there is no such page."
    )
    heartbeat_url: str | None = Field(None, repr=False, description="An address the worker calls while all is well.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="What is written to the log.")
    token_hours: float = Field(24, gt=0, description="How long a page that was shown can be sent, in hours.")
    min_fill_seconds: float = Field(
        2, ge=0, description="A form sent sooner than this is held for staff; 0 switches it off."
    )
    rate_limit: str = Field(
        "30 per minute", description="Sends from one address before they are held for staff, or `off`."
    )
    max_upload_mb: float = Field(100, gt=0, description="The largest request with files, in megabytes.")
    worker_poll_seconds: float = Field(1, gt=0, description="How long an idle worker waits before it looks again.")
    worker_concurrency: int = Field(8, ge=1, le=64, description="How many jobs one worker does at once.")
    lease_seconds: float = Field(120, gt=0, description="How long a worker owns a job without a sign of life.")
    connect_timeout_seconds: float = Field(5, gt=0, description="How long reaching a destination may take.")
    read_timeout_seconds: float = Field(30, gt=0, description="How long a destination may stay silent.")
    retry_base_seconds: float = Field(60, gt=0, description="The first pause after a failed try; it doubles.")
    retry_max_seconds: float = Field(14400, gt=0, description="The longest pause between tries.")
    retry_days: float = Field(14, gt=0, description="How long a referral is tried before it waits for a person.")
    unknown_resend_seconds: float = Field(
        7200, ge=0, description="When a referral that may have arrived is sent again, marked; 0 = never."
    )
    pause_probe_seconds: float = Field(300, gt=0, description="How often a paused destination is probed.")
    breaker_seconds: float = Field(60, gt=0, description="How long a destination that cannot be reached is left alone.")
    import_poll_seconds: float = Field(600, gt=0, description="How often an import is looked for.")

    @field_validator("base_url")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[^/\s?#@]+/?", value):
            raise ValueError("give an address such as https://refer.example.org, without a path")
        return value.rstrip("/")

    @field_validator("clamd")
    @classmethod
    def _is_a_scanner(cls, value: str) -> str:
        # Any other word would be taken for a socket's path: nobody would look at a file, and nothing would say so.
        if value != OFF and "/" not in value and not _HOST_AND_PORT.fullmatch(value):
            raise ValueError("give host:port or [address]:port, the path of a socket with a / in it, or the word off")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _is_a_mail_server(cls, value: SecretStr) -> SecretStr:
        mailserver.read(value.get_secret_value())
        return value

    @field_validator("heartbeat_url")
    @classmethod
    def _is_a_web_address(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https?://[^\s/?#@]+([/?][^\s#]*)?", value):
            raise ValueError("give an address such as https://watch.example.org/ping")
        return value

    @field_validator("database_url")
    @classmethod
    def _is_a_known_database(cls, value: SecretStr) -> SecretStr:
        if not re.match(r"(sqlite:///.|postgres(ql)?(\+psycopg)?://)", value.get_secret_value()):
            raise ValueError("give sqlite:///PATH or postgresql://USER@HOST/NAME")
        return value

    @field_validator("rate_limit")
    @classmethod
    def _is_a_rate(cls, value: str) -> str:
        if value != "off" and not _RATE.fullmatch(value):
            raise ValueError("write it as `30 per minute`, or off")
        return value

    @model_validator(mode="after")
    def _lease_outlasts_a_call(self) -> Self:
        if self.lease_seconds <= self.connect_timeout_seconds + self.read_timeout_seconds:
            raise ValueError(
                "GATEWAY_LEASE_SECONDS must be longer than GATEWAY_CONNECT_TIMEOUT_SECONDS plus "
                "GATEWAY_READ_TIMEOUT_SECONDS: raise it, or lower those"
            )
        return self

    @property
    def call_deadline_seconds(self) -> float:
        """The hard end of one call, between the time-outs and the lease, so that no call outlives its lease."""
        return (self.connect_timeout_seconds + self.read_timeout_seconds + self.lease_seconds) / 2


def load_settings() -> Settings:
    """Read the environment and `.env`.

    Raises SettingsError with a line for every variable that is missing or wrong.
    """
    try:
        return Settings.model_validate(_given())
    except ValidationError as error:
        raise SettingsError("\n".join(_line(dict(problem)) for problem in error.errors(include_url=False))) from None


def load_what_is_right() -> tuple[Settings | None, dict[str, str]]:
    """Read what can be read; give it with a line for every variable that is missing or wrong, by the name of its field.

    Those have a value that only stands in for the right one. None where nothing fits together.
    """
    lines: dict[str, str] = {}
    given: dict[str, Any] = _given()
    for _ in range(_ROUNDS):
        try:
            return Settings.model_validate(given), lines
        except ValidationError as error:
            for problem in map(dict, error.errors(include_url=False)):
                field = _field(problem)
                lines[field] = _line(problem)
                given |= {name: _stand_in(name) for name in ([field] if field else _FIT_TOGETHER)}
    return None, lines


def environment() -> Mapping[str, str]:
    """Everything that `${NAME}` in organisation.yaml may name: the environment, and `.env` behind it."""
    return {**_file(), **os.environ}


def _file() -> dict[str, str]:
    return {name: value for name, value in dotenv_values(ENV_FILE).items() if value is not None}


def _given() -> dict[str, str]:
    """Read what is set, by field; what is empty is not set, and small letters will do in a name."""
    named = {name.upper(): value for each in (_file(), os.environ) for name, value in each.items() if value}
    return {field: named[PREFIX + field.upper()] for field in Settings.model_fields if PREFIX + field.upper() in named}


def _stand_in(name: str) -> object:
    return _STAND_INS.get(name, Settings.model_fields[name].default)


def _field(problem: dict[str, object]) -> str:
    place = problem["loc"]
    return str(place[0]) if isinstance(place, tuple) and place else ""


def _line(problem: dict[str, object]) -> str:
    field = _field(problem)
    name = PREFIX + field.upper() if field else ""
    if problem["type"] == "missing":
        return f"{name} is not set. {_REMEDIES.get(name, '')} See docs/settings.md.".replace("  ", " ")
    text = str(problem["msg"]).removeprefix("Value error, ")
    return f"{name}: {text}. See docs/settings.md." if name else f"{text}. See docs/settings.md."


_REMEDIES = {
    "GATEWAY_KEYS": "Make a key with `flask keys new` and keep it safe: without it nothing stored can be read.",
    "GATEWAY_BASE_URL": "Give the address people reach the gateway at, such as https://refer.example.org.",
    "GATEWAY_CLAMD": "Give the scanner's address, or the word off.",
    "GATEWAY_SMTP_URL": "Give the mail server's address, or the word off.",
}
_STAND_INS = {"keys": SecretStr(""), "base_url": "http://localhost", "clamd": OFF, "smtp_url": SecretStr(OFF)}
_ROUNDS = 3  # each variable by itself, then how they fit together
_FIT_TOGETHER = ("lease_seconds", "connect_timeout_seconds", "read_timeout_seconds")
