"""The simulator as an ASGI application, and over real HTTP."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest

from smartcar.simulator import SimulatedApplication, Simulator, VirtualClock
from smartcar.simulator.app import LARGEST_BODY, asgi
from smartcar.simulator.application import DEFAULT_CLIENT_ID as CLIENT_ID
from smartcar.simulator.application import DEFAULT_CLIENT_SECRET as CLIENT_SECRET
from smartcar.simulator.server import Server

GRANT = (
    f"grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}".encode()
)
Message = dict[str, Any]


async def call(
    simulator: Simulator,
    method: str,
    path: str,
    body: list[bytes] | None = None,
    headers: list[tuple[bytes, bytes]] | None = None,
    *,
    query: bytes = b"",
    is_cut_off: bool = False,
) -> tuple[int, dict[bytes, bytes], bytes]:
    """What the ASGI application answers."""
    chunks = body or [b""]
    coming = [
        {"type": "http.request", "body": chunk, "more_body": is_cut_off or number < len(chunks)}
        for number, chunk in enumerate(chunks, 1)
    ]
    coming.append({"type": "http.disconnect"})
    sent: list[Message] = []

    async def receive() -> Message:
        return coming.pop(0)

    async def send(message: Any) -> None:
        sent.append(dict(message))

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode("latin-1"),
        "query_string": query,
        "scheme": "http",
        "headers": headers or [(b"host", b"127.0.0.1:1")],
    }
    await asgi(simulator, "Hello there.")(scope, receive, send)
    if not sent:
        return 0, {}, b""
    start, content = sent
    assert start["type"] == "http.response.start"
    assert content["type"] == "http.response.body"
    return start["status"], dict(start["headers"]), content["body"]


async def bearer(simulator: Simulator) -> tuple[bytes, bytes]:
    _, _, body = await call(simulator, "POST", "/oauth2/token", [GRANT])
    return b"authorization", b"Bearer " + json.loads(body)["access_token"].encode()


# --- the application -----------------------------------------------------------------------------


async def test_a_browser_is_greeted_at_the_root() -> None:
    status, headers, body = await call(Simulator(), "GET", "/")
    assert (status, body) == (200, b"Hello there.")
    assert headers[b"content-type"] == b"text/plain; charset=utf-8"


async def test_the_length_of_every_body_is_said_and_of_none_there_is_none() -> None:
    simulator = Simulator()
    token = await bearer(simulator)
    for path in ("/", "/v3/connections", "/oauth/authorize", "/nowhere"):
        _, headers, body = await call(simulator, "GET", path, headers=[token])
        assert headers[b"content-length"] == str(len(body)).encode()
    user = simulator.world.fleet.grant(0).user_id
    status, headers, body = await call(simulator, "DELETE", f"/v3/users/{user}", headers=[token])
    assert (status, body) == (204, b"")
    assert b"content-length" not in headers


@pytest.mark.parametrize("path", ["/", "/v3/connections", "/nowhere", "/oauth/authorize"])
async def test_head_is_get_without_the_body(path: str) -> None:
    got = await call(Simulator(), "GET", path)
    head = await call(Simulator(), "HEAD", path)
    assert head == (got[0], got[1], b"")


async def test_a_body_may_come_in_pieces() -> None:
    pieces = [GRANT[:1], b"", GRANT[1:20], GRANT[20:]]
    status, _, _ = await call(Simulator(), "POST", "/oauth2/token", pieces)
    assert status == 200


@pytest.mark.parametrize("path", ["/oauth2/token", "/", "/nowhere"])
async def test_a_body_that_is_too_large_is_refused_unread(path: str) -> None:
    piece = b"x" * (LARGEST_BODY // 4)
    status, _, _ = await call(Simulator(), "POST", path, [piece] * 40)
    assert status == 413


async def test_the_largest_body_is_still_read() -> None:
    filled = GRANT + b"&x=" + b"y" * (LARGEST_BODY - len(GRANT) - 3)
    status, _, _ = await call(Simulator(), "POST", "/oauth2/token", [filled])
    assert status == 200


async def test_a_request_that_was_cut_off_does_nothing() -> None:
    simulator = Simulator()
    token = await bearer(simulator)
    grant = simulator.world.fleet.grant(0)
    headers = [token, (b"sc-user-id", grant.user_id.encode())]
    path = f"/v3/vehicles/{grant.vehicle_id}/commands/security/unlock"
    await call(simulator, "POST", path, [b""], headers, is_cut_off=True)
    assert simulator.world.garage.told(grant.vehicle_id) == []


async def test_it_starts_and_stops_when_its_server_says_so() -> None:
    coming = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent: list[str] = []

    async def receive() -> Message:
        return coming.pop(0)

    async def send(message: Any) -> None:
        sent.append(message["type"])

    await asgi(Simulator())({"type": "lifespan"}, receive, send)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_links_name_the_host_that_was_asked() -> None:
    simulator = Simulator()
    headers = [await bearer(simulator), (b"host", b"smartcar.test:99")]
    _, _, body = await call(simulator, "GET", "/v3/connections", headers=headers)
    assert json.loads(body)["links"]["self"].startswith("http://smartcar.test:99/v3/connections?")


@pytest.mark.parametrize(
    ("path", "query", "headers"),
    [
        ("/v3/\xff\xfe", b"", []),
        ("/v3/vehicles/%ff%00", b"\xff=%ff&&=;", []),
        ("/v3/connections", b"page[size]=\xff", []),
        ("/v3/connections", b"%zz", [(b"authorization", b"Bearer \xff\x00")]),
        ("/v3/connections", b"", [(b"sc-user-id", b"\xff"), (b"host", b"\xff\xfe")]),
        ("/oauth/authorize", b"client_id=%00&state=\xff", []),
        ("/oauth2/token", b"", [(b"authorization", b"Basic \xff")]),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_unusual_bytes_are_answered_in_order(
    path: str, query: bytes, headers: list[tuple[bytes, bytes]], method: str
) -> None:
    status, _, body = await call(Simulator(), method, path, [b"\xff"], headers, query=query)
    assert 400 <= status < 500
    assert body


@pytest.mark.parametrize(
    "name", ["/caf\u00e9", "/\u65e5\u672c", "/\U0001f697", "/\x0b\x7f", "/a b"]
)
async def test_whatever_the_redirect_uri_the_way_back_can_be_sent(name: str) -> None:
    from urllib.parse import urlencode  # noqa: PLC0415

    uri = f"https://app.example.com{name}"
    query = urlencode({"client_id": CLIENT_ID, "redirect_uri": uri, "make": "TRABANT"}).encode()
    status, headers, _ = await call(Simulator(), "GET", "/oauth/authorize", query=query)
    assert status in {302, 400}
    assert all(32 < byte < 127 for byte in headers.get(b"location", b"/"))


# --- over HTTP -----------------------------------------------------------------------------------


@pytest.fixture
def server() -> Generator[Server]:
    with Server(Simulator(seed=7, clock=VirtualClock(1_800_000_000.0))) as running:
        yield running


class Connection(http.client.HTTPConnection):
    """One kept connection to a server."""

    def __init__(self, server: Server) -> None:
        super().__init__(urlsplit(server.origin).netloc, timeout=30)

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.request(method, path, body, named)
        reply = self.getresponse()
        return reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read()

    def log_in(self) -> str:
        return f"Bearer {json.loads(self.ask('POST', '/oauth2/token', GRANT)[2])['access_token']}"


def test_a_server_answers_over_http(server: Server) -> None:
    with closing(Connection(server)) as connection:
        authorization = connection.log_in()
        status, headers, body = connection.ask(
            "GET", "/v3/connections", authorization=authorization
        )
        assert status == 200
        assert headers["content-type"] == "application/json"
        assert headers["date"] == "Fri, 15 Jan 2027 08:00:00 GMT"
        assert "server" not in headers
        page = json.loads(body)
        assert page["meta"]["totalCount"] == 12
        assert page["links"]["self"].startswith(f"{server.origin}/v3/connections?")
        path = page["links"]["next"].removeprefix(server.origin)
        assert (
            len(json.loads(connection.ask("GET", path, authorization=authorization)[2])["data"])
            == 2
        )


def test_http_and_one_process_say_the_same(server: Server) -> None:
    from smartcar.protocol.wire import Request  # noqa: PLC0415

    twin = Simulator(seed=7, clock=VirtualClock(1_800_000_000.0))
    with closing(Connection(server)) as connection:
        for method, path, content in (
            ("POST", "/oauth2/token", GRANT),
            ("GET", "/v3/nowhere", b""),
            ("GET", "/oauth/authorize", b""),
        ):
            status, headers, body = connection.ask(method, path, content or None)
            reply = twin.send(Request(method, path, body=content, origin=server.origin))
            assert (status, body) == (reply.status, reply.body)
            assert reply.headers.items() <= headers.items()


def test_the_greeting_says_what_to_set(server: Server) -> None:
    with closing(Connection(server)) as connection:
        _, _, body = connection.ask("GET", "/")
        told = body.decode()
        assert f"SMARTCAR_ORIGIN={server.origin}" in told
        assert f"SMARTCAR_CLIENT_ID={CLIENT_ID}" in told
        link = next(word for word in told.split() if "/oauth/authorize?" in word)
        status, _, page = connection.ask("GET", link.removeprefix(server.origin))
        assert status == 200
        assert b"continue-button" in page


def test_secrets_of_ones_own_are_not_greeted_with() -> None:
    own = SimulatedApplication("my-id", "my-secret", "my-token")
    with Server(Simulator(application=own)) as server, closing(Connection(server)) as connection:
        body = connection.ask("GET", "/")[2]
    assert b"my-id" in body
    assert b"my-secret" not in body
    assert b"my-token" not in body


def test_pages_of_connect_are_strict_over_http_too(server: Server) -> None:
    path = f"/oauth/authorize?client_id={CLIENT_ID}&response_type=none"
    with closing(Connection(server)) as connection:
        status, headers, _ = connection.ask("GET", path)
        assert status == 200
        assert headers["cache-control"] == "no-store"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        status, headers, _ = connection.ask("GET", "/oauth/static/connect.css")
        assert (status, headers["content-type"]) == (200, "text/css; charset=utf-8")


def test_head_over_http_leaves_the_connection_usable(server: Server) -> None:
    with closing(Connection(server)) as connection:
        status, headers, body = connection.ask("HEAD", "/")
        assert (status, body) == (200, b"")
        assert int(headers["content-length"]) > 0
        assert connection.ask("GET", "/")[0] == 200


def test_what_is_no_http_does_not_stop_the_server(server: Server) -> None:
    address = urlsplit(server.origin)
    for noise in (b"\x16\x03\x01\x00\xa5", b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 50, b""):
        with socket.create_connection((address.hostname, address.port), timeout=30) as raw:
            raw.sendall(noise)
    with closing(Connection(server)) as connection:
        assert connection.ask("GET", "/")[0] == 200


def test_a_hundred_at_once_get_each_their_own_answer(server: Server) -> None:
    with closing(Connection(server)) as connection:
        authorization = connection.log_in()
        everything = connection.ask(
            "GET", "/v3/connections?page%5Bsize%5D=100", authorization=authorization
        )[2]
    cars = [each["relationships"] for each in json.loads(everything)["data"]]

    def one(number: int) -> tuple[int, str, int, str]:
        car = cars[number % len(cars)]
        which, user = car["vehicle"]["data"]["id"], car["user"]["data"]["id"]
        path = f"/v3/vehicles/{which}"
        who = {"authorization": authorization, "sc_user_id": user}
        with closing(Connection(server)) as own:
            if number % 3 == 0:
                status, headers, body = own.ask(
                    "POST", f"{path}/commands/navigation/set-destination",
                    b'{"data":{"attributes":{"latitude":1,"longitude":%d}}}' % number,
                    **who,
                )  # fmt: skip
                got = json.loads(body)["data"]["attributes"].get("parameters", {})
                assert status != 200 or got["longitude"] == number
            else:
                status, headers, body = own.ask("GET", f"{path}/signals", **who)
                assert json.loads(body)["included"]["vehicle"]["id"] == which
        return number, which, status, headers["sc-request-id"]

    with ThreadPoolExecutor(32) as pool:
        told = list(pool.map(one, range(100)))
    assert {status for _, _, status, _ in told} == {200}
    assert len({request_id for *_, request_id in told}) == 100
    done = sum(
        len(server.simulator.world.garage.told(each["vehicle"]["data"]["id"])) for each in cars
    )
    assert done == 34


def test_a_code_is_given_to_one_of_many_who_come_at_once(server: Server) -> None:
    def connect() -> str:
        from smartcar.cli.browser import Browser  # noqa: PLC0415

        browser = Browser(server.simulator, server.origin)
        callback = "https://app.example.com/cb"
        browser.open("/oauth/authorize", {"client_id": CLIENT_ID, "redirect_uri": callback})
        browser.press("continue-button")
        browser.press("KIA")
        browser.press("sign-in-button", username="ada@example.com", password="x")
        browser.press("approval-button")
        return browser.sent_back["code"]

    client = f"client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}"
    body = f"{client}&grant_type=authorization_code&code={connect()}".encode()

    def exchange(_: int) -> int:
        with closing(Connection(server)) as own:
            return own.ask("POST", "/oauth/token", body)[0]

    with ThreadPoolExecutor(16) as pool:
        told = list(pool.map(exchange, range(16)))
    assert sorted(told) == [200] + [400] * 15


def test_a_port_in_use_is_told_in_one_sentence() -> None:
    with Server(Simulator()) as server:
        port = urlsplit(server.origin).port
        assert port is not None
        with pytest.raises(OSError, match=f"Port {port} of 127.0.0.1 cannot be used: .*another"):
            Server(Simulator(), port=port)


@pytest.mark.parametrize("port", [-1, 65_536, 99_999])
def test_a_port_that_there_is_not_is_told_in_one_sentence(port: int) -> None:
    with pytest.raises((OSError, ValueError), match=r"(?i)port"):
        Server(Simulator(), port=port)


def test_servers_come_and_go_on_ports_of_their_own() -> None:
    make: Callable[[], Server] = lambda: Server(Simulator())  # noqa: E731
    with make() as one, make() as other:
        assert one.origin != other.origin
        for server in (one, other):
            with closing(Connection(server)) as connection:
                assert connection.ask("GET", "/")[0] == 200
    with pytest.raises(ConnectionError), closing(Connection(one)) as connection:
        connection.ask("GET", "/")
