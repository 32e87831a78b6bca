"""The very request that ours sends, for the others to send too."""

from __future__ import annotations

from smartcar import Smartcar
from smartcar.protocol.wire import Reply, Request

from .exchange import BODY, CODE, TOKEN, USER, VEHICLE


class _Listener:
    """A transport that keeps what it is given."""

    def __init__(self) -> None:
        self.heard: list[Request] = []

    def send(self, request: Request) -> Reply:
        """Keep *request*."""
        self.heard.append(request)
        return Reply(200, {}, BODY)

    def close(self) -> None:
        """There is nothing to close."""


def our_request(origin: str) -> Request:
    """What ``signal()`` sends."""
    listener = _Listener()
    client = Smartcar(access_token=TOKEN, origin=origin, transport=listener)
    client.vehicle(VEHICLE, user_id=USER).signal(CODE)
    (request,) = listener.heard
    return request


def as_bytes(request: Request) -> bytes:
    """*request* as HTTP/1.1 writes it."""
    host = request.origin.removeprefix("http://")
    # accept is what pyreqwest adds of itself.
    headers = {"host": host, "accept": "*/*", **request.headers}
    lines = [f"{request.method} {request.target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def missing(unfinished: bytes) -> int:
    """How many bytes a reply still lacks: by its content-length, or 1 while its headers go on."""
    head, ended, body = unfinished.partition(b"\r\n\r\n")
    if not ended:
        return 1
    length = head.lower().partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
    return int(length) - len(body)
