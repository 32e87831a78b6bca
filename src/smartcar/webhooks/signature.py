"""Did Smartcar send this?  The signature of a delivery, checked over the bytes that came.

Source: https://smartcar.com/docs/api-reference/webhooks/events/verify.  Nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from smartcar.errors import SignatureMismatchError
from smartcar.protocol.signing import Secrets

HEADER: Final = "sc-signature"
"""Where the signature is.  Names of headers have no case."""

_MISSING: Final = (
    "Look whether something between Smartcar and this program drops the header sc-signature; "
    "else it was not Smartcar who sent this."
)
_WRONG: Final = (
    "Check that the secret is this application's management token, and that the body is the bytes "
    "that came, not JSON written again; `smartcar webhooks doctor` says which. "
    "Else it was not Smartcar who sent this."
)


def verify(
    body: bytes,
    signature: str | bytes | None,
    secrets: str | bytes | Iterable[str | bytes] | Secrets,
) -> None:
    """Return if Smartcar signed *body*; each comparison takes constant time.

    Args:
        body: The request's body, byte for byte as it came: before any JSON is read.
        signature: The header ``SC-Signature``, None where it is missing.
        secrets: The application management token; several while it is being changed.

    Raises:
        SignatureMismatchError: It is not signed, or not with one of *secrets*.
        TypeError: *body* is not bytes: text or a dictionary is no longer what was signed.
        ValueError: There is no secret.

    Source: https://smartcar.com/docs/api-reference/webhooks/events/verify
    """
    known = secrets if isinstance(secrets, Secrets) else Secrets(secrets)
    signer(body, signature, known)


def signer(body: bytes, signature: str | bytes | None, secrets: Secrets) -> int:
    """Which of *secrets*, from 0, *body* was signed with; raises as ``verify`` does."""
    if not isinstance(body, bytes):  # pyright: ignore[reportUnnecessaryIsInstance] -- callers may have no types
        told = (
            f"body must be the bytes that came, not {type(body).__name__}: what is read and "
            "written again is not what was signed"
        )
        raise TypeError(told)
    if not signature:
        raise SignatureMismatchError(401, "The delivery has no signature.").advised(_MISSING)
    said = signature.encode(errors="replace") if isinstance(signature, str) else signature
    number = secrets.signer_of(body, said)
    if number is None:
        told = "The signature is not that of this body with this secret."
        raise SignatureMismatchError(401, told).advised(_WRONG)
    return number
