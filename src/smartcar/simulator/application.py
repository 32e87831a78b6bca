"""Simulated applications: what Smartcar's own dashboard would show of them."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, overload
from urllib.parse import urlsplit

from . import ids
from .events import ApplicationAdded

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

    @classmethod
    def public(cls, client_id: str) -> SimulatedApplication:
        """With secrets that everybody may know, and ids of its own."""
        if client_id == DEFAULT_CLIENT_ID:
            return cls()
        return cls(
            client_id=client_id,
            management_token=f"{DEFAULT_MANAGEMENT_TOKEN}-{client_id}",
            application_id=ids.uuid(0, "application", client_id),
        )

    @property
    def is_public(self) -> bool:
        """Are its secrets those that everybody may know?"""
        public = SimulatedApplication.public(self.client_id)
        return (self.client_secret, self.management_token) == (
            public.client_secret,
            public.management_token,
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
        is_right = _are_same(secret, self.client_secret)
        return is_right and self.is_called(name)

    def is_managed_by(self, token: str | None) -> bool:
        """Is this its management token?"""
        return _are_same(token, self.management_token)

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


def _are_same(given: str | None, secret: str) -> bool:
    """In constant time; a secret that is not known is nobody's."""
    return hmac.compare_digest((given or "").encode(), secret.encode()) and bool(secret)


class Applications(Sequence[SimulatedApplication]):
    """Those that a simulator knows.  The first is the one that its fleet is connected to.

    What belongs to one names its client id; None stands for the first, whatever that is called.
    """

    def __init__(self, known: Sequence[SimulatedApplication]) -> None:
        """Raises ``ValueError`` where two could be taken for one another."""
        self._known = tuple(known)
        for word in ("client_id", "application_id", "management_token"):
            said = [value for each in known if (value := getattr(each, word))]
            if len(set(said)) < len(said):
                msg = f"Two applications have the same {word}: give each its own."
                raise ValueError(msg)

    @property
    def first(self) -> SimulatedApplication:
        """The default one."""
        return self._known[0]

    def key(self, application: SimulatedApplication) -> str | None:
        """What the things that belong to *application* are marked with."""
        return None if application is self.first else application.client_id

    def of(self, key: str | None) -> SimulatedApplication | None:
        """The application whose mark is *key*, if it is still known."""
        if key is None:
            return self.first
        return next((each for each in self._known[1:] if each.client_id == key), None)

    def called(self, name: str | None) -> SimulatedApplication | None:
        """The one with this client id or application id."""
        return next((each for each in self._known if name and each.is_called(name)), None)

    def named(self, name: str | None) -> SimulatedApplication:
        """The one that somebody names; None: the first.

        Raises:
            ValueError: There is none with this client id or application id.
        """
        found = self.first if name is None else self.called(name)
        if found is None:
            names = ", ".join(each.client_id for each in self)
            msg = f"There is no application {name!r}; there is {names}."
            raise ValueError(msg)
        return found

    def proved_by(self, name: str | None, secret: str | None) -> SimulatedApplication | None:
        """The one whose credentials these are."""
        return next((each for each in self._known if each.is_proved_by(name, secret)), None)

    def managed_by(self, token: str | None) -> SimulatedApplication | None:
        """The one whose management token this is."""
        return next((each for each in self._known if each.is_managed_by(token)), None)

    def and_also(self, event: ApplicationAdded) -> Applications:
        """With one more, unless it is known already: then it keeps what is known of it."""
        if self.called(event.client_id) is not None:
            return self
        public = SimulatedApplication.public(event.client_id)
        made = SimulatedApplication(
            client_id=event.client_id,
            client_secret=public.client_secret if event.is_public else "",
            management_token=public.management_token if event.is_public else "",
            application_id=event.application_id,
            name=event.name,
            redirect_uris=event.redirect_uris,
        )
        return Applications((*self._known, made))

    def __len__(self) -> int:
        return len(self._known)

    def __iter__(self) -> Iterator[SimulatedApplication]:
        return iter(self._known)

    @overload
    def __getitem__(self, place: int) -> SimulatedApplication: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[SimulatedApplication]: ...
    def __getitem__(
        self, place: int | slice
    ) -> SimulatedApplication | Sequence[SimulatedApplication]:
        """One of them, or some."""
        return self._known[place]
