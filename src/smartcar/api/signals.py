"""What a car says: one signal, and all of them.

Shapes: https://smartcar.com/docs/api-reference/signals/schema, of 2025 and of 2026.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, Self, TypeVar, overload

import msgspec
from msgspec import field

from smartcar import legacy
from smartcar.errors import DecodeError
from smartcar.protocol.documents import Model, Resource, WithMeta, at, read_model, without_nulls
from smartcar.protocol.endpoint import Read
from smartcar.protocol.meta import NO_META, Meta, MetaField
from smartcar.protocol.shapes import convert
from smartcar.protocol.wire import Reply
from smartcar.untyped import http_date, is_mapping

from .definition import SignalType, find
from .resources import VehicleResource

V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)


class SignalError(Model, frozen=True, omit_defaults=False):
    """Why a signal has no value."""

    type: str | None = None
    """Such as COMPATIBILITY, PERMISSION, VEHICLE_STATE."""
    code: str | None = None
    """Such as VEHICLE_NOT_CAPABLE, NOT_CHARGING."""
    title: str | None = None
    detail: str | None = None
    resolution: dict[str, Any] | str | None = None

    def __str__(self) -> str:
        said = ":".join(part for part in (self.type, self.code) if part) or "UNKNOWN"
        return f"{said} - {self.detail}" if self.detail else said


class SignalStatus(Model, frozen=True):
    """Whether the reading succeeded."""

    value: str = ""
    """SUCCESS, ERROR or UNAVAILABLE; an open set.  Empty if the reply does not say."""
    error: SignalError | None = None


class SignalAttributes(Model, frozen=True):
    """A signal's own part of its resource."""

    code: str = ""
    name: str = ""
    group: str = ""
    status: Any = None
    """The status as it came: an object of ``value`` and ``error``, or a word."""
    body: Any = None
    """The reading, as it came: an object, unless something is wrong with it."""


class Signal(Resource, legacy.WasDocument, Generic[V_co], frozen=True):
    """One reading of a car.

    A signal in ERROR is a signal all the same: ``value`` is None and ``error`` says why.
    """

    attributes: SignalAttributes = field(default_factory=SignalAttributes)

    @property
    def data(self) -> Self:
        """The signal itself: ``data`` is where a reply has it."""
        return self

    @property
    def code(self) -> str:
        """Such as ``tractionbattery-stateofcharge``."""
        return self.attributes.code or self.id

    @property
    def name(self) -> str:
        """Such as ``StateOfCharge``."""
        return self.attributes.name

    @property
    def group(self) -> str:
        """Such as ``TractionBattery``."""
        return self.attributes.group

    @property
    def body(self) -> Mapping[str, Any]:
        """The reading as it came, with every key the car sent."""
        body: object = self.attributes.body
        return body if is_mapping(body) else {}

    @property
    def status(self) -> str:
        """SUCCESS, ERROR or UNAVAILABLE.  Absent means SUCCESS, as it did before November 2025."""
        return self._status.value or "SUCCESS"

    @property
    def error(self) -> SignalError | None:
        """Why there is no value; None if there is one."""
        status = self._status
        if status.error is not None:
            return status.error
        if self.status != "SUCCESS":
            return SignalError(type=self.status)
        return self._read()[1]

    @property
    def _status(self) -> SignalStatus:
        said: object = self.attributes.status
        if isinstance(said, SignalStatus):
            return said
        if said is None or isinstance(said, str):
            return SignalStatus(value=said or "")
        try:
            return convert(said, SignalStatus, strict=False)
        except msgspec.ValidationError as error:
            told = SignalError(type="DECODE", code="UNEXPECTED_STATUS", detail=str(error))
            return SignalStatus(value="ERROR", error=told)

    @property
    def value(self) -> V_co | None:
        """The reading, in ``unit``; None if the car has none to give (see ``error``).

        Of a signal that is not in the catalogue it is whatever the body calls its value.
        """
        return self._read()[0] if self.status == "SUCCESS" else None

    @property
    def unit(self) -> str | None:
        """Unit of the value as the reply has it, else as the catalogue has it."""
        said = self.body.get("unit")
        if isinstance(said, str):
            return said
        known = find(self.code)
        return known.unit if known is not None and self.body else None

    @property
    def oem_updated_at(self) -> datetime | None:
        """When the car reported it to its maker."""
        return self.meta.oem_updated_at

    @property
    def retrieved_at(self) -> datetime | None:
        """When Smartcar fetched it from the maker."""
        return self.meta.retrieved_at

    @property
    def ingested_at(self) -> datetime | None:
        """When Smartcar stored it."""
        return self.meta.ingested_at

    @property
    def age(self) -> timedelta | None:
        """How old the reading was when the reply was sent; None for fixed traits such as the VIN.

        By the server's own clock where the reply has a ``Date``, so a wrong clock here does no
        harm.
        """
        taken = self.oem_updated_at or self.retrieved_at
        if taken is None:
            return None
        return max(_sent_at(self.reply) - taken, timedelta(0))

    @property
    def vehicle(self) -> VehicleResource | None:
        """The car it belongs to, where the reply includes it."""
        return _vehicle(self.__dict__.get("included"), self.reply)

    def _read(self) -> tuple[V_co | None, SignalError | None]:
        known: SignalType[Any] | None = find(self.code)
        whole: object = self.attributes.body
        if whole is not None and not is_mapping(whole):
            told = f"the body is no object but {type(whole).__name__}"
            return None, SignalError(type="DECODE", code="UNEXPECTED_BODY", detail=told)
        body = self.body
        if not body or body.get("value", body) is None:
            return None, None
        if known is None:
            return body.get("value", body.get("values", body)), None
        try:
            return known.value_in(body), None
        except msgspec.ValidationError as error:
            return None, SignalError(type="DECODE", code="UNEXPECTED_BODY", detail=str(error))

    def __str__(self) -> str:
        said = self.error or self.value
        return f"{self.code} {said} {self.unit or ''}".rstrip()


class _SignalsFields(Model, frozen=True, omit_defaults=False):
    data: tuple[Signal[Any], ...]
    meta: MetaField = NO_META
    links: dict[str, Any] = {}
    included: dict[str, Any] = {}


class Signals(WithMeta, _SignalsFields, legacy.WasDocument, frozen=True, omit_defaults=False):
    """Everything a car has said last, by code.

    ``signals[TractionBattery.StateOfCharge].value`` is typed as ``car.signal(…)`` is.

    Attributes:
        data: All of them, in the reply's order.
        meta: What the reply says of itself, such as ``totalCount``.
        links: Addresses, as they came.
        included: What came along, as it came: the car is ``vehicle``.
    """

    @overload
    def __getitem__(self, code: SignalType[V]) -> Signal[V]: ...
    @overload
    def __getitem__(self, code: str) -> Signal[Any]: ...
    def __getitem__(self, code: str) -> Signal[Any]:
        """The signal with *code*.

        Raises:
            KeyError: The car has never said anything of it.
        """
        found = self._by_code.get(code)
        return legacy.part_of(self, code) if found is None else found

    @overload
    def get(self, code: SignalType[V]) -> Signal[V] | None: ...
    @overload
    def get(self, code: str) -> Signal[Any] | None: ...
    def get(self, code: str) -> Signal[Any] | None:
        """The signal with *code*, or None."""
        return self._by_code.get(code) or legacy.part_or_none(self, code)

    def __iter__(self) -> Iterator[Signal[Any]]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    @property
    def vehicle(self) -> VehicleResource | None:
        """The car, where the reply includes it."""
        return _vehicle(self.included, self.reply)

    @property
    def _by_code(self) -> dict[str, Signal[Any]]:
        index: dict[str, Signal[Any]] | None = self.__dict__.get("by_code")
        if index is None:
            index = {signal.code: signal for signal in self.data}
            self.kept(by_code=index)
        return index


class SignalsRead(Read[[], Signals]):
    """The read of all signals: each of them keeps the reply it came in."""

    def read(self, reply: Reply) -> Signals:
        """Read *reply*."""
        return read_signals(reply)


def read_signals(reply: Reply) -> Signals:
    """All signals in *reply*; one that is none does not spoil the others."""
    try:
        signals = read_model(reply, Signals)
    except DecodeError:
        signals = _one_by_one(reply)
    for signal in signals.data:
        signal.kept(reply_=reply, included=signals.included)
    return signals


def _one_by_one(reply: Reply) -> Signals:
    """Signals of a reply in which one of them is not a signal: the others are read all the same."""
    whole = read_model(reply, _Unread)
    data = tuple(_salvaged(item) for item in whole.data)
    meta = Meta(whole.meta) if is_mapping(whole.meta) else Meta()
    return Signals(data=data, meta=meta, included=whole.included).kept(reply_=reply)


class _Unread(Model, frozen=True):
    data: tuple[Any, ...]
    meta: Any = None
    included: dict[str, Any] = {}


def _salvaged(item: object) -> Signal[Any]:
    try:
        return convert(without_nulls(item), Signal[Any], strict=False)
    except msgspec.ValidationError as error:
        code = at(item, "attributes", "code") or at(item, "id")
        told = SignalError(type="DECODE", code="UNEXPECTED_SIGNAL", detail=str(error))
        status = SignalStatus(value="ERROR", error=told)
        said = code if isinstance(code, str) else ""
        return Signal(id=said, attributes=SignalAttributes(code=said, status=status))


def _vehicle(included: object, reply: Reply | None) -> VehicleResource | None:
    found = at(included, "vehicle")
    try:
        car = None if found is None else convert(found, VehicleResource, strict=False)
    except msgspec.ValidationError:
        return None
    return car and car.kept(reply_=reply)


def _sent_at(reply: Reply | None) -> datetime:
    """When the server sent *reply*, else now."""
    sent = None if reply is None else http_date(reply.headers.get("date", ""))
    return sent or datetime.now(UTC)
