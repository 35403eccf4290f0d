"""A whole gateway on free ports: real gunicorn, real worker, real sandbox, its own store. Everything ends with it."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from gateway.cli.migrate import upgrade
from gateway.keys import new_key
from gateway.store import referrals
from gateway.store.database import Database
from tests import warm
from tests.warm import ROOT

PATIENCE = 30.0  # how long anything may take before a test gives up: generous, for nothing is measured by it
Value = TypeVar("Value")


_SERVED = range(10_000, 30_000)


def free_port() -> int:
    """Find a port that nobody uses, of those that the system gives to nobody who calls: until a server has bound it,
    one of the others could be taken by a connection of a test beside."""
    for port in random.sample(_SERVED, len(_SERVED)):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("every port is in use")


def wait_for(condition: Callable[[], Value], what: str, patience: float = PATIENCE) -> Value:
    """Look until a condition gives something, or fail by its name."""
    pause = threading.Event()
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := condition():
            return found
        pause.wait(0.05)
    raise AssertionError(f"waited in vain for {what}")


class House:
    """The three processes and their settings."""

    def __init__(self, folder: Path, database_url: str = "", **settings: str) -> None:
        self.folder = folder
        self.web_port, self.sandbox_port = free_port(), free_port()
        self.base = f"http://127.0.0.1:{self.web_port}"
        self.sandbox = f"http://127.0.0.1:{self.sandbox_port}"
        self.organisations = folder / "organisations"
        shutil.copytree(ROOT / "organisations", self.organisations)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GATEWAY_", "CHARITYLOG_"))},
            "GATEWAY_KEYS": new_key(),
            "GATEWAY_BASE_URL": self.base,
            "GATEWAY_CLAMD": "off",
            "GATEWAY_SMTP_URL": "off",
            "GATEWAY_DATABASE_URL": database_url or f"sqlite:///{folder}/gateway.db",
            "GATEWAY_LEDGER": f"{folder}/ledger.jsonl",
            "GATEWAY_ORGANISATIONS": str(self.organisations),
            "GATEWAY_MIN_FILL_SECONDS": "0",
            "GATEWAY_RATE_LIMIT": "off",
            "GATEWAY_WORKER_POLL_SECONDS": "0.1",
            "GATEWAY_RETRY_BASE_SECONDS": "0.2",
            "GATEWAY_BREAKER_SECONDS": "0.2",
            "CHARITYLOG_URL": f"{self.sandbox}/v2",
            "CHARITYLOG_SOURCE": "sandbox-source",
            "CHARITYLOG_ORG": "sandbox-org",
            "CHARITYLOG_USER": "sandbox-user",
            "PORT": str(self.web_port),
            "PYTHONPATH": str(ROOT),
            **settings,
        }
        self.root = ROOT
        self.processes: dict[str, warm.Program] = {}

    def flask(self, *words: str, check: bool = True, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a `flask` command to its end; `stdin` is typed into it."""
        ended = warm.run(["flask", *words], cwd=self.root, env=self.environment, stdin=stdin)
        if check:
            ended.check_returncode()
        return ended

    def dying(self, when: str, place: str, *words: str, times: int = 1) -> None:
        """Run a `flask` command that is killed before, amid or after a call of a function, and see that it was."""
        command = ["tests.end_to_end.dying", when, place, str(times), "flask", *words]
        ended = warm.run(command, cwd=self.root, env=self.environment)
        if ended.returncode != -signal.SIGKILL:
            raise AssertionError(f"it came to its end without {place}: {ended.stderr[-2000:]}")

    def start(self, *names: str, dying: tuple[str, str] = ("", "")) -> "House":
        """Start processes by name: sandbox, web, worker, and more workers such as `worker-2`.

        Each is killed before or after its first call of a function where `dying` says so: when, and of which.
        """
        doomed = ["tests.end_to_end.dying", *dying, "1"] if all(dying) else []
        commands = {
            "sandbox": ["flask", "sandbox", "--port", str(self.sandbox_port)],
            "web": ["gunicorn", "app:app", "--bind", f"127.0.0.1:{self.web_port}"],
            "worker": ["flask", "worker"],
        }
        for name in names:
            words = [*doomed, *commands[name.partition("-")[0]]]
            with (self.folder / f"{name}.log").open("ab") as log, Path(os.devnull).open() as nothing:
                self.processes[name] = warm.Program(words, (nothing, log, log), cwd=self.root, env=self.environment)
        if "sandbox" in names:
            wait_for(lambda: _answers(f"{self.sandbox}/"), "the sandbox")
        if "web" in names:
            try:
                wait_for(lambda: _answers(f"{self.base}/healthz"), "the web server")
            except AssertionError as error:
                raise AssertionError(f"{error}; its log: {self.log('web')}") from None
        return self

    @contextmanager
    def running(self, *names: str) -> Iterator[None]:
        """Make the tables and start processes, sandbox, web and worker unless named; all end with the block."""
        try:
            self.migrate()
            self.start(*(names or ("sandbox", "web", "worker")))
            yield
        finally:
            self.stop()

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """Send a signal to a process and all that it started, and wait for its end."""
        process = self.processes.pop(name)
        with _ended_already():
            os.killpg(process.pid, number)
        process.wait(PATIENCE)

    def stop(self) -> None:
        """End everything."""
        for name in list(self.processes):
            self.kill(name)

    def log(self, name: str) -> str:
        """What a process has written."""
        file = self.folder / f"{name}.log"
        return file.read_text() if file.exists() else ""

    def migrate(self) -> None:
        """Make the tables, as `flask migrate` does, without the second that a command takes to start."""
        with closing(Database(self.environment["GATEWAY_DATABASE_URL"])) as database:
            upgrade(database)

    def referrals(self) -> list[dict[str, Any]]:
        """What `flask referrals list --json` says; tests that wait for a state ask many times."""
        with closing(Database(self.environment["GATEWAY_DATABASE_URL"])) as database:
            return [asdict(listed) for listed in referrals.listed(database)]

    def state(self, reference: str) -> str:
        """The state of one referral."""
        return next(each["state"] for each in self.referrals() if each["reference"] == reference)

    def staged(self, search: str = "") -> list[dict[str, Any]]:
        """What stands in the sandbox's staging area."""
        found: list[dict[str, Any]] = self.ask("GET", f"/_sandbox/staged?search={quote(search)}")
        return found

    def faults(self, **fault: object) -> None:
        """Make the sandbox's next calls misbehave."""
        self.ask("POST", "/_sandbox/faults", fault)

    def ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        """Call the sandbox's own endpoints."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.sandbox}{path}", data, method=method)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return json.loads(response.read() or b"null")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


@contextmanager
def _ended_already() -> Iterator[None]:
    try:
        yield
    except ProcessLookupError:
        return
