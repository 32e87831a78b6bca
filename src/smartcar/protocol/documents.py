"""The documents that v3 answers with: models, resources and pages, in the shape of JSON:API.

The service changed its shapes between 2025 and 2026 (``data`` around single resources, names of
paging fields, times as text): both are read, the newer one is written.  Fields that are not known
are ignored, fields that are missing get a default, and the whole reply stays reachable as
``Model.reply``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from smartcar.errors import DecodeError
from smartcar.untyped import is_list, is_mapping

from .kept import Kept
from .meta import NO_META, Meta, MetaField, meta_of
from .meta import instant as instant  # noqa: PLC0414 -- it reads what documents say
from .shapes import convert, decoder
from .wire import Reply

T = TypeVar("T")


class Model(
    Kept,
    Struct,
    frozen=True,
    rename="camel",
    kw_only=True,
    omit_defaults=True,
    repr_omit_defaults=True,
    dict=True,
):
    """A value the API answers with: immutable, snake_case here and camelCase on the wire."""

    @property
    def reply(self) -> Reply | None:
        """The reply it was read from, whole; None if it was made some other way."""
        return self.__dict__.get("reply_")

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of the reply it was read from, names in lower case."""
        return self.reply.headers if self.reply else {}

    @property
    def request_id(self) -> str | None:
        """Smartcar's id of the request, if the reply names one: support asks for it."""
        return self.reply.headers.get("sc-request-id") if self.reply else None

    def to_dict(self) -> dict[str, Any]:
        """As plain dictionaries and lists, with the names of the wire."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


class Unusual(Model, frozen=True):
    """A model whose document has another shape than its own."""

    document: ClassVar[Any] = None
    """That shape; None where it is the model's own after all."""

    @classmethod
    def read_from(cls, reply: Reply) -> Any:
        """The model that *reply* holds; its own shape, unless a model says otherwise."""
        return read_model(reply, cls)


class WithMeta:
    """A document whose field ``meta`` is shown with what the reply's headers say, and typed.

    It stands before the class that has the field: what is written stays what was read.
    """

    __slots__ = ()

    if not TYPE_CHECKING:  # to checkers the field itself is a Meta

        @property
        def meta(self) -> Meta:
            """What the document says of itself: age, units, request id, all else as it came."""
            return meta_of(self.headers, msgspec.structs.asdict(self)["meta"])


class _ResourceFields(Model, frozen=True):
    id: str = ""
    type: str = ""
    relationships: dict[str, Any] = {}
    """Related resources, as they came."""
    meta: MetaField = NO_META
    links: dict[str, Any] = {}
    """Addresses, as they came."""


class Resource(WithMeta, _ResourceFields, frozen=True):
    """A thing with an id.  What is known of it has names; the rest stays as it came."""

    def related(self, name: str) -> str | None:
        """Id of the one resource that *name* relates to."""
        found = at(self.relationships, name, "data", "id")
        return found if isinstance(found, str) else None

    @property
    def created_at(self) -> datetime | None:
        """When it was made."""
        return instant(self.meta.get("createdAt"))

    @property
    def updated_at(self) -> datetime | None:
        """When it last changed."""
        return instant(self.meta.get("updatedAt"))


class _PageFields(Model, Generic[T], frozen=True, omit_defaults=False):
    data: tuple[T, ...]
    meta: MetaField = NO_META
    links: dict[str, Any] = {}


class Page(WithMeta, _PageFields[T], Generic[T], frozen=True, omit_defaults=False):
    """Some of the items, and where the rest are.

    Attributes:
        data: The items.
        meta: What the reply says of itself, such as ``totalCount``.
        links: Addresses, as they came.
    """

    def kept(self, **facts: object) -> Self:
        """This, with *facts*; its items, which came in the same reply, have them too."""
        for item in self.data:
            if isinstance(item, Model):
                item.kept(**facts)
        return super().kept(**facts)

    @property
    def total(self) -> int | None:
        """How many items there are on all pages together."""
        return _whole(self.meta.get("totalCount"))

    @property
    def number(self) -> int:
        """Which page this is, from 1."""
        return _whole(self.meta.get("pageNumber", self.meta.get("page"))) or 1

    @property
    def next_link(self) -> str | None:
        """Where the next page is, absolute or relative; None at the end."""
        link = self.links.get("next")
        return link if isinstance(link, str) and link else None


class _Wrapped(Struct, Generic[T]):
    data: T | UnsetType = UNSET
    included: dict[str, Any] = {}


def read_resource(reply: Reply, shape: type[T]) -> T:
    """One resource, under ``data`` (2026) or bare (2025)."""
    wrapped: _Wrapped[T] = _decode(reply, _Wrapped[shape])  # type: ignore[valid-type]  # a type made at run time
    if isinstance(wrapped.data, UnsetType):
        bare = read_model(reply, shape)
        if isinstance(bare, Resource) and not bare.id:
            raise unreadable(reply, "it holds no resource")  # a captive portal's answer, perhaps
        return bare
    if isinstance(wrapped.data, Model):
        wrapped.data.kept(reply_=reply, included=wrapped.included)
    return wrapped.data


def read_model(reply: Reply, shape: type[T]) -> T:
    """A whole document."""
    model = _decode(reply, shape)
    if isinstance(model, Model):
        model.kept(reply_=reply)
    return model


def respelled(reply: Reply, was: str, name: str) -> Reply:
    """*reply* with fields called *name* that it calls *was*: both spellings were seen."""
    was_key, key = (rb'"%s"(?=\s*:)' % each.encode() for each in (was, name))
    if re.search(key, reply.body):
        return reply
    return replace(reply, body=re.sub(was_key, f'"{name}"'.encode(), reply.body))


def _decode(reply: Reply, shape: type[T]) -> T:
    try:
        return decoder(shape).decode(reply.body)
    except msgspec.ValidationError as error:
        return _forgiven(reply, shape, error)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise unreadable(reply, error) from error


def unreadable(reply: Reply, why: object) -> DecodeError:
    """The error that says that *reply* is not what the API promises."""
    kind = reply.headers.get("content-type", "no content type")
    told = f"The reply ({reply.status}, {kind}) is not what the API promises: {why}"
    return DecodeError(reply.status, told, reply.headers)


def _forgiven(reply: Reply, shape: type[T], error: msgspec.ValidationError) -> T:
    """The same with every null left out: some services write null for what they do not have."""
    try:
        return convert(without_nulls(msgspec.json.decode(reply.body)), shape, strict=False)
    except (msgspec.MsgspecError, RecursionError):
        raise unreadable(reply, error) from error


def without_nulls(content: object) -> object:
    """*content* less its nulls, except in a signal's own body, where they mean something."""
    if is_mapping(content):
        return {
            name: value if name == "body" else without_nulls(value)
            for name, value in content.items()
            if value is not None
        }
    if is_list(content):
        return [without_nulls(value) for value in content if value is not None]
    return content


def at(content: object, *path: str) -> object:
    """What lies at *path* in nested mappings; None where it ends early."""
    for name in path:
        if not is_mapping(content):
            return None
        content = content.get(name)
    return content


def _whole(value: object) -> int | None:
    try:
        return msgspec.convert(value, int, strict=False)
    except msgspec.ValidationError:
        return None
