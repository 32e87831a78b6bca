"""Owners whose tokens are kept: each stands where an access token does, and renews it by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NoReturn
from weakref import WeakValueDictionary

from . import shared
from .api.classic_account import ClassicAccount
from .api.classic_changes import ClassicChanges
from .caller import Caller
from .client import AsyncSmartcar, Smartcar
from .errors import NotFoundError, PermissionDeniedError, SmartcarError
from .protocol.flow import Do, Flow
from .protocol.oauth import Exchange, Tokens
from .protocol.origins import Origins
from .tokens import TokenStore
from .tokens.kept import checked_owner
from .tokens.owner import LONGEST_PATIENCE, OwnerToken, Refreshing, SessionTokens

_PAGE = 50
"""Cars on a page of v2.0, at most."""

_known: WeakValueDictionary[tuple[object, ...], OwnerToken] = WeakValueDictionary()
_lock = threading.Lock()


class _Owner:
    """What both kinds have in common: everything but the waiting."""

    def __init__(self, token: OwnerToken, transport: Any, origin: str | Origins | None) -> None:
        self.id = token.owner
        """Your own id for the owner."""
        self._token = token
        self._transport = transport
        self._origin = origin

    def tokens_for(self, exchange: Exchange, now: Callable[[], float]) -> Tokens:
        """The owner's tokens, for one session; clients call this."""
        return SessionTokens(self._token, exchange, now)

    def __repr__(self) -> str:
        """The id; never a token."""
        return f"<{type(self).__name__} {self.id}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} is not pickled: ask AuthClient for it again")


class Owner(_Owner):
    """An owner whose tokens are kept, for programs that wait: see ``AuthClient.owner``.

    It can be given wherever an access token can, and shared between threads.
    """

    def access_token(self) -> str:
        """A token that is good now, for what is not this package.

        Raises:
            ReconnectError: The owner must go through Connect again.
        """
        client = self._client()
        return client.run(_bearer(client))

    def forget(self) -> None:
        """Keep the owner's tokens no more; other processes may use theirs until it ends."""
        self._client().run(self._token.forget())

    def disconnect(self) -> None:
        """End this application's access to the cars that the token opens, then forget the tokens.

        Those are the cars that the owner chose when the token was granted: with ``single_select``,
        one.  What was granted with other codes stays.

        Raises:
            ReconnectError: The tokens are no good for that; ``forget`` them.
        """
        client = self._client()
        client.run(_disconnecting(client, self._token))

    def _client(self) -> Smartcar:
        carrier = self._transport or shared.network()
        return Smartcar(access_token=self, transport=carrier, origin=self._origin)


class AsyncOwner(_Owner):
    """An owner whose tokens are kept, for programs that await: see ``AsyncAuthClient.owner``."""

    async def access_token(self) -> str:
        """A token that is good now, for what is not this package; as ``Owner``'s."""
        client = self._client()
        return await client.run(_bearer(client))

    async def forget(self) -> None:
        """Keep the owner's tokens no more; as ``Owner``'s."""
        await self._client().run(self._token.forget())

    async def disconnect(self) -> None:
        """End this application's access to the cars that the token opens; as ``Owner``'s."""
        client = self._client()
        await client.run(_disconnecting(client, self._token))

    def _client(self) -> AsyncSmartcar:
        carrier = self._transport or shared.async_network()
        return AsyncSmartcar(access_token=self, transport=carrier, origin=self._origin)


def owner_token(
    owner: str, store: TokenStore, refreshing: Refreshing, *about: object
) -> OwnerToken:
    """The one token of *owner* in this process, for as long as somebody has it.

    Args:
        owner: Your own id for the owner.
        store: Where it is kept.
        refreshing: How it is renewed.
        about: What makes two ways to renew it different ones.

    Raises:
        TypeError: The id is no text.
        ValueError: It is empty, or cannot be printed.
    """
    name = (
        id(store),
        *about,
        checked_owner(owner),
    )  # the token holds on to its store: the id stays that one's
    with _lock:
        return _known.setdefault(name, OwnerToken(owner, store, refreshing))


def recovering(
    client: Caller, store: TokenStore, token_of: Callable[[str], OwnerToken]
) -> Flow[list[str]]:
    """Finish the refreshes that a crash cut short; give the owners whose tokens are good again."""
    unsettled: list[str] = yield Do(store.unsettled)
    recovered: list[str] = []
    for owner in unsettled:
        try:
            yield from token_of(owner).settle(client._session.ask_token_host, LONGEST_PATIENCE)
        except SmartcarError:
            continue  # whoever asks for this owner next is told
        recovered.append(owner)
    return recovered


def _bearer(client: Caller) -> Flow[str]:
    deadline = client.options.deadline
    give_up_at = None if deadline is None else client.now() + deadline
    return client._session.tokens.bearer(give_up_at)


def _disconnecting(client: Caller, token: OwnerToken) -> Flow[None]:
    cars: list[str] = []
    while True:
        asked = ClassicAccount.vehicles.call({}, limit=_PAGE, offset=len(cars))
        page = yield from client.ask(asked)
        cars += page.vehicles
        if len(page.vehicles) < _PAGE:
            break
    for vehicle_id in cars:
        try:
            yield from client.ask(ClassicChanges.disconnect.call({"vehicle_id": vehicle_id}))
        except (NotFoundError, PermissionDeniedError):
            continue  # it is gone already: that needs no permission which could be missing
    yield from token.forget()
