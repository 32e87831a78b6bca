"""The pages as an ASGI application: who may come, what is where, and the files that they need."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from functools import partial
from typing import Any, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from smartcar.errors import NotFoundError, SmartcarError
from smartcar.protocol.wire import Request as Plain
from smartcar.simulator.cars.added import city_called
from smartcar.simulator.cars.roads import roads
from smartcar.simulator.control.guard import check
from smartcar.simulator.control.problems import Problem
from smartcar.simulator.simulator import Simulator

from . import (
    actions,
    car_pages,
    documentation,
    fleet_page,
    pages,
    request_pages,
    webhook_actions,
    webhook_pages,
)
from .asking import Visitor, form_of
from .drawing import STATIC
from .live import Watch, stream

Handler = Callable[[Visitor], Response]

HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
}
"""Of every page.  A form says where it came from (``Origin``), which no-referrer would hide."""

_PAGES: Final[tuple[tuple[str, Handler], ...]] = (
    ("/", fleet_page.fleet),
    ("/cars", fleet_page.fleet),
    ("/cars/{vehicle_id}/history.json", car_pages.history),
    ("/cars/{vehicle_id}/signals/{code}", car_pages.signal),
    ("/cars/{vehicle_id}", car_pages.car),
    ("/requests/{number:int}", request_pages.requests),
    ("/requests", request_pages.requests),
    ("/applications", pages.applications),
    ("/webhooks/new", webhook_pages.webhook_form),
    ("/webhooks/deliveries/{event_id}", webhook_pages.webhooks),
    ("/webhooks/{webhook_id}/edit", webhook_pages.webhook_form),
    ("/webhooks", webhook_pages.webhooks),
    ("/clock", pages.clock),
    ("/documentation", documentation.documentation),
)
_ACTIONS: Final[tuple[tuple[str, Handler], ...]] = (
    ("/clock", actions.set_clock),
    ("/cars/{vehicle_id}/commands", actions.command),
    ("/cars/{vehicle_id}/signals", actions.set_signal),
    ("/cars/{vehicle_id}/signals/{code}/release", actions.release_signal),
    ("/grants/{connection_id}/revoke", actions.revoke),
    ("/faults", actions.add_fault),
    ("/faults/{fault_id}/remove", actions.remove_fault),
    ("/limits", actions.set_limits),
    ("/requests/clear", actions.clear_requests),
    ("/webhooks", webhook_actions.make_webhook),
    ("/webhooks/mischief", webhook_actions.set_mischief),
    ("/webhooks/subscribe", webhook_actions.subscribe),
    ("/webhooks/deliveries/{event_id}/redeliver", webhook_actions.redeliver),
    ("/webhooks/{webhook_id}", webhook_actions.set_webhook),
    ("/webhooks/{webhook_id}/remove", webhook_actions.remove_webhook),
    ("/webhooks/{webhook_id}/verify", webhook_actions.verify),
    ("/webhooks/{webhook_id}/enable", webhook_actions.enable),
    ("/webhooks/{webhook_id}/disable", webhook_actions.pause),
    ("/webhooks/{webhook_id}/test", webhook_actions.test),
    ("/webhooks/{webhook_id}/trigger", webhook_actions.trigger),
    ("/webhooks/{webhook_id}/unsubscribe", webhook_actions.unsubscribe),
)
_PLACES: Final = (
    "/applications",
    "/cars",
    "/clock",
    "/documentation",
    "/favicon.ico",
    "/faults",
    "/grants",
    "/limits",
    "/requests",
    "/webhooks",
    "/simulator/events",
    "/simulator/roads",
    STATIC,
)
"""What the pages have of all paths, besides ``/``."""


_OF_A_PAGE: Final = re.compile(
    rf"(?:{'|'.join(map(re.escape, _PLACES))})(?:\.json|/.*)?", re.DOTALL
)
_GONE: Final = {
    "/cars/": "This car is no longer there. The world may have become another one.",
    "/requests/": "This request is no longer kept.",
    "/webhooks/deliveries/": "This delivery is no longer kept.",
    "/webhooks/": "This webhook is no longer there.",
}
"""What is said of an address that named something once."""


def is_page(path: str, method: str, accept: str) -> bool:
    """Is this a page's, not the simulated API's?  ``/`` is one to whoever wants HTML."""
    if path == "/":
        return method in {"GET", "HEAD"} and "text/html" in accept
    return path.startswith(_PLACES) and _OF_A_PAGE.fullmatch(path) is not None


class Dashboard:
    """The pages of one simulator.

    Args:
        simulator: What they show.
        bound_to: Where the server listens: they answer to this name and to local ones.
        is_closing: Tells the pages that listen for events when the server stops.
    """

    def __init__(
        self,
        simulator: Simulator,
        bound_to: str = "127.0.0.1",
        is_closing: Callable[[], bool] = lambda: False,
    ) -> None:
        self._simulator, self._bound_to, self._is_closing = simulator, bound_to, is_closing
        self._app = Starlette(
            routes=list(self._routes()),
            middleware=[Middleware(_Guarded, bound_to=bound_to)],
            exception_handlers={HTTPException: self._lost},
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        await self._app(scope, receive, send)

    def _routes(self) -> Iterable[BaseRoute]:
        for path, handler in _PAGES:
            if path != "/" and not path.endswith(".json"):
                yield Route(f"{path}.json", self._answering(handler), methods=["GET"])
            yield Route(path, self._answering(handler), methods=["GET"])
        for path, handler in _ACTIONS:
            yield Route(path, self._answering(handler), methods=["POST"])
        yield Route("/simulator/events", self._events, methods=["GET"])
        yield Route("/simulator/roads/{city}.json", _roads, methods=["GET"])
        yield Route("/favicon.ico", _icon, methods=["GET"])
        yield Mount(STATIC, _Kept(packages=[(__package__ or "", "static")]))

    def _answering(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            visitor = Visitor(request, self._simulator, await form_of(request))
            try:
                return await run_in_threadpool(handler, visitor)
            except (SmartcarError, LookupError, ValueError) as error:
                if request.method == "POST":
                    return visitor.refused(_told(error))
                is_lost = isinstance(error, NotFoundError | LookupError)
                raise HTTPException(404 if is_lost else 400, _told(error)) from None

        return answer

    async def _lost(self, request: Request, error: Exception) -> Response:
        """The page for what there is not."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        told = error.detail if isinstance(error, HTTPException) else ""
        if request.url.path.endswith(".json"):
            return JSONResponse({"error": {"code": str(status), "message": told}}, status)
        visitor = Visitor(request, self._simulator, {})
        gone = next(
            (text for start, text in _GONE.items() if request.url.path.startswith(start)), ""
        )
        page = partial(
            visitor.html,
            "problem.html",
            "",
            status,
            problem=status,
            told=gone if gone and status == 404 else told,
        )
        return await run_in_threadpool(page)

    async def _events(self, request: Request) -> Response:
        visitor = Visitor(request, self._simulator, {})
        watch = Watch(self._simulator, fleet_page.watched(visitor))
        return StreamingResponse(
            stream(watch, self._is_closing),
            media_type="text/event-stream",
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )


def _told(error: Exception) -> str:
    """What it says, as a sentence."""
    said = error.description if isinstance(error, SmartcarError) else str(error)
    return said if said.endswith((".", "?", "!")) else f"{said[:1].upper()}{said[1:]}."


def _roads(request: Request) -> Response:
    """The roads of a city, which never change, as GeoJSON."""
    name = request.path_params["city"]
    city = city_called(name)
    if city is None:
        raise HTTPException(404, f"No pretend car lives in {name}.")
    return JSONResponse(roads(city), headers={"cache-control": "max-age=86400"})


def _icon(_: Request) -> Response:
    """What browsers ask for beside whatever they show that names no icon, such as JSON."""
    return RedirectResponse(f"{STATIC}/mark.svg", 308)


class _Kept(StaticFiles):
    """Files that a browser keeps, asking whether they changed."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """A file."""
        answer = super().file_response(*args, **kwargs)
        answer.headers["cache-control"] = "no-cache"
        return answer


class _Guarded:
    """Lets in whoever asks for the simulator by its own name, and no page of another site."""

    def __init__(self, app: ASGIApp, bound_to: str) -> None:
        self._app, self._bound_to = app, bound_to

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        try:
            check(Plain(request.method, request.url.path, headers=request.headers), self._bound_to)
        except Problem as problem:
            said = problem.detail.message + "\n"
            await Response(said, problem.status, media_type="text/plain")(scope, receive, send)
            return

        async def strictly(message: Message) -> None:
            if message["type"] == "http.response.start":
                own: MutableMapping[bytes, bytes] = dict(message["headers"])
                given = {name.encode(): text.encode() for name, text in HEADERS.items()}
                if b"cache-control" not in own:
                    given[b"cache-control"] = b"no-store"
                message["headers"] = [*message["headers"], *given.items()]
            await send(message)

        await self._app(scope, receive, strictly)
