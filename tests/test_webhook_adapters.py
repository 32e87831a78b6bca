"""Under every framework a receiver answers alike, from real sockets."""

from __future__ import annotations

import base64
import contextlib
import gzip
import http.client
import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from deliveries import CAR, TOKEN, body_of, compact, document, signed
from frameworks import FRAMEWORKS, PATH

from smartcar.webhooks import Event, Receiver, VehicleState
from smartcar.webhooks.adapters import aws_lambda
from smartcar.webhooks.adapters.asgi import asgi
from smartcar.webhooks.adapters.wsgi import wsgi

HOSTILE = (
    '{ "eventType":"VEHICLE_STATE",\r\n "eventId":"é\\u00e9 😀 \\/", "data":{"vehicle":{"id":"'
    + CAR
    + '"},"signals":[{"code":"x-y","body":{"value":61.0,"big":12345678901234567890,"e":1E2}}]}}\n'
).encode()
"""Valid, and changed by whoever reads it and writes it again."""

BODY_SECONDS = 60.0
"""How long a body may take, where the test is about another thing."""


class Served:
    """A receiver behind a socket."""

    def __init__(self, port: int, told: list[Event]) -> None:
        self.port = port
        self.told = told

    def ask(self, method: str, body: bytes = b"", **headers: str) -> tuple[int, Any]:
        """Status and JSON of the answer."""
        return self._asked(method, body, headers)

    def deliver(self, body: bytes, **more: str) -> tuple[int, Any]:
        return self._asked("POST", body, signed(body) | more)

    def _asked(self, method: str, body: Any, headers: dict[str, str]) -> tuple[int, Any]:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port)) as connection:
            connection.request(
                method, PATH, body, headers, encode_chunked=not isinstance(body, bytes)
            )
            reply = connection.getresponse()
            text = reply.read()
            is_json = (reply.getheader("content-type") or "").startswith("application/json")
            return reply.status, json.loads(text) if is_json and text else text

    def deliver_in_chunks(self, body: bytes) -> tuple[int, Any]:
        parts = iter([body[:7], body[7:]])
        return self._asked("POST", parts, signed(body) | {"Transfer-Encoding": "chunked"})


@pytest.fixture(params=FRAMEWORKS)
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    receiver = Receiver(TOKEN, largest_body=20_000)
    told: list[Event] = []

    @receiver.on(Event)
    def blocks(event: Event) -> None:
        told.append(event)

    @receiver.on(VehicleState)
    async def awaits(event: VehicleState) -> None:
        told.append(event)

    with FRAMEWORKS[request.param](receiver, BODY_SECONDS) as port:
        yield Served(port, told)


def test_the_challenge_is_answered(served: Served) -> None:
    answer = "b90b60685030dc49e8b4f27153f5ea6daf911bfc268eddf0e1b5555af09f31d4"
    body = body_of("verify")
    assert served.deliver(body) == (200, {"challenge": answer})
    assert served.ask("POST", body) == (200, {"challenge": answer})


@pytest.mark.parametrize("name", ["vehicle_state", "hostile"])
def test_the_bytes_that_came_are_those_that_are_checked(served: Served, name: str) -> None:
    body = HOSTILE if name == "hostile" else body_of(name)
    assert served.deliver(body) == (200, {"message": "Handled."})
    assert served.deliver(body) == (200, {"message": "Had already."})
    first, second = served.told
    assert first.raw == json.loads(body)
    assert first == second


def test_what_is_forged_is_refused(served: Served) -> None:
    body = body_of("vehicle_state")
    for headers in ({}, signed(body, "another"), signed(body + b" ")):
        status, told = served.ask("POST", body, **headers)
        assert status == 401
        assert "token" in told["message"] or "sc-signature" in told["message"]
    assert served.told == []


def test_what_is_too_large_or_packed_is_refused(served: Served) -> None:
    large = compact(document("vehicle_state") | {"more": "x" * 20_000})
    assert served.deliver(large)[0] == 413
    enormous = compact(document("vehicle_state") | {"more": "x" * 200_000})
    assert served.deliver(enormous)[0] == 413
    packed = gzip.compress(body_of("vehicle_state"))
    assert served.deliver(packed, **{"Content-Encoding": "gzip"})[0] == 415
    assert served.told == []


def test_nothing_but_a_post_is_a_delivery(served: Served) -> None:
    for method in ("GET", "PUT"):
        assert served.ask(method)[0] == 405


def test_an_empty_body_is_refused(served: Served) -> None:
    assert served.ask("POST", b"")[0] == 401
    assert served.deliver(b"")[0] == 400


CHUNKED = {"aiohttp", "asgi", "django async", "fastapi", "starlette"}
"""Those whose servers here take bodies in chunks: wsgiref does not."""


@pytest.mark.parametrize("served", sorted(CHUNKED), indirect=True)
def test_a_body_in_chunks_is_whole(served: Served) -> None:
    assert served.deliver_in_chunks(HOSTILE) == (200, {"message": "Handled."})


@pytest.mark.parametrize("framework", sorted(CHUNKED - {"django async"}))
def test_a_body_that_does_not_come_is_not_waited_for(framework: str) -> None:
    with (
        FRAMEWORKS[framework](Receiver(TOKEN), 0.1) as port,
        socket.create_connection(("127.0.0.1", port)) as connection,
    ):
        head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
        connection.sendall(head.encode() + b"{")
        assert connection.recv(1000).startswith(b"HTTP/1.1 408 ")


def test_a_body_that_is_cut_off_is_no_event(served: Served) -> None:
    body = body_of("vehicle_state")
    headers = "".join(f"{name}: {value}\r\n" for name, value in signed(body).items())
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body[:100])
        connection.shutdown(socket.SHUT_WR)
        reply = connection.recv(1000)
    assert not reply.startswith(b"HTTP/1.1 2")
    assert not reply.startswith(b"HTTP/1.0 2")
    assert served.told == []
    assert served.deliver(body)[0] == 200


class Broken:
    """What a WSGI server gives to be read of a request that is cut off, or chunked wrong."""

    def read(self, size: int = -1) -> bytes:
        raise OSError(f"could not read {size} bytes")


def test_a_wsgi_server_that_fails_to_read_is_answered() -> None:
    statuses: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "wsgi.input": Broken(),
        "wsgi.input_terminated": True,
    }
    app = wsgi(Receiver(TOKEN))
    for length in ("", "7"):
        said = environ | {"CONTENT_LENGTH": length}
        list(app(said, lambda status, headers: statuses.append(status)))  # type: ignore[arg-type]
    assert statuses == ["400 Bad Request"] * 2


@pytest.mark.parametrize("served", ["django", "flask", "wsgi"], indirect=True)
def test_a_length_that_only_looks_like_a_number_is_refused(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        connection.sendall(
            f"POST {PATH} HTTP/1.0\r\nContent-Length: \u00b2\r\n\r\n".encode("latin-1")
        )
        reply = connection.recv(1000)
    assert reply.split()[1] in {b"400", b"401"}


def test_a_caller_who_leaves_is_no_error_of_the_program(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
        connection.sendall(head.encode() + b"{")
    assert served.deliver(body_of("vehicle_state"))[0] == 200
    assert [each for each in caplog.records if each.exc_info] == []


def test_a_body_that_says_it_is_not_packed_is_read(served: Served) -> None:
    body = body_of("vehicle_state")
    assert served.deliver(body, **{"Content-Encoding": "identity"})[0] == 200


# --- without a server -----------------------------------------------------------------------------


def test_a_wsgi_server_that_unchunks_is_read_to_the_end() -> None:
    import io  # noqa: PLC0415

    statuses: list[str] = []
    body = body_of("vehicle_state")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "HTTP_SC_SIGNATURE": signed(body)["SC-Signature"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
    }
    app = wsgi(Receiver(TOKEN))
    list(app(environ, lambda status, headers: statuses.append(status)))  # type: ignore[arg-type]
    environ["wsgi.input"] = io.BytesIO(body)
    list(app(environ | {"CONTENT_LENGTH": "-7"}, lambda status, headers: statuses.append(status)))  # type: ignore[arg-type]
    assert statuses == ["200 OK", "400 Bad Request"]


async def test_an_asgi_server_is_told_when_the_inbox_cannot_be_opened() -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "lifespan.startup"}

    async def send(message: Any) -> None:
        sent.append(message)

    app = asgi(Receiver(TOKEN, inbox="postgres://nowhere"))
    await app({"type": "lifespan"}, receive, send)
    (message,) = sent
    assert message["type"] == "lifespan.startup.failed"
    assert "sqlite:///" in message["message"]


# --- AWS Lambda -----------------------------------------------------------------------------------

SHAPES = {
    "REST API": {"httpMethod": "POST", "isBase64Encoded": False},
    "HTTP API, function URL": {"version": "2.0", "requestContext": {"http": {"method": "POST"}}},
}


def lambda_event(body: bytes, shape: str, *, is_packed: bool = False) -> dict[str, Any]:
    text = base64.b64encode(body).decode() if is_packed else body.decode()
    headers = {
        name.lower() if "URL" in shape else name: each for name, each in signed(body).items()
    }
    return SHAPES[shape] | {"headers": headers, "body": text, "isBase64Encoded": is_packed}


@pytest.mark.parametrize("is_packed", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_lambda_function_answers(shape: str, is_packed: bool) -> None:
    receiver = Receiver(TOKEN)
    told: list[Event] = []

    @receiver.on(VehicleState)
    async def store(event: VehicleState) -> None:
        told.append(event)

    deliver = aws_lambda.handler(receiver)
    answer = deliver(lambda_event(HOSTILE, shape, is_packed=is_packed), None)
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {"message": "Handled."}
    assert [event.raw for event in told] == [json.loads(HOSTILE)]
    challenge = deliver(lambda_event(body_of("verify"), shape, is_packed=is_packed), None)
    assert "challenge" in challenge["body"]
    assert challenge["headers"]["content-type"] == "application/json"


def test_headers_of_a_load_balancer_may_be_lists() -> None:
    event = lambda_event(HOSTILE, "REST API")
    event["multiValueHeaders"] = {name: [each] for name, each in event.pop("headers").items()}
    assert aws_lambda.handler(Receiver(TOKEN))(event, None)["statusCode"] == 200


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"httpMethod": "GET"}, 405),
        ({"body": None}, 400),
        ({"body": "no base64", "isBase64Encoded": True}, 400),
        ({"headers": None}, 401),
        ({"headers": {"SC-Signature": None}}, 401),
        ({"body": "\ud800"}, 401),
        ({"httpMethod": None}, 405),
    ],
)
def test_a_lambda_function_raises_nothing(changes: dict[str, Any], status: int) -> None:
    event = lambda_event(HOSTILE, "REST API") | changes
    if "body" in changes and changes["body"] is None:
        event["headers"] = signed(b"")
    assert aws_lambda.handler(Receiver(TOKEN))(event, None)["statusCode"] == status
