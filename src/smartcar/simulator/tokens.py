"""The two token endpoints: the application's (v3), and its users' (v2.0).

``/oauth2/token``: https://smartcar.com/docs/api-reference/authorization/request-access-token
``/oauth/token``: codes and refresh tokens, whose holders may ask v3 too, without naming a user.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

import msgspec

from smartcar.protocol.wire import Reply, Request

from . import events
from .cars.spec import PLAYGROUND_ID
from .issued import Access
from .problems import Refusal, oauth_problem
from .world import World

PLAYGROUND_TOKEN: Final = "test-data-token"
"""Smartcar's own, for its playground vehicle: the SDKs' end-to-end tests use it."""


def access_of(world: World, now: float, headers: Mapping[str, str]) -> Access:
    """What the request's bearer token opens.

    Raises:
        Refusal: There is none, or it is not, or no longer, good.
    """
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        if token == PLAYGROUND_TOKEN:
            return Access(float("inf"), f"owner of {PLAYGROUND_ID}")
        access = world.tokens.get(token)
        if access is not None and now < access.expires_at:
            return access
    raise Refusal("AUTHENTICATION", "UNAUTHORIZED")


def application_token(world: World, now: float, request: Request) -> Reply:
    """Answer ``/oauth2/token``: a token for the whole application."""
    fields = _fields(request)
    if fields is None:
        return oauth_problem(400, "invalid_request", "The body cannot be read.")
    grant = fields.get("grant_type")
    if not grant:
        return oauth_problem(400, "invalid_request", "grant_type is missing.")
    if grant != "client_credentials":
        return oauth_problem(400, "unsupported_grant_type", "Use client_credentials.")
    name, secret = _client(request, fields)
    if name is None or secret is None:
        return oauth_problem(400, "invalid_request", "client_id or client_secret is missing.")
    application = world.applications.proved_by(name, secret)
    if application is None:
        return oauth_problem(401, "invalid_client", "Client authentication failed.")
    token = world.next_token("application token")
    life = world.lives.application
    issued = events.TokenIssued(
        at=now,
        token=token,
        expires_at=now + life,
        application=world.applications.key(application),
    )
    world.record(issued)
    return _granted(token, life)


def user_token(world: World, now: float, request: Request) -> Reply:
    """Answer ``/oauth/token``: a token for one user, from a code or from the token before it."""
    fields = _fields(request)
    if fields is None:
        return oauth_problem(400, "invalid_request", "The body cannot be read.")
    name, secret = _client(request, fields)
    application = world.applications.proved_by(name, secret)
    if application is None:
        return oauth_problem(401, "invalid_client", "Client authentication failed.")
    whose = world.applications.key(application)
    match fields.get("grant_type"):
        case "authorization_code":
            return _from_code(world, now, fields, whose)
        case "refresh_token":
            return _from_refresh(world, now, fields, whose)
        case "client_credentials":
            return application_token(world, now, request)
        case _:
            return oauth_problem(400, "invalid_request", "grant_type is missing or unknown.")


def _from_code(world: World, now: float, fields: Mapping[str, str], whose: str | None) -> Reply:
    code = fields.get("code")
    if not code:
        return oauth_problem(400, "invalid_request", "code is missing.")
    issued = world.issued.code(code, now)
    if issued is None or issued.application != whose:
        return oauth_problem(400, "invalid_request", f"Invalid code: {code}.")
    redirect = fields.get("redirect_uri")
    # Without a URI of its own, the official Node SDK sends the text "undefined".
    if redirect not in {None, "", "undefined", issued.redirect_uri}:
        return oauth_problem(400, "invalid_request", "redirect_uri is not the one of Connect.")
    world.record(events.CodeUsed(at=now, code=code))
    return _issue(world, now, issued.user_id, code, whose)


def _from_refresh(world: World, now: float, fields: Mapping[str, str], whose: str | None) -> Reply:
    token = fields.get("refresh_token")
    if not token:
        return oauth_problem(400, "invalid_request", "refresh_token is missing.")
    refresh = world.issued.refreshes.get(token)
    if refresh is None or now >= refresh.dies_at or refresh.application != whose:
        # The name of this error is unconfirmed; OAuth's own is invalid_grant.
        return oauth_problem(400, "invalid_grant", f"Invalid refresh_token: {token}.")
    dies_at = now + world.lives.grace
    world.record(events.RefreshTokenUsed(at=now, refresh_token=token, dies_at=dies_at))
    return _issue(world, now, refresh.user_id, refresh.code, whose)


def _issue(world: World, now: float, user_id: str, code: str | None, whose: str | None) -> Reply:
    token, refresh = world.next_token("user token"), world.next_token("refresh token")
    world.record(
        events.TokenIssued(
            at=now,
            token=token,
            expires_at=now + world.lives.access,
            user_id=user_id,
            refresh_token=refresh,
            refresh_expires_at=now + world.lives.refresh,
            code=code,
            application=whose,
        )
    )
    return _granted(token, world.lives.access, refresh_token=refresh)


def _granted(token: str, life: float, **more: str) -> Reply:
    body = {"access_token": token, "token_type": "Bearer", "expires_in": int(life), **more}
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    return Reply(200, headers, msgspec.json.encode(body))


def _fields(request: Request) -> dict[str, str] | None:
    """A form or JSON: both work in the wild."""
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            return msgspec.json.decode(request.body, type=dict[str, str])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
    try:
        return dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    except (UnicodeDecodeError, ValueError):
        return None


def _client(request: Request, fields: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Id and secret: HTTP Basic, else in the body."""
    scheme, _, proof = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(proof, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return None, None
        return name, secret
    return fields.get("client_id"), fields.get("client_secret")
