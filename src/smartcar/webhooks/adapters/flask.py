"""A receiver under Flask."""

from __future__ import annotations

from flask import Blueprint, Response, request

from smartcar.errors import MalformedEventError
from smartcar.webhooks.answers import refusal
from smartcar.webhooks.receiver import Receiver

from .wsgi import read_body


def blueprint(receiver: Receiver, path: str = "/webhooks/smartcar") -> Blueprint:
    """A blueprint that answers deliveries: ``app.register_blueprint(blueprint(receiver))``.

    Args:
        receiver: What answers.
        path: The path of the callback URI; with a slash at its end it is the same.
    """
    made = Blueprint("smartcar_webhooks", __name__)

    @made.post(path, strict_slashes=False)
    def deliver() -> Response:
        try:
            body = read_body(request.environ, receiver.largest_body)
        except MalformedEventError as error:
            reply = refusal(error)
        else:
            reply = receiver.handle(body, list(request.headers.items()))
        return Response(reply.body, reply.status, dict(reply.headers))

    return made
