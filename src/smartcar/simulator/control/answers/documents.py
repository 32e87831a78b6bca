"""The OpenAPI documents, with where they are served from."""

from __future__ import annotations

from typing import Any

from smartcar.simulator.control.desk import Desk, answers
from smartcar.simulator.control.endpoints.every import ControlEndpoints
from smartcar.simulator.control.openapi import controls, simulated


@answers(ControlEndpoints.openapi)
def openapi(desk: Desk) -> dict[str, Any]:
    """Of the simulated API."""
    return {**simulated.document(), "servers": [{"url": desk.origin}]}


@answers(ControlEndpoints.control_openapi)
def control_openapi(desk: Desk) -> dict[str, Any]:
    """Of the controls."""
    return {**controls.document(), "servers": [{"url": desk.origin}]}
