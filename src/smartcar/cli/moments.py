"""Moments, as people type them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import click

_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(9999, 12, 1, tzinfo=UTC)


class Moment(click.ParamType[datetime]):
    """A moment as ISO 8601 has it, UTC where it names no zone: from 1970 to the year 9999."""

    name = "moment"
    examples = "2026-06-01 or 2026-06-01T06:00:00Z"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The moment that *value* says."""
        if isinstance(value, datetime):
            return value
        try:
            said = self._said(value.strip())
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no time: write {self.examples}", param, ctx)
        said = said if said.tzinfo else said.replace(tzinfo=UTC)
        if not _FIRST <= said <= _LAST:
            told = f"{value!r} is not between {_FIRST:%Y-%m-%d} and {_LAST:%Y-%m-%d}"
            self.fail(told, param, ctx)
        return said

    def _said(self, text: str) -> datetime:
        return datetime.fromisoformat(text)
