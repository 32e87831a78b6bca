"""What v2.0 has about one car besides its reads: what ends or begins something, and what it is.

A source names its page of Smartcar's documentation in brackets.
"""
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from typing import Any, Final

from smartcar.protocol.endpoint import delete, get, post

from . import classic_models as models

_CAR: Final = "/vehicles/{vehicle_id}"
_V2: Final[Any] = {"version": "2.0", "host": "api"}


class ClassicChanges:
    """What v2.0 lets an application change about its own access to a car."""

    @delete(
        f"{_CAR}/application",
        elsewhere="find the car's connection with client.connections(vehicle_id=…), "
        "then client.remove_connection(…)",
        **_V2,
    )
    def disconnect(self) -> models.ActionResponse:
        """End this application's access to the car.  v2.0 only.

        Raises:
            ValueError: On v3, where a connection is removed.

        Source: https://smartcar.com/docs/api-reference
        """
        ...

    @post(
        f"{_CAR}/webhooks/{{webhook_id}}",
        elsewhere="call client.create_subscription(…)",
        **_V2,
    )
    def subscribe(self, webhook_id: str) -> models.WebhookSubscription:
        """Send the car's events to a webhook.  v2.0 only.

        Args:
            webhook_id: A UUID, from the dashboard.

        Raises:
            InvalidRequestError: It is no UUID.
            ValueError: On v3, where a subscription is created.

        Source: https://smartcar.com/docs/api-reference
        """
        ...

    @delete(
        f"{_CAR}/webhooks/{{webhook_id}}",
        authority="management token",
        elsewhere="find it with client.subscriptions(vehicle_id=…), "
        "then client.delete_subscription(…)",
        **_V2,
    )
    def unsubscribe(self, amt: str, webhook_id: str) -> models.ActionResponse:
        """Send the car's events to a webhook no more.  v2.0 only.

        Args:
            amt: The application management token, from the dashboard.
            webhook_id: A UUID, from the dashboard.

        Raises:
            AuthenticationError: The management token is wrong.
            ValueError: On v3, where a subscription is deleted.

        Source: https://smartcar.com/docs/api-reference
        """
        ...


class ClassicAttributes:
    """What v2.0 answers where v3 has a declaration of the same name."""

    @get(_CAR, permission="read_vehicle_info", ends_with_slash=True, **_V2)
    def attributes(self) -> models.Attributes:
        """Make, model and year.

        Raises:
            PermissionDeniedError: The owner has not granted ``read_vehicle_info``.

        Source: https://smartcar.com/docs/api-reference (get-vehicle-info)
        """
        ...
