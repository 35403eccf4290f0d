"""`make demo` on a fresh clone: one command, a form, the staging area; Ctrl-C ends all three processes."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.end_to_end.cloning import clone
from tests.end_to_end.house import free_port, wait_for
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT


def test_the_demo_carries_a_form_to_the_staging_area_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    home = clone(tmp_path / "clone")
    port, sandbox_port = free_port(), free_port()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("GATEWAY_", "CHARITYLOG_"))
    }
    environment |= {"PORT": str(port), "SANDBOX_PORT": str(sandbox_port)}
    log = tmp_path / "demo.log"
    with log.open("wb") as output:
        demo = subprocess.Popen(
            [sys.executable, "-m", "flask", "demo"],
            cwd=home, env=environment, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        visitor = Visitor(f"http://127.0.0.1:{port}")
        wait_for(lambda: demo.poll() is not None or _serves(visitor), f"the demo: {log.read_text()}")
        visitor.open("/riverside/contact-me").submit(CONTACT)
        reference = visitor.reference
        manager = Visitor(f"http://127.0.0.1:{sandbox_port}")
        wait_for(lambda: reference in manager.open("/external-referral-manager").response.text, "its arrival")
        for name in ("/riverside/support", "/external-referral-manager"):
            assert name in log.read_text()
        for area in ("staff", "partner"):
            signed_in = re.search(rf"/{area}/ as (\S+), password (\S+)", log.read_text())
            assert signed_in is not None
            somebody = Visitor(visitor.base).open(f"/{area}/sign-in")
            somebody.submit({"email": signed_in[1], "password": signed_in[2]})
            assert "Sign out" in somebody.text
            assert somebody.response.status_code == 200
        children = {pid for pid in _descendants(demo.pid) if pid != demo.pid}
        assert len(children) >= 3
        listed = subprocess.run(
            [sys.executable, "-m", "flask", "-e", "var/demo.env", "referrals", "list"],
            cwd=home, env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert reference in listed.stdout
        os.killpg(demo.pid, signal.SIGINT)
        demo.wait(30)
        wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children), "the end of all three")
    finally:
        if demo.poll() is None:
            os.killpg(demo.pid, signal.SIGKILL)
    assert "Traceback" not in log.read_text()


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            [sys.executable, "-m", "flask", "demo"],
            cwd=clone(tmp_path / "clone"), env={**os.environ, "PORT": port},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert ended.returncode == 1
    assert f"Port {port} is taken" in ended.stderr


def _serves(visitor: Visitor) -> bool:
    try:
        return visitor.open("/readyz").response.status_code == 200
    except OSError:
        return False


def _descendants(pid: int) -> set[int]:
    found = {pid}
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            found |= _descendants(int(child))
    return found
