"""What users write about owners' tokens: checked, never run."""

# mypy: disable-error-code="empty-body"
from __future__ import annotations

from typing import assert_type

import smartcar
from smartcar import (
    AsyncAuthClient,
    AsyncOwner,
    AsyncVehicle,
    AuthClient,
    FileTokens,
    MemoryTokens,
    Owner,
    Smartcar,
    TokenStore,
    Vehicle,
)
from smartcar.models import User
from smartcar.tokens import KeptTokens, new_key


class Own:
    """A store of one's own."""

    lease_seconds = 20.0

    def get(self, owner: str) -> KeptTokens | None: ...
    def save(self, owner: str, tokens: KeptTokens, replacing: str | None = None) -> bool: ...
    def lease(self, owner: str, version: str, holder: str) -> bool: ...
    def release(self, owner: str, holder: str, *, settled: bool) -> None: ...
    def delete(self, owner: str) -> None: ...
    def unsettled(self) -> list[str]: ...


STORES: list[TokenStore] = [FileTokens("t.db", new_key()), MemoryTokens(), Own()]

owner = AuthClient(store=Own()).owner("user-42")
assert_type(owner, Owner)
assert_type(owner.access_token(), str)
assert_type(AuthClient(store=Own()).recover(), list[str])
assert_type(smartcar.get_user(owner), User)
Vehicle("id", owner)
AsyncVehicle("id", owner)
Smartcar(access_token=owner)


async def awaiting() -> None:
    """The same, awaited."""
    auth = AsyncAuthClient(store=MemoryTokens())
    await auth.exchange_code("code", owner="user-42")
    owner = auth.owner("user-42")
    assert_type(owner, AsyncOwner)
    assert_type(await owner.access_token(), str)
    assert_type(await smartcar.aio.get_user(owner), User)
