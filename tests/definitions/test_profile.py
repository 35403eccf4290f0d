"""What organisation.yaml may say, and what its pages need."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.definitions.palette import contrast
from gateway.definitions.profile import Profile
from gateway.definitions.profile_checks import LOGO_KIB

from .writing import a_profile, load, problems, write

GOOD_ORIGINS = [
    "https://www.riverside.example", "https://*.riverside.example", "https://riverside.example:8443",
    "http://localhost", "http://localhost:8080", "http://127.0.0.1:5000", "http://[::1]:5000", "http://charity.localhost",
    "http://*.localhost:3000", "http://intranet.riverside.example", "https://xn--caf-dma.example",
]  # fmt: skip
BAD_ORIGINS = [
    "*", "https://*", "https://*.", "https://riverside.example/", "https://riverside.example/forms",
    "riverside.example", "ftp://riverside.example", "https://", "https://a.*.example", "https://riverside.example:port",
    "https://riverside.example:0", "https://riverside.example:70000", "https://riverside.example; script-src *",
    "https://riverside.example https://other.example", "'self'", "https://user@riverside.example", "data:",
    "https://riverside.example\n", "https://-riverside.example", "https://riverside..example", "",
]  # fmt: skip


@pytest.mark.parametrize("origin", GOOD_ORIGINS)
def test_an_origin_may_frame_our_forms(origin: str) -> None:
    assert Profile.model_validate(a_profile(embed_origins=[origin])).embed_origins == (origin,)


@pytest.mark.parametrize("origin", BAD_ORIGINS)
def test_what_is_more_or_less_than_an_origin_is_refused(origin: str) -> None:
    with pytest.raises(ValidationError):
        Profile.model_validate(a_profile(embed_origins=[origin]))


def test_a_profile_of_few_lines_has_the_documented_defaults() -> None:
    profile = Profile.model_validate(a_profile())

    assert profile.languages == ("en",)
    assert profile.embed_origins == ()
    assert (profile.retention.delivered_days, profile.retention.undelivered_days) == (30, 90)
    assert (profile.retention.draft_minutes, profile.retention.saved_days) == (60, 7)
    assert (profile.alerts.undelivered_after_hours, profile.alerts.not_imported_after_days) == (4, 5)
    assert contrast(profile.theme.brand, "#ffffff") >= 4.5


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#ffffff", "#0000ff", 8.59),
    ],
)
def test_contrast_is_the_ratio_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


@pytest.mark.parametrize("name", ["logo.png", "logo.svg", "logo.jpg"])
def test_a_logo_beside_the_profile_is_fine(tmp_path: Path, name: str) -> None:
    write(tmp_path / "riverside", name, b"x" * LOGO_KIB * 1024)

    assert problems(load(tmp_path, profile=a_profile(theme={"logo": name}))) == []


def test_a_heavy_logo_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "riverside", "logo.png", b"x" * (LOGO_KIB * 1024 + 1))

    [(path, message)] = problems(load(tmp_path, profile=a_profile(theme={"logo": "logo.png"})))

    assert (path, message) == ("theme.logo", "is larger than 200 KiB. Make it smaller.")


@pytest.mark.parametrize("tenant", ["common", "organizations", "consumers"])
def test_a_provider_that_vouches_for_anybody_is_refused(tmp_path: Path, tenant: str) -> None:
    issuer = f"https://login.microsoftonline.com/{tenant}/v2.0"
    found = {"name": "Microsoft", "issuer": issuer, "client_id": "a", "client_secret": "canary"}

    [(path, message)] = problems(load(tmp_path, profile=a_profile(sign_in=found)))

    assert path == "sign_in.issuer"
    assert "your own tenant" in message
    assert "canary" not in message
