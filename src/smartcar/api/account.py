"""Everything an application may ask that is not about one car: declarations, no more."""
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from smartcar.protocol.documents import Page
from smartcar.protocol.endpoint import delete, get, post
from smartcar.protocol.pages import listing

from .resources import (
    Application,
    ApplicationSecret,
    CompatibleVehicle,
    Connection,
    Subscription,
    SubscriptionRequested,
    Webhook,
)

PageSize = Annotated[int, Meta(ge=1, le=100)]
"""Items on a page; the API gives 100 at most."""

PageNumber = Annotated[int, Meta(ge=1)]
"""Which page to begin with."""

_PAGING = {"page_size": "page[size]", "page_number": "page[number]"}
_WHOSE = {
    "user_id": "filter[userId]",
    "vehicle_id": "filter[vehicleId]",
    "mode": "filter[vehicle.mode]",
    **_PAGING,
}


class AccountEndpoints:
    """Connections, users, applications, webhooks, subscriptions, compatible vehicles."""

    @listing("/connections", wire={"external_id": "filter[user.externalId]", **_WHOSE})
    def connections(
        self,
        *,
        user_id: str | None = None,
        vehicle_id: str | None = None,
        external_id: str | None = None,
        mode: Literal["live", "simulated"] | None = None,
        page_size: PageSize | None = None,
        page_number: PageNumber | None = None,
    ) -> Page[Connection]:
        """Who has connected which car, newest first.

        Args:
            user_id: Only this owner's.
            vehicle_id: Only of this car.
            external_id: Only of the owner you gave this id in Connect.
            mode: ``live`` (what the API takes when nothing is said) or ``simulated``.
            page_size: Items a request, 1 to 100; the API takes 10.
            page_number: Where to begin, from 1.

        Source: https://smartcar.com/docs/api-reference/list-connections
        """
        ...

    @get("/connections/{connection_id}")
    def connection(self, connection_id: str) -> Connection:
        """One connection.

        Raises:
            NotFoundError: There is none with this id.

        Source: https://smartcar.com/docs/api-reference/get-connection
        """
        ...

    @delete("/connections/{connection_id}")
    def remove_connection(self, connection_id: str) -> None:
        """End a connection: the car cannot be read or commanded any more.

        Raises:
            NotFoundError: There is none with this id.

        Source: https://smartcar.com/docs/api-reference/remove-connection
        """
        ...

    @delete("/users/{user_id}")
    def remove_user(self, user_id: str) -> None:
        """Remove an owner, with all connections.

        Raises:
            NotFoundError: There is none with this id.

        Source: https://smartcar.com/docs/api-reference/remove-user
        """
        ...

    @listing("/applications", host="management", wire=_PAGING)
    def applications(
        self, *, page_size: PageSize | None = None, page_number: PageNumber | None = None
    ) -> Page[Application]:
        """The applications that these credentials see.

        Source: https://smartcar.com/docs/api
        """
        ...

    @get("/applications/{application_id}", host="management")
    def application(self, application_id: str) -> Application:
        """One application.

        Raises:
            NotFoundError: There is none with this id.

        Source: https://smartcar.com/docs/api
        """
        ...

    @listing("/applications/{application_id}/secrets", host="management", wire=_PAGING)
    def application_secrets(
        self,
        application_id: str,
        *,
        page_size: PageSize | None = None,
        page_number: PageNumber | None = None,
    ) -> Page[ApplicationSecret]:
        """An application's secrets: up to three, so that one can be replaced while another serves.

        Source: https://smartcar.com/docs/api
        """
        ...

    @listing(
        "/webhooks",
        host="management",
        wire={
            "name": "filter[name]",
            "callback_uri": "filter[callbackUri]",
            "is_enabled": "filter[isEnabled]",
            "auto_subscribe": "filter[autoSubscribe]",
            **_PAGING,
        },
    )
    def webhooks(
        self,
        *,
        name: str | None = None,
        callback_uri: str | None = None,
        is_enabled: bool | None = None,
        auto_subscribe: bool | None = None,
        page_size: PageSize | None = None,
        page_number: PageNumber | None = None,
    ) -> Page[Webhook]:
        """The application's webhooks.  They are made in the dashboard.

        Args:
            name: Only those whose name has this part, in upper or lower case.
            callback_uri: Only those whose address has this part.
            is_enabled: Only those that send, or only those that do not.
            auto_subscribe: Only those that new cars join by themselves, or only the others.
            page_size: Items a request, 1 to 100; the API takes 50.
            page_number: Where to begin, from 1.

        Source: https://smartcar.com/docs/api-reference/list-webhooks
        """
        ...

    @get("/webhooks/{webhook_id}", host="management")
    def webhook(self, webhook_id: str) -> Webhook:
        """One webhook.

        Raises:
            NotFoundError: There is none with this id.

        Source: https://smartcar.com/docs/api-reference/get-webhook
        """
        ...

    @listing(
        "/subscriptions", host="management", wire={"webhook_id": "filter[webhookId]", **_WHOSE}
    )
    def subscriptions(
        self,
        *,
        user_id: str | None = None,
        webhook_id: str | None = None,
        vehicle_id: str | None = None,
        mode: Literal["live", "simulated"] | None = None,
        page_size: PageSize | None = None,
        page_number: PageNumber | None = None,
    ) -> Page[Subscription]:
        """Which cars' events go to which webhook.

        Args:
            user_id: Only this owner's cars.
            webhook_id: Only to this webhook.
            vehicle_id: Only of this car.
            mode: ``live`` or ``simulated``.
            page_size: Items a request, 1 to 100; the API takes 25.
            page_number: Where to begin, from 1.

        Source: https://smartcar.com/docs/api-reference/list-subscriptions
        """
        ...

    @post("/subscriptions", host="management")
    def create_subscription(
        self, *, webhook_id: str, user_id: str, vehicle_id: str
    ) -> SubscriptionRequested:
        """Send a car's events to a webhook.

        The API answers before it is done, and gives no id: list the subscriptions to see it.

        Raises:
            SmartcarError: With status 409: the car is subscribed already.
            NotFoundError: There is no such webhook, owner or car.

        Source: https://smartcar.com/docs/api-reference/create-subscription
        """
        ...

    @get("/subscriptions/{subscription_id}", host="management")
    def subscription(self, subscription_id: str) -> Subscription:
        """One subscription.

        Raises:
            NotFoundError: There is none with this id.

        Source: https://smartcar.com/docs/api-reference/get-subscription
        """
        ...

    @delete("/subscriptions/{subscription_id}", host="management")
    def delete_subscription(self, subscription_id: str) -> None:
        """Send a car's events to a webhook no more.

        Raises:
            NotFoundError: There is none with this id.

        Source: https://smartcar.com/docs/api-reference/remove-subscription
        """
        ...

    @listing(
        "/compatible-vehicles",
        host="compatibility",
        wire={
            "make": "filter[make]",
            "powertrain_type": "filter[powertrainType]",
            "region": "filter[region]",
            **_PAGING,
        },
    )
    def compatible_vehicles(
        self,
        *,
        make: str | None = None,
        powertrain_type: Literal["BEV", "PHEV", "HEV", "ICE"] | None = None,
        region: Literal["EUROPE", "US", "CA"] | None = None,
        page_size: PageSize | None = None,
        page_number: PageNumber | None = None,
    ) -> Page[CompatibleVehicle]:
        """Models that can be connected, and what they are capable of.

        Args:
            make: Upper case, such as ``TESLA``.
            powertrain_type: BEV, PHEV, HEV or ICE.
            region: EUROPE, US or CA.
            page_size: Items a request, 1 to 100.
            page_number: Where to begin, from 1.

        Source: https://smartcar.com/docs/api-reference/compatible-vehicles
        """
        ...
