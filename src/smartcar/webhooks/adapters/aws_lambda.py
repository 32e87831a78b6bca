"""A receiver as an AWS Lambda function: behind API Gateway, a load balancer, or a function URL."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from smartcar.errors import MalformedEventError
from smartcar.protocol.documents import at
from smartcar.protocol.wire import Reply
from smartcar.untyped import is_list, is_mapping
from smartcar.webhooks.answers import not_post, refusal
from smartcar.webhooks.receiver import Receiver

Answer = dict[str, Any]


def handler(receiver: Receiver) -> Callable[[Mapping[str, Any], object], Answer]:
    """A Lambda handler that answers deliveries.

    Say ``lambda_handler = handler(receiver)``.

    It reads REST and HTTP APIs (payload 1.0 and 2.0), function URLs and load balancers.  A Lambda
    function forgets: give the receiver an inbox elsewhere, or let handlers bear repeats.

    Args:
        receiver: What answers.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    """

    def lambda_handler(event: Mapping[str, Any], context: object) -> Answer:
        del context
        reply = _answer(receiver, event)
        return {
            "statusCode": reply.status,
            "headers": dict(reply.headers),
            "body": reply.body.decode(),
            "isBase64Encoded": False,
        }

    return lambda_handler


def _answer(receiver: Receiver, event: Mapping[str, Any]) -> Reply:
    method = event.get("httpMethod") or at(event, "requestContext", "http", "method")
    if method != "POST":
        return not_post()
    try:
        body = _body(event)
    except MalformedEventError as error:
        return refusal(error)
    return receiver.handle(body, list(_headers(event)))


def _body(event: Mapping[str, Any]) -> bytes:
    said = event.get("body")
    if not isinstance(said, str):
        return b""
    sent = said.encode(errors="surrogatepass")
    if not event.get("isBase64Encoded"):
        return sent
    try:
        return base64.b64decode(sent, validate=True)
    except binascii.Error as error:
        raise MalformedEventError(400, "The body is not the base64 it is said to be.") from error


def _headers(event: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Single ones, or, of load balancers that are set up so, lists of them."""
    single = event.get("headers")
    if is_mapping(single):
        yield from ((name, str(value)) for name, value in single.items() if value is not None)
        return
    several = event.get("multiValueHeaders")
    if is_mapping(several):
        for name, values in several.items():
            yield from ((name, str(value)) for value in (values if is_list(values) else []))
