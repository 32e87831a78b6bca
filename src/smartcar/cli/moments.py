"""Moments, as people type them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import click

_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9999, 12, 1, tzinfo=UTC)


class Moment(click.ParamType[datetime]):
    """A moment from 1970 to the year 9999 as ISO 8601 has it, UTC where it names no zone."""

    name = "moment"
    examples = "2026-06-01 or 2026-06-01T06:00:00Z"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The moment that *value* says."""
        if isinstance(value, datetime):
            return value
        try:
            said: datetime | None = self._said(value.strip())
        except (ValueError, OverflowError):
            said = None
        if said is not None and said.tzinfo is None:
            said = said.replace(tzinfo=UTC)
        if said is None:
            self.fail(f"{value!r} is no time: write {self.examples}", param, ctx)
        if not _EARLIEST <= said <= _LATEST:
            self.fail(f"{value!r} is not between 1970 and the year 9999", param, ctx)
        return said

    def _said(self, text: str) -> datetime:
        return datetime.fromisoformat(text)
