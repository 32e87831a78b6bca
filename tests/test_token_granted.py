"""Answers of the token host that lack something: kept owners go on for as long as they can."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from keeping import ADA, Kept
from transports import Canned, reply

from smartcar import AsyncAuthClient, FileTokens, MemoryTokens, ReconnectError, TokenStore
from smartcar.tokens import KeptTokens, new_key

NEW = {"access_token": "new", "token_type": "Bearer", "expires_in": 7200}
WITHOUT_REFRESH: list[dict[str, Any]] = [NEW, {**NEW, "refresh_token": None}]


def stored(kept: Kept, owner: str = ADA) -> KeptTokens:
    found = kept.store.get(owner)
    assert found is not None
    return found


@pytest.fixture(params=["memory", "plain file", "encrypted file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TokenStore]:
    if request.param == "memory":
        yield MemoryTokens()
    else:
        key = new_key() if request.param == "encrypted file" else None
        with FileTokens(tmp_path / "t.db", key) as file:
            yield file


@pytest.mark.parametrize("said", [{}, {"expires_in": None}], ids=["missing", "null"])
def test_a_token_whose_life_is_not_said_is_kept_for_two_hours(said: dict[str, None]) -> None:
    kept = Kept()
    kept.expire()
    kept.host.answer = lambda _: reply({"access_token": "new", "refresh_token": "newer", **said})
    assert kept.owner.access_token() == "new"
    assert stored(kept).expires_at == kept.simulator.clock.now() + 7200


@pytest.mark.parametrize("answer", WITHOUT_REFRESH, ids=["missing", "null"])
async def test_an_owner_without_a_refresh_token_reconnects_when_the_access_token_ends(
    store: TokenStore, answer: dict[str, Any]
) -> None:
    kept = Kept(store)
    canned = Canned(reply(answer))
    canned.clock = kept.simulator.clock
    auth = kept.client(canned)
    awaiting = AsyncAuthClient(*kept.arguments, transport=canned, store=store)
    auth.exchange_code("code", owner="one")
    await awaiting.exchange_code("code", owner="other")
    one, other = auth.owner("one"), awaiting.owner("other")

    kept.simulator.clock.advance(7200 - 1)
    assert one.access_token() == await other.access_token() == "new"
    assert stored(kept, "one").refresh_token is None
    kept.simulator.clock.advance(1)
    for _ in range(2):
        with pytest.raises(ReconnectError, match=r"one .* no refresh token.* must reconnect"):
            one.access_token()
        with pytest.raises(ReconnectError, match=r"other .* no refresh token.* must reconnect"):
            await other.access_token()
    assert len(canned.requests) == 2  # the two codes: there is nothing to refresh with
    assert auth.recover() == []


@pytest.mark.parametrize("answer", WITHOUT_REFRESH, ids=["missing", "null"])
def test_a_renewal_without_a_new_refresh_token_leaves_the_old_one_to_be_tried(
    store: TokenStore, answer: dict[str, Any]
) -> None:
    kept = Kept(store)
    before = stored(kept)
    kept.expire()
    kept.host.answer = lambda _: reply(answer)
    assert kept.owner.access_token() == "new"
    after = stored(kept)
    assert after.refresh_token == before.refresh_token
    assert after.refresh_expires_at == before.refresh_expires_at

    kept.host.answer = lambda _: reply({"error": "invalid_grant"}, 400)
    kept.expire()
    with pytest.raises(ReconnectError, match="refused"):
        kept.owner.access_token()
    assert kept.host.refreshes == [before.refresh_token] * 2
