"""Declare an endpoint once; call it, page it, simulate it from that declaration.

An ``Endpoint`` is made by decorating a method whose *signature is the contract*: the
parameters are what the API needs, the return annotation is what it answers with, and the
docstring is the documentation.  The body stays empty.

Read from a class, an endpoint is itself (``Vehicle.lock``): the declaration, with its path, its
permission and its models.  Read from an instance, it is a method (``car.lock()``): blocking on a
``SyncResource``, awaitable on an ``AsyncResource``.  Python's functions strike the same
bargain when they become bound methods.

Nothing here does I/O.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, update_wrapper
from types import MethodType
from typing import (
    Any,
    Concatenate,
    Generic,
    Literal,
    ParamSpec,
    Self,
    TypeVar,
    Unpack,
    get_origin,
    get_type_hints,
    overload,
)

import msgspec

from . import documents
from .accepting import Accepting
from .facts import CLASSIC, REFUSED, Facts, Stated, authorization
from .flow import Call
from .resource import AsyncResource, Resource, SyncResource
from .wire import Reply, Request, segment

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])

Declaration = Callable[Concatenate[Any, P], R]
"""A method with an empty body: ``(self, *what the API needs) -> what it answers``."""

_SOURCE = "Source: "


class Declared(Accepting, Generic[P, R]):
    """One operation of the API, and everything we know about it."""

    repeatable = False
    """May it be sent again if the first try fails?"""
    classic: Declared[..., Any] | None = None
    """What v2.0 has under the same name, where that is another operation."""

    def __init__(
        self,
        declaration: Declaration[P, R],
        method: Literal["GET", "POST", "DELETE"],
        path: str,
        facts: Facts,
    ) -> None:
        super().__init__(declaration, path, facts)
        self.method = method
        self.__doc__ = declaration.__doc__

    def __repr__(self) -> str:
        return f"<{self.method} {self.path}>"

    @property
    def source(self) -> str | None:
        """Where the operation is documented: the last line of its docstring."""
        lines = (line.strip() for line in (self.__doc__ or "").splitlines())
        return next((line[len(_SOURCE) :] for line in lines if line.startswith(_SOURCE)), None)

    @cached_property
    def returns(self) -> type[R]:
        """The model the API answers with."""
        returns: type[R] = get_type_hints(self.declaration, include_extras=True)["return"]
        return returns

    @cached_property
    def _whole_path(self) -> str:
        return f"{self.facts.root}{self.path}{'/' if self.facts.ends_with_slash else ''}"

    def call(self, path_params: Mapping[str, str], *args: P.args, **kwargs: P.kwargs) -> Call[R]:
        """Bind arguments: those named in the path go there, the rest are the query or the body."""
        fields = self.fields(args, kwargs)
        return self.call_with(path_params, fields)

    def call_on(self, resource: Resource, *args: P.args, **kwargs: P.kwargs) -> Call[R]:
        """The call that the resource's version understands.

        Raises:
            ValueError: That version has no such call; the message says what it has.
        """
        if self.facts.elsewhere is not None and not resource.is_classic:
            raise self.only_here(resource.version)
        if self.classic is not None and resource.is_classic:
            return self.classic.call(resource.path_params, *args, **kwargs)
        return self.call(resource.path_params, *args, **kwargs)

    def only_here(self, version: str) -> ValueError:
        """What to say where *version* has no such call."""
        told = f"{self.name}() is of v{self.facts.version}: on v{version} {self.facts.elsewhere}"
        return ValueError(told)

    def call_with(self, path_params: Mapping[str, str], fields: dict[str, Any]) -> Call[R]:
        """The same for arguments that are bound already."""
        facts = self.facts
        headers = authorization(facts.authority, fields)
        path = self._whole_path.format_map(
            {
                name: segment(name, fields.pop(name) if name in fields else path_params[name])
                for name in self.placeholders
            }
        )
        names = self._wire_names
        sent = {names[name]: value for name, value in fields.items()}
        request = self.request(path, {**(facts.constants or {}), **sent})
        if headers or facts.is_flat:
            # Every request of the official Node SDK says so, even one without a body; and no form
            # of a page elsewhere can, which keeps such pages from the simulator's controls.
            headers = {"content-type": "application/json", **headers}
            request = replace(request, headers={**request.headers, **headers})
        return Call(
            *(request, self.read, facts.host, self.repeatable, facts.needs_user),
            refused=REFUSED[facts.authority],
        )

    def request(self, path: str, fields: Mapping[str, Any]) -> Request:
        """Carry *fields* to the API in the query string."""
        return Request(self.method, path, {name: _query(value) for name, value in fields.items()})

    def read(self, reply: Reply) -> R:
        """Read *reply* as the model this endpoint promises."""
        return self._reader(reply)

    @cached_property
    def _reader(self) -> Callable[[Reply], R]:
        shape = self.returns
        if shape is type(None):
            return _nothing
        plain = get_origin(shape) or shape
        read_from: Callable[[Reply], R] | None = getattr(plain, "read_from", None)
        if read_from is not None:
            return read_from
        if not issubclass(plain, documents.Page) and issubclass(plain, documents.Resource):
            return lambda reply: documents.read_resource(reply, shape)
        return lambda reply: documents.read_model(reply, shape)

    def dress(self, function: F) -> F:
        """Let ``help()`` and IPython show the declaration when *function* is bound."""
        update_wrapper(function, self.declaration)
        function.__dict__["__signature__"] = inspect.signature(self.declaration, eval_str=True)
        return function


class Endpoint(Declared[P, R]):
    """An operation that answers once."""

    @overload
    def __get__(self, resource: None, owner: type) -> Self: ...
    @overload
    def __get__(self, resource: SyncResource, owner: type) -> Callable[P, R]: ...
    @overload
    def __get__(
        self, resource: AsyncResource, owner: type
    ) -> Callable[P, Coroutine[Any, Any, R]]: ...

    def __get__(self, resource: Resource | None, owner: type) -> object:
        """The declaration itself from a class; a method from an instance."""
        return self.bound(resource)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """As a function that is read from its class: ``Vehicle.vin(car)`` is ``car.vin()``."""
        if not args or not isinstance(args[0], (SyncResource, AsyncResource)):
            told = f"{self.name}() is called on what it is asked of: {self.name}(resource, …)"
            raise TypeError(told)
        return self.bound(args[0])(*args[1:], **kwargs)

    def bound(self, resource: Resource | None) -> Any:
        """What ``__get__`` gives, whatever types a subclass declares for it."""
        if isinstance(resource, SyncResource):
            return MethodType(self.blocking, resource)
        if isinstance(resource, AsyncResource):
            return MethodType(self.awaiting, resource)
        return self

    @cached_property
    def blocking(self) -> Callable[Concatenate[SyncResource, P], Any]:
        """The function behind the method of what blocks."""

        def method(resource: SyncResource, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return resource.perform(self.call_on(resource, *args, **kwargs))

        return self.dress(method)

    @cached_property
    def awaiting(self) -> Callable[Concatenate[AsyncResource, P], Any]:
        """The function behind the method of what is awaited."""

        async def method(resource: AsyncResource, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return await resource.perform(self.call_on(resource, *args, **kwargs))

        return self.dress(method)


class Read(Endpoint[P, R]):
    """A GET.  It changes nothing, so it may be repeated."""

    repeatable = True


class Change(Endpoint[P, R]):
    """A POST or DELETE.  It is never silently repeated."""

    def request(self, path: str, fields: Mapping[str, Any]) -> Request:
        """Carry *fields* to the API as the attributes of a JSON body."""
        if not fields:
            return Request(self.method, path)
        if self.method == "DELETE":
            return super().request(path, fields)
        content: Any = fields if self.facts.is_flat else {"data": {"attributes": fields}}
        if self.facts.body is not None:
            content = fields[self._wire_names[self.facts.body]]
        body = msgspec.json.encode(content)
        return Request(self.method, path, headers={"content-type": "application/json"}, body=body)

    def read(self, reply: Reply) -> R:
        """Read *reply*; on v2.0, what was done may be answered with nothing at all."""
        if self.facts.version == CLASSIC and reply.body.strip() in {b"", b"{}"}:
            done: Any = self.returns()
            model: R = done.kept(reply_=reply)
            return model
        return super().read(reply)


def get(path: str, **facts: Unpack[Stated]) -> Callable[[Declaration[P, R]], Read[P, R]]:
    """Declare a read.  *facts* are those of ``Facts``."""

    def declare(declaration: Declaration[P, R]) -> Read[P, R]:
        return Read(declaration, "GET", path, Facts(**facts))

    return declare


def post(path: str, **facts: Unpack[Stated]) -> Callable[[Declaration[P, R]], Change[P, R]]:
    """Declare a change.  *facts* are those of ``Facts``."""

    def declare(declaration: Declaration[P, R]) -> Change[P, R]:
        return Change(declaration, "POST", path, Facts(**facts))

    return declare


def delete(path: str, **facts: Unpack[Stated]) -> Callable[[Declaration[P, R]], Change[P, R]]:
    """Declare a removal.  *facts* are those of ``Facts``."""

    def declare(declaration: Declaration[P, R]) -> Change[P, R]:
        return Change(declaration, "DELETE", path, Facts(**facts))

    return declare


def endpoints(resource: type) -> Iterator[Declared[..., Any]]:
    """Everything declared on *resource*, in the order of declaration."""
    for cls in reversed(resource.__mro__):
        for value in vars(cls).values():
            if isinstance(value, Declared):
                yield value


def _query(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _nothing(reply: Reply) -> Any:
    """What ends something answers nothing, or JSON; HTML comes from somebody else."""
    if reply.body.strip():
        documents.read_model(reply, dict[str, Any])
