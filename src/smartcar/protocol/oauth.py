"""The application's token: fetched once however many callers wait, and renewed before it expires.

Client credentials, https://smartcar.com/docs/getting-started/how-to/api-authentication: one token
for the whole application, good for an hour, without a refresh token.  No I/O and no clock here.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias, runtime_checkable
from urllib.parse import urlencode

import msgspec

from smartcar.errors import AuthenticationError, DecodeError, SmartcarError, advice

from .flow import Alone, Flow
from .shapes import decoder
from .wire import Reply, Request, header_value

LIFE: Final = 3600.0
"""Seconds that the token is good for where the answer does not say it: the documented hour."""
EARLY: Final = 300.0
"""Renew this many seconds before the end: enough for a slow token host, a twelfth of the hour."""
PAUSE: Final = 30.0
"""After an early renewal failed, the old token serves this long before the next try."""


class Tokens(Protocol):
    """Where a session has its bearer token from."""

    @property
    def stands_for_application(self) -> bool:
        """Does it speak for every user of the application (who must then be named)?"""
        ...

    @property
    def refused(self) -> str | None:
        """What to do where its token is refused; None for what the error says itself."""
        ...

    def bearer(self, give_up_at: float | None) -> Flow[str]:
        """A token that is good now."""
        ...

    def renewed(self, refused: str, give_up_at: float | None) -> Flow[str | None]:
        """Another token, after *refused* was answered with 401; None if there is no other."""
        ...


Exchange: TypeAlias = Callable[[Request, float, str], Flow[Reply]]
"""Sends a request to a token host, with its retries, for so many seconds at most; a secret of it is
left out of what errors and logs show."""


@runtime_checkable
class TokenSource(Protocol):
    """What may stand where an access token does, and gives one when it is needed."""

    def tokens_for(self, exchange: Exchange, now: Callable[[], float]) -> Tokens:
        """The tokens of one session, whose clock *now* is."""
        ...


class GivenToken:
    """A token that the caller brought, and alone can renew."""

    stands_for_application = False
    refused = advice.REFUSED_TOKEN

    def __init__(self, token: str) -> None:
        self._token = header_value("access_token", token)

    def bearer(self, give_up_at: float | None) -> Flow[str]:
        """Always the same one."""
        del give_up_at
        yield from ()
        return self._token

    def renewed(self, refused: str, give_up_at: float | None) -> Flow[str | None]:
        """There is no other."""
        del refused, give_up_at
        yield from ()
        return None


class NoToken:
    """Stands where a token does for calls that bring an authority of their own."""

    stands_for_application = False
    refused = None

    def tokens_for(self, exchange: Exchange, now: Callable[[], float]) -> Tokens:
        """Itself."""
        del exchange, now
        return self

    def bearer(self, give_up_at: float | None) -> Flow[str]:
        """There is none: better an error here than somebody else's authority."""
        del give_up_at
        yield from ()
        raise AuthenticationError(0, "This call has no access token.").advised(advice.NO_TOKEN)

    def renewed(self, refused: str, give_up_at: float | None) -> Flow[str | None]:
        """There is no other."""
        del refused, give_up_at
        yield from ()
        return None


NO_TOKEN: Final = NoToken()


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """The application's OAuth client id and secret."""

    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        """The id; never the secret."""
        return f"Credentials({self.client_id!r}, …)"


@dataclass(frozen=True, slots=True, repr=False)
class _Token:
    value: str
    renew_at: float
    expires_at: float


class _Granted(msgspec.Struct):
    access_token: str
    expires_in: float | None = None


class ApplicationToken:
    """One token for all callers.

    Args:
        credentials: Client id and secret.
        exchange: Sends the request to the token host, with its retries, until a time.
        now: Seconds of any clock that goes forward.
    """

    stands_for_application = True
    refused = None

    def __init__(
        self,
        credentials: Credentials,
        exchange: Callable[[Request, float | None], Flow[Reply]],
        now: Callable[[], float],
    ) -> None:
        self.credentials = credentials
        self._exchange = exchange
        self._now = now
        self._token: _Token | None = None
        self._attempts = 0
        self._failure: Exception | None = None
        self._pause_until = 0.0

    def bearer(self, give_up_at: float | None) -> Flow[str]:
        """A token that is good now; near its end one caller renews it while nobody waits."""
        token, attempts, now = self._token, self._attempts, self._now()
        if token is None or now >= token.expires_at:
            yield self._alone(token, attempts, give_up_at)
        elif now >= token.renew_at and now >= self._pause_until:
            try:
                yield Alone(self._renew(token, attempts, give_up_at), wait=False)
            except SmartcarError:
                self._pause_until = now + PAUSE  # the old token is still good: use it
        return self._value()

    def renewed(self, refused: str, give_up_at: float | None) -> Flow[str | None]:
        """Another token than *refused*, fetched once for all who were refused together."""
        token, attempts = self._token, self._attempts
        if token is not None and token.value == refused:
            yield self._alone(token, attempts, give_up_at)
        return self._value()

    def _alone(self, token: _Token | None, attempts: int, give_up_at: float | None) -> Alone:
        patience = None if give_up_at is None else max(give_up_at - self._now(), 0.0)
        return Alone(self._renew(token, attempts, give_up_at), patience=patience)

    def _renew(self, stale: _Token | None, seen: int, give_up_at: float | None) -> Flow[None]:
        if self._token is not stale:
            return  # another caller renewed it while we waited our turn
        if self._attempts != seen and self._failure is not None:
            raise copy.copy(self._failure)  # another caller tried in vain while we waited
        self._failure = None  # a caller that is cancelled leaves no failure behind
        try:
            token = yield from self._fetch(give_up_at)
        except Exception as failure:
            self._failure, self._attempts = failure, self._attempts + 1
            raise
        self._token, self._attempts = token, self._attempts + 1

    def _fetch(self, give_up_at: float | None) -> Flow[_Token]:
        asked = self._now()
        reply = yield from self._exchange(token_request(self.credentials), give_up_at)
        granted = read_grant(reply)
        lifetime = LIFE if granted.expires_in is None else max(granted.expires_in, 0.0)
        early = min(EARLY, lifetime / 2)
        token = _usable(granted.access_token, reply)
        return _Token(token, asked + lifetime - early, asked + lifetime)

    def _value(self) -> str:
        if self._token is None:  # pragma: no cover -- _renew sets it or raises
            raise AuthenticationError
        return self._token.value


def token_request(credentials: Credentials) -> Request:
    """Ask the token host for the application's token.

    Source: https://smartcar.com/docs/api-reference/authorization/request-access-token
    """
    form: Mapping[str, str] = {
        "grant_type": "client_credentials",
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
    }
    return Request(
        "POST",
        "/oauth2/token",
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=urlencode(form).encode(),
    )


def read_grant(reply: Reply) -> _Granted:
    """The token in *reply*; its text is never put into an error."""
    try:
        return decoder(_Granted).decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _no_token(reply) from None


def _usable(token: str, reply: Reply) -> str:
    try:
        return header_value("access_token", token)
    except ValueError:
        raise _no_token(reply) from None


def _no_token(reply: Reply) -> DecodeError:
    return DecodeError(reply.status, "The token host answered without a token.")
