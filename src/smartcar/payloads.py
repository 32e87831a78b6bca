"""Is it Smartcar who sent this webhook?  The two functions that programs have called for years.

``smartcar.webhooks`` does more.
Source: https://smartcar.com/docs/api-reference/webhooks/events/verify
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .protocol.signing import Secrets, as_sent


def hash_challenge(amt: str, challenge: str | bytes) -> str:
    """The answer to a webhook's challenge, in hexadecimal.

    It is also the signature that a body equal to the challenge would have.  Do not answer a
    challenge that has a ``{``, or whoever asks can have events signed
    (``smartcar.webhooks.Receiver`` does not).

    Args:
        amt: The application management token, from the dashboard.
        challenge: ``data.challenge`` of the verification event, ``payload.challenge`` of v2.0's.

    Raises:
        ValueError: The token is empty: anybody could sign with it.
    """
    return Secrets(amt).sign(as_sent("challenge", challenge))


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
    said = as_sent("signature", signature or "")
    return Secrets(amt).signer_of(as_sent("body", body), said) is not None
