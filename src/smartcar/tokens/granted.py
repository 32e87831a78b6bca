"""What the token host grants an owner's application."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from smartcar.api.classic_account_models import Access
from smartcar.errors import DecodeError
from smartcar.protocol.shapes import decoder
from smartcar.protocol.wire import Reply

REFRESH_DAYS: Final = 60
"""Life of a refresh token: no reply says it, the documentation and every SDK do."""


class _Granted(msgspec.Struct):
    access_token: str
    refresh_token: str
    expires_in: float = 7200.0


def read_access(reply: Reply, asked: datetime) -> Access:
    """The tokens in *reply*; its text is never put into an error.

    Args:
        reply: Of the token host.
        asked: When it was asked.

    Raises:
        DecodeError: There are none.
    """
    try:
        granted = decoder(_Granted).decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise DecodeError(reply.status, "The token host answered without tokens.") from None
    life = min(max(granted.expires_in, 0.0), REFRESH_DAYS * 86400.0)  # a date can hold that
    return Access(
        access_token=granted.access_token,
        refresh_token=granted.refresh_token,
        expiration=asked + timedelta(seconds=life),
        refresh_expiration=asked + timedelta(days=REFRESH_DAYS),
    ).kept(reply_=reply)
