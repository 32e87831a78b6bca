"""How the time of ``smartcar migrate`` grows: twice the input should take about twice as long."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from typing import Final

from rich.console import Console
from rich.table import Table

from smartcar.migration.scan import scan_text

_NODE: Final = "const smartcar = require('smartcar');\n"
_PYTHON: Final = "import smartcar\n"

INPUTS: Final[Mapping[str, tuple[str, Callable[[int], str]]]] = {
    "cars, Python": (
        "x.py",
        lambda size: (
            _PYTHON
            + "".join(f"v{n} = smartcar.Vehicle(i, t)\nv{n}.battery()\n" for n in range(size))
        ),
    ),
    "cars, JavaScript": (
        "x.js",
        lambda size: (
            _NODE
            + "".join(
                f"const v{n} = new smartcar.Vehicle(i, t); v{n}.battery();\n" for n in range(size)
            )
        ),
    ),
    "imports, TypeScript": (
        "x.ts",
        lambda size: _NODE + "".join(f"import {{a{n}}} from './a{n}';\n" for n in range(size)),
    ),
    "unfinished lines": ("x.js", lambda size: _NODE + "const \n" * size * 10),
    "brackets left open": ("x.js", lambda size: _NODE + "v.odometer(" * size),
    "requirements": ("requirements.txt", lambda size: "smartcar\n" * size),
}
"""By what there is much of: a name of a file, and its text."""


def growth(size: int) -> Table:
    """Milliseconds for each input, for one twice as large, and how many times that is."""
    drawn = Table(title="smartcar migrate, ms of the processor")
    for heading in ("", f"{size:,}", f"{size * 2:,}", "ratio"):
        drawn.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    for label, (name, text) in INPUTS.items():
        once, twice = (_cost(text(each), name) for each in (size, size * 2))
        drawn.add_row(label, f"{once:,.0f}", f"{twice:,.0f}", f"{twice / once:.1f}")
    return drawn


def _cost(text: str, name: str) -> float:
    """Milliseconds, the least of three."""

    def once() -> float:
        start = time.process_time_ns()
        scan_text(text, name)
        return (time.process_time_ns() - start) / 1e6

    return min(once() for _ in range(3))


if __name__ == "__main__":
    Console().print(growth(int(sys.argv[1])))
