"""Owners' tokens of v2.0: the address that sends an owner to Connect, and what comes back from it.

Source: https://auth.smartcar.com/oauth/token and https://connect.smartcar.com/oauth/authorize, as
the official SDKs ask them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypedDict
from urllib.parse import quote, urlencode

import msgspec

from . import shared
from .api.classic_account import Mode
from .api.classic_account_models import Access
from .caller import found_credentials
from .car import Flags
from .client import AsyncSmartcar, Smartcar
from .errors import DecodeError
from .protocol.facts import basic
from .protocol.flow import Call
from .protocol.origins import Origins
from .protocol.wire import Reply, Request
from .questions import mode_of, with_flags
from .transport import AsyncTransport, Transport

REFRESH_DAYS: Final = 60
"""Life of a refresh token: no reply says it, the documentation and every SDK do."""

_MODES: Final = ("live", "simulated", "test")


class SingleSelect(TypedDict, total=False):
    """May the owner pick one car only, and must it be this one?"""

    enabled: bool
    vin: str


class _Auth:
    """What both clients have in common: everything but the waiting."""

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

    def __repr__(self) -> str:
        """The id; never the secret."""
        return f"<{type(self).__name__} {self.client_id}>"

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
            "state": state,
            **_single(single_select),
            "make": make_bypass,
            **with_flags({}, flags),
            "user": user,
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
        return Call(request, lambda reply: _access(reply, asked), "auth")

    def _with_code(self, code: str, flags: Flags | None) -> Call[Access]:
        form = {
            "code": code,
            "grant_type": "authorization_code",
            "redirect_uri": self.redirect_uri,
        }
        return self._exchange(form, flags)

    def _with_refresh(self, token: str, flags: Flags | None) -> Call[Access]:
        return self._exchange({"grant_type": "refresh_token", "refresh_token": token}, flags)

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

    Raises:
        ValueError: There are no credentials, or the mode is none.
    """

    def exchange_code(self, code: str, *, flags: Flags | None = None) -> Access:
        """Tokens for the code that Connect sent the owner back with.

        Args:
            code: Good for 10 minutes, and once.
            flags: ``name: value`` pairs.

        Raises:
            InvalidRequestError: The code is wrong, used or too old.
            AuthenticationError: The client id or secret is wrong.
        """
        return self._client().perform(self._with_code(code, flags))

    def exchange_refresh_token(self, token: str, *, flags: Flags | None = None) -> Access:
        """New tokens for a refresh token, which soon ends: keep the new ones before use.

        Args:
            token: ``Access.refresh_token``.
            flags: ``name: value`` pairs.

        Raises:
            InvalidRequestError: The token is wrong, used or too old: the owner must reconnect.
            AuthenticationError: The client id or secret is wrong, or the owner must reconnect.
        """
        return self._client().perform(self._with_refresh(token, flags))

    def _client(self) -> Smartcar:
        carrier: Transport = self._transport or shared.network()
        return Smartcar(access_token=self.client_id, transport=carrier, origin=self._origin)


class AsyncAuthClient(_Auth):
    """Owners' tokens, for programs that await.  The arguments are those of ``AuthClient``."""

    async def exchange_code(self, code: str, *, flags: Flags | None = None) -> Access:
        """Tokens for the code that Connect sent the owner back with; as ``AuthClient``'s."""
        return await self._client().perform(self._with_code(code, flags))

    async def exchange_refresh_token(self, token: str, *, flags: Flags | None = None) -> Access:
        """New tokens for a refresh token; as ``AuthClient``'s."""
        return await self._client().perform(self._with_refresh(token, flags))

    def _client(self) -> AsyncSmartcar:
        carrier: AsyncTransport = self._transport or shared.async_network()
        return AsyncSmartcar(access_token=self.client_id, transport=carrier, origin=self._origin)


class _Granted(msgspec.Struct):
    access_token: str
    refresh_token: str
    expires_in: float = 7200.0


def _access(reply: Reply, asked: datetime) -> Access:
    """The tokens in *reply*; its text is never put into an error."""
    try:
        granted = msgspec.json.decode(reply.body, type=_Granted, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise DecodeError(reply.status, "The token host answered without tokens.") from None
    return Access(
        access_token=granted.access_token,
        refresh_token=granted.refresh_token,
        expiration=asked + timedelta(seconds=granted.expires_in),
        refresh_expiration=asked + timedelta(days=REFRESH_DAYS),
    ).kept(reply_=reply)


def _single(chosen: bool | SingleSelect | None) -> dict[str, str]:
    if chosen is None:
        return {}
    if isinstance(chosen, bool):
        chosen = {"enabled": chosen}
    if vin := chosen.get("vin"):
        return {"single_select": "true", "single_select_vin": vin}
    enabled = chosen.get("enabled")
    return {} if enabled is None else {"single_select": "true" if enabled else "false"}


def _spaced(names: Iterable[str]) -> str:
    return names if isinstance(names, str) else " ".join(names)
