"""Who calls: the application's credentials, its patience, and on whose behalf it asks about a car.

What ``Smartcar`` and ``AsyncSmartcar`` share, with no I/O.
"""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypedDict, TypeVar

from ._version import __version__
from .api.account import AccountEndpoints
from .api.resources import Connection
from .errors import NotFoundError, PermissionDeniedError
from .protocol.flow import Call, Flow
from .protocol.oauth import Credentials, TokenSource
from .protocol.origins import Origins
from .protocol.resource import Resource
from .protocol.session import Options, Session
from .protocol.wire import header_value
from .transport import Clock, SystemClock

R = TypeVar("R")


class Settings(TypedDict, total=False):
    """What ``Smartcar(…)`` and ``with_options(…)`` take in common."""

    connect_timeout: float | None
    """Seconds to wait for a connection: 5."""
    read_timeout: float | None
    """Seconds to wait for a whole reply: 310."""
    deadline: float | None
    """Seconds for a read with all its retries: 330."""
    retries: int
    """How often a read that failed for a while is sent again: 2."""


class Caller(Resource):
    """What the two clients have in common: who we are, and whom we talk to."""

    path_params: Mapping[str, str] = MappingProxyType({})
    _session: Session

    @property
    def options(self) -> Options:
        """How patient this client is."""
        return self._session.options

    @property
    def origins(self) -> Origins:
        """Where it sends what."""
        return self._session.origins

    def ask(self, call: Call[R]) -> Flow[R]:
        """The flow that sends *call* and reads its reply."""
        return self._session.perform(call)

    def ask_for(self, vehicle_id: str, user_id: str | None, call: Call[R]) -> Flow[R]:
        """The same about one car, on behalf of its owner where the API must be told who that is."""
        is_known = user_id is not None or not call.needs_user
        if is_known or not self._session.tokens.stands_for_application:
            return (yield from self._session.perform(call, user_id))
        user_id = yield from self._owner_of(vehicle_id)
        try:
            return (yield from self._session.perform(call, user_id))
        except (PermissionDeniedError, NotFoundError):
            self._session.users.pop(vehicle_id, None)  # it may have another owner by now
            raise

    def now(self) -> float:
        """Seconds, by the clock that its waits use."""
        return self._session.now()

    def _owner_of(self, vehicle_id: str) -> Flow[str]:
        """The user who connected the car last; asked once."""
        known = self._session.users.get(vehicle_id)
        if known is not None:
            return known
        for fields in ({}, {"mode": "simulated"}):  # without a mode the API hides simulated cars
            asked = {"vehicle_id": vehicle_id, "page_size": 1, **fields}
            call = AccountEndpoints.connections.call_with({}, asked)
            page = yield from self._session.perform(call)
            if page.data and page.data[0].user_id:
                return self._session.users.setdefault(vehicle_id, page.data[0].user_id)
        raise NotFoundError(404, f"Nobody has connected the vehicle {vehicle_id}.")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {self.origins.vehicle}>"

    @staticmethod
    def _converse(  # noqa: PLR0917 -- what both constructors were given, in their order
        client_id: str | None,
        client_secret: str | None,
        access_token: str | TokenSource | None,
        origin: str | Origins | None,
        clock: Clock,
        app_info: str | None,
        settings: Settings,
    ) -> Session:
        if isinstance(origin, str):
            origin = Origins.all_at(origin)
        agent = f"smartcar-sdk/{__version__}"
        if app_info is not None:
            if not app_info.isascii() or not app_info.isprintable():
                msg = "app_info must be printable ASCII: it goes into a header"
                raise ValueError(msg)
            agent = f"{agent} {app_info}"
        session = Session(
            origins=origin or Origins.from_environment(os.environ),
            now=clock.now,
            chance=random.random,
            options=Options(**settings),
            headers={"user-agent": agent},
        )
        if access_token is not None:
            session.use_token(access_token)
        else:
            session.log_in(found_credentials(client_id, client_secret))
        return session


def found_credentials(client_id: str | None, client_secret: str | None) -> Credentials:
    """The application's id and secret: those given, else the environment's.

    Raises:
        ValueError: There are none.
    """
    found: list[str] = []
    for given, name in ((client_id, "client_id"), (client_secret, "client_secret")):
        variable = f"SMARTCAR_{name.upper()}"
        value = given if given is not None else os.environ.get(variable)
        if not value:
            msg = f"{name} is missing: pass it, or set the environment variable {variable}"
            raise ValueError(msg)
        found.append(value)
    return Credentials(*found)


def named(vehicle: str | Connection, user_id: str | None) -> tuple[str, str | None]:
    """Id of a car, and of the user on whose behalf it is asked."""
    if isinstance(vehicle, Connection):
        return vehicle.vehicle_id, user_id or vehicle.user_id or None
    return vehicle, user_id


def clock_of(transport: object) -> Clock:
    """The transport's own clock (the simulator's runs on virtual time), else the system's."""
    clock: Any = getattr(transport, "clock", None)
    return SystemClock() if clock is None else clock


def given(token: str | TokenSource) -> str | TokenSource:
    """*token*, if it is one: whoever has none must not ask with the application's authority.

    Raises:
        TypeError: It is no text.
        ValueError: It is empty, or no header can carry it.
    """
    return token if isinstance(token, TokenSource) else header_value("token", token)


def default_credentials(
    transport: object,
    client_id: str | None,
    client_secret: str | None,
    access_token: str | TokenSource | None,
) -> tuple[str | None, str | None, str | TokenSource | None]:
    """A transport that needs no account (the simulator) brings credentials of its own."""
    own: Credentials | None = getattr(transport, "credentials", None)
    if own is not None and access_token is None and client_id is None and client_secret is None:
        return own.client_id, own.client_secret, None
    return client_id, client_secret, access_token
