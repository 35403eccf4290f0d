"""The other side: journeys while the destination is in trouble, the drain, and what the worker costs when idle."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

from bench import servers, visits
from bench.load import drive
from bench.processes import DidNotStart, Process, free_port, get
from bench.rates import CONNECTIONS, WARM_UP, Effort, Tally, compare, journey
from bench.report import Row
from bench.servers import Gateway, Server, surroundings

PATIENCE = 60.0


def troubles(effort: Effort) -> Iterator[Row]:
    """Measure journeys with the worker at work and the destination well, dead, hanging, or slow."""
    tallies = {name: Tally() for name in ("well", "dead", "hanging", "at 200 ms")}
    with ExitStack() as stack:
        houses: dict[str, tuple[Gateway, Server]] = {}
        for name, delay in (("well", "0"), ("dead", ""), ("hanging", "never"), ("at 200 ms", "0.2")):
            folder = stack.enter_context(servers.new_folder())
            port = stack.enter_context(servers.upstream(folder, delay)).port if delay else free_port()
            gateway = Gateway(folder, port)
            web = Server(gateway.port, stack.enter_context(gateway.web()))
            tallies[name].warmed_up = journey(web, visits.journeys(web.port), WARM_UP)
            houses[name] = gateway, web
        for _ in range(effort.rounds):
            for name, (gateway, web) in houses.items():
                with gateway.worker(kindly=False) as worker:
                    _wait_for_start(worker)
                    scripts = visits.journeys(web.port)
                    tallies[name].measured(web, lambda: journey(web, scripts, effort.seconds))  # noqa: B023 - called at once
    yield from compare(tallies.pop("well"), tallies)


def drain(referrals: int, idle_seconds: float) -> Iterator[Row]:
    """Store referrals, drain them, and look at memory and idleness afterwards."""
    with ExitStack() as stack:
        folder = stack.enter_context(servers.new_folder())
        destination = stack.enter_context(servers.upstream(folder))
        gateway = Gateway(folder, destination.port)
        web = Server(gateway.port, stack.enter_context(gateway.web()))
        errors = _store(web, referrals)
        worker = stack.enter_context(gateway.worker())
        rate, cost = _drained(destination, worker, referrals)
        _settled(gateway)
        memory = web.process.memory_mib(), worker.memory_mib()
        before = worker.processor_seconds()
        time.sleep(idle_seconds)
        idle = 100 * (worker.processor_seconds() - before) / idle_seconds
        body = get(destination.port, "/last")[2]
        bare = {threads: _bare(destination, body, max(referrals // 2, 400), threads) for threads in (1, 8, 8, 1)}
        best = max(bare, key=lambda threads: bare[threads])
    yield Row(f"drain {referrals:,}, of bare requests", rate / bare[best], "", 0.6, 0.8, errors=errors,
              notes=f"{rate:,.0f}/s, {cost:.2f} ms of processor; requests: {bare[1]:,.0f}/s with 1 thread, "
                    f"{bare[8]:,.0f}/s with 8")  # fmt: skip
    yield Row("memory of web and worker after load, PSS", sum(memory), " MiB", 160, 130, at_most=True,
              notes=f"web {memory[0]:.0f}, worker {memory[1]:.0f}")  # fmt: skip
    yield Row("idle worker, of a core", idle, " %", 0.5, at_most=True, notes=f"over {idle_seconds:.0f} s")


def _store(web: Server, wanted: int) -> int:
    """Send so many referrals through the front door; give what went wrong."""
    tokens: list[bytes] = []
    errors = 0
    while len(tokens) < wanted:
        errors += drive(web.port, visits.shows(web.port, tokens), connections=CONNECTIONS, seconds=0.5).errors
    del tokens[wanted:]
    run = drive(web.port, visits.sends(web.port, tokens), connections=CONNECTIONS, seconds=PATIENCE)
    return errors + run.errors + abs(run.done - wanted)


def _drained(destination: Server, worker: Process, wanted: int) -> tuple[float, float]:
    """Wait until all calls have come; give their rate, first to last, and the worker's processor time for one in ms."""
    started = worker.processor_seconds()
    first = last = 0.0
    calls = 0
    end = time.monotonic() + PATIENCE + wanted / 50
    while calls < wanted and time.monotonic() < end:
        worker.check()
        time.sleep(0.1)
        if not calls:
            started = worker.processor_seconds()
        calls, first, last = json.loads(get(destination.port, "/seen")[2])
    if calls < wanted:
        raise DidNotStart(f"the worker made {calls} calls of {wanted}:\n{worker.log()[-2000:]}")
    used = worker.processor_seconds() - started
    return (calls - 1) / (last - first), 1000 * used / calls


def _settled(gateway: Gateway) -> None:
    """Wait until the worker has closed its last calls."""
    end = time.monotonic() + PATIENCE
    while gateway.waiting() and time.monotonic() < end:
        time.sleep(0.1)
    time.sleep(0.5)


def _bare(destination: Server, body: bytes, calls: int, threads: int) -> float:
    """Put the same bytes with `requests` alone; give the rate from the first call to the last as it came in."""
    get(destination.port, "/reset")
    url = f"http://127.0.0.1:{destination.port}/v2/external_referral"
    words = [sys.executable, "-m", "bench.bare_put", url, str(calls), str(threads)]
    subprocess.run(words, input=body, env=surroundings(), check=True, timeout=PATIENCE)
    made, first, last = json.loads(get(destination.port, "/seen")[2])
    return float((made - 1) / (last - first))


def _wait_for_start(worker: Process) -> None:
    end = time.monotonic() + PATIENCE
    while "worker started" not in worker.log():
        worker.check()
        if time.monotonic() > end:
            raise DidNotStart("the worker did not start")
        time.sleep(0.02)
