"""What a car of v3 told of the signals that one of v2.0's objects is made from.

A part that the car does not tell is None; where it tells none of them, the first signal's error is
raised.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Any, Final, TypeVar

import msgspec

from smartcar.errors import CompatibilityError, DecodeError, NotFoundError, SmartcarError
from smartcar.errors.kinds import error_from
from smartcar.protocol.documents import Model, instant, read_model, read_resource
from smartcar.protocol.wire import Reply

from . import units
from .answers import Meta
from .definition import SignalType
from .signals import Signal, SignalError, read_signals

V = TypeVar("V")

_STATUS: Final = {
    "VALIDATION": 400,
    "CONNECTED_SERVICES_ACCOUNT": 400,
    "AUTHENTICATION": 401,
    "PERMISSION": 403,
    "RESOURCE_NOT_FOUND": 404,
    "VEHICLE_STATE": 409,
    "RATE_LIMIT": 429,
    "BILLING": 430,
    "COMPATIBILITY": 501,
    "UPSTREAM": 502,
}
"""What v2.0 answers where v3 puts an error into a signal.  https://smartcar.com/docs/api-reference/api-errors"""

_NEVER: Final = frozenset({"COMPATIBILITY", "PERMISSION"})
"""Errors of what is not only for the moment."""


class Told:
    """What a car told of the signals that one answer is made from."""

    def __init__(self, reply: Reply, codes: tuple[str, ...], system: str) -> None:
        self.reply = reply
        self.system = system
        self._used: list[Signal[Any]] = []
        if isinstance(read_model(reply, _Either).data, list):
            everything = read_signals(reply)
            vehicle, self._has_told_anything = everything.vehicle, bool(everything)
            self._signals = {code: everything[code] for code in codes if code in everything}
        else:
            signal = _only(reply, codes[0])
            vehicle, self._has_told_anything = signal.vehicle, True
            self._signals = {codes[0]: signal}
        self.powertrain = None if vehicle is None else vehicle.powertrain_type
        if any(signal.value is not None for signal in self._signals.values()):
            return
        # Signals that are there and null make a model of Nones.
        if not self._signals or any(signal.error for signal in self._signals.values()):
            raise self._why_not(codes)

    def get(self, code: SignalType[V]) -> V | None:
        """The value of one signal; None if the car does not tell."""
        signal = self._signals.get(code)
        if signal is None or signal.value is None:
            return None
        self._used.append(signal)
        value: V = signal.value
        return value

    def need(self, code: SignalType[V]) -> V:
        """The value of one signal.

        Raises:
            SmartcarError: There is none; the signal's own error, if it has one.
        """
        value = self.get(code)
        if value is None:
            raise self._why_not((code,))
        return value

    def tells(self, code: SignalType[Any]) -> bool:
        """Can the car tell it, and may we know?  It may be that it cannot just now."""
        signal = self._signals.get(code)
        error = None if signal is None else signal.error
        return signal is not None and (error is None or error.type not in _NEVER)

    def unit(self, code: SignalType[Any]) -> str | None:
        """The unit that the value came in."""
        signal = self._signals.get(code)
        return None if signal is None else signal.unit

    def distance(self, code: SignalType[float]) -> float | None:
        """Kilometres, or miles."""
        value = self.get(code)
        plain = None if value is None else float(value)  # a BatteryRange carries more
        return units.distance(plain, self.unit(code), self.system)

    def fraction(self, code: SignalType[float]) -> float | None:
        """A percentage, from 0 to 1."""
        return units.fraction(self.get(code))

    def meta(self, *, is_converted: bool) -> Meta:
        """Age and units: the age of the oldest value, for the answer is no newer than that."""
        facts = {
            "dataAge": _oldest(self._used, "oemUpdatedAt"),
            "fetchedAt": _oldest(self._used, "retrievedAt"),
            "requestId": self.reply.headers.get("sc-request-id"),
            "unitSystem": self.system if is_converted else None,
        }
        return Meta({key: fact for key, fact in facts.items() if fact is not None})

    def _why_not(self, codes: tuple[str, ...]) -> SmartcarError:
        """Why none of *codes* has a value."""
        signals = [self._signals[code] for code in codes if code in self._signals]
        for signal in signals:
            if signal.error is not None:
                return _error(signal.error, self.reply)
        if signals:
            return _not_now(self.reply)
        if self._has_told_anything:
            told = f"The car, which tells other signals, tells nothing of {', '.join(codes)}."
            said = {"type": "COMPATIBILITY", "code": "VEHICLE_NOT_CAPABLE", "description": told}
            return CompatibilityError(501, said, self.reply.headers)  # what v2.0 answers
        return NotFoundError(404, "The car has told nothing at all yet.", self.reply.headers)


class _Either(Model, frozen=True):
    data: Any = None


def _only(reply: Reply, code: str) -> Signal[Any]:
    """The one signal in *reply*, which is the one that was asked for."""
    signal = read_resource(reply, Signal[Any])
    if signal.code != code:
        raise DecodeError(reply.status, f"Asked for {code}, told {signal.code}.", reply.headers)
    return signal


def _oldest(signals: list[Signal[Any]], fact: str) -> Any:
    """The earliest time under *fact* in the signals' own meta, as it came."""
    told = (signal.meta.get(fact) for signal in signals)
    times = [(at, said) for said in told if (at := instant(said))]
    return min(times, key=itemgetter(0))[1] if times else None


def _error(error: SignalError, reply: Reply) -> SmartcarError:
    if error.type == "DECODE":
        return DecodeError(reply.status, error.detail or str(error), reply.headers)
    if error.type == "UNAVAILABLE":
        return _not_now(reply)
    status = _STATUS.get(error.type or "", 500)
    return error_from(status, {"errors": [msgspec.to_builtins(error)]}, reply.headers)


def _not_now(reply: Reply) -> NotFoundError:
    return NotFoundError(404, "The car does not tell this at present.", reply.headers)
