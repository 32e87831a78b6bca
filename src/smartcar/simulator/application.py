"""The simulated application: what the dashboard would show of it."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

DEFAULT_CLIENT_ID: Final = "client_01SIMULATEDAPPLICATION"
DEFAULT_CLIENT_SECRET: Final = "simulated-client-secret"
DEFAULT_MANAGEMENT_TOKEN: Final = "simulated-management-token"
APPLICATION_ID: Final = "8f5e2a50-7d6c-4c4b-9c3e-0d1a2b3c4d5e"
WEBHOOK_ID: Final = "3b8d6f0e-51a4-4b7c-8a52-6f1f7c9a2e10"

REDIRECT_URI: Final = "http://localhost:8000/callback"
"""For programs that have none of their own."""

FOUNDED: Final = 1767225600.0
"""2026-01-01 in Unix seconds: when the application and its webhook were made."""

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, repr=False)
class SimulatedApplication:
    """One application.  Its defaults are public on purpose: they open nothing but a simulator."""

    client_id: str = DEFAULT_CLIENT_ID
    client_secret: str = DEFAULT_CLIENT_SECRET
    management_token: str = DEFAULT_MANAGEMENT_TOKEN
    application_id: str = APPLICATION_ID
    name: str = "Simulated application"
    redirect_uris: tuple[str, ...] = ()
    """Where owners may be sent back to; with none, any https address and any on this machine."""
    redirect_uri: str = field(default=REDIRECT_URI, compare=False)
    """With none, where owners go back to whose link does not say."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> SimulatedApplication:
        """With the credentials that the environment names: a program need not change its own."""
        return cls(
            client_id=environment.get("SMARTCAR_CLIENT_ID") or DEFAULT_CLIENT_ID,
            client_secret=environment.get("SMARTCAR_CLIENT_SECRET") or DEFAULT_CLIENT_SECRET,
            management_token=environment.get("SMARTCAR_MANAGEMENT_TOKEN")
            or DEFAULT_MANAGEMENT_TOKEN,
            redirect_uri=environment.get("SMARTCAR_REDIRECT_URI") or REDIRECT_URI,
        )

    @property
    def first_redirect_uri(self) -> str:
        """Where owners go back to whose link does not say: the first that is registered."""
        return self.redirect_uris[0] if self.redirect_uris else self.redirect_uri

    def is_called(self, name: str | None) -> bool:
        """Is *name* this application's client id or application id?"""
        return name in {self.client_id, self.application_id}

    def is_proved_by(self, name: str | None, secret: str | None) -> bool:
        """Are these its credentials?  Takes the same time whether they are or not."""
        given = (secret or "").encode()
        return hmac.compare_digest(given, self.client_secret.encode()) and self.is_called(name)

    def accepts_redirect(self, uri: str) -> bool:
        """May owners be sent there?

        If any are registered, to those alone.  Otherwise to any https address, any on this machine,
        and the mobile SDKs' ``sc<client id>://``.
        """
        if self.redirect_uris:
            return uri in self.redirect_uris
        if not uri.isprintable() or "\\" in uri:
            return False
        scheme, mark, rest = uri.partition("://")
        try:
            parts = urlsplit(f"//{rest}")  # apart from its scheme: a client id may have "_" in it
            host = parts.hostname or ""
            usable = bool(mark) and bool(host) and parts.username is None and parts.port != 0
            host.encode("idna")
        except ValueError:  # no address, no such port, no name that a host can have
            return False
        if scheme.lower() == "http":
            return usable and host in _LOOPBACK
        own = (f"sc{self.application_id}", f"sc{self.client_id}")
        return usable and scheme.lower() in {"https", *(each.lower() for each in own)}

    def __repr__(self) -> str:
        """Its name; never its secrets."""
        return f"<SimulatedApplication {self.client_id}>"
