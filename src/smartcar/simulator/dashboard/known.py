"""What several pages say: what cars and applications are called, and where things lead."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

from smartcar.simulator.control.models import Application, Grant
from smartcar.simulator.faults.names import names

from .asking import Visitor

ERRORS: Final = tuple(
    (kind, [name for name in names() if name.partition(":")[0] == kind])
    for kind in dict.fromkeys(name.partition(":")[0] for name in names())
    if kind.isupper()
)
"""Every error of the API, by type."""


def nicknames(visitor: Visitor, vehicle_ids: Iterable[str | None]) -> dict[str, str]:
    """What cars are called, as far as there are any with these ids."""
    garage = visitor.simulator.world.garage
    found = {each: garage.spec(each) for each in vehicle_ids if each is not None}
    return {each: spec.nickname for each, spec in found.items() if spec is not None}


def granted_to(visitor: Visitor, grants: Iterable[Grant]) -> dict[str, str]:
    """The applications' names by their grants' ids."""
    world = visitor.simulator.world
    known = {each.id: world.grants.one(each.id) for each in grants}
    named = {key: world.applications.of(each.application) for key, each in known.items() if each}
    return {key: each.name for key, each in named.items() if each is not None}


def connect_link(visitor: Visitor) -> str:
    """Where an owner connects a car of theirs."""
    application = visitor.simulator.world.application
    query = urlencode({"client_id": application.client_id, "response_type": "none"})
    return f"/oauth/authorize?{query}"


def origin(visitor: Visitor) -> str:
    """The simulator's own address, as this browser has it."""
    base = visitor.request.base_url
    return f"{base.scheme}://{base.netloc}"


def environment(visitor: Visitor, application: Application) -> str:
    """What points a program here, for a shell."""
    said = {
        "SMARTCAR_ORIGIN": origin(visitor),
        "SMARTCAR_CLIENT_ID": application.client_id,
        "SMARTCAR_CLIENT_SECRET": application.client_secret,
        "SMARTCAR_MANAGEMENT_TOKEN": application.management_token,
    }
    lines = (f"export {name}={shlex.quote(text)}" for name, text in said.items() if text)
    return "\n".join(lines)


def events(**watched: str | None) -> str:
    """Where the page hears of what it shows."""
    fields = {name: text for name, text in watched.items() if text}
    return "/simulator/events" + (f"?{urlencode(fields)}" if fields else "")


def vehicle_id_of(visitor: Visitor) -> str:
    """Which car the page is about."""
    return str(visitor.request.path_params["vehicle_id"])
