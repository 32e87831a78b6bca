"""Ask the simulated API's own answers on behalf of whoever holds the simulator."""

from __future__ import annotations

from smartcar.simulator.issued import Access
from smartcar.simulator.visit import Visit
from smartcar.simulator.world import World


def visit_of(world: World, now: float, application: str | None = None, **path_params: str) -> Visit:
    """A request that needs no token and nobody's consent."""
    return Visit(
        world=world,
        now=now,
        access=Access(float("inf"), None, application),
        user_id=None,
        origin="",
        path="",
        path_params=path_params,
        query={},
        sees_all=True,
    )
