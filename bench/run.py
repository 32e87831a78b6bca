"""What one ``signal()`` costs, beside the least it could cost and beside the official SDK.

``make bench``, or ``python bench/run.py --quick``.  Everything happens on loopback, but for
installing the official SDK once, into ``.tools``.  Compare the ratios: the times are those of one
machine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

import smartcar

ROOT: Final = Path(__file__).resolve().parent.parent
KEPT: Final = ROOT / ".tools"
OFFICIAL: Final = "6.19.1"
PLACE: Final = KEPT / f"official-{OFFICIAL}"
ITS_PYTHON: Final = str(PLACE / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))

INSTALL_SECONDS: Final = 90


@dataclass(slots=True)
class Contender:
    """One row of the table: a program, and what it said in each round."""

    label: str
    command: tuple[str, ...]
    floor: str
    """Label of the raw socket that waits in the same way."""
    bare: str
    """Label of the HTTP library that waits in the same way."""
    cpu: list[float] = field(default_factory=list[float])
    wall: list[float] = field(default_factory=list[float])

    def run(self, origin: str, calls: int) -> None:
        """Measure once, in a new process."""
        seconds = 30 + calls * 0.02  # ten times what the slowest was seen to take
        said = subprocess.run(  # noqa: S603 -- our own modules
            [*self.command, origin, str(calls)],
            cwd=ROOT,
            env=_environment(),
            check=True,
            stdout=subprocess.PIPE,
            timeout=seconds,
        )
        cost: dict[str, float] = json.loads(said.stdout)
        self.cpu.append(cost["cpu"])
        self.wall.append(cost["wall"])

    @property
    def usual_cpu(self) -> float:
        """Microseconds of the processor per call, the median of the rounds."""
        return statistics.median(self.cpu)

    @property
    def usual_wall(self) -> float:
        """Microseconds per call, the median of the rounds."""
        return statistics.median(self.wall)


_RAW, _BARE, _OURS = "raw socket", "bare pyreqwest", "ours, Smartcar"
_THEIRS: Final = f"official SDK {OFFICIAL}"
_RAW_64, _BARE_64, _OURS_64 = "64 raw sockets", "64 bare pyreqwest", "64 ours, AsyncSmartcar"


def contenders(*, official: bool) -> dict[str, Contender]:
    """Everybody who is measured, in the order of the table."""
    blocking = (sys.executable, "-m", "bench.blocking")
    awaiting = (sys.executable, "-m", "bench.awaiting")
    rows = [
        Contender(_RAW, (*blocking, "raw"), _RAW, _BARE),
        Contender(_BARE, (*blocking, "pyreqwest"), _RAW, _BARE),
        Contender(_OURS, (*blocking, "ours"), _RAW, _BARE),
    ]
    if official:
        rows.append(Contender(_THEIRS, (ITS_PYTHON, "-m", "bench.official"), _RAW, _BARE))
    rows += [
        Contender(_RAW_64, (*awaiting, "raw"), _RAW_64, _BARE_64),
        Contender(_BARE_64, (*awaiting, "pyreqwest"), _RAW_64, _BARE_64),
        Contender(_OURS_64, (*awaiting, "ours"), _RAW_64, _BARE_64),
    ]
    return {row.label: row for row in rows}


def install_official() -> str | None:
    """Install the official SDK into its own environment; why not, if that fails."""
    if _official_is_there():
        return None
    pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries=1")
    environment = {"PIP_CACHE_DIR": str(KEPT / "pip"), **os.environ}
    try:
        for command in (
            (sys.executable, "-m", "venv", "--clear", str(PLACE)),
            (ITS_PYTHON, *pip, "--only-binary=:all:", f"smartcar=={OFFICIAL}"),
        ):
            subprocess.run(  # noqa: S603 -- as above
                command,
                env=environment,
                check=True,
                timeout=INSTALL_SECONDS,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
    except subprocess.TimeoutExpired:
        return f"not in {INSTALL_SECONDS} seconds"
    except subprocess.CalledProcessError as error:
        lines = [line for line in str(error.stderr).splitlines() if line.startswith("ERROR")]
        return lines[-1].removeprefix("ERROR: ") if lines else "pip says nothing"
    return None if _official_is_there() else "it is not what was asked for"


def _official_is_there() -> bool:
    if not Path(ITS_PYTHON).exists():
        return False
    told = subprocess.run(  # noqa: S603 -- as above
        [ITS_PYTHON, "-c", "import smartcar; print(smartcar.__version__)"],
        env=_environment(),
        check=False,
        capture_output=True,
        text=True,
    )
    return told.stdout.strip() == OFFICIAL


def _environment() -> Mapping[str, str]:
    """Ours, without what would send a request elsewhere or take one SDK for the other."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy")
        and not name.startswith("SMARTCAR_")
        and name != "PYTHONPATH"
    }


@contextmanager
def serving() -> Generator[str]:
    """The origin of a server that lives as long as the block."""
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.server"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        port = server.stdout.readline().strip() if server.stdout else ""
        if not port:
            raise RuntimeError("the server did not start: see its message above")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.communicate(timeout=10)


def table(rows: Mapping[str, Contender], *, missing: bool) -> Table:
    """Everybody side by side."""
    drawn = Table(title="One signal(), µs per call", caption="64: awaited, so many in flight")
    drawn.add_column("", no_wrap=True)
    for heading in ("CPU", "min-max", "wall", "CPU ÷ raw", "CPU ÷ bare"):
        drawn.add_column(heading, justify="right", no_wrap=True)
    for label, row in rows.items():
        drawn.add_row(
            label,
            f"{row.usual_cpu:,.0f}",
            f"{min(row.cpu):.0f}-{max(row.cpu):.0f}",
            f"{row.usual_wall:,.0f}",
            f"{row.usual_cpu / rows[row.floor].usual_cpu:.1f}",
            f"{row.usual_cpu / rows[row.bare].usual_cpu:.2f}",
            end_section=label == (_THEIRS if _THEIRS in rows else _OURS),
        )
    if missing:
        drawn.add_row(_THEIRS, "-", "not installed")
    return drawn


def circumstances(rounds: int, calls: int, *, official: bool) -> str:
    """On what it was measured, and how."""
    theirs = f", official {_their_versions()}" if official else ""
    return (
        f"{circumstances_of_machine()} smartcar-sdk {smartcar.__version__}, "
        f"pyreqwest {version('pyreqwest')}, "
        f"msgspec {version('msgspec')}{theirs}.\n"
        f"{rounds} interleaved rounds of {calls:,} calls, each in a new process after a warm-up; "
        "medians. Plain HTTP on loopback, asyncio's own loop, one signal with its vehicle.\n"
        "CPU is user and system time of the client's process, all its threads; the server is "
        "another process."
    )


def circumstances_of_machine() -> str:
    """On what it was measured."""
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}; "
        f"{platform.python_implementation()} {platform.python_version()};"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def _their_versions() -> str:
    code = (
        "from importlib.metadata import version as v;"
        'print(f\'{v("smartcar")} (requests {v("requests")}, urllib3 {v("urllib3")})\')'
    )
    told = subprocess.run(  # noqa: S603 -- as above
        [ITS_PYTHON, "-c", code], check=True, capture_output=True, text=True, env=_environment()
    )
    return told.stdout.strip()


def closing(rows: Mapping[str, Contender]) -> str:
    """The ratios, as the README may have them."""
    ours, ours_64 = rows[_OURS], rows[_OURS_64]
    said = (
        f"For the README: a signal() takes {_times(ours, rows[_BARE])} the processor time of the "
        f"bare HTTP library, {_times(ours, rows[_RAW])} that of a raw socket; with 64 in flight "
        f"{_times(ours_64, rows[_BARE_64])} and {_times(ours_64, rows[_RAW_64])}."
    )
    if _THEIRS in rows:
        said += f" The official SDK takes {_times(rows[_THEIRS], ours)} ours."
    return said


def _times(one: Contender, other: Contender) -> str:
    return f"{one.usual_cpu / other.usual_cpu:.1f} times"


def _number(least: int, most: int, text: str) -> int:
    number = int(text)
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"{number} is not from {least} to {most}")
    return number


def _rounds(text: str) -> int:
    return _number(1, 50, text)


def _calls(text: str) -> int:
    # The official SDK opens a connection for each call: more would use up the ports of loopback.
    return _number(64, 10_000, text)


@dataclass(slots=True)
class _Asked(argparse.Namespace):
    rounds: int = 5
    calls: int = 2000
    quick: bool = False
    without_official: bool = False


def _asked() -> _Asked:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=_rounds, help="how often each is measured: 5")
    parser.add_argument("--calls", type=_calls, help="calls in each round: 2000")
    parser.add_argument(
        "--quick", action="store_true", help="one round of 200 calls: does it work?"
    )
    parser.add_argument(
        "--without-official", action="store_true", help="leave the official SDK out"
    )
    asked = parser.parse_args(namespace=_Asked())
    if asked.quick:
        asked.rounds, asked.calls = 1, 200
    return asked


def main() -> int:
    """Measure, and print; 0 if everybody was there."""
    asked = _asked()
    console = Console()
    absent = None
    if not asked.without_official:
        with console.status(f"Installing the official SDK into {PLACE.relative_to(ROOT)}"):
            absent = install_official()
    official = absent is None and not asked.without_official
    rows = contenders(official=official)
    with serving() as origin, console.status("") as status:
        for number in range(asked.rounds):
            for row in rows.values():
                status.update(f"Round {number + 1} of {asked.rounds}: {row.label}")
                row.run(origin, asked.calls)
    console.print(table(rows, missing=absent is not None))
    if absent is not None:
        console.print(f"The official SDK could not be installed: {absent}", markup=False)
    console.print(circumstances(asked.rounds, asked.calls, official=official), soft_wrap=True)
    console.print(closing(rows), soft_wrap=True)
    size = "500" if asked.quick else "3000"
    subprocess.run([sys.executable, "-m", "bench.migrating", size], cwd=ROOT, check=True)  # noqa: S603 -- as above
    return 0 if absent is None else 1


if __name__ == "__main__":
    sys.exit(main())
