"""What is measured, all under the gateway's own gunicorn settings: the gateway, a bare Flask app, a plain page."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.processes import ROOT, Process, free_port, running, wait_until_served
from gateway.keys import new_key

FORM = "/bench/twelve"
EXAMPLE = "/riverside/support"


def surroundings(**settings: str) -> dict[str, str]:
    """Our environment without any setting of a gateway that may run here, and without the way to a proxy."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GATEWAY_", "CHARITYLOG_", "GUNICORN_")) and not name.lower().endswith("_proxy")
    }
    return {**kept, "PYTHONPATH": str(ROOT), **settings}


@contextmanager
def new_folder() -> Iterator[Path]:
    """Make a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        yield Path(name)


class Gateway:
    """A gateway with a store of its own, and the address of a destination."""

    def __init__(self, folder: Path, destination: int) -> None:
        """Make the store in an empty folder; `destination` is a port of this machine."""
        self.folder = folder
        self.port = free_port()
        self.file = folder / "gateway.db"
        organisations = folder / "organisations"
        for source in (ROOT / "organisations", ROOT / "bench" / "organisations"):
            shutil.copytree(source, organisations, dirs_exist_ok=True)
        self.environment = surroundings(
            GATEWAY_KEYS=new_key(),
            GATEWAY_BASE_URL=f"http://127.0.0.1:{self.port}",
            GATEWAY_CLAMD="off",
            GATEWAY_SMTP_URL="off",
            GATEWAY_DATABASE_URL=f"sqlite:///{self.file}",
            GATEWAY_ORGANISATIONS=str(organisations),
            GATEWAY_LEDGER=f"{folder}/ledger.jsonl",
            GATEWAY_MIN_FILL_SECONDS="0",
            GATEWAY_RATE_LIMIT="off",
            CHARITYLOG_URL=f"http://127.0.0.1:{destination}/v2",
            CHARITYLOG_SOURCE="bench-source",
            CHARITYLOG_ORG="bench-org",
            CHARITYLOG_USER="bench-user",
        )
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", "migrate"],
            cwd=folder, env=self.environment, check=True, capture_output=True, timeout=60,
        )  # fmt: skip

    @contextmanager
    def web(self) -> Iterator[Process]:
        """Keep the web server running."""
        with running(gunicorn("app:app", self.port), self.environment, self.folder, name="web") as process:
            wait_until_served(process, self.port, FORM)
            yield process

    @contextmanager
    def worker(self, *, kindly: bool = True) -> Iterator[Process]:
        """Keep a worker running."""
        words = ["flask", "--app", "app", "worker"]
        with running(words, self.environment, self.folder, name="worker", kindly=kindly) as process:
            yield process

    def referrals(self) -> int:
        """Count the referrals that have their job and their instance: what is really in the store."""
        return self._count(
            "SELECT count(*) FROM referrals JOIN jobs USING (reference) JOIN instances USING (reference)"
        )

    def waiting(self) -> int:
        """Count the referrals that have not been delivered."""
        return self._count("SELECT count(*) FROM referrals WHERE state <> 'delivered'")

    def _count(self, query: str) -> int:
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as connection:
            return int(connection.execute(query).fetchone()[0])


@dataclass(frozen=True, slots=True)
class Server:
    """A web server that runs."""

    port: int
    process: Process


@contextmanager
def gateway_web(folder: Path) -> Iterator[tuple[Gateway, Server]]:
    """Keep a gateway's web server running, its destination out of reach."""
    gateway = Gateway(folder, free_port())
    with gateway.web() as process:
        yield gateway, Server(gateway.port, process)


@contextmanager
def hello(folder: Path) -> Iterator[Server]:
    """Keep the bare app running."""
    with _small("bench.hello:app", folder, surroundings()) as server:
        yield server


@contextmanager
def plain_page(folder: Path) -> Iterator[Server]:
    """Keep the plain form page running."""
    environment = surroundings(PLAIN_PAGE_KEY=new_key(), PLAIN_PAGE_DATABASE=str(folder / "plain.db"))
    with _small("bench.plain_page:app", folder, environment) as server:
        yield server


@contextmanager
def upstream(folder: Path, delay: str = "0") -> Iterator[Server]:
    """Keep a destination running that answers after `delay` seconds, or `never`."""
    port = free_port()
    words = ["bench.upstream", str(port), delay]
    with running(words, surroundings(), folder, name=f"upstream-{delay}") as process:
        wait_until_served(process, port, "/seen")
        yield Server(port, process)


@contextmanager
def _small(app: str, folder: Path, environment: dict[str, str]) -> Iterator[Server]:
    port = free_port()
    with ExitStack() as stack:
        process = stack.enter_context(running(gunicorn(app, port), environment, folder, name=app.partition(":")[0]))
        wait_until_served(process, port, "/")
        yield Server(port, process)


def gunicorn(app: str, port: int) -> list[str]:
    """Serve an app as the gateway is served, on this machine alone."""
    return ["gunicorn", "--config", str(ROOT / "gunicorn.conf.py"), "--bind", f"127.0.0.1:{port}", app]
