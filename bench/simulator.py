"""What the simulator costs: beside a bare ASGI application, with 100,000 cars, and to be told of.

``make bench``, or ``python bench/simulator.py --quick``.  Compare the ratios: the times
are those of one machine.
"""

from __future__ import annotations

import argparse
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, Self

import msgspec
from rich.console import Console
from rich.table import Table

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # it is started as a file

from bench.request import missing  # noqa: E402
from bench.run import circumstances_of_machine  # noqa: E402
from bench.serving import Told, pin, requests_of, simulated  # noqa: E402
from bench.telling import Passed  # noqa: E402

CONNECTIONS: Final = 16
"""Kept, each with one request on its way."""
FEW: Final = 12
MANY: Final = 100_000
SUBSCRIBED: Final = (100, 1000)
CORE: Final = 1
"""Where the requests come from: not where the server runs."""


@dataclass(slots=True)
class Served:
    """A server in a process of its own, and what it took in each round."""

    label: str
    process: subprocess.Popen[bytes]
    told: Told
    started: float
    """Seconds from nothing until it could answer."""
    cpu: list[float] = field(default_factory=list[float])
    rate: list[float] = field(default_factory=list[float])

    @classmethod
    def start(cls, label: str, *arguments: str) -> Self:
        """Start one."""
        begun = time.time()
        process = subprocess.Popen(  # noqa: S603 -- our own module
            [sys.executable, "-m", "bench.serving", *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        told = _read(process.stdout)
        return cls(label, process, told, told.since - begun)

    def used(self) -> Told:
        """So far."""
        if self.process.stdin is not None:
            self.process.stdin.write(b"\n")
            self.process.stdin.flush()
        return _read(self.process.stdout)

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.communicate()

    def run(self, calls: int) -> None:
        """Measure once."""
        asked = [each.encode() for each in self.told.asked]
        with ExitStack() as open_ones:
            connections = [
                open_ones.enter_context(socket.create_connection(("127.0.0.1", self.told.port)))
                for _ in range(CONNECTIONS)
            ]
            for each in connections:
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _ask(connections, asked, CONNECTIONS * 12)
            before, begun = self.used().cpu, time.perf_counter()
            _ask(connections, asked, calls)
            took, cpu = time.perf_counter() - begun, self.used().cpu - before
        self.cpu.append(cpu / calls * 1e6)
        self.rate.append(calls / took)


def _read(said: IO[bytes] | None) -> Told:
    line = said.readline() if said else b""
    if not line:
        raise RuntimeError("the server did not start: see its message above")
    return msgspec.json.decode(line, type=Told)


def _ask(connections: Sequence[socket.socket], asked: Sequence[bytes], calls: int) -> None:
    """Ask so often, on all connections at once."""
    for number in range(0, calls, len(connections)):
        for place, connection in enumerate(connections):
            connection.sendall(asked[(number + place) % len(asked)])
        for connection in connections:
            reply = connection.recv(65536)
            while missing(reply) > 0:
                more = connection.recv(65536)
                if not more:
                    raise EOFError("the server hung up")
                reply += more
            if not reply.startswith(b"HTTP/1.1 200 "):
                raise ValueError(f"the server answered {reply[:60]!r}")


def in_process(fleet: int, cars: int, calls: int) -> tuple[float, float]:
    """Microseconds of the processor for a signal: of cars never asked before, and asked again."""
    simulator = simulated(fleet)
    requests = list(requests_of(simulator, cars))
    begun = time.process_time()
    for request in requests:
        simulator.answer(request)
    first = (time.process_time() - begun) / len(requests)
    turns = [requests[n % len(requests)] for n in range(calls)]
    begun = time.process_time()
    for request in turns:
        simulator.answer(request)
    return first * 1e6, (time.process_time() - begun) / calls * 1e6


def served_table(rows: Sequence[Served]) -> Table:
    """Who answers how much."""
    drawn = Table(
        title="Requests a second, one server process on one core",
        caption=f"{CONNECTIONS} connections; CPU of the server, µs a request, and how "
        "much of what each bare application answers",
    )
    drawn.add_column("", no_wrap=True)
    for heading in ("req./s", "CPU", "min-max", "route", "canned"):
        drawn.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        cpu = statistics.median(row.cpu)
        drawn.add_row(
            row.label,
            f"{statistics.median(row.rate):,.0f}",
            f"{cpu:,.0f}",
            f"{min(row.cpu):.0f}-{max(row.cpu):.0f}",
            *(f"{statistics.median(bare.cpu) / cpu:.2f}" for bare in rows[:2]),
        )
    return drawn


def fleet_table(rows: Sequence[Served], costs: dict[int, list[tuple[float, float]]]) -> Table:
    """What a large fleet costs beside a small one."""
    drawn = Table(title="A signal in process, µs of CPU")
    drawn.add_column("", no_wrap=True)
    for heading in ("starts in", "memory", "first asked", "asked again", "ratio"):
        drawn.add_column(heading, justify="right", no_wrap=True)
    few = statistics.median(again for _, again in costs[FEW])
    for row, fleet in zip(rows, costs, strict=True):
        first, _ = costs[fleet][0]  # later rounds find their roads known
        again = statistics.median(again for _, again in costs[fleet])
        drawn.add_row(
            f"{fleet:,} cars",
            f"{row.started:.1f} s",
            f"{row.used().megabytes:.0f} MB",
            f"{first:,.0f}",
            f"{again:.0f}",
            f"{again / few:.2f}",
        )
    return drawn


def telling_table(rows: Sequence[Passed]) -> Table:
    """What webhooks cost that many cars are subscribed to."""
    drawn = Table(
        title="Webhooks told in process, while time passes",
        caption="µs of CPU for the first event of a car, and for each of the others; "
        "the receiver only answers",
    )
    drawn.add_column("", no_wrap=True)
    for heading in ("events", "events/s", "first", "others", "ratio", "memory"):
        drawn.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        drawn.add_row(
            f"{row.cars:,} cars, {row.span}",
            f"{row.events:,}",
            f"{1e6 / row.cpu:,.0f}",
            f"{row.first:,.0f}",
            f"{row.cpu:.0f}",
            f"{row.cpu / rows[0].cpu:.2f}",
            f"{row.megabytes:.0f} MB",
        )
    return drawn


@dataclass(slots=True)
class _Asked(argparse.Namespace):
    rounds: int = 7
    calls: int = 4000
    quick: bool = False
    span: str = "1d"
    without_official: bool = False


def _asked() -> _Asked:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, help="how often each is measured: 7")
    parser.add_argument("--calls", type=int, help="requests in each round: 4000")
    parser.add_argument("--quick", action="store_true", help="one short round: does it work?")
    # make bench hands on what bench/run.py is told, too.
    parser.add_argument("--without-official", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(namespace=_Asked())
    if asked.quick:
        asked.rounds, asked.calls, asked.span = 1, 320, "1h"
    return asked


def main() -> None:
    """Measure, and print."""
    asked, console = _asked(), Console()
    pin(CORE)
    with ExitStack() as running, console.status("Starting the servers"):
        rows = [
            Served.start("bare ASGI: JSON route", "routed", "0"),
            Served.start("bare ASGI: canned reply", "canned", "0"),
            Served.start("simulator, asked anew", "anew", str(FEW)),
            Served.start(f"simulator, {FEW} cars", "simulator", str(FEW)),
            Served.start(f"simulator, {MANY:,} cars", "simulator", str(MANY)),
        ]
        for row in rows:
            running.callback(row.stop)
        costs: dict[int, list[tuple[float, float]]] = {FEW: [], MANY: []}
        for _ in range(asked.rounds):
            for row in rows:
                row.run(asked.calls)
            for fleet, each in costs.items():
                each.append(in_process(fleet, FEW, asked.calls))
        console.print(served_table(rows))
        console.print(fleet_table(rows[-len(costs) :], costs))
    with console.status("Telling webhooks"):
        console.print(telling_table([Passed.measured(cars, asked.span) for cars in SUBSCRIBED]))
    console.print(circumstances_of_machine(), soft_wrap=True)
    console.print(
        f"{asked.rounds} interleaved rounds of {asked.calls:,} requests after a warm-up; medians. "
        "One signal with its vehicle, of twelve cars in turn; no limits; time goes by. "
        "The JSON route reads the path, checks the bearer and encodes a document as large.",
        soft_wrap=True,
    )


if __name__ == "__main__":
    main()
