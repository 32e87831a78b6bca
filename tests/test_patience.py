"""A deadline bounds everything that a call waits for; who is cancelled harms nobody else."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from transports import TOKEN, reply

from smartcar import (
    AsyncSmartcar,
    AuthenticationError,
    Options,
    Reply,
    Request,
    RequestTimeoutError,
    Smartcar,
    SmartcarError,
)
from smartcar.simulator import VirtualClock

EMPTY_PAGE = {"data": []}


class Slow:
    """Takes so many virtual seconds for a token and for anything else; gives up when told to."""

    def __init__(self, token: float = 0.0, other: float = 0.0, refuses: int = 0) -> None:
        self.clock = VirtualClock()
        self.requests: list[Request] = []
        self._token, self._other, self._refuses = token, other, refuses

    def send(self, request: Request) -> Reply:
        self.requests.append(request)
        is_token = request.path == "/oauth2/token"
        takes = self._token if is_token else self._other
        if request.timeout is not None and takes > request.timeout:
            self.clock.advance(request.timeout)
            raise RequestTimeoutError(0, "No reply in time.")
        self.clock.advance(takes)
        if is_token:
            body = b'{"access_token": "t%d", "expires_in": 3600}' % len(self.requests)
            return Reply(200, {}, body)
        if request.method == "POST":
            return reply(b"", 204)
        self._refuses -= 1
        return reply({}, 401) if self._refuses >= 0 else reply(EMPTY_PAGE)

    def hold_up(self, seconds: float) -> None:
        """Take so long from now on."""
        self._other = seconds

    def close(self) -> None:
        """Nothing is held."""


def spent(transport: Slow, **settings: Any) -> tuple[float, SmartcarError | None]:
    started = transport.clock.now()
    client = Smartcar("id", "secret", transport=transport).with_options(**settings)
    try:
        list(client.connections())
    except SmartcarError as error:
        return transport.clock.now() - started, error
    return transport.clock.now() - started, None


@pytest.mark.parametrize("retries", [0, 2])
def test_a_deadline_bounds_the_fetching_of_a_token(retries: int) -> None:
    took, error = spent(Slow(token=400), read_timeout=5, deadline=10, retries=retries)
    assert isinstance(error, RequestTimeoutError)
    assert took <= 10


def test_what_a_token_took_is_not_there_for_the_request() -> None:
    took, error = spent(Slow(token=6, other=6), deadline=10, retries=0)
    assert isinstance(error, RequestTimeoutError)
    assert took <= 10


def test_a_refused_token_does_not_give_the_time_anew() -> None:
    took, error = spent(Slow(token=2, other=4, refuses=1), deadline=9, retries=0)
    assert isinstance(error, RequestTimeoutError)
    assert took <= 9


def test_looking_for_a_commands_effect_ends_with_its_own_time() -> None:
    transport = Slow()
    car = Smartcar(access_token="t", transport=transport).vehicle("v", user_id="u")
    execution = car.lock()
    transport.hold_up(400)
    started = transport.clock.now()
    with pytest.raises(SmartcarError):
        execution.wait_until_confirmed(10)
    assert transport.clock.now() - started <= 12  # the last look has at least two seconds


@pytest.mark.parametrize(
    "settings",
    [{"deadline": float("nan")}, {"read_timeout": -1}, {"retries": 1.5}, {"retries": True}],
)
def test_patience_that_makes_no_sense_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        Options(**settings)


# --- the awaiting client --------------------------------------------------------------------------


class Gate:
    """A token host that can be held up, refuses at first, and then is well."""

    def __init__(self, *answers: Any) -> None:
        self.clock = VirtualClock()
        self.tokens = 0
        self.open = asyncio.Event()
        self._answers = list(answers)

    async def asend(self, request: Request) -> Reply:
        if request.path != "/oauth2/token":
            return reply(EMPTY_PAGE)
        self.tokens += 1
        await self.open.wait()
        answer = self._answers.pop(0) if self._answers else TOKEN
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def aclose(self) -> None:
        """Nothing is held."""


async def listed(client: AsyncSmartcar) -> list[Any]:
    return [each async for each in client.connections()]


async def test_who_is_cancelled_while_fetching_a_token_leaves_the_others_well() -> None:
    gate = Gate(reply({"error": "invalid_client"}, 401))
    gate.open.set()
    client = AsyncSmartcar("id", "secret", transport=gate)
    with pytest.raises(AuthenticationError):
        await listed(client)
    gate.open.clear()
    first = asyncio.create_task(listed(client))
    await asyncio.sleep(0.01)
    second = asyncio.create_task(listed(client))
    await asyncio.sleep(0.01)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    gate.open.set()
    assert await second == []


async def test_a_failure_that_is_not_ours_is_shared_by_all_who_waited() -> None:
    gate = Gate(*[OSError("no route") for _ in range(100)])
    client = AsyncSmartcar("id", "secret", transport=gate)
    waiting = [asyncio.create_task(listed(client)) for _ in range(100)]
    await asyncio.sleep(0.01)
    gate.open.set()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(each, OSError) for each in outcomes)
    assert gate.tokens == 1


def test_one_client_serves_one_event_loop_after_another() -> None:
    async def contend() -> int:
        gate.open = asyncio.Event()
        gate.open.set()
        gate.clock.advance("2h")
        return len(await asyncio.gather(*[listed(client) for _ in range(20)]))

    gate = Gate()
    client = AsyncSmartcar("id", "secret", transport=gate)
    assert [asyncio.run(contend()) for _ in range(3)] == [20, 20, 20]
    assert gate.tokens == 3
