"""The settings: defaults as they are documented, and errors that name the variable and never its value."""

from pathlib import Path

import pytest

from gateway.keys import new_key
from gateway.settings import Settings, SettingsError, load_settings

REQUIRED = {
    "GATEWAY_KEYS": new_key(),
    "GATEWAY_BASE_URL": "https://refer.example.org",
    "GATEWAY_CLAMD": "off",
    "GATEWAY_SMTP_URL": "off",
}
DEFAULTS = {
    "organisations": Path("organisations"),
    "trusted_proxies": 0,
    "metrics_token": None,
    "heartbeat_url": None,
    "log_level": "INFO",
    "token_hours": 24,
    "min_fill_seconds": 2,
    "rate_limit": "30 per minute",
    "ledger": Path("var/ledger.jsonl"),
    "max_upload_mb": 100,
    "worker_poll_seconds": 1,
    "worker_concurrency": 8,
    "lease_seconds": 120,
    "connect_timeout_seconds": 5,
    "read_timeout_seconds": 30,
    "retry_base_seconds": 60,
    "retry_max_seconds": 14400,
    "retry_days": 14,
    "unknown_resend_seconds": 7200,
    "pause_probe_seconds": 300,
    "breaker_seconds": 60,
    "import_poll_seconds": 600,
}


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start from an environment without our variables, in a folder without `.env`."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"GATEWAY_{name.upper()}", raising=False)


def load(monkeypatch: pytest.MonkeyPatch, **changes: str) -> Settings:
    """Load with what is required, and changes."""
    for name, value in {**REQUIRED, **changes}.items():
        monkeypatch.setenv(name, value)
    return load_settings()


def refusal(monkeypatch: pytest.MonkeyPatch, **changes: str) -> str:
    """Give the text of the error that a setting leads to."""
    with pytest.raises(SettingsError) as caught:
        load(monkeypatch, **changes)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    return str(caught.value)


@pytest.mark.parametrize(("name", "value"), DEFAULTS.items())
def test_each_setting_has_its_documented_default(name: str, value: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert getattr(load(monkeypatch), name) == value


def test_the_store_is_an_sqlite_file_unless_said_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch).database_url.get_secret_value() == "sqlite:///var/gateway.db"


def test_every_setting_is_either_required_or_has_a_default_here() -> None:
    required = {name.removeprefix("GATEWAY_").lower() for name in REQUIRED}

    assert set(Settings.model_fields) == {*required, *DEFAULTS, "database_url"}


def test_what_is_missing_is_named_all_at_once_each_with_its_remedy() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings()

    lines = str(caught.value).splitlines()
    assert [line.split()[0] for line in lines] == list(REQUIRED)
    assert all("is not set" in line for line in lines)
    assert "flask keys new" in lines[0]
    assert "the word off" in lines[2]


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("GATEWAY_BASE_URL", "canary.example", "https://refer.example.org"),
        ("GATEWAY_BASE_URL", "https://canary.example/path", "without a path"),
        ("GATEWAY_BASE_URL", "https://canary:pw@refer.example", "https://refer.example.org"),
        ("GATEWAY_CLAMD", " ", "the word off"),
        ("GATEWAY_CLAMD", "canary", "the word off"),
        ("GATEWAY_CLAMD", "Off", "the word off"),
        ("GATEWAY_CLAMD", "canary:port", "the word off"),
        ("GATEWAY_CLAMD", "canary::3310", "the word off"),
        ("GATEWAY_CLAMD", "[::canary:3310", "the word off"),
        ("GATEWAY_SMTP_URL", " ", "the word off"),
        ("GATEWAY_DATABASE_URL", "mysql://canary/db", "postgresql://"),
        ("GATEWAY_DATABASE_URL", "sqlite://", "sqlite:///PATH"),
        ("GATEWAY_HEARTBEAT_URL", "file:///canary", "https://watch.example.org/ping"),
        ("GATEWAY_HEARTBEAT_URL", "https://user:canary@watch.example.org", "https://watch.example.org/ping"),
        ("GATEWAY_RATE_LIMIT", "canary", "30 per minute"),
        ("GATEWAY_RATE_LIMIT", "0 per minute", "30 per minute"),
        ("GATEWAY_LOG_LEVEL", "canary", "DEBUG"),
        ("GATEWAY_TRUSTED_PROXIES", "canary", "integer"),
        ("GATEWAY_TRUSTED_PROXIES", "-1", "greater than or equal to 0"),
        ("GATEWAY_WORKER_CONCURRENCY", "0", "greater than or equal to 1"),
        ("GATEWAY_LEASE_SECONDS", "canary", "number"),
        ("GATEWAY_LEASE_SECONDS", "inf", "finite"),
        ("GATEWAY_RETRY_DAYS", "nan", "finite"),
        ("GATEWAY_RETRY_BASE_SECONDS", "0", "greater than 0"),
        ("GATEWAY_UNKNOWN_RESEND_SECONDS", "-1", "greater than or equal to 0"),
    ],
)
def test_a_wrong_value_is_named_with_its_remedy_and_not_shown(
    name: str, value: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = refusal(monkeypatch, **{name: value})

    assert text.startswith(f"{name}: ")
    assert remedy in text
    assert "docs/settings.md" in text
    assert "canary" not in text


def test_every_wrong_value_has_its_own_line(monkeypatch: pytest.MonkeyPatch) -> None:
    text = refusal(monkeypatch, GATEWAY_RATE_LIMIT="often", GATEWAY_TOKEN_HOURS="long")

    assert [line.split(":")[0] for line in text.splitlines()] == ["GATEWAY_TOKEN_HOURS", "GATEWAY_RATE_LIMIT"]


@pytest.mark.parametrize("lease", ["35", "34.9"])
def test_a_lease_that_a_call_can_outlive_is_refused(lease: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = refusal(monkeypatch, GATEWAY_LEASE_SECONDS=lease)

    assert "GATEWAY_LEASE_SECONDS must be longer than GATEWAY_CONNECT_TIMEOUT_SECONDS" in text
    assert "raise it" in text


@pytest.mark.parametrize("lease", ["35.1", "36", "3600"])
def test_the_deadline_of_a_call_lies_between_the_time_outs_and_the_lease(
    lease: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load(monkeypatch, GATEWAY_LEASE_SECONDS=lease)

    assert 35 < settings.call_deadline_seconds < settings.lease_seconds


def test_seconds_may_be_fractions(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, GATEWAY_WORKER_POLL_SECONDS="0.25").worker_poll_seconds == 0.25


@pytest.mark.parametrize(
    "url", ["postgresql://gateway@localhost/gateway", "postgres://localhost/gateway", "sqlite:////var/lib/gateway.db"]
)
def test_a_plain_address_of_a_database_is_taken(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, GATEWAY_DATABASE_URL=url).database_url.get_secret_value() == url


def test_a_slash_after_the_address_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, GATEWAY_BASE_URL="http://127.0.0.1:8000/").base_url == "http://127.0.0.1:8000"


def test_a_file_called_env_is_read_and_the_environment_goes_before_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = [f"{name}={value}" for name, value in REQUIRED.items()]
    (tmp_path / ".env").write_text("\n".join([*lines, "GATEWAY_TOKEN_HOURS=5", "GATEWAY_RETRY_DAYS=5", "OTHER=1"]))
    monkeypatch.setenv("GATEWAY_RETRY_DAYS", "6")

    settings = load_settings()

    assert (settings.token_hours, settings.retry_days) == (5, 6)


def test_an_empty_variable_hides_nothing_of_the_file_and_small_letters_will_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("\n".join(f"{name.lower()}={value}" for name, value in REQUIRED.items()))
    monkeypatch.setenv("GATEWAY_BASE_URL", "")
    assert load_settings().base_url == REQUIRED["GATEWAY_BASE_URL"]


def test_the_settings_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(
        monkeypatch,
        GATEWAY_SMTP_URL="smtp://u:canary-mail@mail.example?from=refer@example.org",
        GATEWAY_DATABASE_URL="postgresql://u:canary-db@h/db",
        GATEWAY_METRICS_TOKEN="canary-metrics",
        GATEWAY_HEARTBEAT_URL="https://watch.example.org/canary",
    )

    assert REQUIRED["GATEWAY_KEYS"] not in repr(settings)
    assert "canary" not in f"{settings} {settings!r}"
