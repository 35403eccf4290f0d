"""Whole gateways for tests: one that a module shares, or one that a test may break; and one Chromium for a run."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import find_chromium
from tests.end_to_end.house import PATIENCE, House
from tests.end_to_end.visitor import Visitor

# In place of the tool's own list: it switches off the storage that the browsers of visitors give to each frame apart.
FEATURES = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "OptimizationHints",
    "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
)  # fmt: skip
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--test-third-party-cookie-phaseout",
    f"--disable-features={','.join(FEATURES)}",
)  # fmt: skip

expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium without a window, which keeps pages in its memory as the ones of visitors do."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=find_chromium(),
            args=list(ARGUMENTS),
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield started
        started.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A gateway that runs as in `make demo`, shared by a module."""
    built = House(tmp_path_factory.mktemp("house"))
    with built.running():
        yield built


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Build a gateway with settings of its own, on any database; nothing is started yet."""
    built: list[House] = []

    def make(database_url: str = "", **settings: str) -> House:
        found = House(tmp_path, database_url, **settings)
        built.append(found)
        found.migrate()
        return found

    yield make
    for each in built:
        each.stop()


@pytest.fixture
def visitor(house: House) -> Visitor:
    """Somebody who opens the shared gateway's pages."""
    return Visitor(house.base)
