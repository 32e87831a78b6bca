"""Commands that take so long that they are accepted first, and their outcome streamed."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from smartcar import (
    AsyncSmartcar,
    Request,
    RequestTimeoutError,
    Smartcar,
    SmartcarError,
    TransportError,
    VehicleBusyError,
)
from smartcar.models import Coordinates
from smartcar.simulator import FaultRule, Simulator, VirtualClock
from smartcar.simulator.application import DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET
from smartcar.simulator.clock import DAYBREAK
from smartcar.simulator.server import Server

GRANT = urlencode(
    {
        "grant_type": "client_credentials",
        "client_id": DEFAULT_CLIENT_ID,
        "client_secret": DEFAULT_CLIENT_SECRET,
    }
).encode()
SPEED = 400
"""Virtual seconds a second: 300 are long enough to see what comes first."""


def locked(simulator: Simulator) -> list[str]:
    grant = simulator.world.fleet.grant(0)
    return [each.name for each in simulator.world.garage.told(grant.vehicle_id)]


def vehicle(client: Smartcar, simulator: Simulator) -> Any:
    grant = simulator.world.fleet.grant(0)
    return client.vehicle(grant.vehicle_id, user_id=grant.user_id)


@pytest.mark.parametrize(("latency", "status"), [(1, 200), (175, 200), (176, 202), (300, 202)])
def test_what_takes_longer_than_smartcar_waits_is_accepted_and_then_done(
    simulator: Simulator, latency: float, status: int
) -> None:
    simulator.faults.add(FaultRule(path="*/commands/*", latency=latency))
    before = simulator.clock.now()

    done = vehicle(Smartcar(transport=simulator), simulator).lock()

    assert simulator.clock.now() - before == pytest.approx(latency)
    assert done.reply.status == status
    assert done.status == "success"
    assert locked(simulator) == ["security-lock"]


async def test_so_is_a_schedule_and_nothing_that_only_reads(simulator: Simulator) -> None:
    async with AsyncSmartcar(transport=simulator) as client:
        connections = [each async for each in client.connections()]
        car = client.vehicle(next(each for each in connections if each.vehicle.make == "TESLA"))
        simulator.faults.add(FaultRule(path="/v3/vehicles/*", latency=200))
        home = Coordinates(latitude=52.52, longitude=13.40)
        made = await car.schedule_daily_charge(home, "22:00", "06:00")
        signals = await car.signals()

    assert made.reply is not None
    assert signals.reply is not None
    assert (made.reply.status, signals.reply.status) == (202, 200)


def test_its_error_is_in_the_body_and_has_the_class_that_it_has_at_once(
    simulator: Simulator,
) -> None:
    simulator.faults.add(FaultRule(error="VEHICLE_STATE:ASLEEP", latency=200))

    with pytest.raises(VehicleBusyError) as caught:
        vehicle(Smartcar(transport=simulator), simulator).lock()

    assert (caught.value.status_code, caught.value.code) == (409, "ASLEEP")
    assert simulator.log.all()[-1].status == 202


def test_what_a_gateway_says_late_it_says_itself(simulator: Simulator) -> None:
    simulator.faults.add(FaultRule(path="*/commands/*", status=504, latency=200))

    with pytest.raises(SmartcarError) as caught:
        vehicle(Smartcar(transport=simulator), simulator).lock()

    assert caught.value.status_code == 504


def test_who_does_not_read_to_the_end_does_not_learn_that_it_was_done(
    simulator: Simulator,
) -> None:
    simulator.faults.add(FaultRule(path="*/commands/*", latency=200))
    hasty = Smartcar(transport=simulator).with_options(read_timeout=190)

    with pytest.raises(RequestTimeoutError):
        vehicle(hasty, simulator).lock()

    assert locked(simulator) == ["security-lock"]


# --- over HTTP ------------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[Server]:
    simulator = Simulator(seed=7, clock=VirtualClock(DAYBREAK, speed=SPEED))
    with simulator, Server(simulator) as running:
        yield running


def client_of(server: Server) -> Smartcar:
    return Smartcar(DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, origin=server.origin)


@contextmanager
def ask(server: Server, path: str) -> Iterator[tuple[http.client.HTTPResponse, float]]:
    """What is answered first, and when that was."""
    simulator = server.simulator
    grant = simulator.world.fleet.grant(0)
    token = simulator.send(Request("POST", "/oauth2/token", body=GRANT)).body
    connection = http.client.HTTPConnection(urlsplit(server.origin).netloc, timeout=30)
    connection.request(
        "POST",
        f"/v3/vehicles/{grant.vehicle_id}/commands/{path}",
        headers={
            "authorization": f"Bearer {json.loads(token)['access_token']}",
            "sc-user-id": grant.user_id,
        },
    )
    with closing(connection), closing(connection.getresponse()) as answer:
        yield answer, simulator.clock.now()


def test_over_http_202_comes_first_and_the_outcome_later(server: Server) -> None:
    server.simulator.faults.add(FaultRule(path="*/commands/*", latency=2400))
    before = server.simulator.clock.now()

    with ask(server, "security/lock") as (answer, accepted):
        assert answer.status == 202
        assert answer.getheader("content-length") is None
        told = json.loads(answer.read())
    ended = server.simulator.clock.now()

    assert 175 <= accepted - before < 2400 <= ended - before
    assert told["data"]["attributes"]["status"]["value"] == "SUCCESS"


@pytest.mark.parametrize("breakage", ["reset", "truncate"])
def test_what_breaks_does_so_after_202(server: Server, breakage: Any) -> None:
    server.simulator.faults.add(
        FaultRule(path="*/commands/*", latency=300, breakage=breakage, times=1)
    )

    with ask(server, "security/lock") as (answer, _):
        assert answer.status == 202
        with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
            answer.read()

    server.simulator.faults.add(FaultRule(path="*/commands/*", latency=300, breakage=breakage))
    with client_of(server) as client, pytest.raises(TransportError):
        vehicle(client, server.simulator).lock()


def test_one_that_trickles_in_is_read_to_its_end(server: Server) -> None:
    server.simulator.faults.add(FaultRule(path="*/commands/*", latency=200))
    server.simulator.faults.add(FaultRule(path="*/commands/*", breakage="slow", latency=50))
    with client_of(server) as client:
        done = vehicle(client, server.simulator).lock()
    assert (done.reply.status, done.status) == (202, "success")
