"""What is answered to deliveries, and to what is none.  Nothing here does I/O."""

from __future__ import annotations

import logging
from typing import Final

import msgspec

from smartcar.errors import MalformedEventError, WebhookError
from smartcar.protocol.signing import Secrets
from smartcar.protocol.wire import Reply

AGAIN_SECONDS: Final = 20
"""When to come again, where a failure is ours.  Smartcar has a schedule of its own."""

_log = logging.getLogger("smartcar.webhooks")


def too_large(largest: int) -> MalformedEventError:
    """The error of a body of more than *largest* bytes."""
    return MalformedEventError(413, f"The body is larger than {largest} bytes.")


def refusal(error: WebhookError) -> Reply:
    """The answer to a delivery that was refused before a receiver had it."""
    _log.warning("Refused a delivery: %s", error)
    return told(error.status, error.message)


def not_post() -> Reply:
    """The answer to a request that is no delivery."""
    reply = told(405, "Smartcar's webhooks arrive here, by POST.")
    return Reply(405, {**reply.headers, "allow": "POST"}, reply.body)


def challenged(challenge: str, secrets: Secrets) -> Reply:
    """The answer that proves to Smartcar that it is you who listens."""
    answer = {"challenge": secrets.sign(challenge.encode())}
    return Reply(200, {"content-type": "application/json"}, msgspec.json.encode(answer))


def told(status: int, message: str) -> Reply:
    """An answer; Smartcar reads but its status, people read the rest."""
    body = msgspec.json.encode({"message": message})
    return Reply(status, {"content-type": "application/json"}, body)


def later(status: int, message: str) -> Reply:
    """The same, where Smartcar shall come again."""
    reply = told(status, message)
    return Reply(status, {**reply.headers, "retry-after": str(AGAIN_SECONDS)}, reply.body)
