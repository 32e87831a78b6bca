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
from smartcar.errors import DecodeError
from smartcar.errors.kinds import error_from
from smartcar.protocol.endpoint import Read, endpoints, post
from smartcar.protocol.flow import Call, Flow
from smartcar.protocol.resource import Resource, SyncResource
from smartcar.protocol.versions import Reading, signals_request
from smartcar.protocol.wire import Reply

from .answers import Meta, meta_of, response_from
from .batch_parts import BatchAnswers, Part, parts_of
from .classic import ClassicReads
from .classic_changes import ClassicAttributes
from .resources import VehicleResource
from .signals import read_signals

R = TypeVar("R")

Asked: TypeAlias = Read[..., Any] | str
"""What a batch may hold: a read such as ``Vehicle.odometer``, or its path, ``/odometer``."""


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


class Batch(ClassicReads, SyncResource, legacy.WasBatch):
    """Answers to a batch: ``batch.odometer()``, or ``batch[Vehicle.odometer]``.

    Each gives what the car's own method gives, or raises that read's own error, with its own status
    and ``retry_after``.  Nothing is sent: the answers are here, also where the batch was awaited.
    What was not asked is a ``KeyError``: every read has its method, and ``Vehicle.fuel in batch``
    says whether it was asked.
    """

    def __init__(self, resource: Resource, asked: Iterable[Part], reply: Reply) -> None:
        self.path_params = resource.path_params
        self.version = resource.version
        self.unit_system = resource.unit_system
        self.reply = reply
        """The whole reply."""
        self._asked = tuple(asked)
        self._parts = parts_of(reply, self._asked) if resource.is_classic else None

    @property
    def is_classic(self) -> bool:
        """True on v3 too: here reads are told apart by the paths that they have on v2.0."""
        return True

    @property
    def paths(self) -> tuple[str, ...]:
        """What was asked, in that order."""
        return tuple(map(str, self._asked))

    @property
    def meta(self) -> Meta:
        """Of the batch as a whole: its request id."""
        return meta_of(self.headers)

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of the whole reply, names in lower case."""
        return self.reply.headers

    @property
    def request_id(self) -> str | None:
        """Smartcar's id of the request: support asks for it."""
        return self.meta.request_id

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
        if isinstance(read, (int, slice)):  # in old programs
            return legacy.item_of_batch(self, read)
        part = self._found(part_of(read))
        if part.path == "/":
            return self.attributes()
        known = READINGS.get(part.path)
        return self._read(part, response_from if known is None else known.read)

    def __contains__(self, read: object) -> bool:
        if not _can_be_asked(read):
            return False
        try:
            part = part_of(read)
        except ValueError:
            return False
        return part in self._asked or (not part.query and bool(self._of_path(part.path)))

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self._asked)

    def __repr__(self) -> str:
        return f"<Batch of {', '.join(self.paths)}>"

    def attributes(self) -> VehicleResource:
        """Make, model and year."""
        part = self._found(Part("/"))
        if self._parts is not None:
            return self._read(part, ClassicAttributes.attributes.read)
        told = read_signals(self.reply).vehicle
        unknown = VehicleResource(id=self.path_params["vehicle_id"], type="vehicle")
        return told or unknown.kept(reply_=self.reply)

    def to_dict(self) -> dict[str, Any]:
        """As the wire has it."""
        plain: dict[str, Any] = msgspec.json.decode(self.reply.body)
        return plain

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Callable[[], Any]:
            """``batch.tesla_speedometer()``: what was asked by a path that no read has."""
            if name.startswith("_"):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            for path in [part.path for part in self._asked]:
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
        return self._read(self._found(Part.asked_by(call.request)), call.read)

    def now(self) -> float:
        """Nothing is waited for: always 0."""
        return 0.0

    def _of_path(self, path: str) -> list[Part]:
        return [part for part in self._asked if part.path == path]

    def _found(self, part: Part) -> Part:
        """The question that *part* means; one without a query means the only one of its path.

        Raises:
            KeyError: It was not asked, or it could be several.
        """
        if part in self._asked:
            return part
        same = self._of_path(part.path)
        if part.query or not same:
            msg = f"{part} was not asked in this batch, which has {', '.join(self.paths)}"
            raise KeyError(msg)
        if len(same) > 1:
            msg = f"{part} was asked {len(same)} times: say which, such as batch[{str(same[0])!r}]"
            raise KeyError(msg)
        return same[0]

    def _read(self, part: Part, read: Callable[[Reply], R]) -> R:
        """The answer to *part*, which was asked: read with *read* where it has a reply of its own.

        Raises:
            SmartcarError: It failed, or the API left it out.
        """
        if self._parts is None:
            units, asked = self.unit_system or "metric", dict(part.query)
            made: R = READINGS[part.path].made(self.reply, units, asked)
            return made
        reply = self._parts.get(part)
        if reply is None:
            told = f"The batch was answered without {part}."
            raise DecodeError(self.reply.status, told, self.reply.headers)
        if not reply.is_success:
            raise error_from(reply.status, reply.body, reply.headers)
        return read(reply)


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
    parts = tuple(part_of(read) for read in reads)
    if not resource.is_classic:
        return _of_signals(resource, parts)
    # A path is sent as it was given; the API takes it with and without its first slash.
    sent = [{"path": read if isinstance(read, str) else str(part_of(read))} for read in reads]
    call = ClassicBatch.batch.call(resource.path_params, sent)

    def read_batch(reply: Reply) -> Batch:
        return Batch(resource, parts, reply)

    return Call(call.request, read_batch, call.host, repeatable=True)


def part_of(read: Asked) -> Part:
    """How a batch names *read*.

    Raises:
        ValueError: No batch can hold it.
        TypeError: It is neither a read nor a path.
    """
    if isinstance(read, Reading):
        return Part(read.batch_path)
    if isinstance(read, Read):
        if read.classic is not ClassicAttributes.attributes:
            msg = f"{read.name} cannot be in a batch"
            raise ValueError(msg)
        return Part("/")
    if not isinstance(read, str):  # pyright: ignore[reportUnnecessaryIsInstance] -- not everybody checks types
        msg = f"a batch holds reads such as Vehicle.odometer, or paths, not {type(read).__name__}"
        raise TypeError(msg)
    return Part.named(read)


def _can_be_asked(read: object) -> TypeGuard[Asked]:
    return isinstance(read, (str, Read))


def _of_signals(resource: Resource, parts: tuple[Part, ...]) -> Call[Batch]:
    for part in parts:
        _refuse_what_v3_lacks(resource, part)
    request = signals_request(resource, ())
    return Call(
        request, lambda reply: Batch(resource, parts, reply), repeatable=True, needs_user=True
    )


def _refuse_what_v3_lacks(resource: Resource, part: Part) -> None:
    read = READINGS.get(part.path)
    if part.path != "/" and read is None:
        msg = f"v3 has no {part.path}: look for a signal of that meaning in smartcar.signals"
        raise ValueError(msg)
    asked = dict(part.query)
    if read is not None and read.made_of is None:
        raise read.only_here(resource.version)
    if asked and not (read is not None and read.takes_on_v3(asked)):
        msg = f"{part}: v3 takes no such query with {part.path}"
        raise ValueError(msg)
    if read is not None:
        read.call_on(resource, **asked)  # raises where they make no sense


def _flat(asked: Iterable[Asked | Iterable[Asked]]) -> Iterator[Asked]:
    for each in asked:
        if isinstance(each, (str, Read)):
            yield each
        elif isinstance(each, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] -- not everybody checks types
            yield from each
        else:
            part_of(each)  # raises


def _name_in_batch(path: str) -> str:
    known = READINGS.get(path)
    return _name_of(path) if known is None else known.name


def _name_of(path: str) -> str:
    """``/tesla/charge/chargePort`` as ``tesla_charge_charge_port``."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", path.strip("/"))
    return re.sub(r"\W+", "_", words).lower()
