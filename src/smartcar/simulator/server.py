"""Run the simulator on a port: in this thread, or beside it for as long as needed."""

from __future__ import annotations

import socket
import threading
from collections.abc import Awaitable
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlencode

import uvicorn
from starlette.applications import Starlette

from .app import Application, Message, Receive, Send, asgi
from .application import SimulatedApplication
from .connection import BreakableProtocol
from .simulator import Simulator

_BACKLOG: Final = 2048
"""Connections that may wait to be accepted, as uvicorn has it."""
_START_SECONDS: Final = 10.0
"""A server that does not listen by then never will."""


class Listener:
    """An application on a port, for as long as its ``with`` block lasts.

    Args:
        host: Where to listen.
        port: Which port; 0 takes a free one.
    """

    def __init__(self, host: str, port: int) -> None:
        self._socket = _listening(host, port)
        name = f"[{host}]" if ":" in host else host
        self.origin = f"http://{name}:{self._socket.getsockname()[1]}"
        self._server: uvicorn.Server
        self._thread: threading.Thread | None = None

    def serve(self, app: Application | Starlette, grace: int | None = None) -> None:
        """Say what answers, before anything is served.

        Args:
            app: What answers.
            grace: Seconds that requests may still take when the server ends; None: as they need.
        """
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=BreakableProtocol,
                interface="asgi3",
                proxy_headers=False,  # nobody stands in front of it
                log_level="warning",
                access_log=False,
                server_header=False,
                date_header=False,  # the simulator tells its own time
                timeout_graceful_shutdown=grace,
            )
        )

    def is_closing(self) -> bool:
        """Does the server stop?"""
        return self._server.should_exit

    def run(self) -> None:
        """Serve until interrupted."""
        self._server.run(sockets=[self._socket])

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=self.run, daemon=True, name="smartcar-simulator")
        self._thread.start()
        waited = 0.0
        while not self._server.started:
            if not self._thread.is_alive() or waited > _START_SECONDS:
                msg = f"The simulator does not listen at {self.origin}."
                raise RuntimeError(msg)
            ready.wait(0.005)
            waited += 0.005
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()
        self._socket.close()


class Server(Listener):
    """A simulator on a port, for as long as its ``with`` block lasts.

    Args:
        simulator: What answers.
        host: Where to listen; this machine only unless you say otherwise.
        port: Which port; 0 takes a free one.
    """

    def __init__(self, simulator: Simulator, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__(host, port)
        self._host = host
        self.simulator = simulator
        self.answer_with(simulator)
        self.serve(self._answer)

    def run(self) -> None:
        """Serve until interrupted; webhooks are told by a thread that ends with it."""
        try:
            super().run()
        finally:
            self.simulator.carry_no_more()

    def answer_with(self, simulator: Simulator) -> None:
        """Let *simulator* answer from the next request on, and the one before it no more."""
        before, self.simulator = self.simulator, simulator
        if before is not simulator:
            before.carry_no_more()
            simulator.carry_on()
        self.greeting = greeting(self.origin, simulator.world.application)
        self._app = asgi(simulator, self.greeting, self._host, self.is_closing)

    def _answer(self, scope: Message, receive: Receive, send: Send) -> Awaitable[None]:
        return self._app(scope, receive, send)


def greeting(origin: str, application: SimulatedApplication) -> str:
    """What to set so that a program finds the simulator.  Secrets only where they are public."""
    query = urlencode({"client_id": application.client_id, "response_type": "none"})
    secret, token = application.client_secret, application.management_token
    public = SimulatedApplication.public(application.client_id)
    return "\n".join(
        [
            f"Simulated Smartcar at {origin}",
            f"Dashboard: {origin}/",
            "",
            f"  SMARTCAR_ORIGIN={origin}",
            f"  SMARTCAR_CLIENT_ID={application.client_id}",
            f"  SMARTCAR_CLIENT_SECRET={_shown(secret, public.client_secret)}",
            f"  SMARTCAR_MANAGEMENT_TOKEN={_shown(token, public.management_token)}",
            "",
            f"For other SDKs: smartcar simulator env --origin {origin}",
            f"Connect a car: {origin}/oauth/authorize?{query}",
            "",
        ]
    )


def _shown(secret: str, public: str) -> str:
    return secret if secret == public else "(as in the environment)"


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)  # now, so that whoever reads where it is can connect at once
    except (OSError, OverflowError) as error:
        listener.close()
        why = getattr(error, "strerror", None) or error
        raise OSError(f"Port {port} of {host} cannot be used: {why}. Choose another.") from error
    return listener
