"""Where the log goes and how a line looks: time, level, what happened, ids and states. Never an answer or a path."""

import logging
import sys
import time


def write_logs(level: str) -> None:
    """Write the log of this process to stderr, one line an event.

    Libraries keep to warnings: at DEBUG some of them print addresses, parameters or bodies.
    """
    handler = logging.StreamHandler(sys.stderr)
    formatter = logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("gateway").setLevel(level)
