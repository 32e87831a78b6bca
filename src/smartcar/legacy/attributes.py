"""Attributes and methods that only the official Python SDK has.  No I/O here."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Self

from .calls import id_as_text
from .warning import warn

_OF_A_CAR: Final = frozenset(
    {
        *("id", "user_id", "token", "version", "flags", "path_params"),
        *("_about", "_client", "_elsewhere", "_units"),
    }
)
"""What a car is made anew with, or has from that; all else is the program's own."""


class WasAuthClient:
    """Attributes that a client of owners' tokens has in the official SDK only."""

    if not TYPE_CHECKING:

        @property
        def auth(self) -> tuple[str, ...]:
            """The application's id and secret."""
            warn("auth is deprecated: keep the client's id and secret where they come from")
            known = b64decode(self._authorization.removeprefix("Basic ")).decode()
            return tuple(known.split(":", 1))

        @property
        def client_secret(self) -> str:
            """The application's secret."""
            return self.auth[1]


class WasVehicle:
    """Attributes and methods that a car has in the official SDK only."""

    _elsewhere: Mapping[str, Any] | None = None
    """What it is made with in another process besides; None where it cannot be made there."""

    if not TYPE_CHECKING:

        @property
        def vehicle_id(self) -> str:
            """The car's id."""
            warn("vehicle_id is deprecated: say vehicle.id")
            return self.id

        @vehicle_id.setter
        def vehicle_id(self, vehicle_id: str) -> None:
            warn("vehicle_id is deprecated: make another car, Vehicle(id, token)")
            vehicle_id = id_as_text(vehicle_id)
            self.id, self.path_params = vehicle_id, {"vehicle_id": vehicle_id}

        @property
        def access_token(self) -> str | None:
            """Its owner's token."""
            warn("access_token is deprecated: say vehicle.token")
            return self.token

        @access_token.setter
        def access_token(self, access_token: str) -> None:
            warn("access_token is deprecated: make another car, Vehicle(id, token)")
            if self.token is None:
                told = "this car speaks with its client's token, not with one of its own"
                raise AttributeError(told)
            self._client._session.use_token(access_token)
            self.token = access_token

        @property
        def _unit_system(self) -> str | None:
            """Its units: programs set them so, as the official ``set_unit_system`` refuses all."""
            warn("_unit_system is deprecated: say vehicle.unit_system")
            return self.unit_system

        @_unit_system.setter
        def _unit_system(self, unit_system: str) -> None:
            units = unit_system.lower()
            warn(f'_unit_system is deprecated: say vehicle.unit_system = "{units}"')
            self.unit_system = units

        @property
        def _api_version(self) -> str:
            """The version that it is asked on."""
            warn("_api_version is deprecated: say vehicle.version")
            return self.version

        @_api_version.setter
        def _api_version(self, version: str) -> None:
            warn(f'_api_version is deprecated: make another car, Vehicle(…, version="{version}")')
            self.version = version

        def set_unit_system(self, unit_system: str) -> None:
            """Ask in metric or imperial units from now on."""
            units = unit_system.lower()
            warn(f'set_unit_system() is deprecated: say vehicle.unit_system = "{units}"')
            self.unit_system = units

        def __copy__(self) -> Self:
            other = object.__new__(type(self))
            if self._can_be_made_elsewhere():  # with a token of its own, which may be assigned
                other.__setstate__(self.__getstate__())
            else:
                vars(other).update(vars(self))
            return other

        def __deepcopy__(self, memo: dict[int, Any]) -> Self:
            return self.__copy__()  # connections are shared, as those of all cars

        def _can_be_made_elsewhere(self) -> bool:
            return self._elsewhere is not None and isinstance(self.token, str)

        def __getstate__(self) -> dict[str, Any]:
            """As the official SDK's: in a file or another process it is made anew of this."""
            if not self._can_be_made_elsewhere():
                told = "only a car made with a token, over the network, is pickled: make it there"
                raise TypeError(told)
            return {
                **{name: value for name, value in vars(self).items() if name not in _OF_A_CAR},
                "vehicle_id": self.id,
                "access_token": self.token,
                "_unit_system": self.unit_system,
                "_api_version": self.version,
                "_flags": self.flags,
                "_besides": {"user_id": self.user_id, **(self._elsewhere or {})},
            }

        def __setstate__(self, state: dict[str, Any]) -> None:
            more = {**state}
            how = {
                "unit_system": more.pop("_unit_system").lower(),
                "version": more.pop("_api_version"),
                "flags": more.pop("_flags") or None,
                **more.pop("_besides", {}),
            }
            begin = import_module("smartcar").Vehicle.__init__  # a subclass's may take others
            begin(self, more.pop("vehicle_id"), more.pop("access_token"), **how)
            vars(self).update(more)
