"""Requests without a car or a name: what is left for what the rest of the package does not know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from . import shared
from .api.answers import Response, response_from
from .api.batch import Asked, Batch, batch_call
from .api.classic import ClassicReads
from .api.classic_changes import ClassicAttributes, ClassicChanges
from .api.vehicle import VehicleEndpoints
from .asking import below, headers_of, json_of, method_of
from .caller import given
from .client import Smartcar, Vehicle
from .protocol.endpoint import Declared, endpoints
from .protocol.flow import Call
from .protocol.oauth import NO_TOKEN, TokenSource
from .protocol.origins import Origins
from .protocol.wire import Request
from .transport import Transport


class Method(NamedTuple):
    """How v2.0 is asked what a method of a car asks."""

    request_type: str
    """get, post or delete."""
    path: str
    """Behind the car's own; parameters in braces."""
    body: Mapping[str, object] | None
    """What is sent besides the arguments."""


def _method(declared: Declared[..., Any]) -> Method:
    path = declared.path.removeprefix("/vehicles/{vehicle_id}").strip("/")
    return Method(declared.method.lower(), path or "/", declared.facts.constants)


_ALONE: Final = (ClassicReads, ClassicChanges, ClassicAttributes)
_COMMANDS: Final = [each.classic for each in endpoints(VehicleEndpoints) if each.classic]

METHODS_MAP: Final[Mapping[str, Method]] = MappingProxyType(
    {
        each.name: _method(each)
        for each in [*(each for kind in _ALONE for each in endpoints(kind)), *_COMMANDS]
    }
)
"""Every method that a car has on v2.0, by name."""


class SmartcarService:
    """Requests below one address, with the same headers.

    Args:
        base_url: Below which the paths are, such as ``https://api.smartcar.com/v2.0/vehicles/{id}``.
        access_token: Goes with each request as a bearer token.
        headers: Sent with each request; an ``Authorization`` takes the token's place.
        transport: What carries requests; the network unless you say otherwise.

    Raises:
        ValueError: The address is none, or there is neither a token nor an ``Authorization``.
    """

    def __init__(
        self,
        base_url: str = "https://api.smartcar.com",
        *,
        access_token: str | TokenSource | None = None,
        headers: Mapping[str, str] | None = None,
        transport: Transport | None = None,
    ) -> None:
        split = urlsplit(base_url)
        self.base_url = base_url
        self._base_path = split.path.rstrip("/")
        own = headers_of(headers)
        if access_token is None and "authorization" not in own:
            msg = "access_token is missing: pass it, or a header Authorization"
            raise ValueError(msg)
        self._headers = {"content-type": "application/json", **own}
        self._transport = shared.network() if transport is None else transport
        self._client = Smartcar(
            access_token=NO_TOKEN if access_token is None else given(access_token),
            transport=self._transport,
            origin=Origins.all_at(f"{split.scheme}://{split.netloc}"),
        )

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, str] | None = None,
    ) -> Response:
        """Ask below the address.

        Args:
            method: GET, POST, PUT, DELETE …; only a GET is repeated.
            path: Behind the address, such as ``user``.
            body: What is to be sent as JSON.
            query: What goes behind the question mark.

        Raises:
            SmartcarError: As of every call.
            ValueError: The path could leave the address.
        """
        steps, said = below(path)
        request = Request(
            method_of(method),
            f"{self._base_path}/{steps}",
            {**said, **(query or {})},
            self._headers,
            json_of(body),
        )
        call = Call(request, response_from, "api", repeatable=request.method == "GET")
        return self._client.perform(call)

    def batch_request(self, paths: Iterable[Asked]) -> Batch:
        """Several reads in one request; the address must be a car's.

        Args:
            paths: Such as ``/odometer``.

        Raises:
            InvalidRequestError: v2.0 does not know one of the paths.
        """
        *_, vehicle_id = self._base_path.split("/")
        car = Vehicle(vehicle_id, NO_TOKEN, version="2.0", transport=self._transport)
        planned = batch_call(car, paths)
        request = Request(
            "POST", f"{self._base_path}/batch", {}, self._headers, planned.request.body
        )
        return self._client.perform(Call(request, planned.read, "api", repeatable=True))

    def __repr__(self) -> str:
        return f"<SmartcarService at {self.base_url}>"
