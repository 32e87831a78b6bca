"""A receiver under Starlette or FastAPI."""

from __future__ import annotations

from starlette.routing import Route

from smartcar.webhooks.receiver import Receiver

from .asgi import ASGI, BODY_SECONDS


def route(
    receiver: Receiver, path: str = "/webhooks/smartcar", body_seconds: float = BODY_SECONDS
) -> Route:
    """A route that answers deliveries: ``FastAPI(routes=[route(receiver)])``.

    For an application that is there already: ``app.router.routes.append(route(receiver))``.

    Args:
        receiver: What answers.
        path: The path of the callback URI, exactly: Smartcar follows no redirect to the same with a
            slash, so a ``mount`` would not do.
        body_seconds: How long a body may take to arrive.
    """
    return Route(path, ASGI(receiver, body_seconds), name="smartcar-webhooks")
