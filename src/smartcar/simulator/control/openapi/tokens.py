"""The two token endpoints, which are no declarations: OAuth has forms, not JSON.

Sources: https://www.rfc-editor.org/rfc/rfc6749,
https://smartcar.com/docs/api-reference/authorization/request-access-token
"""

from __future__ import annotations

from typing import Any, Final

from .errors import OAuthError
from .operations import response
from .schemas import Schema, Schemas

_FORM: Final = "application/x-www-form-urlencoded"
_ID_AND_SECRET: Final[dict[str, Schema]] = {
    "client_id": {"type": "string", "description": "Where there is no Basic authorization."},
    "client_secret": {"type": "string", "description": "As above."},
}


def token_paths(schemas: Schemas) -> dict[str, Any]:
    """Both, by their paths."""
    return {
        "/oauth2/token": {"post": _application(schemas)},
        "/oauth/token": {"post": _owner(schemas)},
    }


def _application(schemas: Schemas) -> dict[str, Any]:
    form = _form("client_credentials", {})
    return {
        "operationId": "applicationToken",
        "summary": "A token for the whole application, good for an hour",
        "externalDocs": {
            "url": "https://smartcar.com/docs/api-reference/authorization/request-access-token"
        },
        **_common(schemas, schemas.add("ApplicationTokenRequest", form), _token()),
    }


def _owner(schemas: Schemas) -> dict[str, Any]:
    code = _form(
        "authorization_code",
        {
            "code": {"type": "string", "description": "From Connect; good for ten minutes, once."},
            "redirect_uri": {"type": "string", "description": "The one that Connect had."},
        },
        ["code"],
    )
    refresh = _form(
        "refresh_token",
        {"refresh_token": {"type": "string", "description": "Good for sixty days."}},
        ["refresh_token"],
    )
    form = {
        "oneOf": [
            schemas.add("CodeExchangeRequest", code),
            schemas.add("TokenRefreshRequest", refresh),
        ]
    }
    token = _token({"refresh_token": {"type": "string", "description": "For the next token."}})
    return {
        "operationId": "ownerToken",
        "summary": "A token for one owner, good for two hours: by a code, or by a refresh token",
        **_common(schemas, form, token),
    }


def _common(schemas: Schemas, form: Schema, token: Schema) -> dict[str, Any]:
    error = schemas.of(OAuthError)
    return {
        "tags": ["tokens"],
        "security": [{"client": []}, {}],
        "requestBody": {"required": True, "content": {_FORM: {"schema": form}}},
        "responses": {
            "200": response("The token.", token, {}),
            "400": response("The request makes no sense, or the code is none.", error, {}),
            "401": response("The client id or secret is wrong.", error, {}),
        },
    }


def _form(grant: str, more: dict[str, Schema], required: list[str] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": {"grant_type": {"type": "string", "const": grant}, **more, **_ID_AND_SECRET},
        "required": ["grant_type", *(required or [])],
    }


def _token(more: dict[str, Schema] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": {
            "access_token": {"type": "string"},
            "token_type": {"type": "string", "const": "Bearer"},
            "expires_in": {"type": "integer", "description": "Seconds."},
            **(more or {}),
        },
        "required": ["access_token", "token_type", "expires_in", *(more or {})],
    }
