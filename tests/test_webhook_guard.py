"""Where the simulator's webhooks may send to: nobody else's network, whatever a name says."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hooking import LOCKED, Box, served
from loopback import Loopback

from smartcar.protocol.wire import Reply
from smartcar.simulator import Simulator
from smartcar.simulator.webhooks.deliveries import Delivery
from smartcar.simulator.webhooks.guard import Forbidden, target_of
from smartcar.simulator.webhooks.setup import WebhookSetup


def first_delivery(simulator: Simulator, uri: str) -> Delivery:
    """What became of the VERIFY of a webhook that sends to *uri*."""
    hook = simulator.webhooks.set(
        WebhookSetup(name="x", callback_uri=uri, triggers=(LOCKED,), data=(LOCKED,))
    )
    return simulator.webhooks.deliveries(hook.id)[-1]


PRIVATE = [
    "https://10.0.0.1/hook",
    "https://10.255.255.255/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://168.63.129.16/",
    "https://0.0.0.0/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[fe80::1]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[::]/",
    "https://[ff02::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[2002:a00:1::]/",
    "https://[::10.0.0.1]/",
    "https://[::ffff:0:10.0.0.1]/",
    "https://[64:ff9b:1::10.0.0.1]/",
    "https://[fec0::1]/",
    "https://[5f00::1]/",
    "https://[3fff::1]/",
    "https://192.0.0.192/opc/v2/instance/",
    # What a URL's reader makes of numbers: all are 169.254.169.254 or 10.0.0.1.
    "https://2852039166/",
    "https://0xa9fea9fe/",
    "https://0xa9.0xfe.0xa9.0xfe/",
    "https://0251.0376.0251.0376/",
    "https://169.254.43518/",
    "https://10.1/",
    "https://10.0.0.1./",
]


@pytest.mark.parametrize("uri", PRIVATE)
def test_no_private_address_is_sent_to_however_it_is_written(uri: str) -> None:
    with pytest.raises(Forbidden, match=r"private network|no host|no name"):
        target_of(uri, allow_private=False)


@pytest.mark.parametrize(
    "uri",
    [
        "http://8.8.8.8/hook",
        "ftp://8.8.8.8/",
        "https://user@8.8.8.8/",
        "https://user:word@8.8.8.8/",
        "https://8.8.8.8\\@10.0.0.1/",
        "https://8.8.8.8:0/",
        "https://8.8.8.8:99999/",
        "https://[::1/",
        "https:///hook",
        "https://ex ample/",
        "https://exämple.de/",
        "https://%31%30.0.0.1/",
        "https://a\nb/",
        "//8.8.8.8/",
        "",
    ],
)
def test_what_can_be_read_in_two_ways_or_in_none_is_sent_nowhere(uri: str) -> None:
    with pytest.raises(Forbidden):
        target_of(uri, allow_private=False)


def test_the_internet_over_tls_and_this_machine_are_sent_to() -> None:
    assert target_of("https://8.8.8.8/a?b=c", allow_private=False).path == "/a?b=c"
    assert target_of("https://[2001:4860:4860::8888]/", allow_private=False).port == 443
    for uri in ("http://127.0.0.1:8000/", "http://localhost:8000/", "http://[::1]:8000/"):
        assert target_of(uri, allow_private=False).port == 8000
    assert target_of("http://2130706433:80/", allow_private=False).origin == "http://127.0.0.1:80"


def test_private_addresses_are_sent_to_where_somebody_allows_it() -> None:
    assert target_of("http://10.0.0.1/hook", allow_private=True).addresses == ("10.0.0.1",)


def test_a_simulator_made_from_an_export_may_be_let_through_too() -> None:
    """Nobody is there: all that counts is that it is tried."""
    exported = Simulator(7).export()
    uri = "http://[fec0::1]:9/"
    for allows, state in ((False, "refused"), (True, "pending")):
        made = Simulator.from_export(exported, allow_private_webhooks=allows)
        assert first_delivery(made, uri).state == state


def test_a_delivery_to_a_private_address_is_refused_and_says_how_to_allow_it() -> None:
    for uri in ("https://10.0.0.1/hook", "https://169.254.169.254/latest/meta-data/"):
        refused = first_delivery(Simulator(7), uri)
        assert refused.state == "refused"
        assert "--allow-private-webhooks" in (refused.error or "")
        assert refused.next_try_at is None


RESOLVING = """
import socket, sys
from smartcar.simulator import Simulator
from smartcar.simulator.webhooks.setup import WebhookSetup

asked, real = [], socket.getaddrinfo

def lookup(host, port, *args, **kwargs):
    if host != "receiver.internal-name.io":
        return real(host, port, *args, **kwargs)
    asked.append(host)
    found = sys.argv[2].split(",") if len(asked) == 1 else ["127.0.0.1"]
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

socket.getaddrinfo = lookup
simulator = Simulator(7)
uri = "http://receiver.internal-name.io:" + sys.argv[1]
hook = simulator.webhooks.set(
    WebhookSetup(name="x", callback_uri=uri, triggers=("closure-islocked",))
)
delivery = simulator.webhooks.deliveries(hook.id)[-1]
print(delivery.state, len(asked), delivery.error or delivery.tries[-1].error)
"""


def resolving(port: int, *addresses: str) -> str:
    """What a simulator makes of a name that stands for *addresses* when it is looked up first."""
    command = [sys.executable, "-c", RESOLVING, str(port), ",".join(addresses)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["127.0.0.1", "169.254.169.254"]])
def test_a_name_that_stands_for_a_private_address_gets_nothing(addresses: list[str]) -> None:
    with Loopback(lambda connection: None) as server:
        port = int(server.origin.rpartition(":")[2])
        told = resolving(port, *addresses)
        assert told.startswith("refused 1 ")
        assert addresses[-1] in told
        assert server.requests == []


def test_a_name_is_looked_up_once_and_what_was_found_is_connected_to() -> None:
    """The name is nobody's: only an address that was looked up before can have been reached."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")

    with Loopback(answer) as server:
        port = int(server.origin.rpartition(":")[2])
        told = resolving(port, "127.0.0.1")
        assert told.startswith("pending 1 The answer is 404")
        [request] = server.requests
        assert f"host: receiver.internal-name.io:{port}".encode() in request.lower()


def test_a_redirect_is_not_followed_wherever_it_leads() -> None:
    reached: list[bytes] = []

    def inside(body: bytes, headers: Any) -> Reply:
        reached.append(body)
        return Reply(200)

    with (
        served(inside) as secret,
        served(lambda body, headers: Reply(307, {"location": f"{secret}/admin"})) as uri,
    ):
        failed = first_delivery(Simulator(7), uri)
    assert failed.tries[0].status == 307
    assert "redirect" in (failed.tries[0].error or "")
    assert reached == []


def test_no_proxy_of_the_environment_is_told_of_deliveries(monkeypatch: Any) -> None:
    with Loopback(lambda connection: None) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.origin)
        simulator = Simulator(7)
        box = Box(simulator)
        with served(box.handle) as uri:
            assert first_delivery(simulator, uri).state == "delivered"
        assert proxy.requests == []


def test_a_receiver_that_is_not_there_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    simulator = Simulator(7)
    failed = first_delivery(simulator, f"http://127.0.0.1:{port}/hook")
    assert (failed.state, failed.tries[0].status) == ("pending", None)
    assert "No connection" in (failed.tries[0].error or "")


@pytest.mark.parametrize(
    "respond",
    [
        lambda connection: connection.sendall(b"nonsense\r\n\r\n"),
        lambda connection: None,
        lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc"),
    ],
    ids=["nonsense", "nothing", "half"],
)
def test_a_receiver_that_breaks_off_has_failed(respond: Callable[[socket.socket], None]) -> None:
    with Loopback(respond) as server:
        failed = first_delivery(Simulator(7), server.origin)
    assert failed.state == "pending"
    assert failed.tries[0].error


@pytest.mark.skipif(os.name == "nt", reason="names of interfaces are another matter there")
def test_an_address_with_a_zone_is_none() -> None:
    with pytest.raises(Forbidden):
        target_of("https://[fe80::1%25lo]/", allow_private=False)
