"""What v2.0 can be asked that is not about one car: declarations, no more."""
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from typing import Any, Literal

from smartcar.protocol.endpoint import delete, get

from . import classic_account_models as models
from .arguments import Limit, Offset

_API: Any = {"version": "2.0", "host": "api"}
_CLIENT: Any = {**_API, "authority": "client"}
_MANAGEMENT: Any = {
    "version": "2.0",
    "host": "management_v2",
    "authority": "default:management token",
}
_SNAKE = {
    "test_mode_compatibility_level": "test_mode_compatibility_level",
    "user_id": "user_id",
    "vehicle_id": "vehicle_id",
}

Mode = Literal["live", "simulated", "test"]
Region = Literal["US", "CA", "EUROPE"]
Powertrain = Literal["ICE", "BEV", "PHEV", "HEV"]


class ClassicAccount:
    """Owners, their cars, compatibility, connections."""

    @get("/user", ends_with_slash=True, **_API)
    def user(self) -> models.User:
        """The owner that the token speaks for.

        Raises:
            AuthenticationError: The token is wrong, or at its end.

        Source: https://smartcar.com/docs/api-reference
        """
        ...

    @get("/vehicles", ends_with_slash=True, **_API)
    def vehicles(
        self, *, limit: Limit | None = None, offset: Offset | None = None
    ) -> models.VehicleIds:
        """Ids of the owner's cars that this application may use.

        Args:
            limit: At most so many, from 1 to 50; the API gives 10.
            offset: How many to skip.

        Raises:
            AuthenticationError: The token is wrong, or at its end.

        Source: https://smartcar.com/docs/api-reference (all-vehicles)
        """
        ...

    @get("/compatibility", wire=_SNAKE, **_CLIENT)
    def compatibility(
        self,
        client_id: str,
        client_secret: str,
        *,
        vin: str,
        scope: str,
        country: str = "US",
        mode: Mode | None = None,
        test_mode_compatibility_level: str | None = None,
        flags: str | None = None,
    ) -> models.Compatibility:
        """Can a car be connected, and what can it do?  It errs to the side of "compatible".

        Args:
            client_id: The application's id.
            client_secret: Its secret.
            vin: The car's identification number.
            scope: Permissions that are wanted, with spaces between.
            country: ISO 3166 code of two letters.
            mode: live, simulated or test.
            test_mode_compatibility_level: In test mode, what is to be answered.
            flags: ``name:value`` pairs with spaces between.

        Raises:
            InvalidRequestError: The VIN or a permission is none.

        Source: https://smartcar.com/docs/api-reference (by-vin)
        """
        ...

    @get("/compatibility/matrix", **_CLIENT)
    def compatibility_matrix(
        self,
        client_id: str,
        client_secret: str,
        *,
        region: Region,
        scope: str | None = None,
        make: str | None = None,
        type: Powertrain | None = None,  # noqa: A002 -- the wire's own name
        mode: Mode | None = None,
        flags: str | None = None,
    ) -> models.CompatibilityMatrix:
        """Models that can be connected, by make.

        Args:
            client_id: The application's id.
            client_secret: Its secret.
            region: US, CA or EUROPE.
            scope: Only models with these permissions, with spaces between.
            make: Only these makes, with spaces between.
            type: ICE, BEV, PHEV or HEV.
            mode: live, simulated or test.
            flags: ``name:value`` pairs with spaces between.

        Raises:
            InvalidRequestError: The region is none.

        Source: https://smartcar.com/docs/api-reference (by-region-and-make)
        """
        ...

    @get("/management/connections", wire=_SNAKE, **_MANAGEMENT)
    def management_connections(
        self,
        amt: str,
        *,
        user_id: str | None = None,
        vehicle_id: str | None = None,
        limit: Limit | None = None,
        cursor: str | None = None,
        mode: str | None = None,
    ) -> models.ConnectionsPage:
        """Who has connected which car, newest first.

        Args:
            amt: The application management token, from the dashboard.
            user_id: Only this owner's.
            vehicle_id: Only of this car.
            limit: At most so many, from 1 to 100; the API gives 10.
            cursor: Where to go on: ``paging.cursor`` of the page before.
            mode: Only connections of this mode.

        Raises:
            AuthenticationError: The management token is wrong.

        Source: https://smartcar.com/docs/api-reference (get-vehicle-connections)
        """
        ...

    @delete("/management/connections", wire=_SNAKE, **_MANAGEMENT)
    def delete_management_connections(
        self, amt: str, *, user_id: str | None = None, vehicle_id: str | None = None
    ) -> models.DeletedConnections:
        """End every connection of an owner, or of a car.

        Args:
            amt: The application management token, from the dashboard.
            user_id: This owner's.
            vehicle_id: Of this car.

        Raises:
            AuthenticationError: The management token is wrong.
            InvalidRequestError: Neither is said.

        Source: https://smartcar.com/docs/api-reference (delete-vehicle-connections)
        """
        ...
