"""Who may use which car: declarations, no more."""
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from smartcar.protocol.documents import Page
from smartcar.protocol.endpoint import delete, get, post
from smartcar.protocol.pages import listing
from smartcar.simulator.cars.spec import Mode
from smartcar.simulator.control.models import Application, Grant

from .own import OWN, Email, PageNumber, PageSize

Permissions = Annotated[list[str], Meta(max_length=100)]


class AccessEndpoints:
    """Who may use which car."""

    @listing("/simulator/grants", **OWN)
    def grants(
        self,
        *,
        user_id: str | None = None,
        vehicle_id: str | None = None,
        application: str | None = None,
        page_size: PageSize | None = None,
        page_number: PageNumber | None = None,
    ) -> Page[Grant]:
        """Consents in force, of every mode, newest first.

        Args:
            user_id: Only of this owner.
            vehicle_id: Only about this car.
            application: Only with the one that has this client id or application id.
            page_size: Consents on a page, 1 to 1000; else 100.
            page_number: Which page, from 1.

        Raises:
            NotFoundError: There is no such application.
        """
        ...

    @post("/simulator/grants", **OWN)
    def connect(
        self,
        owner: Email,
        make: str = "TESLA",
        *,
        permissions: Permissions | None = None,
        mode: Mode = "live",
        application: str | None = None,
    ) -> Grant:
        """Let an owner connect a car at once, without walking through Connect.

        Args:
            owner: An e-mail; it means what it means when it is typed into Connect's sign-in.
            make: Brand; the owner's first car of it, invented if there is none.
            permissions: What the owner grants; everything unless said.
            mode: live, simulated or test.
            application: Client id or application id of the one that is connected; the first unless
                said.

        Raises:
            NotFoundError: There is no such application.
            InvalidRequestError: Connect would not have led to a connection.
        """
        ...

    @delete("/simulator/grants/{connection_id}", **OWN)
    def revoke(self, connection_id: str) -> None:
        """End a consent, as its owner would: the car cannot be read any more.

        Raises:
            NotFoundError: There is none with this id.
        """
        ...

    @get("/simulator/applications", **OWN)
    def applications(self) -> tuple[Application, ...]:
        """The applications whose credentials are accepted."""
        ...
