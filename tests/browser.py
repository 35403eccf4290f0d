"""Makes sure that a Chromium is there before the tests begin: run as `python -m tests.browser`."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = (("apt-get", "update"), ("apt-get", "install", "-y", "--no-install-recommends", "chromium"))


def find_chromium() -> str:
    """The path of the browser that the tests use. Raises LookupError where there is none."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    raise LookupError(f"None of {', '.join(NAMES)} is installed. Type: {_command()}")


def install_chromium() -> None:
    """Install Debian's Chromium, which takes root; does nothing elsewhere."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in INSTALL:
        if subprocess.run(command, env=quiet, check=False).returncode != 0:
            return


def main() -> None:
    """Find a Chromium or install one; else end with the command that does it."""
    try:
        find_chromium()
    except LookupError:
        install_chromium()
        try:
            find_chromium()
        except LookupError as missing:
            sys.exit(str(missing))


def _command() -> str:
    before = "" if os.geteuid() == 0 else "sudo "
    return " && ".join(before + " ".join(command) for command in INSTALL)


if __name__ == "__main__":
    main()
