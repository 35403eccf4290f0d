"""For comparison: `requests` with a session puts the same bytes again and again, and nothing else.

`python -m bench.bare_put URL CALLS THREADS` with the body on stdin. Each thread has a session of its own.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

import requests

KEYS = {"Source": "bench-source", "Org": "bench-org", "User": "bench-user"}


def put(url: str, body: bytes, calls: int) -> int:
    """Make so many calls; give the number of those that were not answered with 200."""
    with requests.Session() as session:
        session.headers.update({**KEYS, "Content-Type": "application/x-www-form-urlencoded"})
        return sum(session.put(url, data=body, timeout=30).status_code != 200 for _ in range(calls))


if __name__ == "__main__":
    to, total, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    sent = sys.stdin.buffer.read()
    with ThreadPoolExecutor(threads) as pool:
        wrong = sum(pool.map(lambda _: put(to, sent, total // threads), range(threads)))
    sys.exit(wrong > 0)
