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
    """
    text = challenge.encode() if isinstance(challenge, str) else challenge
    return hmac.new(amt.encode(), text, hashlib.sha256).hexdigest()


def verify_payload(amt: str, signature: str, body: str | bytes | Mapping[str, Any]) -> bool:
    """Did Smartcar sign *body*?  Compared in constant time.

    Args:
        amt: The application management token, from the dashboard.
        signature: The header ``sc-signature``.
        body: The request's body exactly as it came.  A mapping is written as JavaScript would,
            which is right for most bodies and not for all.
    """
    if isinstance(body, Mapping):
        body = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return hmac.compare_digest(hash_challenge(amt, body).encode(), signature.encode())
