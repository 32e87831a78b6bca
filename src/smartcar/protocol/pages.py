"""Listings: declared as one page, read as one iterator.

The next page is fetched when it is needed, from where ``links.next`` points: of that link only the
query is used, so a token never follows a link to another host.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from functools import cached_property
from types import MethodType
from typing import Concatenate, Generic, ParamSpec, Self, TypeVar, Unpack, overload
from urllib.parse import parse_qsl, urlsplit

from smartcar.errors import DecodeError

from .documents import Page
from .endpoint import Declaration, Declared
from .facts import Facts, Stated
from .flow import Call
from .resource import AsyncResource, Resource, SyncResource

P = ParamSpec("P")
T = TypeVar("T")


class Items(Generic[T]):
    """All the items, page after page.  Iterate over it; each ``for`` starts anew."""

    def __init__(self, resource: SyncResource, first: Call[Page[T]]) -> None:
        self._resource = resource
        self._first = first

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.data

    def pages(self) -> Iterator[Page[T]]:
        """A page at a time, with its ``meta`` and ``links``."""
        walk = Walk(self._first)
        while walk.call is not None:
            page = self._resource.perform(walk.call)
            yield page
            walk.go_on(page)

    def __repr__(self) -> str:
        return f"<items of {self._first.request.path}>"


class AsyncItems(Generic[T]):
    """All the items, page after page.  Iterate with ``async for``; each one starts anew."""

    def __init__(self, resource: AsyncResource, first: Call[Page[T]]) -> None:
        self._resource = resource
        self._first = first

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.data:
                yield item

    async def pages(self) -> AsyncIterator[Page[T]]:
        """A page at a time, with its ``meta`` and ``links``."""
        walk = Walk(self._first)
        while walk.call is not None:
            page = await self._resource.perform(walk.call)
            yield page
            walk.go_on(page)

    def __repr__(self) -> str:
        return f"<items of {self._first.request.path}>"


class Walk(Generic[T]):
    """Where the next page is, until there is none or the links lead back to where we have been."""

    def __init__(self, first: Call[Page[T]]) -> None:
        self.call: Call[Page[T]] | None = first
        self._seen = {frozenset(first.request.query.items())}

    def go_on(self, page: Page[T]) -> None:
        """Step to the page after *page*."""
        self.call = None if self.call is None else self._after(self.call, page)

    def _after(self, call: Call[Page[T]], page: Page[T]) -> Call[Page[T]] | None:
        # An empty page is the last, unless it says how far it looked for what it did not find.
        if page.next_link is None or not (page.data or "lookedThrough" in page.meta):
            return None
        try:
            said = parse_qsl(urlsplit(page.next_link).query)
        except ValueError:
            told = "The link to the next page is no address."
            raise DecodeError(0, told, page.reply.headers if page.reply else {}) from None
        query = {**call.request.query, **dict(said)}
        where = frozenset(query.items())
        if where in self._seen:
            return None
        self._seen.add(where)
        return replace(call, request=replace(call.request, query=query))


class Listing(Declared[P, Page[T]], Generic[P, T]):
    """A GET that answers a page at a time."""

    repeatable = True

    @overload
    def __get__(self, resource: None, owner: type) -> Self: ...
    @overload
    def __get__(self, resource: SyncResource, owner: type) -> Callable[P, Items[T]]: ...
    @overload
    def __get__(self, resource: AsyncResource, owner: type) -> Callable[P, AsyncItems[T]]: ...

    def __get__(self, resource: Resource | None, owner: type) -> object:
        """The declaration itself from a class; a method from an instance."""
        if isinstance(resource, SyncResource):
            return MethodType(self._blocking, resource)
        if isinstance(resource, AsyncResource):
            return MethodType(self._awaiting, resource)
        return self

    @cached_property
    def _blocking(self) -> Callable[Concatenate[SyncResource, P], Items[T]]:
        def method(resource: SyncResource, /, *args: P.args, **kwargs: P.kwargs) -> Items[T]:
            return Items(resource, self.call(resource.path_params, *args, **kwargs))

        return self.dress(method)

    @cached_property
    def _awaiting(self) -> Callable[Concatenate[AsyncResource, P], AsyncItems[T]]:
        def method(resource: AsyncResource, /, *args: P.args, **kwargs: P.kwargs) -> AsyncItems[T]:
            return AsyncItems(resource, self.call(resource.path_params, *args, **kwargs))

        return self.dress(method)


def listing(
    path: str, **facts: Unpack[Stated]
) -> Callable[[Declaration[P, Page[T]]], Listing[P, T]]:
    """Declare a listing by the page it answers with."""

    def declare(declaration: Declaration[P, Page[T]]) -> Listing[P, T]:
        return Listing(declaration, "GET", path, Facts(**facts))

    return declare
