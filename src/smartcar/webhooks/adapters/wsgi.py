"""A receiver as a WSGI application, without any framework: ``gunicorn module:app``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any, Final, Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

from smartcar.errors import MalformedEventError
from smartcar.protocol.wire import Reply
from smartcar.webhooks.answers import not_post, refusal, too_large
from smartcar.webhooks.receiver import Receiver

WSGIApplication = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]

_PART: Final = 64 * 1024
"""Bytes that are read at a time."""


class _Input(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


def wsgi(receiver: Receiver) -> WSGIApplication:
    """A WSGI application that answers deliveries, whatever their path.

    How long a body may take to arrive is the server's business: WSGI cannot say.

    Args:
        receiver: What answers.
    """

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        reply = _answer(receiver, environ)
        headers = {**reply.headers, "content-length": str(len(reply.body))}
        status = HTTPStatus(reply.status)
        start_response(f"{status.value} {status.phrase}", list(headers.items()))
        return [reply.body]

    return app


def _answer(receiver: Receiver, environ: WSGIEnvironment) -> Reply:
    if environ["REQUEST_METHOD"] != "POST":
        return not_post()
    try:
        body = read_body(environ, receiver.largest_body)
    except MalformedEventError as error:
        return refusal(error)
    return receiver.handle(body, list(headers_of(environ)))


def headers_of(environ: WSGIEnvironment) -> Iterator[tuple[str, str]]:
    """Headers of a request as WSGI has them."""
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name.removeprefix("HTTP_").replace("_", "-"), str(value)
        elif name == "CONTENT_TYPE":
            yield "content-type", str(value)


def read_body(environ: WSGIEnvironment, largest: int) -> bytes:
    """The whole body.

    Raises:
        MalformedEventError: It is too large, and no more than that is read; or it is cut off.
    """
    source: _Input = environ["wsgi.input"]
    length = _length(environ)
    if length is None:
        is_chunked: Any = environ.get("wsgi.input_terminated")  # set by servers that unchunk
        return _read(source, largest + 1, largest) if is_chunked else b""
    if length > largest:
        raise too_large(largest)
    body = _read(source, length, largest)
    if len(body) < length:
        raise MalformedEventError(400, "The body ended before its time.")
    return body


def _length(environ: WSGIEnvironment) -> int | None:
    said = environ.get("CONTENT_LENGTH") or ""
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 16):
        raise MalformedEventError(400, "The header content-length is no number.")
    return int(said)


def _read(source: _Input, most: int, largest: int) -> bytes:
    body = bytearray()
    while len(body) < most:
        try:
            part = source.read(min(_PART, most - len(body)))
        except OSError as error:  # so servers say that whoever sent it is gone, or sends no chunks
            raise MalformedEventError(400, "The body ended before its time.") from error
        if not part:
            break
        body += part
    if len(body) > largest:
        raise too_large(largest)
    return bytes(body)
