"""The conversation with the API, without the I/O: authorise, send, retry, read.

Only reads are retried, at most ``retries`` times, within ``deadline``; a command is sent once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from smartcar.errors import (
    AuthenticationError,
    ConnectError,
    RequestTimeoutError,
    SmartcarError,
    TransportError,
    advice,
)
from smartcar.errors.kinds import error_from, token_host_error

from .flow import Call, Flow, Sleep, send
from .oauth import ApplicationToken, Credentials, GivenToken, Tokens, TokenSource
from .origins import Origins
from .redaction import redacted
from .wire import Reply, Request, header_value

R = TypeVar("R")

_TOKEN_HOSTS: Final = frozenset({"auth", "iam"})

log = logging.getLogger("smartcar.http")

FIRST_PAUSE: Final = 0.5
"""Seconds: the longest first pause before a retry.  It doubles with each, as others' SDKs do."""
LONGEST_PAUSE: Final = 8.0
LONGEST_RETRY_AFTER: Final = 60.0
"""Seconds that a call waits when told to; a longer wait is the caller's to plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How patient to be.

    Seconds all; None waits for ever.  310 s is what Smartcar's own SDKs use: a command that takes
    longer than 175 s is answered 202 and streams its outcome on the open connection.
    Source: https://smartcar.com/docs/api-reference/commands/overview
    """

    connect_timeout: float | None = 5.0
    read_timeout: float | None = 310.0
    deadline: float | None = 330.0
    """For a read with all its retries and pauses."""
    retries: int = 2

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        for name in ("connect_timeout", "read_timeout", "deadline"):
            seconds = getattr(self, name)
            if seconds is not None and not seconds > 0:  # not >, so that NaN is refused as well
                msg = f"{name} must be more than 0 seconds, or None to wait for ever"
                raise ValueError(msg)
        if type(self.retries) is not int or self.retries < 0:
            msg = "retries must be a whole number, 0 or more"
            raise ValueError(msg)


@dataclass(slots=True)
class Session:
    """Who we are, whom we talk to, and how patient we are."""

    tokens: Tokens = field(init=False)
    origins: Origins
    now: Callable[[], float]
    chance: Callable[[], float]
    """From 0 to 1, for the jitter."""
    options: Options = Options()
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Sent with every request."""
    users: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    """User ids by vehicle id, found once."""

    def log_in(self, credentials: Credentials) -> None:
        """Speak for the application."""
        self.tokens = ApplicationToken(credentials, self._ask_for_token, self.now)

    def use_token(self, token: str | TokenSource) -> None:
        """Speak with a token that the caller brought, or with what brings them."""
        if isinstance(token, TokenSource):
            self.tokens = token.tokens_for(self.ask_token_host, self.now)
        else:
            self.tokens = GivenToken(token)

    def with_options(self, options: Options) -> Session:
        """The same conversation, the same token, another patience."""
        other = replace(self, options=options)
        other.tokens = self.tokens
        return other

    def perform(self, call: Call[R], user_id: str | None = None) -> Flow[R]:
        """Send *call*, with a token, and read its reply."""
        headers = {**self.headers, **call.request.headers}
        if user_id is not None:
            headers["sc-user-id"] = header_value("user_id", user_id)
        attempt = _Attempt(
            *(call.request, self.origins.of(call.host), headers, call.refused, call.secret),
            of_token_host=call.host in _TOKEN_HOSTS,
        )
        tokens = None if "authorization" in headers else self.tokens
        give_up_at = self._give_up_at(call)
        reply = yield from self._exchange(attempt, tokens, give_up_at, repeat=call.repeatable)
        return call.read(reply)

    def _ask_for_token(self, request: Request, give_up_at: float | None) -> Flow[Reply]:
        headers = {**self.headers, **request.headers}
        attempt = _Attempt(request, self.origins.of("iam"), headers, of_token_host=True)
        if give_up_at is None and self.options.deadline is not None:
            give_up_at = self.now() + self.options.deadline
        return (yield from self._exchange(attempt, None, give_up_at, repeat=True))

    def ask_token_host(self, request: Request, patience: float, secret: str) -> Flow[Reply]:
        """Send *request*, with retries, for so many seconds at most; no error shows *secret*."""
        headers = {**self.headers, **request.headers}
        attempt = _Attempt(request, request.origin, headers, None, secret, of_token_host=True)
        return (yield from self._exchange(attempt, None, self.now() + patience, repeat=True))

    def _give_up_at(self, call: Call[Any]) -> float | None:
        """When patience ends with a read; a command has its outcome waited for."""
        patience = [self.options.deadline if call.repeatable else None, call.deadline]
        return min(
            (self.now() + seconds for seconds in patience if seconds is not None), default=None
        )

    def _exchange(
        self, attempt: _Attempt, tokens: Tokens | None, give_up_at: float | None, *, repeat: bool
    ) -> Flow[Reply]:
        """Send it until there is a good reply, or no use in sending it again."""
        request, tries = attempt.request, 0
        while True:
            # Outside the try: a token that cannot be had has been tried for often enough already.
            token = None if tokens is None else (yield from tokens.bearer(give_up_at))
            try:
                reply = yield from self._send(attempt, token, give_up_at)
            except TransportError as error:
                is_told = attempt.of_token_host and not isinstance(error, ConnectError)
                failure: SmartcarError = error.advised(advice.TOKEN_HOST if is_told else None)
            else:
                log.debug("%s %s: %s", request.method, request.path, reply.status)
                if reply.is_success:
                    return reply
                failure = attempt.failure(reply, tokens)
            more = repeat and tries < self.options.retries
            pause = self._pause(failure, tries) if more else None
            if pause is None or (give_up_at is not None and self.now() + pause >= give_up_at):
                raise failure
            log.info("%s %s: %s; again in %.1f s", request.method, request.path, failure, pause)
            yield Sleep(pause)
            tries += 1

    def _send(self, attempt: _Attempt, token: str | None, give_up_at: float | None) -> Flow[Reply]:
        """Send it with a token; if that is refused, once more with a new one.

        A 401 says that nothing was done, so this is safe for commands too.
        """
        connect_timeout = self.options.connect_timeout
        timeout = self._timeout(give_up_at)
        reply = yield from send(attempt.made(token, connect_timeout, timeout))
        if reply.status == 401 and token is not None:
            other = yield from self.tokens.renewed(token, give_up_at)
            if other is not None and other != token:
                timeout = self._timeout(give_up_at)
                reply = yield from send(attempt.made(other, connect_timeout, timeout))
        return reply

    def _timeout(self, give_up_at: float | None) -> float | None:
        """Seconds to wait for the next reply.

        Raises:
            RequestTimeoutError: There are none left.
        """
        timeout = self.options.read_timeout
        if give_up_at is None:
            return timeout
        left = give_up_at - self.now()
        if left <= 0:
            raise RequestTimeoutError(0, "The deadline passed before the request could be sent.")
        return left if timeout is None else min(timeout, left)

    def _pause(self, failure: SmartcarError, attempt: int) -> float | None:
        """Seconds before asking again; None if that would be of no use."""
        if not failure.is_retryable or (failure.type, failure.code) == ("RATE_LIMIT", "VEHICLE"):
            return None  # the car maker's limit: asking again makes it worse
        if failure.retry_after is not None:
            return failure.retry_after if failure.retry_after <= LONGEST_RETRY_AFTER else None
        return self.chance() * min(LONGEST_PAUSE, FIRST_PAUSE * 2.0**attempt)


@dataclass(slots=True)
class _Attempt:
    """A request that lacks only its token and its timeouts."""

    request: Request
    origin: str
    headers: dict[str, str]
    refused: str | None = None
    """What to do where its own authority is refused."""
    secret: str = ""
    """What a reply may repeat, and nobody shall see."""
    of_token_host: bool = False

    def failure(self, reply: Reply, tokens: Tokens | None) -> SmartcarError:
        """The error that *reply* tells, with advice for whoever spoke with *tokens*."""
        told = redacted(reply, self.secret)
        if self.of_token_host:
            return token_host_error(told.status, told.body, told.headers)
        error = error_from(told.status, told.body, told.headers)
        if isinstance(error, AuthenticationError):
            return error.advised(self._refused if tokens is None else tokens.refused)
        return error

    @property
    def _refused(self) -> str | None:
        is_bearer = self.headers.get("authorization", "").startswith("Bearer")
        return self.refused or (advice.REFUSED_TOKEN if is_bearer else None)

    def made(
        self, token: str | None, connect_timeout: float | None, timeout: float | None
    ) -> Request:
        """The request, whole."""
        bare, headers = self.request, self.headers
        if token is not None:
            headers = {**headers, "authorization": f"Bearer {token}"}
        return Request(
            bare.method,
            bare.path,
            bare.query,
            headers,
            bare.body,
            self.origin,
            connect_timeout,
            timeout,
        )
