"""`flask demo`: web, worker and sandbox together on this machine, with the example organisation and keys in var/."""

import os
import signal
import socket
import sys
from pathlib import Path

import click
from dotenv import dotenv_values
from honcho.manager import Manager

from gateway.cli.demo_people import ADMIN, PARTNER, let_in
from gateway.cli.migrate import upgrade
from gateway.keys import new_key
from gateway.store.database import Database

VAR = Path("var")


@click.command("demo")
def command() -> None:
    """Start everything with the example organisation; Ctrl-C ends it all."""
    port, sandbox_port = int(os.environ.get("PORT", "8000")), int(os.environ.get("SANDBOX_PORT", "8001"))
    for taken in (port, sandbox_port):
        _refuse_taken(taken)
    settings = _settings(port, sandbox_port)
    database = Database(settings["GATEWAY_DATABASE_URL"])
    upgrade(database)
    password = let_in(database)
    database.close()
    manager = Manager()
    environment = {**os.environ, **settings, "PYTHONUNBUFFERED": "1", "PORT": str(port)}
    here = f"{sys.executable} -m"
    manager.add_process("sandbox", f"{here} flask sandbox --port {sandbox_port}", env=environment)
    manager.add_process("worker", f"{here} flask worker", env=environment)
    manager.add_process("web", f"{here} gunicorn app:app --bind 127.0.0.1:{port}", env=environment)
    click.echo(_greeting(port, sandbox_port, password))
    manager.loop()
    sys.exit(0 if _stopped_by_hand(manager.returncode) else 1)


def _stopped_by_hand(code: int | None) -> bool:
    # Honcho gives 128 and the signal's number for what it was sent, and the negative number for what it sent on.
    return code is None or code <= 0 or code - 128 in (signal.SIGINT, signal.SIGTERM)


def _settings(port: int, sandbox_port: int) -> dict[str, str]:
    """Make the demo's settings, and leave them in var/demo.env for commands typed beside it."""
    VAR.mkdir(exist_ok=True)
    file = VAR / "demo.env"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(f"GATEWAY_KEYS={new_key()}\n")
    settings = {
        "GATEWAY_KEYS": dotenv_values(file)["GATEWAY_KEYS"] or "",
        "GATEWAY_BASE_URL": f"http://127.0.0.1:{port}",
        "GATEWAY_CLAMD": "off",
        "GATEWAY_SMTP_URL": "off",
        "GATEWAY_DATABASE_URL": f"sqlite:///{VAR}/gateway.db",
        "GATEWAY_ORGANISATIONS": "organisations",
        "GATEWAY_MIN_FILL_SECONDS": "0",
        "CHARITYLOG_URL": f"http://127.0.0.1:{sandbox_port}/v2",
        "CHARITYLOG_SOURCE": "sandbox-source",
        "CHARITYLOG_ORG": "sandbox-org",
        "CHARITYLOG_USER": "sandbox-user",
    }
    file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    return settings


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise click.ClickException(f"Port {port} is taken: end what runs there, then start again.") from None


def _greeting(port: int, sandbox_port: int, password: str) -> str:
    return (
        "\nFill in a form      http://127.0.0.1:"
        f"{port}/riverside/support\nSee it arrive       http://127.0.0.1:{sandbox_port}/external-referral-manager\n"
        f"See it as staff     http://127.0.0.1:{port}/staff/ as {ADMIN}, password {password}\n"
        f"Refer as an agency  http://127.0.0.1:{port}/partner/ as {PARTNER}, password {password}\n"
        "End all three       Ctrl-C\n"
    )
