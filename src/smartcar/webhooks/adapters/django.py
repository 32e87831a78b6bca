"""A receiver under Django, 5.2 or newer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from smartcar.errors import MalformedEventError
from smartcar.protocol.wire import Reply
from smartcar.webhooks.answers import not_post, refusal, too_large
from smartcar.webhooks.receiver import Receiver


def view(receiver: Receiver) -> Callable[[HttpRequest], HttpResponse]:
    """A view that answers deliveries.

    Say ``path("webhooks/smartcar", view(receiver))`` in ``urlpatterns``.

    Django's check against forged forms is off for it: Smartcar's signature is checked instead.

    Args:
        receiver: What answers.
    """

    @csrf_exempt
    def smartcar_webhooks(request: HttpRequest) -> HttpResponse:
        body = _body(request, receiver)
        reply = body if isinstance(body, Reply) else receiver.handle(body, request.headers)
        return _response(reply)

    return smartcar_webhooks


def async_view(receiver: Receiver) -> Callable[[HttpRequest], Awaitable[HttpResponse]]:
    """The same for Django under ASGI: handlers that await run in the server's own loop.

    Args:
        receiver: What answers.
    """

    @csrf_exempt
    async def smartcar_webhooks(request: HttpRequest) -> HttpResponse:
        body = _body(request, receiver)
        reply = body if isinstance(body, Reply) else await receiver.ahandle(body, request.headers)
        return _response(reply)

    return smartcar_webhooks


def _body(request: HttpRequest, receiver: Receiver) -> bytes | Reply:
    """The request's body, or the answer where there is none to handle."""
    if request.method != "POST":
        return not_post()
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:16]) > receiver.largest_body:
        return refusal(too_large(receiver.largest_body))
    try:
        return request.body
    except RequestDataTooBig:  # DATA_UPLOAD_MAX_MEMORY_SIZE is smaller than the receiver's limit
        return refusal(too_large(receiver.largest_body))
    except UnreadablePostError:
        return refusal(MalformedEventError(400, "The body ended before its time."))
    except ValueError:  # Django reads other digits than ASCII's as a number, in vain
        return refusal(MalformedEventError(400, "The header content-length is no number."))


def _response(reply: Reply) -> HttpResponse:
    return HttpResponse(reply.body, status=reply.status, headers=reply.headers)
