"""What a listener hears, shown as it comes: a row of a table each, or a line of JSON."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from smartcar.webhooks.events import Event, Fault, VehicleError, VehicleEvent, VehicleState

from .hearing import Heard, Verdict
from .showing import echo_line, visible

_STYLES: Final[dict[Verdict, str]] = {
    "accepted": "green",
    "answered": "green",
    "kept": "green",
    "forwarded": "green",
    "repeated": "yellow",
    "failed": "red",
    "refused": "red",
}
_WIDE: Final = 140
"""Columns of a terminal that has room for a car's make and for ids of events."""
_INDENT: Final = 10
"""Columns to where the second column begins."""


class Shown:
    """Where each delivery is shown.

    Args:
        console: The terminal.
        is_json: A line of JSON for each, in place of a row.
    """

    def __init__(self, console: Console, *, is_json: bool) -> None:
        self._console = console
        self._is_json = is_json
        self._is_wide = console.width >= _WIDE
        self._counts: Counter[Verdict] = Counter()
        self._one_at_a_time = threading.Lock()

    def begin(self) -> None:
        """Write the heads of the columns."""
        if not self._is_json:
            names = ["UTC", "Type", "Car", "Why", "Verdict", *(["Id"] if self._is_wide else [])]
            self._print([Text(name, "bold") for name in names])

    def __call__(self, heard: Heard) -> None:
        """Show one; what is passed on is told by other threads."""
        with self._one_at_a_time:
            self._counts[heard.verdict] += 1
            if self._is_json:
                echo_line(heard.to_dict())
            else:
                self._row(heard)

    def _row(self, heard: Heard) -> None:
        event = heard.event
        cells = [
            Text(f"{datetime.fromtimestamp(heard.at, UTC):%H:%M:%S}"),
            Text(_kind(event), "" if event else "red"),
            _car(heard, is_wide=self._is_wide),
            Text(_why(heard)),
            Text(_verdict(heard), _STYLES[heard.verdict]),
        ]
        if self._is_wide:
            cells.append(Text(visible(event.id) if event else "", "dim"))
        self._print(cells)
        if heard.note:
            style = "yellow" if heard.verdict == "answered" else "red"
            note = Text(visible(heard.note), style)
            self._console.print(Padding(note, (0, 0, 0, _INDENT)))

    def end(self) -> None:
        """Say what there was in all."""
        if self._is_json:
            return
        total = self._counts.total()
        parts = ", ".join(f"{count:,} {name}" for name, count in self._counts.most_common())
        said = (
            f"{total:,} {'row' if total == 1 else 'rows'}: {parts}." if total else "Nothing came."
        )
        self._console.print(Text(said, "dim"))

    def _print(self, cells: list[Text]) -> None:
        row = Table.grid(padding=(0, 2, 0, 0), expand=True)
        row.add_column(width=8)
        row.add_column(width=13, overflow="fold")
        for share in (25, 24, 20) if self._is_wide else (15, 22, 15):
            row.add_column(ratio=share, overflow="fold")
        if self._is_wide:
            row.add_column(width=36, overflow="ellipsis", no_wrap=True)
        row.add_row(*cells)
        self._console.print(row)


def _kind(event: Event | None) -> str:
    return "unreadable" if event is None else visible(event.type or "no type")


def _car(heard: Heard, *, is_wide: bool) -> Text:
    ids, event = heard.vehicle_ids, heard.event
    if len(ids) > 1:
        return Text(f"{len(ids)} cars")
    made = Text()
    if isinstance(event, VehicleEvent):
        words = (event.vehicle.make if is_wide else None, event.vehicle.model)
        made.append(visible("".join(f"{word} " for word in words if word)))
    return made.append(visible("".join(ids)[: None if is_wide and not made else 8]), "dim")


def _why(heard: Heard) -> str:
    event = heard.event
    if isinstance(event, VehicleState):
        said = [each.name or each.code or each.type for each in event.triggers]
    elif isinstance(event, VehicleError):
        said = [_fault(each) for each in event.errors]
    else:
        said = heard.causes
    test = ["test"] if event is not None and event.is_test else []
    few, more = said[:3], len(said) - 3
    return visible(", ".join([*test, *few, *([f"{more} more"] if more > 0 else [])]))


def _fault(fault: Fault) -> str:
    name = fault.code or fault.type or "UNKNOWN"
    return f"{name} resolved" if fault.is_resolved else name


def _verdict(heard: Heard) -> str:
    if heard.outcome is not None and heard.verdict in {"forwarded", "failed"}:
        return f"-> {heard.outcome.told}"
    if heard.verdict in {"failed", "refused"} and heard.status is not None:
        return f"{heard.verdict} {heard.status}"
    return heard.verdict
