"""Who may ask, and about which cars."""

from __future__ import annotations

from datetime import datetime

from .shown import Shown


class Application(Shown, frozen=True):
    """An application whose credentials are accepted."""

    client_id: str
    application_id: str
    name: str
    client_secret: str | None
    """Only the public one; null where the environment has set another."""
    management_token: str | None
    """As above."""
    redirect_uris: tuple[str, ...]
    """Where Connect may lead back to."""
    connections: int


class Grant(Shown, frozen=True):
    """An owner's consent: the application may use that car."""

    id: str
    """Of the connection."""
    vehicle_id: str
    user_id: str
    owner: str
    """The e-mail that the owner signed in with."""
    permissions: tuple[str, ...]
    mode: str
    created_at: datetime
    updated_at: datetime
    external_id: str | None = None
    car: str = ""
    """Year, make and model."""
    application: str = ""
    """Client id of the application that it is with."""
