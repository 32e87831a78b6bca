"""Why does a signature not fit?  The doctor undoes what people and proxies do to bodies.

Each way of changing a body or a token is undone, and the signature is tried again: where it fits,
that was the mistake, for certain.  Nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from smartcar.errors import MalformedEventError
from smartcar.protocol.signing import Secrets

from . import diagnosis
from .diagnosis import Diagnosis, Mistake
from .events import Verify
from .headers import Headers, named
from .parsing import parse
from .signature import HEADER
from .undoing import Undone, is_compact, undone

_HEX: Final = frozenset("0123456789abcdef")
_LARGEST: Final = 1024 * 1024
"""Bytes of a body that is looked into: Smartcar sends a twentieth of that at most."""

Tokens = str | list[str] | Mapping[str, str]
"""One, several, or several by name; which one fits is told by its name, else by its place."""


def diagnose(
    body: bytes | str, headers: Headers, tokens: Tokens, *, framework: str | None = None
) -> Diagnosis:
    """Which mistake keeps a delivery's signature from fitting; none, where it fits.

    Args:
        body: What the program checked, as it had it.  Text is taken as UTF-8.
        headers: The request's headers.
        tokens: The application management token in use, then others that it might be.
        framework: One of ``smartcar.webhooks.diagnosis.FRAMEWORKS``, to be told how to mend it
            there.
    """
    sent = body.encode(errors="surrogatepass") if isinstance(body, str) else body
    known, said = list(_labelled(tokens)), named(headers)
    if HEADER not in said or not said[HEADER]:
        return _without_signature(sent, said, known)
    for each in _tries(sent, said[HEADER], known):
        if _fits(each.body, each.signature, each.token):
            return _found(each, framework)
    return _likeliest(sent, said[HEADER], framework)


class _Token(NamedTuple):
    name: str
    token: bytes
    is_first: bool
    is_tidied: bool = False


class _Try(NamedTuple):
    """One way in which it might have been."""

    body: bytes
    signature: str
    token: _Token
    undone: Undone | None
    is_header_mended: bool


def _by_name(tokens: Tokens) -> Mapping[str, str]:
    if isinstance(tokens, str):
        return {"token 1": tokens}
    if isinstance(tokens, list):
        return {f"token {number}": token for number, token in enumerate(tokens, 1)}
    return tokens


def _labelled(tokens: Tokens) -> Iterator[_Token]:
    for number, (name, token) in enumerate(_by_name(tokens).items()):
        plain = token.encode(errors="surrogatepass")
        if plain:
            yield _Token(name, plain, number == 0)
        tidy = plain.strip().removeprefix(b"Bearer ").strip(b"\"' \t\r\n")
        if tidy and tidy != plain:
            yield _Token(name, tidy, number == 0, is_tidied=True)


def _tries(body: bytes, signature: str, tokens: list[_Token]) -> Iterator[_Try]:
    """Every way, the simplest first."""
    tidy = signature.strip().strip("\"'").removeprefix("sha256=").lower()
    signatures = [(signature, False)] + ([(tidy, True)] if tidy != signature else [])
    bodies: list[tuple[bytes, Undone | None]] = [(body, None)]
    if len(body) <= _LARGEST:
        bodies += [(each.body, each) for each in undone(body)]
    for candidate, how in bodies:
        for value, is_mended in signatures:
            for token in tokens:
                yield _Try(candidate, value, token, how, is_mended)


def _fits(body: bytes, signature: str, token: _Token) -> bool:
    said = signature.encode(errors="surrogatepass")
    return Secrets(token.token).signer_of(body, said) is not None


def _found(found: _Try, framework: str | None) -> Diagnosis:
    token = found.token
    if found.undone is not None:
        mistake, told = found.undone.mistake, found.undone.told
        return _certain(mistake, told, diagnosis.raw_body(framework), token)
    if found.is_header_mended:
        told = "The signature is right, but its header was changed: quotes, blanks, case or prefix."
        return _certain("signature-changed", told, diagnosis.HEADER_KEPT, token)
    if token.is_tidied:
        told = f"The token ({token.name}) has blanks, quotes or a prefix around it."
        return _certain("token-untidy", told, "Take them away where it is kept.", token)
    if not token.is_first:
        told = f"It is signed with another token: {token.name}."
        return _certain("token-wrong", told, diagnosis.TOKEN, token)
    return _certain("none", "Smartcar signed this body with this token.", "", token)


def _certain(mistake: Mistake, told: str, mend: str, token: _Token) -> Diagnosis:
    return Diagnosis(mistake=mistake, told=told, mend=mend, token=token.name)


def _without_signature(body: bytes, headers: Mapping[str, str], tokens: list[_Token]) -> Diagnosis:
    for name, value in headers.items():
        for token in tokens:
            if len(value) == 64 and _fits(body, value, token):
                told = f"The signature is there, but its header is called {name}."
                return _certain("signature-renamed", told, diagnosis.HEADER_KEPT, token)
    try:
        is_challenge = isinstance(parse(body), Verify)
    except MalformedEventError:
        is_challenge = False
    if is_challenge:
        told = "It is a challenge, which need not be signed: answer it before you check signatures."
        return Diagnosis(told=told)
    alike = [name for name in headers if "signature" in name]
    told = "There is no header sc-signature"
    told = f"{told}, only {', '.join(alike)}." if alike else f"{told}."
    return Diagnosis(mistake="signature-missing", told=told, mend=diagnosis.HEADER_LOST)


def _likeliest(body: bytes, signature: str, framework: str | None) -> Diagnosis:
    """What it may be where no signature fits."""
    if len(signature) != 64 or not set(signature) <= _HEX:
        told = (
            f"The header is no signature: 64 hexadecimal digits, not {len(signature)} characters."
        )
        return Diagnosis(mistake="signature-malformed", told=told, mend=diagnosis.HEADER_KEPT)
    raw = diagnosis.raw_body(framework)
    if not body.strip():
        told = "The body is empty: something read it before."
        return Diagnosis(mistake="body-empty", told=told, mend=raw)
    if body.strip() == b"[object Object]":
        told = "The body is a JavaScript object turned to text: it was read before."
        return Diagnosis(mistake="body-rewritten", told=told, mend=raw)
    return _guessed(body, raw)


def _guessed(body: bytes, raw: str) -> Diagnosis:
    if "\ufffd".encode() in body or not _is_utf8(body):
        told = "Characters were lost: the body was read in another charset than UTF-8."
        return Diagnosis(mistake="body-charset", told=told, mend=raw, is_certain=False)
    try:
        parse(body)
    except MalformedEventError:
        told = "The body is not whole, or is not what was sent: it is not JSON."
        return Diagnosis(mistake="body-incomplete", told=told, mend=raw, is_certain=False)
    if is_compact(body):
        told = "The body looks untouched, so the token is another application's, or an older one."
        return Diagnosis(mistake="token-wrong", told=told, mend=diagnosis.TOKEN, is_certain=False)
    told = "The body was read and written again, beyond undoing: its keys may be in another order."
    return Diagnosis(mistake="body-rewritten", told=told, mend=raw, is_certain=False)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
