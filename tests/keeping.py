"""Owners whose tokens are kept, a token host that can be made to fail, and programs that die."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

from transports import Counting

from smartcar import AsyncAuthClient, AuthClient, MemoryTokens, Reply, Request, TokenStore
from smartcar.cli.browser import Browser
from smartcar.simulator import Simulator

CALLBACK = "https://app.example.com/callback"
ADA = "user-42"

Answer = Callable[[Request], Reply]


def code_for(simulator: Simulator, email: str = "ada@example.com") -> str:
    """The code that an owner who says yes brings back."""
    browser = Browser(simulator, "http://127.0.0.1")
    client_id = simulator.credentials.client_id
    query = {"client_id": client_id, "response_type": "code", "redirect_uri": CALLBACK}
    browser.open("/oauth/authorize", query)
    browser.press("continue-button")
    browser.press("TESLA")
    browser.press("sign-in-button", username=email, password="any")
    if not browser.sent_back:
        browser.press("approval-button")
    return browser.sent_back["code"]


def is_refresh(request: Request) -> bool:
    """Does it ask for new tokens?"""
    return b"grant_type=refresh_token" in request.body


async def happened(event: threading.Event) -> None:
    """Wait for what a thread may do, while other tasks run."""
    while not event.is_set():  # noqa: ASYNC110 -- threads set it
        await asyncio.sleep(0.001)


class Host(Counting):
    """A simulator whose token host answers refreshes with *answer*, and only when it is let."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(simulator)
        self.simulator = simulator
        self.answer: Answer | None = None
        self.is_open = threading.Event()
        self.is_open.set()
        self.has_been_asked = threading.Event()

    def send(self, request: Request) -> Reply:
        """What the simulator answers, or what the token host was made to."""
        if is_refresh(request):
            self.has_been_asked.set()
            assert self.is_open.wait(30)
        return self._answered(request)

    async def asend(self, request: Request) -> Reply:
        """As :meth:`send`, letting others run."""
        await asyncio.sleep(0)
        if is_refresh(request):
            self.has_been_asked.set()
            await happened(self.is_open)
        return self._answered(request)

    def _answered(self, request: Request) -> Reply:
        if is_refresh(request) and self.answer is not None:
            self.requests.append(request)
            return self.answer(request)
        return super().send(request)

    @property
    def refreshes(self) -> list[str]:
        """The refresh tokens that were used, in their order."""
        used = [parse_qs(each.body.decode()) for each in self.requests if is_refresh(each)]
        return [each["refresh_token"][0] for each in used]


class Kept:
    """An application with an owner whose tokens are kept."""

    def __init__(self, store: TokenStore | None = None, seed: int = 7) -> None:
        self.simulator = Simulator(seed=seed)
        self.host = Host(self.simulator)
        # The store tells the simulator's time, so that who waits for a lease is served at once.
        self.store = store or MemoryTokens(now=self.simulator.clock.now)
        self.auth = self.client()
        self.auth.exchange_code(code_for(self.simulator), owner=ADA)
        self.owner = self.auth.owner(ADA)

    def client(self, transport: Any = None, store: TokenStore | None = None) -> AuthClient:
        """The application, for programs that wait."""
        carrier = transport or self.host
        return AuthClient(*self.arguments, transport=carrier, store=store or self.store)

    def aclient(self) -> AsyncAuthClient:
        """The application, for programs that await."""
        return AsyncAuthClient(*self.arguments, transport=self.host, store=self.store)

    @property
    def arguments(self) -> tuple[str, str, str]:
        """What both clients begin with."""
        known = self.simulator.credentials
        return known.client_id, known.client_secret, CALLBACK

    def connect(self, owner: str, email: str) -> None:
        """Let another owner say yes."""
        self.auth.exchange_code(code_for(self.simulator, email), owner=owner)

    def expire(self) -> None:
        """Let the access token end."""
        self.simulator.clock.advance("3h")


def expire(store: TokenStore, owner: str = ADA) -> None:
    """Let the access token that is kept have ended, by the clock of the machine."""
    kept = store.get(owner)
    assert kept is not None
    assert store.save(owner, replace(kept, expires_at=0.0, renew_at=0.0), kept.version)
