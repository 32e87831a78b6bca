"""A receiver under each web framework, listening on this machine under a real server."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Generator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
import uvicorn
from aiohttp import web
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.urls import path
from fastapi import FastAPI
from flask import Flask
from starlette.applications import Starlette

from smartcar.webhooks import Receiver
from smartcar.webhooks.adapters import aiohttp as aiohttp_adapter
from smartcar.webhooks.adapters import django as django_adapter
from smartcar.webhooks.adapters.asgi import asgi
from smartcar.webhooks.adapters.flask import blueprint
from smartcar.webhooks.adapters.starlette import route
from smartcar.webhooks.adapters.wsgi import wsgi

PATH = "/webhooks/smartcar"
Serve = Callable[[Receiver, float], contextlib.AbstractContextManager[int]]
"""Listens with a receiver; gives the port.  A body may take so many seconds, where one can say."""


class _Urls:
    """Django's own table of paths: one at a time."""

    urlpatterns: list[Any] = []


def _set_up_django() -> None:
    if settings.configured:
        return
    settings.configure(
        ALLOWED_HOSTS=["*"],
        DATA_UPLOAD_MAX_MEMORY_SIZE=50_000,
        LOGGING_CONFIG=None,
        MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
        ROOT_URLCONF=_Urls,
        SECRET_KEY="made up",
    )
    django.setup()


@contextlib.contextmanager
def _uvicorn(app: Any) -> Generator[int]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="auto"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None: ...


@contextlib.contextmanager
def _wsgiref(app: Any) -> Generator[int]:
    with make_server("127.0.0.1", 0, app, handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def _aiohttp(receiver: Receiver, body_seconds: float) -> Generator[int]:
    app = web.Application()
    app.router.add_post(PATH, aiohttp_adapter.handler(receiver, body_seconds=body_seconds))
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def begin() -> int:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port: int = runner.addresses[0][1]
        return port

    try:
        yield asyncio.run_coroutine_threadsafe(begin(), loop).result()
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _fastapi(receiver: Receiver, body_seconds: float) -> contextlib.AbstractContextManager[int]:
    app = FastAPI()

    @app.get("/")
    def home() -> str:
        return "home"

    app.router.routes.append(route(receiver, PATH, body_seconds=body_seconds))
    return _uvicorn(app)


def _flask(receiver: Receiver, _: float) -> contextlib.AbstractContextManager[int]:
    app = Flask(__name__)
    app.register_blueprint(blueprint(receiver, PATH))
    return _wsgiref(app)


@contextlib.contextmanager
def _django(view: Any, serve: Callable[[], contextlib.AbstractContextManager[int]]) -> Any:
    _set_up_django()
    logging.getLogger("django.request").disabled = True
    _Urls.urlpatterns = [path(PATH.removeprefix("/"), view)]
    django.urls.clear_url_caches()
    with serve() as port:
        yield port


FRAMEWORKS: dict[str, Serve] = {
    "asgi": lambda receiver, body_seconds: _uvicorn(asgi(receiver, body_seconds=body_seconds)),
    "wsgi": lambda receiver, _: _wsgiref(wsgi(receiver)),
    "starlette": lambda receiver, body_seconds: _uvicorn(
        Starlette(routes=[route(receiver, PATH, body_seconds=body_seconds)])
    ),
    "fastapi": _fastapi,
    "flask": _flask,
    "django": lambda receiver, _: _django(
        django_adapter.view(receiver), lambda: _wsgiref(WSGIHandler())
    ),
    "django async": lambda receiver, _: _django(
        django_adapter.async_view(receiver), lambda: _uvicorn(ASGIHandler())
    ),
    "aiohttp": _aiohttp,
}
