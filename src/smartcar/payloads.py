"""Is it Smartcar who sent this webhook?  HMAC-SHA256 of the body, with the management token as key.

Source: https://smartcar.com/docs/api-reference/webhooks/events/verify
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any


def hash_challenge(amt: str, challenge: str | bytes) -> str:
    """The answer to a webhook's challenge, in hexadecimal.

    Args:
        amt: The application management token, from the dashboard.
        challenge: ``payload.challenge`` of the verification event.

    Raises:
        ValueError: The token is empty: anybody could sign with it.
    """
    return hmac.new(_key(amt), _bytes("challenge", challenge), hashlib.sha256).hexdigest()


def verify_payload(
    amt: str, signature: str | bytes | None, body: str | bytes | Mapping[str, Any]
) -> bool:
    """Did Smartcar sign *body*?  Compared in constant time.

    Args:
        amt: The application management token, from the dashboard.
        signature: The header ``sc-signature``; None, where it is missing, is false.
        body: The request's body exactly as it came.  A mapping is written as JavaScript would,
            which is right for most bodies and not for all.

    Raises:
        ValueError: The token is empty: anybody could sign with it.
    """
    if isinstance(body, Mapping):
        body = json.dumps(dict(body), separators=(",", ":"), ensure_ascii=False)
    expected = hmac.new(_key(amt), _bytes("body", body), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), _bytes("signature", signature or ""))


def _key(amt: str) -> bytes:
    if not amt:
        msg = "amt is empty: pass the application management token, from the dashboard"
        raise ValueError(msg)
    return _bytes("amt", amt)


def _bytes(name: str, value: object) -> bytes:
    """*value* as it was sent; what no UTF-8 can hold was never sent, and matches nothing."""
    if isinstance(value, str):
        return value.encode(errors="surrogatepass")
    if isinstance(value, bytes):
        return value
    msg = f"{name} must be text or bytes, not {type(value).__name__}"
    raise TypeError(msg)
