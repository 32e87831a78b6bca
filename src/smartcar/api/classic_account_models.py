"""What v2.0 answers about an account: owners, their cars, connections, what can be connected.

Shapes: https://smartcar.com/docs/api-reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar, Self

from msgspec import field

from smartcar import legacy
from smartcar.protocol.documents import Model, Unusual, read_model, respelled
from smartcar.protocol.wire import Reply

from .answers import Answer, Paging, plain


class User(Answer, frozen=True):
    """The owner that a token speaks for."""

    id: str = ""


class VehicleIds(Answer, frozen=True):
    """Ids of an owner's cars."""

    vehicles: tuple[str, ...] = ()
    paging: Paging = field(default_factory=Paging)

    def __iter__(self) -> Iterator[str]:
        return iter(self.vehicles)


class Capability(Model, legacy.WasTuple, frozen=True):
    """What a car can do, by endpoint."""

    permission: str = ""
    endpoint: str = ""
    capable: bool | None = None
    reason: str | None = None
    """VEHICLE_NOT_CAPABLE or SMARTCAR_NOT_CAPABLE, where it cannot."""


class Compatibility(Answer, frozen=True):
    """Can a car be connected, and what can it do?"""

    compatible: bool | None = None
    reason: str | None = None
    """VEHICLE_NOT_COMPATIBLE or MAKE_NOT_COMPATIBLE, where it cannot."""
    capabilities: tuple[Capability, ...] = ()


class CompatibilityMatrixEntry(Model, legacy.WasTuple, frozen=True):
    """A model, and what it can do."""

    model: str = ""
    start_year: int | None = None
    """The first model year."""
    end_year: int | None = None
    """The last model year."""
    type: str | None = None
    """ICE, BEV, PHEV or HEV."""
    endpoints: tuple[str, ...] = ()
    """Names for people, such as ``EV battery``."""
    permissions: tuple[str, ...] = ()


class CompatibilityMatrix(Answer, Unusual, frozen=True):
    """Models that can be connected, by make in upper case: ``matrix["TESLA"]``."""

    document: ClassVar[Any] = dict[str, tuple[CompatibilityMatrixEntry, ...]]
    makes: Mapping[str, tuple[CompatibilityMatrixEntry, ...]] = {}

    @classmethod
    def read_from(cls, reply: Reply) -> Self:
        """The matrix: its document is the mapping itself."""
        found = read_model(reply, dict[str, tuple[CompatibilityMatrixEntry, ...]])
        return cls(makes=found).kept(reply_=reply)

    def __getitem__(self, make: str) -> tuple[CompatibilityMatrixEntry, ...]:
        return self.makes[make]

    def __iter__(self) -> Iterator[str]:
        return iter(self.makes)

    def __len__(self) -> int:
        return len(self.makes)

    def __contains__(self, make: object) -> bool:
        return make in self.makes

    def to_dict(self) -> dict[str, Any]:
        """As the wire has it: models by make, each with all that a model may have."""
        return {make: plain(entries) for make, entries in self.makes.items()}


class ManagedConnection(Model, legacy.WasTuple, frozen=True):
    """A connection, as the management API of v2.0 knows it."""

    vehicle_id: str | None = None
    user_id: str | None = None
    connected_at: str | None = None
    """ISO 8601."""
    mode: str | None = None


class ConnectionsPage(Answer, frozen=True):
    """Some of the connections."""

    connections: tuple[ManagedConnection, ...] = ()
    paging: Paging = field(default_factory=Paging)

    @classmethod
    def read_from(cls, reply: Reply) -> Self:
        """The page; older documentation calls ``connectedAt`` another name."""
        return super().read_from(respelled(reply, "createdAt", "connectedAt")).kept(reply_=reply)


class DeletedConnections(Answer, frozen=True):
    """Connections that were ended."""

    connections: tuple[ManagedConnection, ...] = ()


class Access(Answer, frozen=True, rename=None, repr_omit_defaults=False):
    """Tokens of one owner, and until when they are good.  Its ``repr`` shows neither."""

    access_token: str
    refresh_token: str | None
    """None where the answer had none, which no documentation foresees: when the access token ends,
    the owner must reconnect."""
    expiration: datetime
    """When the access token ends, with its time zone; after two hours where that is not said."""
    refresh_expiration: datetime | None
    """When that ends: 60 days from its issue, which no reply says; None where there is none."""

    def __repr__(self) -> str:
        """Only the dates: the tokens are secrets."""
        return f"Access(expiration={self.expiration!r}, refresh_expiration=…)"
