"""Owners who go through Connect, in process, as a browser would take them."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from smartcar import Request
from smartcar.simulator import Simulator

RETURN_TO = "https://app.example.com/back"


class Owned(NamedTuple):
    """What an owner has connected."""

    vehicle_id: str
    user_id: str


def connect(
    simulator: Simulator,
    email: str,
    *,
    make: str = "TESLA",
    scope: str = "",
    mode: str = "live",
    external_id: str = "",
) -> Owned:
    """Sign in as *email*, grant what is asked, and come back with the car."""
    asked = {
        "client_id": simulator.world.application.client_id,
        "response_type": "code",
        "redirect_uri": RETURN_TO,
        "make": make,
        "scope": scope,
        "mode": mode,
        "external_id": external_id,
    }
    begun = simulator.send(Request("GET", "/oauth/authorize", asked)).body.decode()
    found = re.search(r'name="interaction" value="([^"]+)"', begun)
    assert found is not None, begun
    interaction = {"interaction": found[1]}
    _post(simulator, {**interaction, "step": "brand"})
    page, _ = _post(simulator, {**interaction, "username": email, "password": "x"})
    cars = re.findall(r'name="vehicle_id"\s+value="([^"]+)"', page)
    permissions = re.findall(r'name="permission"\s+value="([^"]+)"', page)
    _, location = _post(
        simulator,
        {
            **interaction,
            "decision": "allow",
            "vehicle_id": cars[:1],
            "permission": permissions or scope.split(),
        },
    )
    back = parse_qs(urlsplit(location).query)
    return Owned(cars[0], back["user_id"][0])


def _post(simulator: Simulator, form: dict[str, str | list[str]]) -> tuple[str, str]:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    body = urlencode(form, doseq=True).encode()
    reply = simulator.send(Request("POST", "/oauth/authorize", {}, headers, body))
    return reply.body.decode(), reply.headers.get("location", "")
