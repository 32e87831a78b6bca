"""What the network does to a reply: the same to a client in process as to one over HTTP."""

from __future__ import annotations

import asyncio
import http.client
import logging
import socket
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from smartcar import (
    AsyncSmartcar,
    ConnectError,
    DecodeError,
    Request,
    RequestTimeoutError,
    ServerError,
    Smartcar,
    SmartcarError,
    TransportError,
)
from smartcar.simulator import FaultRule, Simulator, VirtualClock
from smartcar.simulator.app import BrokenOnPurpose, asgi
from smartcar.simulator.clock import DAYBREAK
from smartcar.simulator.server import Server

RULES: dict[str, tuple[FaultRule, type[SmartcarError], int]] = {
    "reset": (FaultRule(path="/v3/*", breakage="reset"), TransportError, 3),
    "truncated": (FaultRule(path="/v3/*", breakage="truncate"), TransportError, 3),
    "an error, truncated": (
        FaultRule(path="/v3/*", error="BILLING:INVALID_PLAN", breakage="truncate"),
        TransportError,
        3,
    ),
    "a gateway's page": (FaultRule(path="/v3/*", status=504, body="html"), ServerError, 3),
    "nothing": (FaultRule(path="/v3/*", status=503), ServerError, 3),
    "HTML called JSON": (FaultRule(path="/v3/*", body="mislabelled"), DecodeError, 1),
    "HTML": (FaultRule(path="/v3/*", body="html"), DecodeError, 1),
    "half of the JSON": (FaultRule(path="/v3/*", body="cut"), DecodeError, 1),
}
"""A rule, the error it ends with, and how often a read is tried."""


@pytest.fixture
def server(simulator: Simulator) -> Generator[Server]:
    with Server(simulator) as running:
        yield running


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Generator[None]:
    """The server says nothing of it."""
    with caplog.at_level(logging.INFO, "uvicorn"):
        yield
    assert [record.getMessage() for record in caplog.records if "uvicorn" in record.name] == []


def client_of(server: Server) -> Smartcar:
    own = server.simulator.credentials
    return Smartcar(own.client_id, own.client_secret, origin=server.origin)


def tries(simulator: Simulator) -> int:
    """How often the API itself was asked."""
    return sum(each.path.startswith("/v3/") for each in simulator.log.all())


@pytest.mark.parametrize("what", RULES)
def test_over_http_it_is_the_same_error_as_in_process(
    server: Server, what: str, quiet: None
) -> None:
    rule, kind, expected = RULES[what]
    simulator = server.simulator
    simulator.faults.add(rule)
    for client in (client_of(server), Smartcar(transport=simulator)):
        simulator.log.clear()
        with client, pytest.raises(SmartcarError) as caught:
            list(client.connections())
        assert type(caught.value) is kind
        assert tries(simulator) == expected


@pytest.mark.parametrize("what", RULES)
async def test_whoever_awaits_gets_the_same(server: Server, what: str, quiet: None) -> None:
    rule, kind, expected = RULES[what]
    simulator = server.simulator
    simulator.faults.add(rule)
    own = simulator.credentials
    over_http = AsyncSmartcar(own.client_id, own.client_secret, origin=server.origin)
    for client in (over_http, AsyncSmartcar(transport=simulator)):
        simulator.log.clear()
        async with client:
            with pytest.raises(SmartcarError) as caught:
                _ = [each async for each in client.connections()]
        assert type(caught.value) is kind
        assert tries(simulator) == expected


@pytest.mark.parametrize("breakage", ["reset", "truncate", "slow"])
def test_a_read_that_breaks_once_is_read_again(server: Server, breakage: Any, quiet: None) -> None:
    for client in (client_of(server), Smartcar(transport=server.simulator)):
        fault = server.simulator.faults.add(FaultRule(path="/v3/*", breakage=breakage, times=1))
        with client:
            assert len(list(client.connections())) == 12
        assert server.simulator.faults.remove(fault.id).struck == 1


@pytest.mark.parametrize("breakage", ["reset", "truncate"])
def test_a_command_that_breaks_is_sent_once_and_may_have_been_carried_out(
    server: Server, breakage: Any
) -> None:
    simulator = server.simulator
    simulator.faults.add(FaultRule(path="*/commands/*", breakage=breakage))
    grant = simulator.world.fleet.grant(0)
    for number, client in enumerate((client_of(server), Smartcar(transport=simulator)), 1):
        with client, pytest.raises(TransportError) as caught:
            client.vehicle(grant.vehicle_id, user_id=grant.user_id).lock()
        assert not isinstance(caught.value, ConnectError)
        assert len(simulator.world.garage.told(grant.vehicle_id)) == number


def test_a_command_may_be_lost_on_its_way_there(server: Server) -> None:
    simulator = server.simulator
    rule = FaultRule(path="*/commands/*", breakage="reset", carried_out=False)
    simulator.faults.add(rule)
    grant = simulator.world.fleet.grant(0)
    for client in (client_of(server), Smartcar(transport=simulator)):
        with client, pytest.raises(TransportError):
            client.vehicle(grant.vehicle_id, user_id=grant.user_id).lock()
    assert simulator.world.garage.told(grant.vehicle_id) == []


def test_a_reset_is_one_and_a_truncated_body_is_shorter_than_it_says(
    server: Server, quiet: None
) -> None:
    host = urlsplit(server.origin).netloc
    for breakage in ("reset", "truncate"):
        server.simulator.faults.add(FaultRule(path=f"/{breakage}/*", breakage=breakage))
    with socket.create_connection(host.split(":")) as raw:
        raw.sendall(f"GET /reset/x HTTP/1.1\r\nhost: {host}\r\n\r\n".encode())
        with pytest.raises(ConnectionResetError):
            raw.recv(1)
    connection = http.client.HTTPConnection(host)
    connection.request("GET", "/truncate/x")
    reply = connection.getresponse()
    promised = int(reply.headers["content-length"])
    with pytest.raises(http.client.IncompleteRead) as caught:
        reply.read()
    connection.close()
    assert len(caught.value.partial) == promised // 2


def test_what_breaks_for_one_does_not_break_for_others(server: Server) -> None:
    server.simulator.faults.add(FaultRule(path="/v3/connections", breakage="reset", every=2))
    with client_of(server) as client:
        patient = client.with_options(retries=5)
        for _ in range(10):
            assert len(list(patient.connections())) == 12


def test_a_slow_body_comes_whole_and_in_pieces() -> None:
    simulator = Simulator(seed=7, clock=VirtualClock(DAYBREAK, speed=100))
    rule = FaultRule(path="/v3/*", breakage="slow", latency=20)
    simulator.faults.add(rule)
    with Server(simulator) as server:
        host = urlsplit(server.origin).netloc
        with socket.create_connection(host.split(":")) as raw:
            raw.sendall(f"GET /v3/x HTTP/1.1\r\nhost: {host}\r\n\r\n".encode())
            pieces = []
            while b"}]}" not in b"".join(pieces):
                pieces.append(raw.recv(65536))
    assert len(pieces) > 2
    assert simulator.log.all()[0].duration == 20


def test_who_has_no_patience_times_out_over_http_too() -> None:
    simulator = Simulator(seed=7, clock=VirtualClock(DAYBREAK, speed=1))
    for rule in (
        FaultRule(path="*/signals", latency=30),
        FaultRule(path="*/commands/*", breakage="slow", latency=30),
    ):
        simulator.faults.add(rule)
    grant = simulator.world.fleet.grant(0)
    with Server(simulator) as server, client_of(server) as client:
        hasty = client.with_options(read_timeout=0.2, retries=0)
        car = hasty.vehicle(grant.vehicle_id, user_id=grant.user_id)
        for ask in (car.signals, car.lock):
            with pytest.raises(RequestTimeoutError):
                ask()


def test_a_late_reply_waits_for_nobody_who_is_gone() -> None:
    simulator = Simulator(seed=7, clock=VirtualClock(DAYBREAK, speed=1))
    simulator.faults.add(FaultRule(latency="1h"))
    with Server(simulator) as server:
        host = urlsplit(server.origin).netloc
        with socket.create_connection(host.split(":")) as raw:
            raw.sendall(f"GET /v3/x HTTP/1.1\r\nhost: {host}\r\n\r\n".encode())
            while not simulator.log.last:
                pass
        # Or else the server stays until the hour is over, and the test with it.


def test_a_late_reply_does_not_keep_the_server_from_stopping() -> None:
    simulator = Simulator(seed=7, clock=VirtualClock(DAYBREAK, speed=1))
    simulator.faults.add(FaultRule(latency="1h"))
    with Server(simulator) as server:
        host = urlsplit(server.origin).netloc
        raw = socket.create_connection(host.split(":"))
        raw.sendall(f"GET /v3/x HTTP/1.1\r\nhost: {host}\r\n\r\n".encode())
        while not simulator.log.last:
            pass
    assert raw.recv(12) == b"HTTP/1.1 404"
    raw.close()


@pytest.mark.parametrize("breakage", ["reset", "truncate"])
async def test_a_server_that_lets_nobody_at_its_connections_cannot_end_the_reply(
    simulator: Simulator, breakage: Any
) -> None:
    simulator.faults.add(FaultRule(breakage=breakage))
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "GET", "path": "/v3/x", "query_string": b"", "scheme": "http",
        "headers": [],
    }  # fmt: skip
    with pytest.raises(BrokenOnPurpose):
        await asgi(simulator)(scope, receive, send)

    assert sent[0]["type"] == "http.response.start"
    assert all(message.get("more_body") for message in sent[1:])


async def test_those_who_wait_let_others_be_served(simulator: Simulator) -> None:
    simulator.clock.speed = 1
    simulator.faults.add(FaultRule(path="/v3/vehicles/*", latency="1h"))
    client = AsyncSmartcar(transport=simulator)
    grant = simulator.world.fleet.grant(0)
    waiting = asyncio.create_task(client.vehicle(grant.vehicle_id).attributes())

    assert [each async for each in client.connections()]
    assert not waiting.done()
    waiting.cancel()


def test_a_late_reply_comes_when_the_clock_is_put_forward(simulator: Simulator) -> None:
    simulator.clock.speed = 1
    simulator.faults.add(FaultRule(status=503, latency=86400))
    with Server(simulator) as server, ThreadPoolExecutor() as threads:
        asked = threads.submit(lambda: urlopen(f"{server.origin}/oauth/authorize", timeout=60))
        while not simulator.clock.is_waited_for:
            time.sleep(0.001)
        simulator.clock.advance("25h")
        with pytest.raises(HTTPError, match="503") as caught:
            asked.result(60)
        caught.value.close()


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("status", [204, 304])
@pytest.mark.parametrize("breakage", [None, "slow"])
def test_a_status_without_a_body_has_none(server: Server, status: int, breakage: Any) -> None:
    server.simulator.faults.add(
        FaultRule(status=status, body="html", breakage=breakage, latency=0.01)
    )
    connection = http.client.HTTPConnection(urlsplit(server.origin).netloc, timeout=10)
    connection.request("GET", "/v2.0/user")
    reply = connection.getresponse()

    assert reply.status == status
    assert reply.read() == b""
    connection.close()
    assert server.simulator.send(Request("GET", "/v2.0/user")).body == b""
