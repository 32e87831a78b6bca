"""The application's token: fetched once however many wait for it, renewed before it ends."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs

import pytest
from transports import TOKEN, Canned, Counting, reply

from smartcar import (
    AsyncSmartcar,
    AuthenticationError,
    Reply,
    Request,
    ServerError,
    Smartcar,
    SmartcarError,
)
from smartcar.simulator import SimulatedApplication, Simulator, VirtualClock

MANY = 1000
EMPTY = reply({"data": [], "meta": {}, "links": {}})


class Slow(Counting):
    """A simulator that many callers reach together."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(simulator)
        self.all_here = threading.Barrier(MANY)

    async def asend(self, request: Request) -> Reply:
        """Let the others run before answering."""
        await asyncio.sleep(0)
        return self.send(request)


def at_once(client: Smartcar, slow: Slow, ask: Callable[[Smartcar], object]) -> Counter[str]:
    """How *ask* ended for a thousand threads that all began together."""

    def one(_: int) -> str:
        slow.all_here.wait()
        try:
            ask(client)
        except SmartcarError as error:
            return type(error).__name__
        return "ok"

    with ThreadPoolExecutor(MANY) as pool:
        return Counter(pool.map(one, range(MANY)))


async def atasks(client: AsyncSmartcar, ask: Callable[[AsyncSmartcar], Any]) -> Counter[str]:
    """How *ask* ended for a thousand tasks that all began together."""

    async def one() -> str:
        try:
            await ask(client)
        except SmartcarError as error:
            return type(error).__name__
        return "ok"

    return Counter(await asyncio.gather(*(one() for _ in range(MANY))))


def webhook(simulator: Simulator) -> Callable[[Any], Any]:
    """A small read."""
    return lambda client: client.webhook(simulator.world.webhook_id)


# --- one token for all ----------------------------------------------------------------------------


def test_a_thousand_threads_ask_for_one_token_at_first(simulator: Simulator) -> None:
    slow = Slow(simulator)
    client = Smartcar(transport=slow)
    assert at_once(client, slow, webhook(simulator)) == {"ok": MANY}
    assert slow.tokens_asked == 1


def test_a_thousand_threads_renew_an_expired_token_once(simulator: Simulator) -> None:
    slow = Slow(simulator)
    client = Smartcar(transport=slow)
    webhook(simulator)(client)
    simulator.clock.advance("2h")
    assert at_once(client, slow, webhook(simulator)) == {"ok": MANY}
    assert slow.tokens_asked == 2


async def test_a_thousand_tasks_ask_for_one_token_at_first(simulator: Simulator) -> None:
    slow = Slow(simulator)
    assert await atasks(AsyncSmartcar(transport=slow), webhook(simulator)) == {"ok": MANY}
    assert slow.tokens_asked == 1


async def test_a_thousand_tasks_renew_an_expired_token_once(simulator: Simulator) -> None:
    slow = Slow(simulator)
    client = AsyncSmartcar(transport=slow)
    await webhook(simulator)(client)
    simulator.clock.advance("2h")
    assert await atasks(client, webhook(simulator)) == {"ok": MANY}
    assert slow.tokens_asked == 2


def test_a_thousand_threads_whose_token_was_revoked_renew_it_once(simulator: Simulator) -> None:
    slow = Slow(simulator)
    client = Smartcar(transport=slow)
    webhook(simulator)(client)
    simulator.world.tokens.clear()
    assert at_once(client, slow, webhook(simulator)) == {"ok": MANY}
    assert slow.tokens_asked == 2


async def test_a_thousand_tasks_whose_token_was_revoked_renew_it_once(simulator: Simulator) -> None:
    slow = Slow(simulator)
    client = AsyncSmartcar(transport=slow)
    await webhook(simulator)(client)
    simulator.world.tokens.clear()
    assert await atasks(client, webhook(simulator)) == {"ok": MANY}
    assert slow.tokens_asked == 2


async def test_wrong_credentials_are_told_to_all_tasks_after_one_request(
    simulator: Simulator,
) -> None:
    slow = Slow(simulator)
    client = AsyncSmartcar("client", "wrong", transport=slow)
    for wave in (1, 2):
        ended = await atasks(client, webhook(simulator))
        assert ended == {"AuthenticationError": MANY}
        assert slow.tokens_asked == wave
    assert len(slow.requests) == 2


class Line:
    """The simulator's clock, which knows when every thread has looked whether there is a token."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._looks: Counter[int] = Counter()
        self._lock = threading.Lock()
        self.is_full = threading.Event()

    def now(self) -> float:
        """The time; a caller looks at it when it begins, and again when it looks for a token."""
        with self._lock:
            self._looks[threading.get_ident()] += 1
            if sum(looks > 1 for looks in self._looks.values()) == MANY:
                self.is_full.set()
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        """Wait, which takes no time."""
        self._clock.sleep(seconds)

    async def asleep(self, seconds: float) -> None:
        """As :meth:`sleep`."""
        await self._clock.asleep(seconds)


class Held(Slow):
    """Its token host answers when every caller waits for it."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(simulator)
        self.clock: Any = Line(simulator.clock)

    def send(self, request: Request) -> Reply:
        """What the simulator answers, once all stand in line."""
        assert self.clock.is_full.wait(30)
        return super().send(request)


def test_wrong_credentials_are_told_to_all_threads_after_one_request(
    simulator: Simulator,
) -> None:
    held = Held(simulator)
    client = Smartcar("client", "wrong", transport=held)
    assert at_once(client, held, webhook(simulator)) == {"AuthenticationError": MANY}
    assert len(held.requests) == 1


async def test_the_errors_of_all_waiters_are_their_own(simulator: Simulator) -> None:
    client = AsyncSmartcar("client", "wrong", transport=Slow(simulator))
    asked = [webhook(simulator)(client) for _ in range(10)]
    ended = await asyncio.gather(*asked, return_exceptions=True)
    assert len({id(error) for error in ended}) == 10
    assert all(isinstance(error, AuthenticationError) for error in ended)


# --- its life -------------------------------------------------------------------------------------


def test_a_token_is_used_again_while_it_is_good(simulator: Simulator) -> None:
    counting = Counting(simulator)
    client = Smartcar(transport=counting)
    for _ in range(54):
        webhook(simulator)(client)
        simulator.clock.advance("1min")
    assert counting.tokens_asked == 1


def test_a_token_is_renewed_five_minutes_before_its_end(simulator: Simulator) -> None:
    counting = Counting(simulator)
    client = Smartcar(transport=counting)
    webhook(simulator)(client)
    simulator.clock.advance(3600 - 301)
    webhook(simulator)(client)
    assert counting.tokens_asked == 1
    simulator.clock.advance(2)
    webhook(simulator)(client)
    assert counting.tokens_asked == 2


def test_a_day_of_calls_never_meets_an_expired_token(simulator: Simulator) -> None:
    counting = Counting(simulator)
    client = Smartcar(transport=counting)
    calls = 24 * 12
    for _ in range(calls):
        webhook(simulator)(client)
        simulator.clock.advance("5min")
    assert len(counting.requests) == calls + counting.tokens_asked
    assert counting.tokens_asked <= 27


async def test_while_one_caller_renews_early_the_others_go_on(simulator: Simulator) -> None:
    held = asyncio.Event()
    waiting = asyncio.Event()

    class TokenHeld(Counting):
        async def asend(self, request: Request) -> Reply:
            if request.path == "/oauth2/token" and self.tokens_asked:
                waiting.set()
                await held.wait()
            return self.send(request)

    transport = TokenHeld(simulator)
    client = AsyncSmartcar(transport=transport)
    await webhook(simulator)(client)
    simulator.clock.advance("57min")
    renewing = asyncio.create_task(webhook(simulator)(client))
    await waiting.wait()
    for _ in range(5):
        await webhook(simulator)(client)  # would never end if it had to wait
    assert not renewing.done()
    held.set()
    await renewing
    assert transport.tokens_asked == 2


def test_an_early_renewal_that_fails_is_not_felt_and_not_pressed(simulator: Simulator) -> None:
    class Failing(Counting):
        fails = False

        def send(self, request: Request) -> Reply:
            if self.fails and request.path == "/oauth2/token":
                self.requests.append(request)
                return Reply(500)
            return super().send(request)

    transport = Failing(simulator)
    client = Smartcar(transport=transport, retries=0)
    webhook(simulator)(client)
    simulator.clock.advance("56min")
    transport.fails = True
    for _ in range(10):
        webhook(simulator)(client)
    assert transport.tokens_asked == 2  # one try, then a pause
    simulator.clock.advance(31)
    webhook(simulator)(client)
    assert transport.tokens_asked == 3
    simulator.clock.advance("5min")
    with pytest.raises(ServerError):  # now it has ended
        webhook(simulator)(client)
    transport.fails = False
    webhook(simulator)(client)


@pytest.mark.parametrize("life", [0, -5, 1, "3600", 3600.5, 1e308])
def test_any_lifetime_is_made_sense_of(life: Any) -> None:
    answer = reply({"access_token": "t", "token_type": "Bearer", "expires_in": life})
    client = Smartcar("id", "secret", transport=Canned(answer, EMPTY))
    assert [*client.connections()] == []


@pytest.mark.parametrize("said", [{}, {"expires_in": None}], ids=["missing", "null"])
def test_a_token_without_a_lifetime_lives_an_hour(said: dict[str, None]) -> None:
    transport = Canned(reply({"access_token": "t", **said}), EMPTY)
    client = Smartcar("id", "secret", transport=transport)
    assert [*client.connections()] == []
    transport.clock.advance("50min")
    assert [*client.connections()] == []
    assert [request.path for request in transport.requests].count("/oauth2/token") == 1


# --- how it is asked for --------------------------------------------------------------------------


def test_the_request_for_a_token_is_the_documented_form() -> None:
    transport = Canned(TOKEN, EMPTY)
    list(Smartcar("my id", "s&cret=ü", transport=transport).connections())
    request = transport.requests[0]
    assert (request.method, request.url) == ("POST", "https://iam.smartcar.com/oauth2/token")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert "authorization" not in request.headers
    assert parse_qs(request.body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["my id"],
        "client_secret": ["s&cret=ü"],
    }
    assert transport.requests[1].headers["authorization"] == "Bearer granted"


def test_the_secret_goes_to_the_token_host_only(simulator: Simulator) -> None:
    application = SimulatedApplication(client_secret="planted-secret")
    counting = Counting(Simulator(seed=7, application=application))
    client = Smartcar(transport=counting)
    webhook(simulator)(client)
    client.vehicle(next(iter(client.connections())).vehicle_id or "").signals()
    carrying = [
        each
        for each in counting.requests
        if "planted-secret" in f"{each.url}{each.body!r}{dict(each.headers)}"
    ]
    assert {each.origin for each in carrying} == {"https://iam.smartcar.com"}


def test_the_token_host_is_asked_again_when_it_fails_for_a_while() -> None:
    transport = Canned(Reply(503), TOKEN, EMPTY)
    assert [*Smartcar("id", "secret", transport=transport).connections()] == []
    assert len(transport.requests) == 3
