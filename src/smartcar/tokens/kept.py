"""What is kept of an owner's tokens, and what a place that keeps them must be able to do."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Final, NoReturn, Protocol

LEASE_SECONDS: Final = 20.0
"""How long one who refreshes may take before another takes over.  A used refresh token lives on for
60 s (one page of the documentation says 10 minutes): who takes over must come well before that."""
LONGEST_LEASE: Final = 30.0


def new_version() -> str:
    """A name for what is saved now; by chance, so that it never comes again."""
    return secrets.token_hex(8)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class KeptTokens:
    """An owner's tokens as a store keeps them.  Its ``repr`` shows none, and it is not pickled."""

    access_token: str
    refresh_token: str | None
    """None if Smartcar gave none."""
    expires_at: float
    """When the access token ends, in Unix seconds."""
    renew_at: float
    """From when on it is renewed, in Unix seconds: somewhat before its end."""
    refresh_expires_at: float | None
    """When the refresh token ends if it is not used, in Unix seconds; None without one."""
    is_dead: bool = False
    """Was the refresh token refused, or is there none?  Then only the owner can get new ones."""
    version: str = field(default_factory=new_version)
    """Changes with each saving: who saves says which one is replaced."""
    begun_at: float | None = None
    """When a refresh was begun of which nobody knows yet how it ended, in Unix seconds."""

    def __repr__(self) -> str:
        """Everything but the tokens."""
        facts = f"expires_at={self.expires_at}, is_dead={self.is_dead}, begun_at={self.begun_at}"
        return f"KeptTokens({facts}, …)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("KeptTokens are secret: a pickle would show them")


class TokenStore(Protocol):
    """Keeps owners' tokens; shared by threads, and perhaps by processes.

    A store serves one application.  What it raises when it cannot do its work is best a
    ``TokenStoreError``: early renewals then do without it.
    """

    @property
    def lease_seconds(self) -> float:
        """How long a lease lasts: at most 30 s."""
        ...

    def get(self, owner: str) -> KeptTokens | None:
        """The owner's tokens, with ``begun_at``; None if there are none.

        Raises:
            TokenStoreError: They cannot be read.
        """
        ...

    def save(self, owner: str, tokens: KeptTokens, replacing: str | None = None) -> bool:
        """Keep *tokens*, for good when it returns; the lease, and ``begun_at``, end with it.

        Args:
            owner: Your id for the owner.
            tokens: What to keep; ``begun_at`` is of no concern.
            replacing: Only if the version that is kept is this one; None for whatever is there.

        Returns:
            Was it done?
        """
        ...

    def lease(self, owner: str, version: str, holder: str) -> bool:
        """Let *holder* alone refresh the owner's tokens for ``lease_seconds`` from now.

        It notes ``begun_at``, if that is not noted yet.

        Returns:
            Was it done?  Not if another holds it, or if *version* is no longer the one kept.
        """
        ...

    def release(self, owner: str, holder: str, *, settled: bool) -> None:
        """End *holder*'s lease, if it is still theirs.

        Args:
            owner: Your id for the owner.
            holder: Who took it.
            settled: Is it known that the tokens are still the same?  Then ``begun_at`` ends too.
        """
        ...

    def delete(self, owner: str) -> None:
        """Keep nothing of the owner any more."""
        ...

    def unsettled(self) -> list[str]:
        """Owners with a ``begun_at``."""
        ...


def checked_lease(seconds: float) -> float:
    """*seconds*, if a lease may last so long.

    Raises:
        ValueError: It may not.
    """
    if not 0 < seconds <= LONGEST_LEASE:
        msg = f"lease_seconds must be more than 0 and at most {LONGEST_LEASE:g}"
        raise ValueError(msg)
    return seconds


def checked_owner(owner: str) -> str:
    """*owner*, if it can be an owner's id.

    Raises:
        TypeError: It is no text.
        ValueError: It is empty, or has characters that cannot be printed.
    """
    if not isinstance(owner, str):  # pyright: ignore[reportUnnecessaryIsInstance] -- not everybody checks types
        msg = f"owner must be your own id for the owner, as text, not {type(owner).__name__}"
        raise TypeError(msg)
    if not owner or not owner.isprintable():
        why = "has characters that cannot be printed" if owner else "is empty"
        msg = f"owner must be your own id for the owner, such as user-42; this one {why}"
        raise ValueError(msg)
    return owner
