"""A server to be measured: the simulator, or a bare ASGI application on the same server.

``python -m bench.serving simulator 100000`` prints where it listens, what to ask and its memory;
for each line of its standard input it prints what it has used so far.  It ends with its input.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import msgspec

from smartcar import Smartcar
from smartcar.protocol.wire import Request
from smartcar.simulator import Simulator, VirtualClock
from smartcar.simulator.app import Application, Message, Receive, Send
from smartcar.simulator.server import Server

from .exchange import BODY, CODE, PATH, document_of
from .request import as_bytes

CARS_ASKED: Final = 12
"""As many as the small fleet has; they are asked in turn."""
CORE: Final = 0
"""Where the server runs, if the machine lets one say so."""


class Told(msgspec.Struct):
    """What a server says of itself."""

    cpu: float
    """Seconds of the processor that it has used."""
    megabytes: float
    """Its largest size in memory so far."""
    port: int = 0
    asked: list[str] = []
    """Requests, as they go over the wire."""
    since: float = 0.0
    """When it could answer, on the clock of ``time.time``."""


def bare() -> Application:
    """Gives one canned reply, as simply as ASGI has it."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(BODY))]

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        while (await receive()).get("more_body", False):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": BODY})

    return app


_ROUTE: Final = re.compile(r"/v3/vehicles/([^/]+)/signals/([^/]+)")


def routed() -> Application:
    """A JSON route: the least that an API does, with nothing but ASGI."""
    authorized = {b"Bearer bench-access-token"}

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        while (await receive()).get("more_body", False):
            pass
        found = _ROUTE.fullmatch(scope["path"])
        if found is None:
            status, document = 404, {"error": "not found"}
        elif dict(scope["headers"]).get(b"authorization") not in authorized:
            status, document = 401, {"error": "unauthorized"}
        else:
            vehicle_id, code = found.groups()
            status, document = 200, document_of(vehicle_id, code)
        body = msgspec.json.encode(document)
        length = str(len(body)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


class BareServer(Server):
    """The simulator's own server, with something else to serve."""

    def __init__(self, app: Application) -> None:
        super().__init__(Simulator(fleet=0))
        self._app = app


BARE: Final = {"canned": bare, "routed": routed}
"""What the simulator is compared with."""


def requests_of(
    simulator: Simulator, cars: int, *, is_remembered: bool = True
) -> Iterator[Request]:
    """A signal of each of so many cars, spread over the whole fleet."""
    fleet, client = simulator.world.fleet, Smartcar(transport=simulator)
    next(iter(client.connections()))  # it has a token now
    token = next(iter(simulator.world.tokens))
    for number in range(cars):
        grant = fleet.grant(number * fleet.size // cars)
        yield Request(
            "GET",
            f"/v3/vehicles/{grant.vehicle_id}/signals/{CODE}",
            {} if is_remembered else {"anew": "1"},  # what has a query is not remembered
            headers={"authorization": f"Bearer {token}", "sc-user-id": grant.user_id},
        )


def simulated(fleet: int) -> Simulator:
    """One whose time goes by as ours does."""
    return Simulator(seed=7, fleet=fleet, clock=VirtualClock(time.time(), 1.0))


def used() -> dict[str, Any]:
    """By this process, so far."""
    return {"cpu": time.process_time(), "megabytes": _peak_megabytes()}


def _peak_megabytes() -> float:
    try:
        import resource  # noqa: PLC0415 -- not on Windows
    except ImportError:
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def pin(core: int) -> None:
    """Stay on one core, if there are several and one may say so."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[core % len(cores)]})


def main() -> None:
    """Serve until the input ends."""
    pin(CORE)
    what, fleet = sys.argv[1], int(sys.argv[2])
    if what in BARE:
        server: Server = BareServer(BARE[what]())
        asked = [Request("GET", PATH, headers={"authorization": "Bearer bench-access-token"})]
    else:
        simulator = simulated(fleet)
        is_remembered = what == "simulator"
        asked = list(requests_of(simulator, CARS_ASKED, is_remembered=is_remembered))
        server = Server(simulator)
    since = time.time()
    port = int(server.origin.rpartition(":")[2])
    texts = [as_bytes(sent_to(each, server.origin)).decode() for each in asked]
    say(Told(**used(), port=port, asked=texts, since=since))
    threading.Thread(target=_answer, daemon=True).start()
    server.run()


def sent_to(request: Request, origin: str) -> Request:
    """*request*, to a server at *origin*."""
    return replace(request, origin=origin)


def say(told: Told) -> None:
    """Print it for the one who started this process."""
    sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
    sys.stdout.buffer.flush()


def _answer() -> None:
    for _ in sys.stdin:
        say(Told(**used()))
    os._exit(0)  # whoever started this is gone or has had enough


if __name__ == "__main__":
    main()
