"""Owners' tokens of v2.0: the address that sends an owner to Connect, and what comes back from it.

Source: https://auth.smartcar.com/oauth/token and https://connect.smartcar.com/oauth/authorize, as
the official SDKs ask them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import NoneType
from typing import Any, Final, TypedDict
from urllib.parse import quote, urlencode

from smartcar.untyped import is_mapping

from . import legacy, shared
from .api.classic_account import Mode
from .api.classic_account_models import Access
from .caller import found_credentials
from .car import Flags
from .client import AsyncSmartcar, Smartcar
from .errors import ReconnectError
from .owners import AsyncOwner, Owner, owner_token, recovering
from .protocol.facts import basic
from .protocol.flow import Call
from .protocol.oauth import NO_TOKEN
from .protocol.origins import Origins
from .protocol.wire import Request
from .questions import mode_of, with_flags
from .tokens import TokenStore
from .tokens.granted import read_access
from .tokens.owner import OwnerToken, Refreshing, or_reconnect
from .transport import AsyncTransport, Transport

_MODES: Final = ("live", "simulated", "test")


class SingleSelect(TypedDict, total=False):
    """May the owner pick one car only, and must it be this one?"""

    enabled: bool
    vin: str


class _Auth(legacy.WasAuthClient):
    """What both clients have in common: everything but the waiting."""

    @legacy.accepts(legacy.calls.AUTH_CLIENT)
    def __init__(
        self,
        client_id: str | None = None,
        client_secret: str | None = None,
        redirect_uri: str | None = None,
        *,
        mode: Mode = "live",
        test_mode: bool | None = None,
        transport: Any = None,
        origin: str | Origins | None = None,
        store: TokenStore | None = None,
    ) -> None:
        known = found_credentials(client_id, client_secret)
        self.client_id = known.client_id
        """The application's id."""
        self.redirect_uri = redirect_uri or os.environ.get("SMARTCAR_REDIRECT_URI") or None
        """Where Connect sends the owner back to; None for the first one of the dashboard."""
        self.mode = mode_of(mode, test_mode)
        """Which cars can be connected: live, simulated or test."""
        if self.mode not in _MODES:
            msg = f"mode must be live, simulated or test, not {mode!r}"
            raise ValueError(msg)
        self._authorization = basic(known.client_id, known.client_secret)
        self._transport = transport
        self._clock = getattr(transport, "clock", None)
        self._origin = origin
        found = Origins.all_at(origin) if isinstance(origin, str) else origin
        self._origins = found or Origins.from_environment(os.environ)
        self._store = store

    def __repr__(self) -> str:
        """The id; never the secret."""
        return f"<{type(self).__name__} {self.client_id}>"

    @legacy.accepts(legacy.calls.GET_AUTH_URL)
    def get_auth_url(
        self,
        scope: Iterable[str] | None = None,
        *,
        force_prompt: bool = False,
        state: str | None = None,
        single_select: bool | SingleSelect | None = None,
        make_bypass: str | None = None,
        flags: Flags | None = None,
        user: str | None = None,
    ) -> str:
        """Where to send the owner, to grant access to cars.

        Args:
            scope: Permissions to ask for, such as ``["read_odometer", "required:read_vin"]``; the
                dashboard's where none are said.
            force_prompt: Show the permissions also to those who have granted them already.
            state: Comes back with the owner as it is.
            single_select: May the owner pick one car only?  ``{"vin": …}`` names which.
            make_bypass: Skip the choice of a brand: this one, such as ``TESLA``.
            flags: ``name: value`` pairs, such as ``{"country": "DE"}``.
            user: Your own id for the owner, for the dashboard's statistics.
        """
        asked: dict[str, Any] = {
            "response_type": "code",
            "client_id": self.client_id,
            "approval_prompt": "force" if force_prompt else "auto",
            "redirect_uri": self.redirect_uri,
            "scope": None if scope is None else _spaced(scope),
            "state": state or None,  # as the official Node SDK: an empty one is none
            **_single(single_select),
            "make": make_bypass or None,
            **with_flags({}, flags),
            "user": user or None,
            "mode": self.mode,
        }
        query = {name: value for name, value in asked.items() if value is not None}
        return f"{self._origins.connect}/oauth/authorize?{urlencode(query, quote_via=quote)}"

    def _exchange(self, form: Mapping[str, str | None], flags: Flags | None) -> Call[Access]:
        said = {name: value for name, value in form.items() if value is not None}
        request = Request(
            "POST",
            "/oauth/token",
            with_flags({}, flags),
            {
                "content-type": "application/x-www-form-urlencoded",
                "authorization": self._authorization,
            },
            urlencode(said).encode(),
        )
        asked = self._now()  # before it is sent: better too early an end than too late a one
        return Call(request, lambda reply: read_access(reply, asked), "auth")

    def _with_code(self, code: str, flags: Flags | None) -> Call[Access]:
        form = {
            "code": legacy.out_of_its_list(code),
            "grant_type": "authorization_code",
            "redirect_uri": self.redirect_uri,
        }
        return self._exchange(form, flags)

    def _with_refresh(self, token: str | None, flags: Flags | None) -> Call[Access]:
        if not token:
            told = {"error": "invalid_grant", "error_description": "There is no refresh token."}
            raise ReconnectError(0, told)
        form = {"grant_type": "refresh_token", "refresh_token": token}
        return replace(self._exchange(form, flags), secret=token)

    def _tokens_of(self, owner: str) -> OwnerToken:
        auth = self._origins.auth
        refreshing = Refreshing(
            lambda token: self._with_refresh(token, None), auth, lambda: self._now().timestamp()
        )
        about = (self._authorization, auth, id(self._clock))
        return owner_token(owner, self._kept_in(), refreshing, *about)

    def _kept_in(self) -> TokenStore:
        if self._store is None:
            msg = f"tokens are kept nowhere: make it {type(self).__name__}(…, store=…)"
            raise ValueError(msg)
        return self._store

    def _now(self) -> datetime:
        """The simulator's time where one carries the requests, else the machine's."""
        if self._clock is None:
            return datetime.now(UTC)
        return datetime.fromtimestamp(self._clock.now(), UTC)


class AuthClient(_Auth):
    """Owners' tokens, for programs that wait.

    Args:
        client_id: The application's id; else the environment's ``SMARTCAR_CLIENT_ID``.
        client_secret: Its secret; else ``SMARTCAR_CLIENT_SECRET``.
        redirect_uri: Where Connect sends the owner back to; else ``SMARTCAR_REDIRECT_URI``.
        mode: Which cars can be connected: live, simulated or test.
        test_mode: Deprecated: say *mode*.
        transport: What carries requests; the network unless you say otherwise.
        origin: Where Smartcar is; else what the environment says, else Smartcar itself.
        store: Where owners' tokens are kept, such as ``FileTokens("tokens.db", key)``.

    Raises:
        ValueError: There are no credentials, or the mode is none.
    """

    @legacy.accepts(legacy.calls.EXCHANGE_CODE)
    def exchange_code(
        self, code: str, *, flags: Flags | None = None, owner: str | None = None
    ) -> Access:
        """Tokens for the code that Connect sent the owner back with.

        Args:
            code: Good for 10 minutes, and once.
            flags: ``name: value`` pairs.
            owner: Your own id for the owner: the tokens are kept under it before this returns.

        Raises:
            InvalidRequestError: The code is wrong, used or too old.
            AuthenticationError: The client id or secret is wrong.
            TokenStoreError: The tokens could not be kept.
        """
        kept = None if owner is None else self._tokens_of(owner)
        client = self._client()
        access = client.perform(self._with_code(code, flags))
        if kept is not None:
            client.run(kept.keep(access))
        return access

    @legacy.accepts(legacy.calls.EXCHANGE_REFRESH_TOKEN)
    def exchange_refresh_token(self, token: str | None, *, flags: Flags | None = None) -> Access:
        """New tokens for a refresh token, which soon ends: keep the new ones before use.

        Args:
            token: ``Access.refresh_token``.
            flags: ``name: value`` pairs.

        Raises:
            ReconnectError: The token is wrong, used, too old, or there is none: the owner must
                reconnect.
            AuthenticationError: The client id or secret is wrong.
        """
        client = self._client()
        return client.run(or_reconnect(client.ask(self._with_refresh(token, flags))))

    def owner(self, owner: str) -> Owner:
        """An owner whose tokens are kept: takes an access token's place wherever there is one.

        Nothing is read or sent until it is used.  Then its token is renewed when it is time, once
        for all threads and processes.

        Args:
            owner: Your own id, as ``exchange_code`` was told.

        Raises:
            TypeError: The id is no text.
            ValueError: There is no store, or the id is empty or cannot be printed.
        """
        return Owner(self._tokens_of(owner), self._transport, self._origin)

    def recover(self) -> list[str]:
        """Finish what a crash cut short: call it when the program starts.

        A refresh token that was used lives on for a minute or so; within it, tokens that were
        granted but never saved can be asked for again.

        Returns:
            The owners for whom that was done.
        """
        client = self._client()
        return client.run(recovering(client, self._kept_in(), self._tokens_of))

    def _client(self) -> Smartcar:
        carrier: Transport = self._transport or shared.network()
        return Smartcar(access_token=NO_TOKEN, transport=carrier, origin=self._origin)


class AsyncAuthClient(_Auth):
    """Owners' tokens, for programs that await.  The arguments are those of ``AuthClient``."""

    async def exchange_code(
        self, code: str, *, flags: Flags | None = None, owner: str | None = None
    ) -> Access:
        """Tokens for the code that Connect sent the owner back with; as ``AuthClient``'s."""
        kept = None if owner is None else self._tokens_of(owner)
        client = self._client()
        access = await client.perform(self._with_code(code, flags))
        if kept is not None:
            await client.run(kept.keep(access))
        return access

    async def exchange_refresh_token(
        self, token: str | None, *, flags: Flags | None = None
    ) -> Access:
        """New tokens for a refresh token; as ``AuthClient``'s."""
        client = self._client()
        return await client.run(or_reconnect(client.ask(self._with_refresh(token, flags))))

    def owner(self, owner: str) -> AsyncOwner:
        """An owner whose tokens are kept; as ``AuthClient``'s."""
        return AsyncOwner(self._tokens_of(owner), self._transport, self._origin)

    async def recover(self) -> list[str]:
        """Finish what a crash cut short: await it when the program starts; as ``AuthClient``'s."""
        client = self._client()
        return await client.run(recovering(client, self._kept_in(), self._tokens_of))

    def _client(self) -> AsyncSmartcar:
        carrier: AsyncTransport = self._transport or shared.async_network()
        return AsyncSmartcar(access_token=NO_TOKEN, transport=carrier, origin=self._origin)


def _single(chosen: bool | SingleSelect | None) -> dict[str, str]:
    if chosen is None:
        return {}
    if isinstance(chosen, bool):
        chosen = {"enabled": chosen}
    if not is_mapping(chosen) or not isinstance(chosen.get("enabled"), (bool, NoneType)):
        msg = f'single_select must be True, False or {{"vin": …}}, not {chosen!r}'
        raise TypeError(msg)
    if vin := chosen.get("vin"):
        return {"single_select": "true", "single_select_vin": vin}
    enabled = chosen.get("enabled")
    return {} if enabled is None else {"single_select": "true" if enabled else "false"}


def _spaced(names: Iterable[str]) -> str:
    return names if isinstance(names, str) else " ".join(names)
