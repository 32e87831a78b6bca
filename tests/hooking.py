"""A simulated webhook and who receives what it sends, in this process or over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import msgspec

from smartcar.protocol.wire import Reply
from smartcar.simulator import Simulator
from smartcar.simulator.webhooks.setup import WebhookSetup
from smartcar.webhooks import Receiver

URI = "https://fleet.example.com/hook"
ERRORS = "https://fleet.example.com/errors"
LOCKED = "closure-islocked"


class Sent(NamedTuple):
    """A delivery as it came."""

    at: float
    """Virtual time."""
    body: bytes
    headers: Mapping[str, str]

    @property
    def document(self) -> dict[str, Any]:
        """What it says."""
        content: dict[str, Any] = msgspec.json.decode(self.body)
        return content

    @property
    def event_id(self) -> str:
        """Of the event."""
        return str(self.document["eventId"])

    @property
    def delivery_id(self) -> str:
        """Of this try."""
        return str(self.document["meta"]["deliveryId"])

    @property
    def signature(self) -> str:
        """As it was sent."""
        return self.headers["sc-signature"]


class Box:
    """Receives, remembers, answers VERIFY right, and all else with what a test says."""

    def __init__(self, simulator: Simulator, answer: Callable[[Sent], int] | None = None) -> None:
        self.simulator = simulator
        self.receiver = Receiver(simulator.world.application.management_token, accept_tests=True)
        self.answer = answer
        self.all: list[Sent] = []

    @property
    def events(self) -> list[Sent]:
        """All but VERIFY, as they came."""
        return [each for each in self.all if each.document.get("eventType") != "VERIFY"]

    def handle(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Answer a delivery."""
        sent = Sent(self.simulator.clock.now(), body, dict(headers))
        self.all.append(sent)
        if sent.document.get("eventType") != "VERIFY" and self.answer is not None:
            return Reply(self.answer(sent), {}, b"")
        return self.receiver.handle(body, headers)


class Hooked:
    """A simulator with one webhook that is verified, and a car whose events go to it."""

    def __init__(
        self, seed: int = 7, answer: Callable[[Sent], int] | None = None, **setup: Any
    ) -> None:
        self.simulator = Simulator(seed)
        self.box = Box(self.simulator, answer)
        facts = {"triggers": (LOCKED,), "data": (LOCKED, "tractionbattery-stateofcharge")}
        self.hook = self.simulator.webhooks.set(
            WebhookSetup(**{"name": "fleet hook", "callback_uri": URI, **facts, **setup})
        )
        self.simulator.webhooks.receive(URI, self.box)
        self.car = self.simulator.world.fleet.grant(0).vehicle_id

    def subscribe(self) -> None:
        """Let the car's events go there."""
        self.simulator.webhooks.subscribe(self.hook.id, self.car)

    def turn_key(self) -> None:
        """Lock the car, or unlock it."""
        is_locked = self.simulator.state(self.car).locked
        self.simulator.command(self.car, "security-unlock" if is_locked else "security-lock")


@contextmanager
def served(handle: Callable[[bytes, Mapping[str, str]], Reply]) -> Generator[str]:
    """A web server on this machine that answers POST as *handle* says; gives where it is."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            reply = handle(body, {name.lower(): value for name, value in self.headers.items()})
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *args: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
