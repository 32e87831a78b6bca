"""Many reads in one request, each result typed by the read that asked for it.

v2.0 has an endpoint for that; on v3 one request for all signals answers the same.
"""
# mypy: disable-error-code="empty-body"

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeGuard, TypeVar, overload

import msgspec

from smartcar import legacy
from smartcar.errors.kinds import error_from
from smartcar.protocol.documents import Model, read_model
from smartcar.protocol.endpoint import Read, endpoints, post
from smartcar.protocol.flow import Call, Flow
from smartcar.protocol.resource import Resource, SyncResource
from smartcar.protocol.versions import Reading, signals_request
from smartcar.protocol.wire import Reply

from .answers import Meta, meta_of, response_from
from .classic import ClassicAttributes, ClassicReads
from .resources import VehicleResource
from .signals import Signals

R = TypeVar("R")

Asked: TypeAlias = Read[..., Any] | str
"""What a batch may hold: a read such as ``Vehicle.odometer``, or its path, ``/odometer``."""


class BatchAnswer(msgspec.Struct, frozen=True):
    """What became of one read of a batch."""

    path: str = ""
    code: int = 200
    body: Any = None
    headers: dict[str, Any] | None = None
    """A read that failed has none."""


class BatchAnswers(Model, frozen=True):
    """What became of all of them."""

    responses: tuple[BatchAnswer, ...] = ()


class ClassicBatch:
    """The declaration, for both ends."""

    @post("/vehicles/{vehicle_id}/batch", version="2.0", host="api")
    def batch(self, requests: list[dict[str, str]]) -> BatchAnswers:
        """Several reads at once; each counts as a request.

        Args:
            requests: Paths such as ``{"path": "/odometer"}``; only reads.

        Raises:
            InvalidRequestError: v2.0 does not know one of the paths: all are refused.

        Source: https://smartcar.com/docs/api-reference (batch)
        """
        ...


class Batch(ClassicReads, SyncResource):
    """Answers to a batch: ``batch.odometer()``, or ``batch[Vehicle.odometer]``.

    Each gives what the car's own method gives, or raises that read's own error, with its own status
    and ``retry_after``.  Nothing is sent: the answers are here, also where the batch was awaited.
    """

    def __init__(self, resource: Resource, paths: Iterable[str], reply: Reply) -> None:
        self.path_params = resource.path_params
        self.version = resource.version
        self.unit_system = resource.unit_system
        self.paths = tuple(paths)
        """What was asked, in that order."""
        self.reply = reply
        """The whole reply."""
        self._parts = _parts(reply) if self.is_classic else {}

    @property
    def meta(self) -> Meta:
        """Of the batch as a whole: its request id."""
        return meta_of(self.reply.headers)

    @property
    def request_id(self) -> str | None:
        """Smartcar's id of the request: support asks for it."""
        return self.reply.headers.get("sc-request-id")

    @overload
    def __getitem__(self, read: Read[..., R]) -> R: ...
    @overload
    def __getitem__(self, read: str) -> Any: ...
    def __getitem__(self, read: Asked) -> Any:
        """What *read* answers; of a path that no read has, a ``Response``.

        Raises:
            KeyError: It was not asked.
            SmartcarError: It failed.
        """
        path = path_of(read)
        if path not in self.paths:
            raise KeyError(path)
        if path == "/":
            return self.attributes()
        known = READINGS.get(path)
        if known is None:
            return response_from(self._part(path))
        return self.perform(known.call_on(self))

    def __contains__(self, read: object) -> bool:
        return _can_be_asked(read) and path_of(read) in self.paths

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)

    def __repr__(self) -> str:
        return f"<Batch of {', '.join(self.paths)}>"

    def attributes(self) -> VehicleResource:
        """Make, model and year."""
        if self.is_classic:
            return ClassicAttributes.attributes.read(self._part("/"))
        told = read_model(self.reply, Signals)
        return told.vehicle or VehicleResource(id=self.path_params["vehicle_id"])

    def to_dict(self) -> dict[str, Any]:
        """As the wire has it."""
        plain: dict[str, Any] = msgspec.json.decode(self.reply.body)
        return plain

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Callable[[], Any]:
            """``batch.tesla_speedometer()``: what was asked by a path that no read has."""
            for path in () if name.startswith("_") else self.paths:
                if name in {_name_of(path), legacy.old_batch_name(path)}:
                    legacy.warn_of_batch_name(name, _name_in_batch(path))
                    return lambda: self[path]
            msg = f"{name} was not asked in this batch"
            raise AttributeError(msg)

    def ask(self, call: Call[R]) -> Flow[R]:
        """Read the answer that is here already."""
        yield from ()
        return self.perform(call)

    def run(self, flow: Flow[R]) -> R:
        """Nothing need be waited for."""
        try:
            next(flow)
        except StopIteration as finished:
            result: R = finished.value
            return result
        msg = "a batch sends nothing"
        raise TypeError(msg)

    def perform(self, call: Call[R]) -> R:
        """Read the answer that is here already."""
        if not self.is_classic:
            return call.read(self.reply)
        _, _, _, _, *rest = call.request.path.split("/", 4)  # "", version, vehicles, id
        return call.read(self._part(f"/{rest[0]}" if rest else "/"))

    def now(self) -> float:
        """Nothing is waited for: always 0."""
        return 0.0

    def _part(self, path: str) -> Reply:
        """The reply to one read.

        Raises:
            KeyError: It was not asked, or the API answered without it.
            SmartcarError: It failed.
        """
        part = self._parts.get(path)
        if part is None:
            msg = f"{path} is not in this batch, which has {', '.join(self._parts) or 'nothing'}"
            raise KeyError(msg)
        if not part.is_success:
            raise error_from(part.status, part.body, part.headers)
        return part


READINGS: Final[Mapping[str, Reading[..., Any]]] = {
    read.batch_path: read for read in endpoints(ClassicReads) if isinstance(read, Reading)
}
"""Reads by the path that a batch names them with."""


def batch_call(resource: Resource, asked: Iterable[Asked | Iterable[Asked]]) -> Call[Batch]:
    """The call that asks *asked* together.

    Raises:
        ValueError: Nothing is asked, or v3 has no such read.
        TypeError: It is neither a read nor a path.
    """
    reads = list(_flat(asked))
    if not reads:
        msg = "a batch needs at least one read, such as Vehicle.odometer"
        raise ValueError(msg)
    paths = tuple(path_of(read) for read in reads)
    if not resource.is_classic:
        return _of_signals(resource, paths)
    # A path is sent as it was given; the API takes it with and without its first slash.
    sent = [{"path": read if isinstance(read, str) else path_of(read)} for read in reads]
    call = ClassicBatch.batch.call(resource.path_params, sent)

    def read_batch(reply: Reply) -> Batch:
        return Batch(resource, paths, reply)

    return Call(call.request, read_batch, call.host, repeatable=True)


def path_of(read: Asked) -> str:
    """How a batch names *read*: with its first slash, without its last."""
    if isinstance(read, Reading):
        return read.batch_path
    if isinstance(read, Read):
        if read.classic is not ClassicAttributes.attributes:
            msg = f"{read.name} cannot be in a batch"
            raise ValueError(msg)
        return "/"
    if not isinstance(read, str):  # pyright: ignore[reportUnnecessaryIsInstance] -- not everybody checks types
        msg = f"a batch holds reads such as Vehicle.odometer, or paths, not {type(read).__name__}"
        raise TypeError(msg)
    return f"/{read.strip('/')}"


def _can_be_asked(read: object) -> TypeGuard[Asked]:
    return isinstance(read, (str, Read))


def _of_signals(resource: Resource, paths: tuple[str, ...]) -> Call[Batch]:
    for path in paths:
        read = READINGS.get(path)
        if path != "/" and read is None:
            msg = f"v3 has no {path}: look for a signal of that meaning in smartcar.signals"
            raise ValueError(msg)
        if read is not None:
            read.call_on(resource)  # raises where v3 lacks it
    request = signals_request(resource, ())
    return Call(
        request, lambda reply: Batch(resource, paths, reply), repeatable=True, needs_user=True
    )


def _flat(asked: Iterable[Asked | Iterable[Asked]]) -> Iterator[Asked]:
    for each in asked:
        if isinstance(each, (str, Read)):
            yield each
        elif isinstance(each, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] -- not everybody checks types
            yield from each
        else:
            path_of(each)  # raises


def _parts(reply: Reply) -> dict[str, Reply]:
    """The reply to each read, as if it had been asked alone."""
    answers = read_model(reply, BatchAnswers)
    whole = {k: v for k, v in reply.headers.items() if k in {"sc-request-id", "content-type"}}
    parts: dict[str, Reply] = {}
    for answer in answers.responses:
        own = (answer.headers or {}).items()
        headers = {name.lower(): str(value) for name, value in own if value is not None}
        body = b"" if answer.body is None else msgspec.json.encode(answer.body)
        parts[f"/{answer.path.strip('/')}"] = Reply(answer.code, {**whole, **headers}, body)
    return parts


def _name_in_batch(path: str) -> str:
    known = READINGS.get(path)
    return _name_of(path) if known is None else known.name


def _name_of(path: str) -> str:
    """``/tesla/charge/chargePort`` as ``tesla_charge_charge_port``."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", path.strip("/"))
    return re.sub(r"\W+", "_", words).lower()
