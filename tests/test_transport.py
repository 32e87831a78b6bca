"""The network, over real HTTP on this machine: what goes wrong there is told in our words."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from loopback import Loopback, hang, hang_up, http, say

from smartcar import (
    AsyncSmartcar,
    ConnectError,
    DecodeError,
    Reply,
    Request,
    RequestTimeoutError,
    Smartcar,
    SmartcarError,
    TransportError,
    UpstreamError,
)
from smartcar.transport import LARGEST_REPLY, AsyncNetwork, Network

BOTH = pytest.mark.parametrize("is_async", [False, True], ids=["blocking", "awaiting"])
CONNECTION = json.dumps({"data": {"id": "c", "type": "connection"}}).encode()
GOOD = http("200 OK", CONNECTION, "Content-Type: application/json")


async def send(request: Request, *, is_async: bool) -> Reply:
    """What the network brings."""
    if is_async:
        network = AsyncNetwork()
        try:
            return await network.asend(request)
        finally:
            await network.aclose()
    blocking = Network()
    try:
        return await asyncio.to_thread(blocking.send, request)
    finally:
        blocking.close()


def ask(origin: str, **more: Any) -> Request:
    """A small request."""
    return Request("GET", "/v3/connections/c", origin=origin, connect_timeout=5, **more)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


@BOTH
async def test_a_reply_is_brought_whole_with_its_headers_in_lower_case(is_async: bool) -> None:
    with Loopback(say(http("200 OK", b"\x00\xff", "SC-Request-Id: abc"))) as server:
        reply = await send(ask(server.origin), is_async=is_async)
    assert (reply.status, reply.body, reply.headers["sc-request-id"]) == (200, b"\x00\xff", "abc")


@BOTH
async def test_a_header_that_is_no_text_does_not_spoil_the_reply(is_async: bool) -> None:
    answer = http("200 OK", b"{}", "X-Owner: Röberta", "SC-Request-Id: abc")
    with Loopback(say(answer)) as server:
        reply = await send(ask(server.origin), is_async=is_async)
    assert (reply.status, reply.body, reply.headers["sc-request-id"]) == (200, b"{}", "abc")


@BOTH
async def test_a_request_goes_out_as_it_is(is_async: bool) -> None:
    request = Request(
        "POST",
        "/v3/a%2Fb",
        {"filter[userId]": "ü &=+"},
        {"authorization": "Bearer t", "content-type": "application/json"},
        b'{"x":1}',
    )
    with Loopback(say(http("204 No Content"))) as server:
        whole = Request(
            request.method,
            request.path,
            request.query,
            request.headers,
            request.body,
            server.origin,
        )
        await send(whole, is_async=is_async)
    (sent,) = server.requests
    line, _, rest = sent.partition(b"\r\n")
    assert line == b"POST /v3/a%2Fb?filter%5BuserId%5D=%C3%BC+%26%3D%2B HTTP/1.1"
    assert b"authorization: bearer t" in rest.lower()
    assert sent.endswith(b'\r\n\r\n{"x":1}')


@BOTH
async def test_nobody_listening_is_a_connect_error(is_async: bool) -> None:
    with pytest.raises(ConnectError) as caught:
        await send(ask(f"http://127.0.0.1:{free_port()}"), is_async=is_async)
    assert caught.value.status == 0


@BOTH
async def test_a_name_that_leads_nowhere_is_a_connect_error(is_async: bool) -> None:
    with pytest.raises(ConnectError):
        await send(ask("http://nowhere.invalid"), is_async=is_async)


@BOTH
async def test_a_server_that_never_answers_is_a_timeout(is_async: bool) -> None:
    with Loopback(hang) as server, pytest.raises(RequestTimeoutError) as caught:
        await send(ask(server.origin, timeout=1), is_async=is_async)
    assert isinstance(caught.value, TimeoutError)
    assert len(server.requests) == 1


CUT: dict[str, Callable[[socket.socket], None]] = {
    "no answer": hang_up,
    "half a head": say(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "half a body": say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
    "half a chunk": say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{"),
    "no last chunk": say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
    "no HTTP": say(b"220 smtp.example.com ESMTP\r\n"),
}


@BOTH
@pytest.mark.parametrize("what", CUT)
async def test_a_reply_that_is_cut_short_is_a_transport_error(what: str, is_async: bool) -> None:
    with Loopback(CUT[what]) as server, pytest.raises(TransportError):
        await send(ask(server.origin, timeout=5), is_async=is_async)
    assert len(server.requests) == 1


@BOTH
async def test_a_reply_larger_than_any_is_refused(is_async: bool) -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        for _ in range(LARGEST_REPLY // 2**20 + 8):
            connection.sendall(b"x" * 2**20)

    with Loopback(endless) as server, pytest.raises(SmartcarError) as caught:
        await send(ask(server.origin), is_async=is_async)
    assert isinstance(caught.value, DecodeError)


@BOTH
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(status: int, is_async: bool) -> None:
    with Loopback(say(GOOD)) as elsewhere:
        moved = http(f"{status} Moved", b"", f"Location: {elsewhere.origin}/v3/connections/c")
        with Loopback(say(moved)) as server:
            reply = await send(
                ask(server.origin, headers={"authorization": "Bearer t"}), is_async=is_async
            )
    assert reply.status == status
    assert not elsewhere.requests


def test_a_cookie_is_never_sent_back() -> None:
    with Loopback(say(http("200 OK", CONNECTION, "Set-Cookie: tracked=1; Path=/"))) as server:
        client = Smartcar(access_token="t", origin=server.origin)
        client.connection("c")
        client.connection("c")
        client.close()
    assert len(server.requests) == 2
    assert b"tracked" not in b"".join(server.requests)


async def test_a_cookie_is_never_sent_back_awaiting() -> None:
    with Loopback(say(http("200 OK", CONNECTION, "Set-Cookie: tracked=1; Path=/"))) as server:
        async with AsyncSmartcar(access_token="t", origin=server.origin) as client:
            await client.connection("c")
            await client.connection("c")
    assert b"tracked" not in b"".join(server.requests)


def test_a_gateways_page_is_an_upstream_error_that_does_not_show_it() -> None:
    page = http("502 Bad Gateway", b"<html><h1>502</h1></html>", "Content-Type: text/html")
    with Loopback(say(page)) as server:
        client = Smartcar(access_token="t", origin=server.origin, retries=0)
        with client, pytest.raises(UpstreamError) as caught:
            client.connection("c")
    assert "<html>" not in str(caught.value)


async def test_a_gateways_page_is_an_upstream_error_awaiting() -> None:
    with Loopback(say(http("502 Bad Gateway", b"<html>"))) as server:
        async with AsyncSmartcar(access_token="t", origin=server.origin, retries=0) as client:
            with pytest.raises(UpstreamError):
                await client.connection("c")


def test_a_read_is_tried_again_over_a_new_connection() -> None:
    count = iter(range(9))

    def twice(connection: socket.socket) -> None:
        connection.sendall(http("503 Busy") if next(count) == 0 else GOOD)

    with Loopback(twice) as server, Smartcar(access_token="t", origin=server.origin) as client:
        assert client.connection("c").id == "c"
    assert len(server.requests) == 2


def test_what_failed_is_told_without_what_was_secret() -> None:
    with Loopback(hang_up) as server:
        client = Smartcar(access_token="planted", origin=server.origin, retries=0)
        with client, pytest.raises(TransportError) as caught:
            client.connection("c")
    assert server.origin in str(caught.value)
    assert "planted" not in f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"


@BOTH
async def test_who_closes_twice_or_without_use_is_not_told_off(is_async: bool) -> None:
    if is_async:
        network = AsyncNetwork()
        await network.aclose()
        await network.aclose()
        return
    blocking = Network()
    blocking.close()
    blocking.close()


FORKING = """
import os, sys
from smartcar import Smartcar
client = Smartcar(access_token="t", origin=sys.argv[1])
if sys.argv[2] == "used":
    client.connection("c")
child = os.fork()
if child == 0:
    try:
        print(client.connection("c").id, flush=True)
    except Exception as error:
        print(type(error).__name__, error, flush=True)
    os._exit(0)
os.waitpid(child, 0)
"""


def _forked(origin: str, past: str) -> str:
    command = [sys.executable, "-W", "ignore", "-c", FORKING, origin, past]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=30, check=True, env=environment
    )
    return done.stdout


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_client_that_sent_nothing_yet_may_be_used_after_a_fork() -> None:
    with Loopback(say(GOOD)) as server:
        assert _forked(server.origin, "new").strip() == "c"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_client_that_was_used_before_a_fork_says_so_and_does_not_hang() -> None:
    with Loopback(say(GOOD)) as server:
        assert "fork" in _forked(server.origin, "used")


PASSING_THREADS = """
import sys, threading
from smartcar import Smartcar
client = Smartcar(access_token="t", origin=sys.argv[1])
for _ in range(20):
    thread = threading.Thread(target=client.connection, args=("c",))
    thread.start()
    thread.join()
print("ok")
"""


def test_threads_that_ask_may_end_even_the_first_one() -> None:
    with Loopback(say(GOOD)) as server:
        command = [sys.executable, "-c", PASSING_THREADS, server.origin]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (0, "ok\n")


async def test_a_client_that_is_closed_says_so() -> None:
    with Loopback(say(GOOD)) as server:
        client = Smartcar(access_token="t", origin=server.origin)
        client.close()
        with pytest.raises(RuntimeError, match="closed"):
            client.connection("c")
        awaited = AsyncSmartcar(access_token="t", origin=server.origin)
        await awaited.close()
        with pytest.raises(RuntimeError, match="closed"):
            await awaited.connection("c")
