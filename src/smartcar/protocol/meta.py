"""What an answer says of itself: how old it is, in which units, under which request id.

v2.0 says it in headers, v3 beside the data and in headers: one mapping holds both.  No I/O here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from smartcar import legacy

from .kept import hashable


class Meta(legacy.WasMeta, dict[str, Any]):
    """What an answer says of itself: a mapping, by names of the wire, that has attributes too.

    Each attribute is None where the answer does not say.
    """

    @property
    def data_age(self) -> datetime | None:
        """When the car recorded the value (a time, in spite of its name)."""
        return instant(self.get("dataAge")) or self.oem_updated_at

    @property
    def fetched_at(self) -> datetime | None:
        """When Smartcar fetched it from the maker."""
        return instant(self.get("fetchedAt")) or self.retrieved_at

    @property
    def request_id(self) -> str | None:
        """Smartcar's id of the request: support asks for it."""
        return self._text("requestId")

    @property
    def unit_system(self) -> str | None:
        """Metric or imperial; None where nothing was converted."""
        return self._text("unitSystem")

    @property
    def oem_updated_at(self) -> datetime | None:
        """v3's word for ``data_age``: when the car reported it to its maker."""
        return instant(self.get("oemUpdatedAt"))

    @property
    def retrieved_at(self) -> datetime | None:
        """v3's word for ``fetched_at``."""
        return instant(self.get("retrievedAt"))

    @property
    def ingested_at(self) -> datetime | None:
        """When Smartcar stored it; v3 only."""
        return instant(self.get("ingestedAt"))

    if not TYPE_CHECKING:
        # To type checkers a dictionary has no hash, nor may a kind of it have one.

        def __hash__(self) -> int:
            """Equal ones have equal hashes: do not change one that is in a set."""
            return hash(hashable(self))

    def _text(self, name: str) -> str | None:
        said = self.get(name)
        return said if isinstance(said, str) else None


if TYPE_CHECKING:
    MetaField = Meta
else:
    # msgspec reads plain dictionaries; ``WithMeta`` shows them as what checkers take them for.
    MetaField = dict[str, Any]

NO_META: Any = {}
"""A new one for each document that has none; it is not written."""

_HEADERS: Final = {
    "dataAge": "sc-data-age",
    "fetchedAt": "sc-fetched-at",
    "requestId": "sc-request-id",
    "unitSystem": "sc-unit-system",
}


def meta_of(headers: Mapping[str, str], said: Mapping[str, Any] | None = None) -> Meta:
    """What a reply's headers say, and what is *said* beside its data, which goes first."""
    meta = Meta({key: headers[name] for key, name in _HEADERS.items() if name in headers})
    meta.update(said or {})
    return meta


def instant(value: object) -> datetime | None:
    """A time of the API: ISO 8601 text, or epoch milliseconds (2025, webhooks); 0 means never."""
    if isinstance(value, str):
        try:
            read = msgspec.convert(value, datetime)
        except msgspec.ValidationError:
            return None
        return read if read.tzinfo else read.replace(tzinfo=UTC)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0:
        try:
            return datetime.fromtimestamp(value / 1000, UTC)
        except (OverflowError, ValueError, OSError):
            return None
    return None
