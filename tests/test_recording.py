"""Recording a program that talks to the real service, here a simulator, and replaying it."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from itertools import pairwise
from math import dist
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from keeping import code_for
from loopback import Loopback, hang_up, http, say
from prompt import COMMAND, own_environment, posix, run

import smartcar
from smartcar import (
    AuthClient,
    NotFoundError,
    Origins,
    Reply,
    Request,
    Smartcar,
    SmartcarService,
    Vehicle,
)
from smartcar.simulator import SimulatedApplication, Simulator, load_fleet
from smartcar.simulator.environment import environment
from smartcar.simulator.recording import Recorder, Replay, Sample, read_samples
from smartcar.simulator.recording.proxy import recording_app, replaying_app
from smartcar.simulator.recording.samples import Asked
from smartcar.simulator.server import Listener, Server
from smartcar.transport import AsyncNetwork, Network

pytestmark = pytest.mark.once

AT = 1_780_000_000.0


@contextmanager
def recording(directory: Path, upstream: Origins | str, key: bytes | None = None) -> Generator[str]:
    """A proxy before *upstream*, and its fleet file once it ends; gives where it is."""
    origins = Origins.all_at(upstream) if isinstance(upstream, str) else upstream
    recorder = Recorder(directory, origins, lambda: AT, key)
    listener = Listener("127.0.0.1", 0)
    app = recording_app(recorder, origins, listener.origin, AsyncNetwork(), lambda line: None)
    listener.serve(app)
    with listener:
        yield listener.origin
    recorder.close()


@contextmanager
def replaying(directory: Path) -> Generator[str]:
    listener = Listener("127.0.0.1", 0)
    listener.serve(replaying_app(Replay(directory), listener.origin, lambda line: None))
    with listener:
        yield listener.origin


def of_v3(client: Smartcar) -> list[Any]:
    """What a program sees of everything it owns on v3, ids and the like left aside."""
    seen: list[Any] = []
    for connection in client.connections():
        car = client.vehicle(connection)
        signals = car.signals()
        seen += [connection.vehicle, sorted(connection.permissions)]
        seen += [
            (each.code, each.value, each.error and each.error.code)
            for each in signals
            if each.code.startswith(("tractionbattery", "odometer", "closure", "wheel"))
        ]
        try:
            seen.append(car.lock().status)
            seen.append(car.signal("closure-islocked").value)
        except smartcar.SmartcarError as error:
            seen.append((type(error), error.code))
    return seen


def of_v2(origin: str, code: str, client_id: str, client_secret: str) -> list[Any]:
    """The same on v2.0, with an owner's token that is renewed on the way."""
    auth = AuthClient(client_id, client_secret, origin=origin)
    first = auth.exchange_code(code)
    access = auth.exchange_refresh_token(first.refresh_token)
    token = access.access_token
    account = SmartcarService(f"{origin}/v2.0", access_token=token)
    seen: list[Any] = [token != first.access_token]
    account.request("GET", "user")
    for vehicle_id in account.request("GET", "vehicles").body["vehicles"]:

        def of_units(units: str, vehicle_id: str = vehicle_id) -> Vehicle:
            return Vehicle(vehicle_id, token, unit_system=units, version="2.0", origin=origin)

        for units in ("metric", "imperial"):
            car = of_units(units)
            seen += [car.attributes().model, car.odometer().distance, car.battery().range]
            batch = car.batch(["/odometer", "/charge", "/tires/pressure"])
            seen += [batch.odometer().distance, batch.charge().state]
        car = of_units("metric")
        seen += [car.lock().status, car.lock_status().is_locked, car.permissions().permissions]
        car.location()  # it is another one when it is replayed
    return seen


MINE = ("client_mine", "mine-and-nobody-elses")


@pytest.fixture
def upstream() -> Generator[Server]:
    """What is recorded: as good as the real service, for what it says of itself."""
    simulator = Simulator(seed=7, fleet=5, application=SimulatedApplication(*MINE))
    with Server(simulator) as server:
        yield server


def everything(directory: Path) -> str:
    return "\n".join(f"{p.name}\n{p.read_text()}" for p in directory.rglob("*") if p.is_file())


def test_a_program_of_v3_sees_the_same_recorded_and_replayed(
    upstream: Server, tmp_path: Path
) -> None:
    with recording(tmp_path / "out", upstream.origin) as origin:
        with Smartcar(*MINE, origin=origin) as client:
            seen = of_v3(client)
        with Smartcar(*MINE, origin=upstream.origin) as client:
            direct = [each.vehicle for each in client.connections()]
    with (
        replaying(tmp_path / "out") as origin,
        Smartcar("somebody", "else", origin=origin) as client,
    ):
        again = of_v3(client)

    assert again == seen
    assert [each for each in seen if isinstance(each, type(direct[0]))] == direct
    assert len(seen) > 50


def test_a_program_of_v2_sees_the_same_recorded_and_replayed(
    upstream: Server, tmp_path: Path
) -> None:
    code = code_for(upstream.simulator)
    with recording(tmp_path / "out", upstream.origin) as origin:
        seen = of_v2(origin, code, *MINE)
    with replaying(tmp_path / "out") as origin:
        again = of_v2(origin, "any code", "any", "any")

    assert again == seen
    assert seen[0] is True
    assert len(seen) > 10


def test_a_recording_can_be_replayed_in_process(upstream: Server, tmp_path: Path) -> None:
    with (
        recording(tmp_path / "out", upstream.origin) as origin,
        Smartcar(*MINE, origin=origin) as client,
    ):
        seen = of_v3(client)

    with Replay(tmp_path / "out") as replay, Smartcar(transport=replay) as client:
        assert of_v3(client) == seen
        replay.reset()
        assert of_v3(client) == seen


async def test_a_recording_can_be_awaited(upstream: Server, tmp_path: Path) -> None:
    with (
        recording(tmp_path / "out", upstream.origin) as origin,
        Smartcar(*MINE, origin=origin) as client,
    ):
        makes = [each.vehicle.make for each in client.connections()]

    async with smartcar.AsyncSmartcar(transport=Replay(tmp_path / "out")) as awaiting:
        assert [each.vehicle.make async for each in awaiting.connections()] == makes


def test_no_id_vin_or_secret_of_the_upstream_is_written(upstream: Server, tmp_path: Path) -> None:
    code = code_for(upstream.simulator)
    world = upstream.simulator.world
    with recording(tmp_path / "out", upstream.origin) as origin:
        with Smartcar(*MINE, origin=origin) as client:
            of_v3(client)
        of_v2(origin, code, *MINE)
    written = everything(tmp_path / "out")

    secrets = [*MINE, code, *world.tokens, upstream.origin]
    for spec in world.garage.in_mind(world.garage.size):
        user_id = world.garage.user_id_of(spec.owner_email)
        secrets += [spec.id, spec.vin, spec.nickname, spec.owner_email, user_id]
    assert len(secrets) > 30
    assert [secret for secret in secrets if secret in written] == []


def test_no_position_of_the_upstream_is_written(upstream: Server, tmp_path: Path) -> None:
    simulator = upstream.simulator
    code = code_for(simulator)
    # With a key: by chance, a car may be told to be where it is, or where another one is.
    with recording(tmp_path / "out", upstream.origin, key=b"key of tests") as origin:
        with Smartcar(*MINE, origin=origin) as client:
            of_v3(client)
        of_v2(origin, code, *MINE)
    said = "\n".join(each.reply_body for each in simulator.log.all())
    specs = simulator.world.garage.in_mind(simulator.world.garage.size)
    places = [(state.latitude, state.longitude) for state in (simulator.state(s.id) for s in specs)]

    assert whereabouts(said, places) == places
    assert whereabouts(everything(tmp_path / "out"), places) == []


DECIMALS = re.compile(r"-?\d+\.\d{3,}")


def whereabouts(text: str, places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Those of *places* that *text* gives away: about where they are, or half of it exactly.

    About half of it is nothing: others may be at the same latitude, far away.
    """
    numbers = [float(each) for each in DECIMALS.findall(text)]
    pairs = list(pairwise(numbers))
    about = [*pairs, *((second, first) for first, second in pairs)]
    return [
        place
        for place in places
        if any(dist(place, each) < 0.002 for each in about)
        or any(abs(half - each) < 0.000_005 for half in place for each in numbers)
    ]


def test_the_cars_of_a_recording_live_on(upstream: Server, tmp_path: Path) -> None:
    with (
        recording(tmp_path / "out", upstream.origin) as origin,
        Smartcar(*MINE, origin=origin) as client,
    ):
        seen = {
            (each.vehicle.make, each.vehicle.model): client.vehicle(each).signals()
            for each in client.connections()
        }

    simulator = Simulator(fleet=load_fleet(tmp_path / "out" / "fleet.yaml"))
    with Smartcar(transport=simulator) as client:
        cars = {(each.vehicle.make, each.vehicle.model): each for each in client.connections()}
        assert cars.keys() == seen.keys()
        for name, connection in cars.items():
            now = client.vehicle(connection).signals()
            for code in (
                *("odometer-traveleddistance", "tractionbattery-stateofcharge"),
                *("internalcombustionengine-fuellevel", "closure-islocked"),
                *("charge-ischargingcableconnected", "vehicleidentification-trim"),
                "tractionbattery-nominalcapacity",
            ):
                was = seen[name].get(code)
                if was is not None and was.error is None:
                    assert now[code].value == was.value, (name, code)
        before = {each: client.vehicle(each).signals() for each in cars.values()}
        simulator.clock.advance("3d")
        assert any(
            client.vehicle(each).signals()["odometer-traveleddistance"].value
            != was["odometer-traveleddistance"].value
            for each, was in before.items()
        )


@pytest.mark.parametrize(
    ("make", "model"),
    [("NEWMAKE", None), ("NEWMAKE", ""), ("TESLA", "Model\n3"), ("tesla", None), ("TESLA", 3)],
)
def test_a_car_lives_on_that_is_told_oddly(make: str, model: object, tmp_path: Path) -> None:
    told = {"data": {"attributes": {"make": make, "model": model, "powertrainType": "BEV"}}}
    nobody = {"data": {"attributes": {"make": " \x07", "model": "S"}}}
    recorder = Recorder(tmp_path, Origins(), lambda: AT)
    for vehicle_id, body in (("a", told), ("b", nobody)):
        request = Request("GET", f"/v3/vehicles/{vehicle_id}")
        recorder.keep(
            recorder.begin(), "vehicle", request, Reply(200, {}, json.dumps(body).encode())
        )
    path = recorder.close()

    assert path is not None
    with Smartcar(transport=Simulator(fleet=path)) as client:
        (connection,) = client.connections()
        assert client.vehicle(connection).signal("odometer-traveleddistance").value


@pytest.mark.parametrize("odd", [{}, [], "far", None, True, [{"limit": {}}]])
def test_answers_that_make_no_sense_do_not_spoil_the_fleet(odd: object, tmp_path: Path) -> None:
    car = {"data": {"attributes": {"make": "TESLA", "model": "Model 3"}}}
    nobody = {
        "attributes": {"vehicle": {"make": "TESLA"}},
        "relationships": {"vehicle": {"data": {"id": "a\x07"}}},
    }
    reads = {
        "/v3/vehicles/a": car,
        "/v2.0/vehicles/a/odometer": {"distance": odd},
        "/v2.0/vehicles/a/charge/limit": {"limit": odd},
        "/v2.0/vehicles/a/battery": {"percentRemaining": odd},
        "/v2.0/vehicles/a/location": {"latitude": odd, "longitude": 11.5},
        "/v2.0/vehicles": {"vehicles": odd},
        "/v2.0/management/connections": {"connections": [{"vehicleId": "a", "userId": odd}]},
        "/v2.0/vehicles/a/batch": {"responses": odd},
        "/v3/connections": {"data": odd},
        "/v3/connections?page=2": {"data": [nobody]},
    }
    recorder = Recorder(tmp_path, Origins(), lambda: AT)
    for path, body in reads.items():
        request = Request("GET", path)
        recorder.keep(recorder.begin(), "api", request, Reply(200, {}, json.dumps(body).encode()))
    fleet = recorder.close()

    assert fleet is not None
    (entry,) = load_fleet(fleet).cars
    assert entry.make == "TESLA"


def test_the_cars_of_v2_live_on_with_their_owner(upstream: Server, tmp_path: Path) -> None:
    code = code_for(upstream.simulator)
    with recording(tmp_path / "out", upstream.origin) as origin:
        seen = of_v2(origin, code, *MINE)

    fleet = load_fleet(tmp_path / "out" / "fleet.yaml")
    (car,) = fleet.cars
    assert car.model == seen[1]
    assert car.odometer == pytest.approx(seen[2])
    assert car.charge is not None
    assert car.locked


def test_links_lead_to_the_proxy_and_later_to_the_replay(upstream: Server, tmp_path: Path) -> None:
    def own_link(origin: str) -> str:
        with Smartcar(*MINE, origin=origin) as client:
            return str(next(client.connections().pages()).links["self"])

    with recording(tmp_path / "out", upstream.origin) as origin:
        assert own_link(origin).startswith(f"{origin}/v3/connections")
    kept = read_samples(tmp_path / "out")[-1]
    real = "https://vehicle.api.smartcar.com/v3/connections"
    assert kept.body["links"]["self"].startswith(real)
    with replaying(tmp_path / "out") as origin:
        assert own_link(origin).startswith(f"{origin}/v3/connections")


# --- what goes where ------------------------------------------------------------------------------

HOSTS = {
    "GET /v3/connections": "vehicle",
    "GET /v3/vehicles/1/signals": "vehicle",
    "DELETE /v3/users/1": "vehicle",
    "GET /v3/something-new": "vehicle",
    "GET /v3/applications": "management",
    "GET /v3/webhooks/1": "management",
    "POST /v3/subscriptions": "management",
    "GET /v3/compatible-vehicles": "compatibility",
    "POST /oauth2/token": "iam",
    "GET /v2.0/vehicles/1/odometer": "api",
    "GET /v2.0/vehicles/1/": "api",
    "GET /v2.0/compatibility/matrix": "api",
    "GET /v1.0/user": "api",
    "GET /v2.0/management/connections/": "management_v2",
    "POST /oauth/token": "auth",
    "POST /oauth/token/oauth/token": "auth",
    "POST /": "auth",
}


@pytest.fixture
def hosts() -> Generator[dict[str, Loopback]]:
    """A server for each host, which says what it is."""
    names = sorted({*HOSTS.values(), "connect"})
    servers = {
        name: Loopback(
            say(http("200 OK", f'{{"source":"{name}"}}'.encode(), "Content-Type: application/json"))
        )
        for name in names
    }
    for server in servers.values():
        server.__enter__()
    yield servers
    for server in servers.values():
        server.__exit__(None, None, None)


@pytest.mark.parametrize(("asked", "host"), HOSTS.items())
def test_each_path_goes_to_the_host_that_serves_it(
    asked: str, host: str, hosts: dict[str, Loopback], tmp_path: Path
) -> None:
    method, _, path = asked.partition(" ")
    origins = Origins(**{name: server.origin for name, server in hosts.items()})
    with recording(tmp_path / "out", origins) as origin:
        status, body = ask(origin, method, path)

    assert (status, json.loads(body)) == (200, {"source": host})
    assert [name for name, server in hosts.items() if server.requests] == [host]
    (sample,) = read_samples(tmp_path / "out")
    assert (sample.host, sample.body) == (host, {"source": host})


def ask(
    origin: str, method: str, target: str, headers: dict[str, str] | None = None, body: bytes = b""
) -> tuple[int, bytes]:
    network = Network()
    path, _, query = target.partition("?")
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    reply = network.send(Request(method, path, asked, headers or {}, body, origin=origin))
    network.close()
    return reply.status, reply.body


def test_a_request_goes_on_as_it_came(hosts: dict[str, Loopback], tmp_path: Path) -> None:
    origins = Origins(**{name: server.origin for name, server in hosts.items()})
    with recording(tmp_path / "out", origins) as origin:
        asked = urllib.request.Request(
            f"{origin}/v2.0/compatibility?scope=read_vin%20read_odometer&vin=A+B&flags=a%3Ab",
            headers={"Authorization": "Bearer mine", "X-Own": "kept", "Accept-Encoding": "gzip"},
        )
        with urllib.request.urlopen(asked) as reply:
            assert reply.status == 200

    (sent,) = hosts["api"].requests
    head = sent.decode().lower()
    line = "get /v2.0/compatibility?scope=read_vin%20read_odometer&vin=a+b&flags=a%3ab http/1.1"
    assert head.startswith(line)
    assert "authorization: bearer mine" in head
    assert "x-own: kept" in head
    assert "gzip" not in head
    assert f"host: {hosts['api'].origin.removeprefix('http://')}" in head


def test_browsers_go_to_connect_itself_and_leave_no_trace(tmp_path: Path) -> None:
    network = Network()
    with recording(tmp_path / "out", Origins()) as origin:
        reply = network.send(Request("GET", "/oauth/authorize", {"state": "mine"}, origin=origin))
    network.close()

    assert reply.status == 302
    assert reply.headers["location"] == "https://connect.smartcar.com/oauth/authorize?state=mine"
    assert list((tmp_path / "out" / "samples").iterdir()) == []


def test_what_no_host_serves_is_sent_nowhere(hosts: dict[str, Loopback], tmp_path: Path) -> None:
    origins = Origins(**{name: server.origin for name, server in hosts.items()})
    with recording(tmp_path / "out", origins) as origin:
        status, body = ask(origin, "GET", "/admin")

    assert status == 404
    assert b"No host of Smartcar's serves GET /admin" in body
    assert not any(server.requests for server in hosts.values())


class Impostor:
    """A server with TLS and a certificate of its own making."""

    def __init__(self, folder: Path) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(*self_signed(folder))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.origin = f"https://localhost:{self._listener.getsockname()[1]}"
        self.heard, self.visits = b"", 0
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(10)
        self._listener.close()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        self.visits += 1
        with (
            connection,
            contextlib.suppress(OSError),
            self._context.wrap_socket(connection, server_side=True) as wrapped,
        ):
            self.heard = wrapped.recv(65536)


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate of localhost that nobody vouches for, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "certificate.pem", folder / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, *private))
    return pem, secret


def test_a_page_elsewhere_cannot_have_its_name_lead_here(tmp_path: Path) -> None:
    headers = {"host": "evil.example.com"}
    with recording(tmp_path / "out", Origins()) as origin:
        assert ask(origin, "GET", "/oauth/authorize", headers)[0] == 400


def test_a_service_that_does_not_answer_is_told_and_not_kept(tmp_path: Path) -> None:
    with Loopback(hang_up) as server, recording(tmp_path / "out", server.origin) as origin:
        status, body = ask(origin, "GET", "/v3/connections", {"authorization": "Bearer mine"})

    assert status == 502
    assert b"No reply from" in body
    assert list((tmp_path / "out" / "samples").iterdir()) == []


def test_a_host_that_cannot_prove_who_it_is_learns_nothing(tmp_path: Path) -> None:
    with Impostor(tmp_path) as server, recording(tmp_path / "out", server.origin) as origin:
        status, _ = ask(origin, "GET", "/v3/connections", {"authorization": "Bearer mine"})

    assert status == 502
    assert server.visits == 1
    assert server.heard == b""


def test_what_is_no_json_is_passed_on_but_not_kept(tmp_path: Path) -> None:
    page = http("503 Unavailable", b"<p>Roberta, sorry</p>", "Content-Type: text/html; charset=x")
    with Loopback(say(page)) as server, recording(tmp_path / "out", server.origin) as origin:
        status, body = ask(origin, "GET", "/v3/connections")

    assert (status, body) == (503, b"<p>Roberta, sorry</p>")
    (sample,) = read_samples(tmp_path / "out")
    assert (sample.status, sample.left_out) == (503, "21 bytes of text/html")
    assert "Roberta" not in everything(tmp_path / "out")


def test_headers_that_are_no_text_are_left_aside(tmp_path: Path) -> None:
    page = http("200 OK", b"{}", "Content-Type: application/json", "X-Name: R\xf6berta")
    with Loopback(say(page)) as server, recording(tmp_path / "out", server.origin) as origin:
        assert ask(origin, "GET", "/v3/connections") == (200, b"{}")

    assert len(read_samples(tmp_path / "out")) == 1


@pytest.mark.parametrize("status", [222, 444, 600, 999])
def test_a_status_that_nobody_knows_is_passed_on_and_replayed(tmp_path: Path, status: int) -> None:
    page = http(f"{status} Odd", b'{"data":[]}', "Content-Type: application/json", "X-Own: kept")
    with Loopback(say(page)) as server, recording(tmp_path / "out", server.origin) as origin:
        reply = Network().send(Request("GET", "/v3/connections", origin=origin))
        assert ask(origin, "GET", "/v3/connections") == (status, b'{"data":[]}')
        assert ask(origin, "HEAD", "/v3/connections") == (status, b"")
    assert (reply.status, reply.body) == (status, b'{"data":[]}')
    assert reply.headers["x-own"] == "kept"

    with replaying(tmp_path / "out") as origin:
        assert ask(origin, "GET", "/v3/connections") == (status, b'{"data":[]}')


@pytest.mark.parametrize("status", ["200 OK", "999 Odd"])
def test_each_cookie_is_passed_on_and_none_is_kept(tmp_path: Path, status: str) -> None:
    cookies = ("a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT; Path=/", "b=roberta", "c=3")
    page = http(status, b"{}", *(f"Set-Cookie: {each}" for each in cookies))
    with (
        Loopback(say(page)) as server,
        recording(tmp_path / "out", server.origin) as origin,
        contextlib.closing(HTTPConnection(urlsplit(origin).netloc, timeout=30)) as line,
    ):
        line.request("GET", "/v3/connections")
        reply = line.getresponse()
        assert reply.read() == b"{}"

    assert tuple(reply.headers.get_all("set-cookie") or ()) == cookies
    assert "roberta" not in everything(tmp_path / "out")


def test_a_redirection_within_the_service_leads_to_the_proxy(tmp_path: Path) -> None:
    def moved(connection: socket.socket) -> None:
        say(http("307 Moved", b"", f"Location: {server.origin}/v3/vehicles?x=1"))(connection)

    with Loopback(moved) as server, recording(tmp_path / "out", server.origin) as origin:
        reply = Network().send(Request("GET", "/v3/connections", origin=origin))

    assert reply.headers["location"] == f"{origin}/v3/vehicles?x=1"


def test_what_cannot_be_written_is_told_and_the_program_goes_on(tmp_path: Path) -> None:
    answer = say(http("200 OK", b"{}", "Content-Type: application/json"))
    with Loopback(answer) as server, recording(tmp_path / "out", server.origin) as origin:
        (tmp_path / "out" / "samples").rmdir()
        assert ask(origin, "GET", "/v3/connections") == (200, b"{}")
        (tmp_path / "out" / "samples").mkdir()
        assert ask(origin, "GET", "/v3/vehicles") == (200, b"{}")

    (kept,) = read_samples(tmp_path / "out")
    assert kept.request.path == "/v3/vehicles"


def test_a_recording_that_kept_nothing_can_be_begun_again(tmp_path: Path) -> None:
    for _ in range(2):
        Recorder(tmp_path / "out", Origins(), lambda: AT).close()


# --- replay ---------------------------------------------------------------------------------------


def sample(number: int, target: str, answer: Any, **asked: Any) -> Sample:
    path, _, query = target.partition("?")
    said = {name: values[0] for name, values in parse_qs(query).items()}
    request = Asked(method="GET", path=path, query=said, **asked)
    return Sample(number=number, at="", host="vehicle", request=request, status=200, body=answer)


def told(replay: Replay, target: str, **headers: str) -> Any:
    split = urlsplit(target)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    asked = Request("GET", target, headers=named)
    assert split.path
    return json.loads(replay.answer(asked).body)


def test_repeated_requests_are_answered_in_order_and_then_as_the_last_time() -> None:
    replay = Replay(
        (sample(1, "/v3/a", "once"), sample(2, "/v3/b", 0), sample(3, "/v3/a", "twice"))
    )

    assert [told(replay, "/v3/a") for _ in range(4)] == ["once", "twice", "twice", "twice"]
    assert told(replay, "/v3/b") == 0


def test_the_order_of_a_query_and_a_slash_at_the_end_make_no_difference() -> None:
    replay = Replay((sample(1, "/v3/a?x=1&y=2", "both"), sample(2, "/v3/a?x=1", "one")))

    assert told(replay, "/v3/a/?y=2&x=1") == "both"
    assert told(replay, "/v3/a?x=1") == "one"


def test_users_and_units_tell_requests_apart() -> None:
    replay = Replay(
        (
            sample(1, "/v3/a", "first", headers={"sc-user-id": "u1"}),
            sample(2, "/v3/a", "second", headers={"sc-user-id": "u2"}),
            sample(3, "/v2.0/vehicles/1/odometer", 10),
            sample(4, "/v2.0/vehicles/1/odometer", 6, headers={"sc-unit-system": "imperial"}),
        )
    )

    assert told(replay, "/v3/a", sc_user_id="u2") == "second"
    assert told(replay, "/v3/a", sc_user_id="u1") == "first"
    assert told(replay, "/v2.0/vehicles/1/odometer", sc_unit_system="imperial") == 6
    assert told(replay, "/v2.0/vehicles/1/odometer", sc_unit_system="metric") == 10


def test_bodies_tell_batches_apart() -> None:
    def batch(path: str) -> dict[str, Any]:
        return {"requests": [{"path": path}]}

    replay = Replay(
        (
            sample(1, "/v2.0/vehicles/1/batch", "o", body=batch("/odometer")),
            sample(2, "/v2.0/vehicles/1/batch", "f", body=batch("/fuel")),
        )
    )
    asked = Request("GET", "/v2.0/vehicles/1/batch", body=json.dumps(batch("/fuel")).encode())

    assert json.loads(replay.answer(asked).body) == "f"


def test_what_was_not_recorded_is_named_beside_what_was() -> None:
    replay = Replay((sample(1, "/v3/vehicles/1/signals?x=1", {}),))
    with (
        Smartcar(transport=replay, access_token="any") as client,
        pytest.raises(NotFoundError) as caught,
    ):
        client.vehicle("2", user_id="u").signals()

    assert caught.value.code == "NOT_RECORDED"
    assert "GET /v3/vehicles/2/signals was not recorded" in str(caught.value)
    assert "Recorded: GET /v3/vehicles/1/signals?x=1" in str(caught.value)


@pytest.mark.parametrize(
    ("path", "told_in"),
    [
        ("/v3/x", "errors"),
        ("/v2.0/vehicles", "description"),
        ("/oauth2/token", "error_description"),
    ],
)
def test_what_was_not_recorded_is_told_in_the_words_of_its_api(path: str, told_in: str) -> None:
    reply = Replay((sample(1, "/v3/a", {}),)).answer(Request("GET", path))

    assert reply.status == 404
    assert f"GET {path} was not recorded" in str(json.loads(reply.body)[told_in])


def test_a_sample_is_answered_byte_for_byte(tmp_path: Path) -> None:
    page = b'{"z":1.50,"a":[null,true,"\xc3\xa9"],"value":20.0}'
    answer = http("200 OK", page, "Content-Type: application/json", "SC-Data-Age: 2026-01-01")
    with Loopback(say(answer)) as server, recording(tmp_path / "out", server.origin) as origin:
        ask(origin, "GET", "/v3/connections")

    (kept,) = read_samples(tmp_path / "out")
    replay = Replay(tmp_path / "out")
    first, second = (replay.answer(Request("GET", "/v3/connections")) for _ in range(2))
    assert first == second
    assert first.body == kept.reply_body()
    assert list(json.loads(first.body)) == ["z", "a", "value"]
    assert first.headers == {"content-type": "application/json", "sc-data-age": "2026-01-01"}


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        (None, "", "holds no samples"),
        ("0001.json", "{", "is no sample"),
        ("0001.json", '{"number":1}', "is no sample"),
    ],
)
def test_what_is_no_recording_is_refused(
    name: str | None, content: str, why: str, tmp_path: Path
) -> None:
    if name is not None:
        (tmp_path / name).write_text(content)

    with pytest.raises(ValueError, match=why):
        Replay(tmp_path)


# --- at a prompt ----------------------------------------------------------------------------------

PROGRAM = """
from smartcar import Smartcar
with Smartcar() as client:
    for each in client.connections():
        print(each.vehicle.make, client.vehicle(each).signals()["odometer-traveleddistance"].value)
"""


@contextmanager
def started(*arguments: str) -> Generator[tuple[str, list[str]]]:
    """A command that serves until it is told to stop; gives where, and then all it said."""
    process = subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, text=True, env=own_environment()
    )
    assert process.stdout is not None
    said = [process.stdout.readline()]
    try:
        yield said[0].split()[-1], said
    finally:
        process.send_signal(signal.SIGTERM)
        said += process.communicate(timeout=20)[0].splitlines()
    assert process.returncode == 0, said


def output_of(script: str, origin: str, application: SimulatedApplication) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=own_environment(**environment(origin, application)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@posix
def test_a_program_is_recorded_and_replayed_at_a_prompt(upstream: Server, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    command = ("record", "--out", out, "--port", "0", "--upstream", upstream.origin)
    with started(*command) as (origin, said):
        seen = output_of(PROGRAM, origin, SimulatedApplication(*MINE))
    assert len(seen.splitlines()) == 5
    assert "Kept 7 exchanges. Look through them before you share them." in said
    assert f"Let the cars live: smartcar simulator --fleet {out}/fleet.yaml" in said
    assert not any(secret in line for line in said for secret in MINE)

    with started("replay", out, "--port", "0") as (origin, said):
        assert output_of(PROGRAM, origin, SimulatedApplication()) == seen
    assert said[0].startswith("Replaying 7 exchanges at ")


@posix
def test_a_reply_that_does_not_come_does_not_hold_up_the_end(tmp_path: Path) -> None:
    begun = threading.Event()

    def hang(connection: socket.socket) -> None:
        begun.set()
        connection.recv(1)  # until the proxy hangs up

    with Loopback(hang) as server:
        command = ("record", "--out", str(tmp_path / "out"), "--port", "0")
        with started(*command, "--upstream", server.origin) as (origin, said):
            waiting = threading.Thread(target=ask, args=(origin, "GET", "/v3/connections"))
            waiting.start()
            assert begun.wait(20)
        waiting.join(20)

    assert any("no reply yet" in line for line in said)
    assert any("Kept 0 exchanges" in line for line in said)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("record", "--out", "{}"), "is not empty"),
        (("record", "--out", "{}/new", "--upstream", "http://example.com"), "begin with https://"),
        (("record", "--out", "{}/new", "--upstream", "here"), "scheme, host and perhaps port"),
        (("replay", "{}"), "holds no samples"),
    ],
)
def test_what_cannot_be_recorded_or_replayed_is_told(
    arguments: tuple[str, ...], why: str, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("kept")
    done = run(*(each.format(tmp_path) for each in arguments))

    assert done.returncode in {1, 2}
    assert why in " ".join(done.stderr.split())
    assert not (tmp_path / "new").exists()


def test_env_can_point_at_hosts_and_leave_credentials_alone() -> None:
    done = run("env", "--hosts-only", "--format", "json", SMARTCAR_CLIENT_ID="client_mine")

    told_ = json.loads(done.stdout)
    assert told_["SMARTCAR_ORIGIN"] == "http://127.0.0.1:8686"
    assert not {"SMARTCAR_CLIENT_ID", "SMARTCAR_CLIENT_SECRET", "SMARTCAR_REDIRECT_URI"} & {*told_}
