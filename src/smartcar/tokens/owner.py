"""One owner's tokens: read from the store, renewed in time, saved before they are used.

Flows: no I/O and no clock of their own.  In one process all that ask for the same owner share one
renewal (``Together``); a lease in the store keeps other processes away.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, NoReturn

from smartcar.api.classic_account_models import Access
from smartcar.errors import ReconnectError, SmartcarError, advice
from smartcar.protocol.flow import Call, Do, Flow, Sleep, Together
from smartcar.protocol.oauth import EARLY, PAUSE, Exchange

from .kept import KeptTokens, TokenStore, new_version

POLL: Final = 0.05
"""Seconds between two looks at whether another process has finished."""
REPLY_SHARE: Final = 0.75
"""Of the lease, for the token host to answer with all retries; the rest is there to save it."""
SHORTEST_LIFE: Final = 30.0
"""Seconds that a new token is used for, whatever its reply says: no renewals in a circle."""
LONGEST_PATIENCE: Final = 90.0
"""Seconds to wait for others: longer than a holder that dies, and the next one, can take."""
EARLY_PATIENCE: Final = 5.0
"""Seconds to wait for a renewal that is not needed yet; it goes on, and the old token serves."""
REFUSALS: Final = frozenset({"invalid_grant", "invalid_request"})
"""What a refused refresh token may be called: the documentation does not say which."""


@dataclass(frozen=True, slots=True, repr=False)
class Refreshing:
    """How new tokens are asked for: by whoever may."""

    ask: Callable[[str], Call[Access]]
    """With a refresh token."""
    origin: str
    """Of the token host."""
    now: Callable[[], float]
    """Unix seconds."""


class OwnerToken:
    """One owner's token, for all callers of this process."""

    def __init__(self, owner: str, store: TokenStore, refreshing: Refreshing) -> None:
        self.owner = owner
        self.store = store
        self._refreshing = refreshing
        self._kept: KeptTokens | None = None
        self._unsaved: tuple[str, KeptTokens] | None = None
        self._pause_until = 0.0

    def bearer(self, exchange: Exchange, patience: float) -> Flow[str]:
        """A token that is good now; near its end one caller renews it while others go on."""
        kept, now = self._kept, self._refreshing.now()
        if kept is None or now >= kept.expires_at:
            kept = yield self._renewal(None, exchange, patience)
        elif self._is_due(kept) and now >= self._pause_until:
            yield from self._try_early(exchange, patience)
            kept = self._kept or kept
        return kept.access_token

    def renewed(self, refused: str, exchange: Exchange, patience: float) -> Flow[str]:
        """Another token than *refused*, fetched once for all who were refused together."""
        kept = self._kept
        if kept is None or not self._is_good(kept, refused):
            kept = yield self._renewal(refused, exchange, patience)
        return kept.access_token

    def settle(self, exchange: Exchange, patience: float) -> Flow[None]:
        """Finish what a crash cut short, while the old refresh token is still good."""
        kept = yield from self._read()
        if kept.begun_at is not None and not kept.is_dead:
            yield self._renewal(kept.access_token, exchange, patience)

    def keep(self, access: Access) -> Flow[None]:
        """Keep what the owner has just granted, in place of whatever was there."""
        tokens = _kept(access, self._refreshing.now())
        yield Do(partial(self.store.save, self.owner, tokens))
        self._kept, self._unsaved, self._pause_until = tokens, None, 0.0

    def forget(self) -> Flow[None]:
        """Keep nothing any more."""
        self._kept = self._unsaved = None
        yield Do(partial(self.store.delete, self.owner))
        self._kept = self._unsaved = None  # somebody may have read it meanwhile

    def _renewal(self, refused: str | None, exchange: Exchange, patience: float) -> Together:
        flow = self._renew(refused, exchange, is_needed=True)
        return Together(flow, (self, refused), patience=patience)

    def _try_early(self, exchange: Exchange, patience: float) -> Flow[None]:
        flow = self._renew(None, exchange, is_needed=False)
        patience = min(patience / 2, EARLY_PATIENCE)
        try:
            yield Together(flow, (self, "early"), wait=False, patience=patience)
        except SmartcarError:
            self._pause_until = self._refreshing.now() + PAUSE  # the old token is still good

    def _renew(
        self, refused: str | None, exchange: Exchange, *, is_needed: bool
    ) -> Flow[KeptTokens]:
        """The store's tokens if they are good by now, else new ones.

        Args:
            refused: A token that is not good, whatever its end.
            exchange: Asks the token host.
            is_needed: Else the old token serves if others are at it.
        """
        holder = secrets.token_hex(8)
        while True:
            kept = yield from self._read()
            if self._is_good(kept, refused) and (is_needed or not self._is_due(kept)):
                break
            self._usable_refresh(kept)
            if (yield Do(partial(self.store.lease, self.owner, kept.version, holder))):
                new = yield from self._refreshed(kept, holder, exchange)
                if new is not None:
                    kept = new
                    break
            elif not is_needed:
                break
            else:
                yield Sleep(POLL)
        self._kept = kept
        return kept

    def _refreshed(
        self, kept: KeptTokens, holder: str, exchange: Exchange
    ) -> Flow[KeptTokens | None]:
        """New tokens, saved; None if others saved some meanwhile."""
        try:
            if self._unsaved is None or self._unsaved[0] != kept.version:
                self._unsaved = kept.version, (yield from self._granted(kept, exchange))
            new = self._unsaved[1]
            is_saved: bool = yield Do(partial(self.store.save, self.owner, new, kept.version))
        except GeneratorExit:  # the event loop has ended: nobody is there to do it for us
            with suppress(Exception):
                self.store.release(self.owner, holder, settled=False)
            raise
        except Exception as error:
            if isinstance(error, SmartcarError) and _is_refused_refresh(error):
                yield from self._bury(kept, error)
                return None
            settled = kept.begun_at is None and _changed_nothing(error)
            with suppress(Exception):  # the lease ends by itself too
                yield Do(partial(self.store.release, self.owner, holder, settled=settled))
            raise
        self._unsaved = None
        return new if is_saved else None

    def _granted(self, kept: KeptTokens, exchange: Exchange) -> Flow[KeptTokens]:
        patience = self.store.lease_seconds * REPLY_SHARE
        token = self._usable_refresh(kept)
        call, asked = self._refreshing.ask(token), self._refreshing.now()
        request = replace(call.request, origin=self._refreshing.origin)
        new = _kept(call.read((yield from exchange(request, patience, token))), asked)
        if new.refresh_token is not None:
            return new
        # Smartcar's documentation has a new one each time; OAuth lets the old one go on without
        # (RFC 6749, section 6).  Whichever it is, to try it costs nothing.
        end = kept.refresh_expires_at
        return replace(new, refresh_token=token, refresh_expires_at=end, is_dead=False)

    def _usable_refresh(self, kept: KeptTokens) -> str:
        if kept.refresh_token is None:
            self._must_reconnect("Smartcar gave no refresh token.")
        if kept.is_dead:
            self._must_reconnect("The refresh token was refused before.")
        return kept.refresh_token

    def _bury(self, kept: KeptTokens, error: SmartcarError) -> Flow[None]:
        """Note that they are dead, so that nobody asks again; unless others saved better ones."""
        dead = replace(kept, is_dead=True, version=new_version())
        if not (yield Do(partial(self.store.save, self.owner, dead, kept.version))):
            return
        self._kept = dead
        self._must_reconnect("The refresh token was refused.", error)

    def _read(self) -> Flow[KeptTokens]:
        kept: KeptTokens | None = yield Do(partial(self.store.get, self.owner))
        if kept is None:
            self._kept = None
            self._must_reconnect("No tokens are kept.")
        return kept

    def _is_good(self, kept: KeptTokens, refused: str | None) -> bool:
        return kept.access_token != refused and self._refreshing.now() < kept.expires_at

    def _is_due(self, kept: KeptTokens) -> bool:
        """Is it time to renew them, or did somebody begin to?"""
        is_late = self._refreshing.now() >= kept.renew_at
        return not kept.is_dead and (is_late or kept.begun_at is not None)

    def _must_reconnect(self, why: str, error: SmartcarError | None = None) -> NoReturn:
        body = {
            "error": "invalid_grant" if error is None else error.error,
            "error_description": f"{self.owner} is no longer connected. {why}",
        }
        if error is None:
            raise ReconnectError(0, body)
        raise ReconnectError(error.status, body, error.headers) from None


class SessionTokens:
    """An owner's token as one session uses it."""

    stands_for_application = False
    refused = advice.REFUSED_OWNER

    def __init__(self, token: OwnerToken, exchange: Exchange, now: Callable[[], float]) -> None:
        self._token = token
        self._exchange = exchange
        self._now = now

    def bearer(self, give_up_at: float | None) -> Flow[str]:
        """A token that is good now."""
        return (yield from self._token.bearer(self._exchange, self._patience(give_up_at)))

    def renewed(self, refused: str, give_up_at: float | None) -> Flow[str | None]:
        """Another token, after *refused* was answered with 401."""
        patience = self._patience(give_up_at)
        return (yield from self._token.renewed(refused, self._exchange, patience))

    def _patience(self, give_up_at: float | None) -> float:
        left = LONGEST_PATIENCE if give_up_at is None else give_up_at - self._now()
        return min(max(left, 0.0), LONGEST_PATIENCE)


def _kept(access: Access, asked: float) -> KeptTokens:
    """What was granted at *asked*, as it is kept."""
    ends = access.refresh_expiration
    expires_at = max(access.expiration.timestamp(), asked + SHORTEST_LIFE)
    return KeptTokens(
        access_token=access.access_token,
        refresh_token=access.refresh_token,
        expires_at=expires_at,
        renew_at=expires_at - min(EARLY, (expires_at - asked) / 2),
        refresh_expires_at=None if ends is None else ends.timestamp(),
        is_dead=access.refresh_token is None,
    )


def _changed_nothing(error: Exception) -> bool:
    """Is the refresh token unused, for sure?  A 4xx says so; after anything else it may be used."""
    return isinstance(error, SmartcarError) and 400 <= error.status < 500


def or_reconnect(flow: Flow[Access]) -> Flow[Access]:
    """*flow*, which brings a refresh token: where that is refused, the error says what to do.

    Raises:
        ReconnectError: It is refused.
    """
    try:
        return (yield from flow)
    except SmartcarError as error:
        if not isinstance(error, ReconnectError) and _is_refused_refresh(error):
            raise ReconnectError(error.status, error.body, error.headers) from None
        raise


def _is_refused_refresh(error: SmartcarError) -> bool:
    """Does it say that the refresh token is no good?  Only then is it given up.

    ``invalid_request`` may also be about something else in the request, and then says what.
    """
    if error.status not in {400, 401} or error.error not in REFUSALS:
        return False
    said = error.description.lower().replace("_", " ")
    return error.error == "invalid_grant" or not said or "refresh token" in said
