"""What the token host grants an owner's application."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from smartcar.api.classic_account_models import Access
from smartcar.errors import DecodeError
from smartcar.protocol.shapes import decoder
from smartcar.protocol.wire import Reply, header_value

ACCESS_SECONDS: Final = 7200.0
"""Life of an access token whose reply does not say it: the documented one."""
REFRESH_DAYS: Final = 60
"""Life of a refresh token: no reply says it, the documentation and every SDK do."""


class _Granted(msgspec.Struct):
    access_token: str
    refresh_token: str | None = None
    expires_in: float | None = None


def read_access(reply: Reply, asked: datetime) -> Access:
    """The tokens in *reply*; its text is never put into an error.

    Args:
        reply: Of the token host.
        asked: When it was asked.

    Raises:
        DecodeError: There is no access token, or none that a header can carry.
    """
    try:
        granted = decoder(_Granted).decode(reply.body)
        header_value("access_token", granted.access_token)
    except (ValueError, RecursionError):
        raise DecodeError(reply.status, "The token host answered without tokens.") from None
    said = ACCESS_SECONDS if granted.expires_in is None else granted.expires_in
    life = min(max(said, 0.0), REFRESH_DAYS * 86400.0)  # a date can hold that
    refresh = granted.refresh_token or None
    return Access(
        access_token=granted.access_token,
        refresh_token=refresh,
        expiration=asked + timedelta(seconds=life),
        refresh_expiration=asked + timedelta(days=REFRESH_DAYS) if refresh else None,
    ).kept(reply_=reply)
