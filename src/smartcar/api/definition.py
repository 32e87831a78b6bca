"""What a signal is: its code, and everything the catalogue knows about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import Any, Final, Generic, Self, TypeVar

import msgspec

from smartcar.protocol.shapes import convert

V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)


class _Facts(msgspec.Struct, frozen=True):
    """What ``signals.json`` says of one signal."""

    code: str
    name: str
    group: str
    description: str
    kind: str
    unit: tuple[str, ...]
    permission: tuple[str, ...]
    powertrains: tuple[str, ...]
    enum: tuple[str, ...] | dict[str, Any] = ()
    example_body: dict[str, Any] | None = None


@cache
def _catalogue() -> Mapping[str, _Facts]:
    data = resources.files("smartcar.api").joinpath("signals.json").read_bytes()
    return {facts.code: facts for facts in msgspec.json.decode(data, type=list[_Facts])}


class SignalType(str, Generic[V_co]):  # noqa: SLOT000 -- a generic cannot have them
    """One signal of the catalogue: a string (its code) that knows the rest.

    ``car.signal(TractionBattery.StateOfCharge).value`` is a ``float | None`` to a type checker,
    because ``StateOfCharge`` is a ``SignalType[float]``.
    """

    _read: Callable[[Mapping[str, Any]], V_co]
    _group: type
    _attribute: str

    def __new__(cls, code: str, read: Callable[[Mapping[str, Any]], V_co]) -> SignalType[V_co]:
        """Make one.  *read* takes the value out of a signal's body."""
        self = super().__new__(cls, code)
        self._read = read
        ALL[code] = self
        return self

    @property
    def code(self) -> str:
        """Its name in paths and replies, such as ``tractionbattery-stateofcharge``."""
        return str.__str__(self)

    @property
    def group(self) -> str:
        """Such as ``TractionBattery``."""
        return _catalogue()[self].group

    @property
    def name(self) -> str:
        """Such as ``StateOfCharge``."""
        return _catalogue()[self].name

    @property
    def description(self) -> str:
        """What it tells."""
        return _catalogue()[self].description

    @property
    def unit(self) -> str | None:
        """Unit of the value, as the API writes it; None for words, truths and most structures."""
        return next(iter(_catalogue()[self].unit), None)

    @property
    def permissions(self) -> tuple[str, ...]:
        """What the owner must have granted: any one of these."""
        return _catalogue()[self].permission

    @property
    def powertrains(self) -> tuple[str, ...]:
        """Cars that can have it: BEV, PHEV, HEV, ICE."""
        return _catalogue()[self].powertrains

    @property
    def words(self) -> tuple[str, ...]:
        """Known values of a text.  The set is open: others may come."""
        enum = _catalogue()[self].enum
        return enum if isinstance(enum, tuple) else ()

    @property
    def example(self) -> Mapping[str, Any]:
        """A body as the API sends it, from the documentation or a live capture."""
        return _catalogue()[self].example_body or {}

    @property
    def is_attribute(self) -> bool:
        """Is it a fixed trait (VIN, colour) rather than a reading?"""
        return _catalogue()[self].kind == "attribute"

    def value_in(self, body: Mapping[str, Any]) -> V_co:
        """The value that a signal's *body* holds.

        Raises:
            msgspec.ValidationError: The body does not hold such a value.
        """
        return self._read(body)

    def __repr__(self) -> str:
        return f"{self.group}.{self.name}"

    def __set_name__(self, group: type, name: str) -> None:
        self._group, self._attribute = group, name

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (self._group, self._attribute)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


ALL: Final[dict[str, SignalType[Any]]] = {}
"""Every signal of the catalogue, by code."""


def find(code: str) -> SignalType[Any] | None:
    """The signal with *code*; None if the catalogue does not know it."""
    return ALL.get(code)


def scalar(kind: type[V]) -> Callable[[Mapping[str, Any]], V]:
    """Read ``{"value": …}``.  strict=False: a whole number may come as 3.0, a number as text."""

    def read(body: Mapping[str, Any]) -> V:
        if "value" not in body:
            msg = "the body has no value"
            raise msgspec.ValidationError(msg)
        return convert(body["value"], kind, strict=kind is str)

    return read


def listed(kind: type[V]) -> Callable[[Mapping[str, Any]], tuple[V, ...]]:
    """Read ``{"values": […]}``."""
    shape: Any = tuple[kind, ...]  # type: ignore[valid-type]  # a type made at run time

    def read(body: Mapping[str, Any]) -> tuple[V, ...]:
        if "values" not in body:
            msg = "the body has no values"
            raise msgspec.ValidationError(msg)
        values: tuple[V, ...] = convert(body["values"], shape, strict=False)
        return values

    return read


def structured(kind: type[V]) -> Callable[[Mapping[str, Any]], V]:
    """Read the whole body."""

    def read(body: Mapping[str, Any]) -> V:
        return convert(body, kind, strict=False)

    return read
