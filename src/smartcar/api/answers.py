"""What every answer of v2.0 has: what its headers say of its data, and the reply itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self, TypeGuard

import msgspec

from smartcar import legacy
from smartcar.protocol.documents import Model, read_model, unreadable
from smartcar.protocol.meta import Meta as Meta  # noqa: PLC0414 -- a model as well
from smartcar.protocol.meta import meta_of as meta_of  # noqa: PLC0414 -- as above
from smartcar.protocol.wire import Reply


class Answer(Model, legacy.WasTuple, frozen=True):
    """An answer of v2.0."""

    @property
    def meta(self) -> Meta:
        """Age, units and request id."""
        given: Meta | None = self.__dict__.get("meta_")
        return meta_of(self.reply.headers if self.reply else {}) if given is None else given

    @classmethod
    def read_from(cls, reply: Reply) -> Self:
        """The answer in *reply*, if it is one: what stands before Smartcar answers JSON too.

        Raises:
            DecodeError: It has none of the answer's names.
        """
        answer = read_model(reply, cls)
        told = read_model(reply, dict[str, Any])
        if cls.__struct_encode_fields__ and told.keys().isdisjoint(cls.__struct_encode_fields__):
            raise unreadable(reply, f"it has none of {', '.join(cls.__struct_encode_fields__)}")
        return answer

    def to_dict(self) -> dict[str, Any]:
        """As plain dictionaries and lists, with the names of the wire; what is not told is None."""
        return {name: plain(value) for name, value in _named(self)}


def plain(value: object) -> Any:
    """*value* with every field of its models: rows of a table have the same columns."""
    if isinstance(value, msgspec.Struct):
        return {name: plain(part) for name, part in _named(value)}
    if is_list(value):
        return [plain(part) for part in value]
    return msgspec.to_builtins(value)


def is_list(value: object) -> TypeGuard[tuple[object, ...]]:
    """Is it one of a model's lists?"""
    return isinstance(value, tuple)


def _named(model: msgspec.Struct) -> Iterable[tuple[str, object]]:
    values = (getattr(model, field) for field in model.__struct_fields__)
    return zip(model.__struct_encode_fields__, values, strict=True)


class Response(Answer, frozen=True, rename=None):
    """What ``request()`` answers: any body, and what the headers say of it."""

    body: Any = None
    """The reply's JSON as it came; its text where it is none."""

    @property
    def status(self) -> int:
        """HTTP status of the reply."""
        return self.reply.status if self.reply else 0


def response_from(reply: Reply) -> Response:
    """*reply*, whatever it holds."""
    try:
        body = msgspec.json.decode(reply.body) if reply.body else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        body = reply.body.decode("utf-8", "replace")
    return Response(body=body).kept(reply_=reply)


class Paging(Model, legacy.WasTuple, frozen=True):
    """Where in a list a page is."""

    count: int | None = None
    """How many there are on all pages together."""
    offset: int | None = None
    cursor: str | None = None
