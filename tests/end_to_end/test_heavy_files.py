"""A file of 100 MB goes through without standing in memory; a real clamd judges what a real visitor sends."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.clamd import EICAR, real_clamd
from tests.end_to_end.house import House, wait_for
from tests.end_to_end.papers import ADD, PDF, a_file, rewritten, saved, send, to_the_letter
from tests.end_to_end.visitor import Visitor

MIB = 1024 * 1024
SIZE = 99 * MIB
MOST_MORE = 32  # MiB


def peak(pid: int) -> int:
    """The most memory that a process ever held, in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


def a_large_post() -> Iterator[bytes]:
    """The post of a page with one large photo."""
    yield b'--x\r\nContent-Disposition: form-data; name="letter"; filename="large.jpg"\r\n\r\n\xff\xd8\xff'
    for number in range(SIZE // MIB):
        yield bytes([number]) * MIB
    yield b'\r\n--x\r\nContent-Disposition: form-data; name="action"\r\n\r\nadd-file-letter\r\n--x--\r\n'


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_a_file_of_100_mb_needs_32_mib_more_at_most_in_and_out(build: Callable[..., House]) -> None:
    house = build(GATEWAY_MAX_UPLOAD_MB="101", WEB_CONCURRENCY="1")
    rewritten(house.organisations, "support", lambda form: form.replace("max_mb: 10\n", "max_mb: 100\n"))
    house.start("web")
    visitor = to_the_letter(Visitor(house.base)).submit(press=ADD, files=[a_file("first.pdf")])
    parent = house.processes["web"].pid
    (web,) = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    before = peak(int(web))

    headers = {"Content-Type": "multipart/form-data; boundary=x", "Origin": house.base}
    answer = requests.post(visitor.response.url, data=a_large_post(), headers=headers, timeout=60)

    assert "large.jpg" in answer.text
    assert peak(int(web)) - before <= MOST_MORE
    reference = send(visitor.open(visitor.response.url))
    listing = _peak_of(house, reference)
    saving = _peak_of(house, reference, "--to", str(house.folder / "saved"))
    assert (house.folder / "saved" / "2 large.jpg").stat().st_size == SIZE + 3
    assert saving - listing <= MOST_MORE


def _peak_of(house: House, reference: str, *options: str) -> int:
    """Run `flask referrals files`; give the most memory that it held, in MiB."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    )
    command = [sys.executable, "-m", "flask", "referrals", "files", reference, *options]
    ran = subprocess.run(
        [sys.executable, "-c", code, *command],
        cwd=house.root, env=house.environment, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return int(ran.stdout)


@pytest.mark.skipif(
    not shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"),
    reason="there is no clamd here: apt-get install clamav-daemon",
)
def test_a_real_clamd_judges_files(build: Callable[..., House], tmp_path: Path) -> None:
    folder = tmp_path / "clamd"
    folder.mkdir()
    with real_clamd(folder) as address:
        wait_for(lambda: Path(address).exists(), "clamd")
        house = build(GATEWAY_CLAMD=address).start("web")
        visitor = to_the_letter(Visitor(house.base))

        visitor.submit(press=ADD, files=[a_file("letter.pdf"), a_file("virus.pdf", b"%PDF-1.4\n" + EICAR)])

        assert "“virus.pdf” was not added, because it has a virus. Choose another file." in visitor.text
        assert visitor.text.count("Checked for viruses") == 1
        assert saved(house, send(visitor))[1] == {"1 letter.pdf": PDF}
