"""Codes and tokens that were given out: until when each is good, and what it opens.

Folded from a world's events; nothing here reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from msgspec import UNSET

from . import events
from .fleet import Grant
from .lives import TokenLives

_BEFORE: Final = TokenLives()
"""What was given out before events said how long it is good for."""

Event: TypeAlias = (
    events.CodeIssued
    | events.CodeUsed
    | events.TokenIssued
    | events.RefreshTokenUsed
    | events.TokenEnded
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What an owner agreed to on one way through Connect."""

    connection_ids: frozenset[str]
    permissions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Access:
    """What a token opens."""

    expires_at: float
    user_id: str | None
    """None: every user of the application."""
    application: str | None = None
    """Whose it is: a client id, or None for the first application."""
    scope: Scope | None = None
    """None: whatever those users have granted."""

    def of(self, grant: Grant) -> Grant | None:
        """As much of *grant* as the token opens; None if that is nothing."""
        if self.application != grant.application or self.user_id not in {None, grant.user_id}:
            return None
        if self.scope is None:
            return grant
        if grant.id not in self.scope.connection_ids:
            return None
        return replace(grant, permissions=self.scope.permissions)


@dataclass(slots=True)
class Refresh:
    """A refresh token, and until when it is good."""

    user_id: str
    dies_at: float
    code: str | None
    """The code that it goes back to."""
    application: str | None = None


@dataclass(slots=True)
class Issued:
    """All of them."""

    codes: dict[str, events.CodeIssued] = field(default_factory=dict[str, events.CodeIssued])
    """Those that are not used yet."""
    tokens: dict[str, Access] = field(default_factory=dict[str, Access])
    refreshes: dict[str, Refresh] = field(default_factory=dict[str, Refresh])
    _scopes: dict[str | None, Scope] = field(default_factory=dict[str | None, Scope])

    def fold(self, event: Event) -> None:
        """Let *event* happen."""
        match event:
            case events.CodeIssued(code=code, connection_ids=ids, permissions=permissions):
                self.codes[code] = event
                if ids is not None:
                    self._scopes[code] = Scope(frozenset(ids), permissions)
            case events.CodeUsed(code=code):
                self.codes.pop(code, None)
            case events.TokenIssued():
                self._fold_token(event)
            case events.RefreshTokenUsed(refresh_token=token, at=at, dies_at=dies_at):
                end = at + _BEFORE.grace if dies_at is None else dies_at
                refresh = self.refreshes[token]
                refresh.dies_at = min(refresh.dies_at, end)
            case events.TokenEnded():
                self._end(event)

    def ends(self, code: events.CodeIssued) -> float:
        """When a code ends that nobody uses."""
        return code.at + _BEFORE.code if code.expires_at is None else code.expires_at

    def code(self, code: str, now: float) -> events.CodeIssued | None:
        """The code, if it is still good."""
        found = self.codes.get(code)
        return found if found is not None and now < self.ends(found) else None

    def _fold_token(self, event: events.TokenIssued) -> None:
        scope, whose = self._scopes.get(event.code), event.application
        self.tokens[event.token] = Access(event.expires_at, event.user_id, whose, scope)
        if event.refresh_token is not None and event.user_id is not None:
            end = event.refresh_expires_at
            dies_at = event.at + _BEFORE.refresh if end is None else end
            refresh = Refresh(event.user_id, dies_at, event.code, whose)
            self.refreshes[event.refresh_token] = refresh

    def _end(self, event: events.TokenEnded) -> None:
        """Whatever it is, it is good no longer; nor is any other of this user, if one is named."""
        for known in (self.tokens, self.refreshes, self.codes):
            known.pop(event.token, None)
            if event.user_id is None:
                continue
            theirs = [each for each, held in known.items() if held.user_id == event.user_id]
            for each in theirs:
                if event.application in {UNSET, known[each].application}:
                    del known[each]
