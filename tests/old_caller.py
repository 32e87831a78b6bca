"""Somebody who speaks v2.0 to a simulator, in process, with nothing of our client in between."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from smartcar.protocol.wire import Reply, Request
from smartcar.simulator import Simulator, events
from smartcar.simulator.application import (
    DEFAULT_CLIENT_ID,
    DEFAULT_CLIENT_SECRET,
    DEFAULT_MANAGEMENT_TOKEN,
)
from smartcar.simulator.connect.consent import agree, garage
from smartcar.simulator.connect.logins import read_login
from smartcar.simulator.fleet import ALL_PERMISSIONS

ORIGIN = "https://api.smartcar.com"


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


CLIENT = basic(DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET)
MANAGEMENT = basic("default", DEFAULT_MANAGEMENT_TOKEN)
ONE_FORM = {"content-type": "application/x-www-form-urlencoded"}


class Said(NamedTuple):
    """An answer."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def error(self) -> tuple[int, str, str | None]:
        """Status, type and code."""
        return self.status, self.body["type"], self.body["code"]


class Owner:
    """An owner's token, and the first of the cars that it opens."""

    def __init__(self, simulator: Simulator, email: str, token: str, vehicle_id: str) -> None:
        self.simulator, self.email = simulator, email
        self.token, self.vehicle_id = token, vehicle_id
        self.user_id = simulator.world.garage.user_id_of(email)

    def ask(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        body: object = None,
        authorization: str | None = None,
        **headers: str,
    ) -> Said:
        """Ask v2.0 for *path*."""
        sent = {"authorization": authorization or f"Bearer {self.token}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = b"" if body is None else body if isinstance(body, bytes) else encoded(body)
        request = Request(method, f"/v2.0{path}", query or {}, sent, content, ORIGIN)
        return said(self.simulator.send(request))

    def car(self, path: str, query: Mapping[str, str] | None = None, **more: Any) -> Said:
        """Ask the car."""
        return self.ask(f"/vehicles/{self.vehicle_id}{path}", query, **more)

    def tell(self, path: str, **body: object) -> Said:
        """Tell the car."""
        return self.car(path, method="POST", body=body)

    def signal(self, code: str) -> Any:
        """What v3 says, with the same token."""
        path = f"/v3/vehicles/{self.vehicle_id}/signals/{code}"
        reply = self.simulator.send(Request("GET", path, {}, self._bearer, b"", ORIGIN))
        return json.loads(reply.body)["data"]["attributes"]["body"]

    def tell_v3(self, name: str, **attributes: object) -> int:
        """Tell the car on v3; give the status."""
        path = f"/v3/vehicles/{self.vehicle_id}/commands/{name}"
        body = encoded({"data": {"attributes": attributes}})
        return self.simulator.send(Request("POST", path, {}, self._bearer, body, ORIGIN)).status

    def by_hand(self, name: str, **arguments: object) -> None:
        """Let somebody at the car do something."""
        world = self.simulator.world
        spec = world.garage.spec(self.vehicle_id)
        assert spec is not None
        told = events.Commanded(
            at=self.simulator.clock.now(),
            vehicle_id=spec.id,
            user_id=self.user_id,
            execution_id=f"by hand: {name}",
            name=name,
            arguments=arguments,
        )
        world.command(told, world.garage.car(spec))

    @property
    def _bearer(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}


def encoded(body: object) -> bytes:
    return json.dumps(body).encode()


def said(reply: Reply) -> Said:
    """*reply*, read."""
    body = json.loads(reply.body) if reply.body else None
    return Said(reply.status, body, reply.headers)


def owner_of(simulator: Simulator, index: int) -> Owner:
    """The owner of a car of the fleet: 0 a Tesla, 2 a BMW that takes petrol too, 3 a pickup."""
    grant = simulator.world.fleet.grant(index)
    token = _issued(simulator, grant.user_id)
    return Owner(simulator, grant.owner_email, token, grant.vehicle_id)


def new_owner(
    simulator: Simulator,
    email: str,
    make: str = "TESLA",
    permissions: tuple[str, ...] = ALL_PERMISSIONS,
) -> Owner:
    """An owner who has just said yes in Connect."""
    world, now = simulator.world, simulator.clock.now()
    login = read_login(email)
    cars = garage(world, email.lower(), make, login, mode="live", vin=None, now=now)
    agree(world, email.lower(), cars, permissions, external_id=None, now=now)
    token = _issued(simulator, world.garage.user_id_of(email.lower()))
    return Owner(simulator, email.lower(), token, cars[0].id)


def _issued(simulator: Simulator, user_id: str) -> str:
    token, now = simulator.world.next_id("test token"), simulator.clock.now()
    event = events.TokenIssued(at=now, token=token, expires_at=now + 7200, user_id=user_id)
    simulator.world.record(event)
    return token


def code_of(simulator: Simulator, email: str, scope: str) -> str:
    """What Connect gives an application when the owner has said yes to everything."""
    return code_at(
        simulator,
        {
            "client_id": DEFAULT_CLIENT_ID,
            "response_type": "code",
            "redirect_uri": "https://example.com/back",
            "scope": scope,
            "approval_prompt": "force",
        },
        email,
    )


def code_at(simulator: Simulator, asked: Mapping[str, str], email: str) -> str:
    """The same, where the owner of a Tesla was sent to an address that asks so."""
    query = {**asked, "make": "TESLA"}
    page = simulator.send(Request("GET", "/oauth/authorize", query)).body.decode()
    (interaction,) = set(re.findall(r'name="interaction" value="([^"]+)"', page))

    def send(**fields: Any) -> Reply:
        form = urlencode({"interaction": interaction, **fields}, doseq=True).encode()
        return simulator.send(Request("POST", "/oauth/authorize", {}, ONE_FORM, form))

    send(step="brands")
    page = send(username=email, password="x").body.decode()
    cars = re.findall(r'name="vehicle_id"\s+value="([^"]+)"', page)
    back = send(decision="allow", vehicle_id=cars, permission=asked["scope"].split())
    return parse_qs(urlsplit(back.headers["location"]).query)["code"][0]
