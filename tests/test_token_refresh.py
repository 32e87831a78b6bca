"""Owners' tokens are renewed by themselves: once, in time, saved before use, never thrown away."""

from __future__ import annotations

import asyncio
import pickle
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from keeping import ADA, Kept, code_for, happened, is_refresh
from transports import reply

import smartcar
from smartcar import (
    AsyncSmartcar,
    AsyncVehicle,
    AuthClient,
    AuthenticationError,
    ConnectError,
    DecodeError,
    FileTokens,
    InvalidRequestError,
    MemoryTokens,
    OwnerActionError,
    ReconnectError,
    Reply,
    Request,
    RequestTimeoutError,
    ServerError,
    Smartcar,
    SmartcarError,
    TokenStoreError,
    Vehicle,
)
from smartcar.simulator.server import Server
from smartcar.tokens import KeptTokens, new_key

MANY = 1000
GRANTED = {"access_token": "new", "refresh_token": "newer", "token_type": "Bearer"}


@pytest.fixture
def kept() -> Kept:
    return Kept()


def stored(kept: Kept) -> KeptTokens:
    found = kept.store.get(ADA)
    assert found is not None
    return found


def refusing(error: str, said: str | None = None, status: int = 400) -> Callable[[Request], Reply]:
    body = {"error": error} if said is None else {"error": error, "error_description": said}
    return lambda _: reply(body, status)


def failing(error: SmartcarError) -> Callable[[Request], Reply]:
    def answer(_: Request) -> Reply:
        raise error

    return answer


# --- who may stand where a token does -------------------------------------------------------------


def test_tokens_are_kept_before_the_exchange_returns(kept: Kept) -> None:
    access = kept.auth.exchange_code(code_for(kept.simulator), owner="other")
    found = kept.store.get("other")
    assert found is not None
    assert (found.access_token, found.refresh_token) == (access.access_token, access.refresh_token)
    assert found.expires_at == access.expiration.timestamp()


async def test_tokens_are_kept_before_the_awaited_exchange_returns(kept: Kept) -> None:
    access = await kept.aclient().exchange_code(code_for(kept.simulator), owner="other")
    found = kept.store.get("other")
    assert found is not None
    assert found.refresh_token == access.refresh_token


def test_without_an_owner_nothing_is_kept(kept: Kept) -> None:
    before = stored(kept)
    kept.auth.exchange_code(code_for(kept.simulator))
    assert stored(kept) == before


def test_without_a_store_a_code_is_not_used_up(kept: Kept) -> None:
    auth = AuthClient(*kept.arguments, transport=kept.host)
    code = code_for(kept.simulator)
    for ask in (lambda: auth.exchange_code(code, owner=ADA), lambda: auth.owner(ADA), auth.recover):
        with pytest.raises(ValueError, match="store="):
            ask()
    auth.exchange_code(code)


@pytest.mark.parametrize("owner", ["", "a\nb", "\x00", "\ud800"], ids=ascii)
def test_what_is_no_id_is_refused_before_the_code_is_used(kept: Kept, owner: str) -> None:
    code = code_for(kept.simulator)
    with pytest.raises(ValueError, match="owner"):
        kept.auth.exchange_code(code, owner=owner)
    kept.auth.exchange_code(code, owner=ADA)


@pytest.mark.parametrize("owner", [5, b"user-42", 4.2, ("user", 42)], ids=repr)
def test_an_id_that_is_no_text_is_refused(kept: Kept, owner: Any) -> None:
    for ask in (kept.auth.owner, lambda id_: kept.auth.exchange_code("code", owner=id_)):
        with pytest.raises(TypeError, match=f"as text, not {type(owner).__name__}"):
            ask(owner)


async def test_an_owner_stands_wherever_a_token_does(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator, owner = kept.simulator, kept.owner
    with Smartcar(access_token=owner, transport=simulator) as client:
        (connection,) = client.connections()
    car_id = connection.vehicle_id or ""
    assert Vehicle(car_id, owner, transport=simulator).odometer().distance
    assert (await AsyncVehicle(car_id, owner, transport=simulator).odometer()).distance
    async with AsyncSmartcar(access_token=kept.aclient().owner(ADA), transport=simulator) as later:
        assert [each.vehicle_id async for each in later.connections()] == [car_id]
    with Server(simulator) as server:
        monkeypatch.setenv("SMARTCAR_ORIGIN", server.origin)
        assert list(smartcar.get_vehicles(owner)) == [car_id]
        assert list(await smartcar.aio.get_vehicles(owner)) == [car_id]
        assert smartcar.get_user(owner).id == (await smartcar.aio.get_user(owner)).id
        assert smartcar.get_vehicle(owner, car_id).id == car_id


def test_an_owner_gives_a_token_for_other_programs(kept: Kept) -> None:
    assert kept.owner.access_token() == stored(kept).access_token


async def test_an_owner_gives_a_token_for_other_programs_awaited(kept: Kept) -> None:
    kept.expire()
    assert await kept.aclient().owner(ADA).access_token() == stored(kept).access_token
    assert len(kept.host.refreshes) == 1


def test_nothing_is_read_before_it_is_used(kept: Kept) -> None:
    nobody = kept.auth.owner("nobody")
    with pytest.raises(ReconnectError, match=r"nobody .* must reconnect"):
        nobody.access_token()


# --- when -----------------------------------------------------------------------------------------


def test_a_token_is_used_while_it_is_good_and_renewed_five_minutes_before_its_end(
    kept: Kept,
) -> None:
    first = kept.owner.access_token()
    kept.simulator.clock.advance(7200 - 301)
    assert kept.owner.access_token() == first
    assert kept.host.refreshes == []
    kept.simulator.clock.advance(2)
    second = kept.owner.access_token()
    assert second not in {first, None}
    assert len(kept.host.refreshes) == 1


def test_a_year_of_calls_needs_no_owner(kept: Kept) -> None:
    client = Smartcar(access_token=kept.owner, transport=kept.host)
    for _ in range(365 // 30):
        kept.simulator.clock.advance("30d")
        assert list(client.connections())
    assert len(kept.host.refreshes) == len(set(kept.host.refreshes)) == 365 // 30


def test_a_new_token_is_saved_before_it_is_used(kept: Kept) -> None:
    class Watching:
        clock = kept.simulator.clock
        used: list[str] = []

        def send(self, request: Request) -> Reply:
            answer = kept.host.send(request)
            if not is_refresh(request):
                bearer = request.headers["authorization"].removeprefix("Bearer ")
                assert stored(kept).access_token == bearer
                self.used.append(bearer)
            return answer

        def close(self) -> None:
            """Nothing is held."""

    client = Smartcar(access_token=kept.owner, transport=Watching())
    for _ in range(5):
        list(client.connections())
        kept.simulator.clock.advance("119min")
    assert len(set(Watching.used)) == 5


def test_a_refused_token_is_renewed_once_and_the_call_repeated(kept: Kept) -> None:
    client = Smartcar(access_token=kept.owner, transport=kept.host)
    list(client.connections())
    kept.simulator.world.tokens.clear()
    assert list(client.connections())
    assert len(kept.host.refreshes) == 1


async def test_near_the_end_one_renews_while_others_go_on(kept: Kept) -> None:
    client = AsyncSmartcar(access_token=kept.aclient().owner(ADA), transport=kept.host)
    user = [each async for each in client.connections()]
    kept.simulator.clock.advance(7200 - 60)
    kept.host.is_open.clear()
    one = asyncio.create_task(asked(client))
    await happened(kept.host.has_been_asked)
    for _ in range(5):
        assert [each async for each in client.connections()] == user  # would not end if it waited
    assert not one.done()
    kept.host.is_open.set()
    await one
    assert len(kept.host.refreshes) == 1


async def asked(client: AsyncSmartcar) -> list[str | None]:
    return [each.vehicle_id async for each in client.connections()]


@pytest.mark.parametrize("life", [0, -5, 1, "60", 3600.5, 1e308])
def test_any_lifetime_is_made_sense_of(kept: Kept, life: Any) -> None:
    kept.expire()
    kept.host.answer = lambda _: reply({**GRANTED, "expires_in": life})
    assert [kept.owner.access_token() for _ in range(20)] == ["new"] * 20
    assert len(kept.host.refreshes) == 1


# --- once -----------------------------------------------------------------------------------------


def ended(ask: Callable[[], object]) -> str:
    try:
        ask()
    except SmartcarError as error:
        return type(error).__name__
    return "ok"


def at_once(kept: Kept, clients: Callable[[int], Smartcar]) -> Counter[str]:
    """How a small read ended for a thousand threads that all began together."""
    all_here = threading.Barrier(MANY)

    def one(number: int) -> str:
        client = clients(number)
        all_here.wait()
        return ended(lambda: list(client.connections()))

    with ThreadPoolExecutor(MANY) as pool:
        return Counter(pool.map(one, range(MANY)))


def test_a_thousand_threads_renew_once(kept: Kept) -> None:
    client = Smartcar(access_token=kept.owner, transport=kept.host)
    kept.expire()
    assert at_once(kept, lambda _: client) == {"ok": MANY}
    assert len(kept.host.refreshes) == 1


def test_a_thousand_clients_of_one_owner_renew_once() -> None:
    class Watched(MemoryTokens):
        reads = 0

        def get(self, owner: str) -> KeptTokens | None:
            self.reads += 1
            return super().get(owner)

    store = Watched()
    kept = Kept(store)
    kept.expire()

    def own(_: int) -> Smartcar:
        owner = kept.client().owner(ADA)
        return Smartcar(access_token=owner, transport=kept.host)

    assert at_once(kept, own) == {"ok": MANY}
    assert len(kept.host.refreshes) == 1
    assert store.reads < MANY / 2, "they know of one another"


def test_a_thousand_threads_whose_token_was_refused_renew_once(kept: Kept) -> None:
    client = Smartcar(access_token=kept.owner, transport=kept.host)
    list(client.connections())
    kept.simulator.world.tokens.clear()
    assert at_once(kept, lambda _: client) == {"ok": MANY}
    assert len(kept.host.refreshes) == 1


async def test_a_thousand_tasks_renew_once(kept: Kept) -> None:
    client = AsyncSmartcar(access_token=kept.aclient().owner(ADA), transport=kept.host)
    kept.expire()
    cars = await asyncio.gather(*(asked(client) for _ in range(MANY)))
    assert len(cars) == MANY
    assert len(kept.host.refreshes) == 1


def test_several_event_loops_and_threads_renew_once(kept: Kept) -> None:
    kept.expire()
    kept.host.is_open.clear()
    aclient, client = kept.aclient(), Smartcar(access_token=kept.owner, transport=kept.host)

    def loop(_: int) -> str:
        async def asking() -> None:
            other = AsyncSmartcar(access_token=aclient.owner(ADA), transport=kept.host)
            await asyncio.gather(*(asked(other) for _ in range(10)))

        return ended(lambda: asyncio.run(asking()))

    def thread(_: int) -> str:
        return ended(lambda: list(client.connections()))

    with ThreadPoolExecutor(20) as pool:
        running = [pool.submit(loop if n % 2 else thread, n) for n in range(20)]
        assert kept.host.has_been_asked.wait(10)
        kept.host.is_open.set()
        assert [each.result() for each in running] == ["ok"] * 20
    assert len(kept.host.refreshes) == 1


def test_two_stores_of_one_file_renew_once(tmp_path: Path) -> None:
    key = new_key()
    with FileTokens(tmp_path / "t.db", key) as one, FileTokens(tmp_path / "t.db", key) as other:
        kept = Kept(one)
        owners = [kept.owner, kept.client(store=other).owner(ADA)]
        clients = [Smartcar(access_token=each, transport=kept.host) for each in owners]
        kept.expire()
        assert at_once(kept, lambda n: clients[n % 2]) == {"ok": MANY}
        assert len(kept.host.refreshes) == 1


def test_owners_do_not_wait_for_one_another(kept: Kept) -> None:
    kept.connect("bruno", "bruno@example.com")
    ada, bruno = stored(kept).refresh_token, kept.auth.owner("bruno")
    kept.expire()
    held = threading.Event()

    def answer(request: Request) -> Reply:
        if ada.encode() in request.body:
            assert held.wait(30)
        return kept.simulator.send(request)

    kept.host.answer = answer
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(kept.owner.access_token)
        assert kept.host.has_been_asked.wait(10)
        assert bruno.access_token()
        assert not waiting.done()
        held.set()
        assert waiting.result()


# --- deadlines and cancellation -------------------------------------------------------------------


def test_a_deadline_bounds_the_wait_and_the_renewal_goes_on(kept: Kept) -> None:
    client = Smartcar(access_token=kept.owner, transport=kept.host, deadline=0.2)
    kept.expire()
    kept.host.is_open.clear()
    for _ in range(2):
        with pytest.raises(RequestTimeoutError):
            list(client.connections())
    kept.host.is_open.set()
    assert list(client.with_options(deadline=30).connections())
    assert len(kept.host.refreshes) == 1


async def test_a_deadline_bounds_the_wait_of_tasks_too(kept: Kept) -> None:
    owner = kept.aclient().owner(ADA)
    client = AsyncSmartcar(access_token=owner, transport=kept.host, deadline=0.2)
    kept.expire()
    kept.host.is_open.clear()
    for _ in range(2):
        with pytest.raises(RequestTimeoutError):
            await asked(client)
    kept.host.is_open.set()
    assert await asked(client.with_options(deadline=30))
    assert len(kept.host.refreshes) == 1


async def test_who_is_cancelled_loses_no_token(kept: Kept) -> None:
    client = AsyncSmartcar(access_token=kept.aclient().owner(ADA), transport=kept.host)
    kept.expire()
    kept.host.is_open.clear()
    one, other = (asyncio.create_task(asked(client)) for _ in range(2))
    await happened(kept.host.has_been_asked)
    one.cancel()
    with pytest.raises(asyncio.CancelledError):
        await one
    kept.host.is_open.set()
    assert await other
    assert len(kept.host.refreshes) == 1
    assert stored(kept).refresh_token != kept.host.refreshes[0]


def test_an_event_loop_that_ends_leaves_the_rest_to_the_next(kept: Kept) -> None:
    kept.expire()
    kept.host.is_open.clear()

    async def left() -> None:
        client = AsyncSmartcar(access_token=kept.aclient().owner(ADA), transport=kept.host)
        one = asyncio.create_task(asked(client))
        await happened(kept.host.has_been_asked)
        one.cancel()

    asyncio.run(left())
    assert stored(kept).begun_at is not None
    kept.host.is_open.set()
    now = kept.simulator.clock.now()
    assert kept.owner.access_token() == stored(kept).access_token
    assert kept.simulator.clock.now() == now, "its lease ended with it"
    assert stored(kept).begun_at is None


def test_a_thread_takes_over_from_an_event_loop_that_ended(kept: Kept) -> None:
    kept.expire()
    kept.host.is_open.clear()

    async def left(pool: ThreadPoolExecutor) -> Future[str]:
        leading = asyncio.create_task(kept.aclient().owner(ADA).access_token())
        await happened(kept.host.has_been_asked)
        following = pool.submit(kept.owner.access_token)
        await asyncio.sleep(0.05)  # let it come to wait
        leading.cancel()
        return following

    with ThreadPoolExecutor(1) as pool:
        following = asyncio.run(left(pool))
        kept.host.is_open.set()
        assert following.result() == stored(kept).access_token


# --- what does not throw a token away -------------------------------------------------------------

PASSING: dict[str, tuple[Callable[[Request], Reply], type[SmartcarError]]] = {
    "403": (lambda _: reply({"error": "access_denied"}, 403), AuthenticationError),
    "403 that says invalid_grant": (refusing("invalid_grant", None, 403), AuthenticationError),
    "500": (lambda _: Reply(500), ServerError),
    "502 of a gateway": (lambda _: Reply(502, {}, b"<html>Bad gateway</html>"), SmartcarError),
    "503 that says invalid_grant": (refusing("invalid_grant", None, 503), AuthenticationError),
    "no connection": (failing(ConnectError(0, "refused")), ConnectError),
    "no reply": (failing(RequestTimeoutError(0, "slow")), RequestTimeoutError),
    "another page": (lambda _: Reply(200, {}, b"<html>Sign in to the Wi-Fi</html>"), DecodeError),
    "no token": (lambda _: reply({**GRANTED, "access_token": "a\r\nb"}), DecodeError),
    "wrong secret": (refusing("invalid_client", None, 401), AuthenticationError),
    "a request gone wrong": (refusing("invalid_request", "grant_type is missing."), SmartcarError),
    "too many": (lambda _: Reply(429), SmartcarError),
}


@pytest.mark.parametrize("what", PASSING)
def test_a_failure_that_passes_keeps_the_token(kept: Kept, what: str) -> None:
    before = stored(kept)
    kept.expire()
    kept.host.answer, kind = PASSING[what]
    client = Smartcar(access_token=kept.owner, transport=kept.host)
    with pytest.raises(kind) as caught:
        list(client.connections())
    assert not isinstance(caught.value, ReconnectError)
    assert replace(stored(kept), begun_at=None) == before
    kept.host.answer = None
    assert list(client.connections())
    assert kept.host.refreshes[-1] == before.refresh_token


@pytest.mark.parametrize("what", PASSING)
def test_while_the_old_token_is_good_a_failure_is_not_felt_and_not_pressed(
    kept: Kept, what: str
) -> None:
    client = Smartcar(access_token=kept.owner, transport=kept.host, retries=0)
    list(client.connections())
    kept.simulator.clock.advance(7200 - 200)
    kept.host.answer, _ = PASSING[what]
    for _ in range(10):
        assert list(client.connections())
    assert len(kept.host.refreshes) == 1, "one try, then a pause"
    kept.simulator.clock.advance(31)
    kept.host.answer = None
    assert list(client.connections())
    assert len(kept.host.refreshes) == 2


SURE = ["403", "wrong secret", "too many"]
UNSURE = ["502 of a gateway", "no reply", "another page"]


@pytest.mark.parametrize("what", [*SURE, *UNSURE])
def test_what_may_have_used_the_token_up_is_noted_for_whoever_comes_next(
    kept: Kept, what: str
) -> None:
    kept.expire()
    kept.host.answer, _ = PASSING[what]
    for _ in range(2):
        with pytest.raises(SmartcarError):
            kept.owner.access_token()
        assert (stored(kept).begun_at is not None) == (what in UNSURE)
        assert (kept.store.unsettled() == [ADA]) == (what in UNSURE)


def test_a_refusal_of_another_kind_does_not_make_what_was_begun_forgotten(kept: Kept) -> None:
    kept.expire()
    kept.host.answer, _ = PASSING["no reply"]
    with pytest.raises(SmartcarError):
        kept.owner.access_token()
    kept.host.answer, _ = PASSING["403"]
    with pytest.raises(AuthenticationError):
        kept.owner.access_token()
    assert kept.store.unsettled() == [ADA]


def test_a_failure_that_passes_is_retried_as_a_read_is(kept: Kept) -> None:
    kept.expire()
    answers = iter([Reply(502), Reply(503)])
    kept.host.answer = lambda request: next(answers, None) or kept.simulator.send(request)
    assert kept.owner.access_token()
    assert len(kept.host.refreshes) == 3


@pytest.mark.parametrize(("pause", "tries"), [("7", 3), ("14", 2), ("16", 1)])
def test_whoever_renews_gives_up_while_the_lease_is_still_theirs(
    kept: Kept, pause: str, tries: int
) -> None:
    # A lease lasts 20 seconds; what is left must do for saving, before others take over.
    kept.expire()
    begun = kept.simulator.clock.now()
    kept.host.answer = lambda _: Reply(503, {"retry-after": pause})

    with pytest.raises(ServerError):
        kept.owner.access_token()

    assert len(kept.host.refreshes) == tries
    assert kept.simulator.clock.now() - begun <= 15


# --- what does ------------------------------------------------------------------------------------

REFUSED = {
    "invalid_grant": refusing("invalid_grant", "Invalid refresh_token: X."),
    "invalid_grant without words": refusing("invalid_grant"),
    "invalid_request": refusing("invalid_request", "Invalid refresh_token: X."),
    "invalid_request without words": refusing("invalid_request"),
    "401": refusing("invalid_grant", "The refresh token has expired.", 401),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_refused_refresh_token_says_that_the_owner_must_reconnect(kept: Kept, what: str) -> None:
    kept.expire()
    kept.host.answer = REFUSED[what]
    with pytest.raises(ReconnectError, match=r"user-42 .* the owner must reconnect") as caught:
        kept.owner.access_token()
    assert isinstance(caught.value, OwnerActionError)
    assert isinstance(caught.value, AuthenticationError)
    assert not caught.value.is_retryable
    assert pickle.loads(pickle.dumps(caught.value)).message == caught.value.message
    for _ in range(5):
        with pytest.raises(ReconnectError):
            kept.owner.access_token()
        with pytest.raises(ReconnectError):  # another client, which has yet to look
            kept.client().owner(ADA).access_token()
    assert len(kept.host.refreshes) == 1
    assert stored(kept).is_dead


def test_the_simulators_own_refusal_is_one(kept: Kept) -> None:
    kept.simulator.clock.advance("61d")
    with pytest.raises(ReconnectError):
        kept.owner.access_token()


def test_an_owner_who_reconnects_is_connected(kept: Kept) -> None:
    kept.simulator.clock.advance("61d")
    client = Smartcar(access_token=kept.owner, transport=kept.host)
    with pytest.raises(ReconnectError):
        list(client.connections())
    kept.client().exchange_code(code_for(kept.simulator), owner=ADA)
    assert list(client.connections())


def test_an_owner_who_reconnects_elsewhere_is_connected(tmp_path: Path) -> None:
    with FileTokens(tmp_path / "t.db") as one, FileTokens(tmp_path / "t.db") as other:
        kept = Kept(one)
        kept.simulator.clock.advance("61d")
        with pytest.raises(ReconnectError):
            kept.owner.access_token()
        kept.client(store=other).exchange_code(code_for(kept.simulator), owner=ADA)
        assert kept.owner.access_token()


def test_a_thousand_threads_are_told_after_one_request(kept: Kept) -> None:
    client = Smartcar(access_token=kept.owner, transport=kept.host)
    kept.expire()
    kept.host.answer = REFUSED["invalid_grant"]
    assert at_once(kept, lambda _: client) == {"ReconnectError": MANY}
    assert len(kept.host.refreshes) == 1
    assert len([each for each in kept.host.requests if each.path == "/v3/connections"]) == 0


async def test_a_thousand_tasks_are_told_after_one_request_each_by_an_error_of_its_own(
    kept: Kept,
) -> None:
    client = AsyncSmartcar(access_token=kept.aclient().owner(ADA), transport=kept.host)
    kept.expire()
    kept.host.answer = REFUSED["invalid_grant"]
    errors = await asyncio.gather(*(asked(client) for _ in range(MANY)), return_exceptions=True)
    assert {type(error) for error in errors} == {ReconnectError}
    assert len({id(error) for error in errors}) == MANY
    assert len(kept.host.refreshes) == 1


def test_a_dead_refresh_token_does_not_end_an_access_token_that_is_good(kept: Kept) -> None:
    client = Smartcar(access_token=kept.owner, transport=kept.host)
    list(client.connections())
    kept.simulator.clock.advance(7200 - 200)
    kept.host.answer = REFUSED["invalid_grant"]
    for _ in range(5):
        assert list(client.connections())
        kept.simulator.clock.advance(35)
    kept.simulator.clock.advance(60)
    with pytest.raises(ReconnectError):
        list(client.connections())
    assert len(kept.host.refreshes) == 1


def test_a_refusal_is_none_when_another_process_has_saved_newer_tokens(tmp_path: Path) -> None:
    with FileTokens(tmp_path / "t.db") as one, FileTokens(tmp_path / "t.db") as other:
        kept = Kept(one)
        kept.expire()
        old = stored(kept)
        newer = replace(
            old, access_token="of another", expires_at=9e9, renew_at=8e9, version="newer"
        )

        def answer(_: Request) -> Reply:
            assert other.save(ADA, newer, old.version)
            return reply({"error": "invalid_grant"}, 400)

        kept.host.answer = answer
        assert kept.owner.access_token() == "of another"
        assert stored(kept) == newer


def test_tokens_that_another_process_saved_meanwhile_are_used(tmp_path: Path) -> None:
    with FileTokens(tmp_path / "t.db") as one, FileTokens(tmp_path / "t.db") as other:
        kept = Kept(one)
        first = kept.owner.access_token()
        kept.simulator.clock.advance(7200 - 60)
        elsewhere = kept.client(store=other).owner(ADA)
        assert elsewhere.access_token() == first, "it is good, and waits for nobody"
        renewed = elsewhere.access_token()
        assert kept.owner.access_token() == renewed != first
        assert len(kept.host.refreshes) == 1


def test_a_refused_code_keeps_its_own_error(kept: Kept) -> None:
    before = stored(kept)
    with pytest.raises(InvalidRequestError):
        kept.auth.exchange_code("wrong", owner=ADA)
    assert stored(kept) == before


# --- a store that fails ---------------------------------------------------------------------------


class Failing(MemoryTokens):
    """A store that cannot be written to, or read, for a while."""

    is_full = False
    is_gone = False

    def save(self, owner: str, tokens: KeptTokens, replacing: str | None = None) -> bool:
        if self.is_full:
            raise TokenStoreError(0, "The disk is full.")
        return super().save(owner, tokens, replacing)

    def get(self, owner: str) -> KeptTokens | None:
        if self.is_gone:
            raise TokenStoreError(0, "The disk is gone.")
        return super().get(owner)


def test_what_cannot_be_saved_is_not_used_and_not_asked_for_again() -> None:
    store = Failing()
    kept = Kept(store)
    kept.expire()
    store.is_full = True
    for _ in range(3):
        with pytest.raises(TokenStoreError, match="disk is full"):
            kept.owner.access_token()
    kept.simulator.clock.advance("5min")  # the old refresh token is dead by now
    store.is_full = False
    assert kept.owner.access_token() == stored(kept).access_token
    assert len(kept.host.refreshes) == 1


def test_a_store_that_fails_is_not_felt_while_the_token_is_good() -> None:
    store = Failing()
    kept = Kept(store)
    first = kept.owner.access_token()
    kept.simulator.clock.advance(7200 - 100)
    store.is_gone = True
    assert kept.owner.access_token() == first
    kept.simulator.clock.advance(100)
    with pytest.raises(TokenStoreError, match="disk is gone"):
        kept.owner.access_token()


# --- recover, forget, disconnect ------------------------------------------------------------------


def crashed(kept: Kept) -> None:
    """A process asked for new tokens, and died before it saved them."""
    old = stored(kept)
    assert kept.store.lease(ADA, old.version, "a process that is no more")
    kept.auth.exchange_refresh_token(old.refresh_token)


def test_after_a_crash_the_next_call_uses_the_old_refresh_token_in_time(kept: Kept) -> None:
    crashed(kept)
    client = Smartcar(access_token=kept.owner, transport=kept.host)
    for _ in range(5):
        assert list(client.connections()), "meanwhile the old access token is good"
    assert len(kept.host.refreshes) == 1
    kept.simulator.clock.advance(21)  # the lease of the one that died
    assert list(client.connections())
    used = kept.host.refreshes
    assert used == [used[0]] * 2
    kept.simulator.clock.advance("1h")  # the old token is long dead
    kept.simulator.world.tokens.clear()
    assert list(client.connections())


def test_a_call_that_needs_new_tokens_waits_for_the_lease_of_a_process_that_died(
    kept: Kept,
) -> None:
    kept.expire()
    crashed(kept)
    began = kept.simulator.clock.now()
    assert kept.owner.access_token()
    assert 20 <= kept.simulator.clock.now() - began < 60
    assert len(kept.host.refreshes) == 2


def test_a_program_that_starts_recovers_all_owners(kept: Kept) -> None:
    kept.connect("bruno", "bruno@example.com")
    crashed(kept)
    assert kept.auth.recover() == [ADA]
    assert kept.auth.recover() == []
    kept.simulator.clock.advance("3h")
    assert kept.owner.access_token()


async def test_a_program_that_awaits_recovers_all_owners(kept: Kept) -> None:
    crashed(kept)
    assert await kept.aclient().recover() == [ADA]


def test_recovery_goes_on_after_one_owner_who_cannot_be(kept: Kept) -> None:
    kept.connect("bruno", "bruno@example.com")
    crashed(kept)
    kept.simulator.clock.advance("2min")  # too late for her
    bruno = kept.store.get("bruno")
    assert bruno is not None
    kept.store.lease("bruno", bruno.version, "another that is no more")
    assert kept.auth.recover() == ["bruno"]
    assert stored(kept).is_dead


def test_who_is_forgotten_is_gone(kept: Kept) -> None:
    kept.owner.access_token()
    kept.owner.forget()
    assert kept.store.get(ADA) is None
    with pytest.raises(ReconnectError, match="No tokens are kept"):
        kept.owner.access_token()


def test_who_is_disconnected_has_no_car_and_no_token_left(kept: Kept) -> None:
    (connection,) = Smartcar(access_token=kept.owner, transport=kept.host).connections()
    kept.owner.disconnect()
    assert kept.store.get(ADA) is None
    with Smartcar(transport=kept.simulator) as all_of_them:
        assert connection.id not in {each.id for each in all_of_them.connections()}


def test_who_has_very_many_cars_is_disconnected_from_all(kept: Kept) -> None:
    kept.connect("dealer", "120-vehicles@smartcar.com")
    kept.auth.owner("dealer").disconnect()
    ended = [each for each in kept.host.requests if each.method == "DELETE"]
    assert len({each.path for each in ended}) == 120


def test_a_car_that_is_gone_already_keeps_nobody_connected(kept: Kept) -> None:
    class Gone:
        clock = kept.simulator.clock

        def send(self, request: Request) -> Reply:
            return Reply(404) if request.method == "DELETE" else kept.host.send(request)

        def close(self) -> None:
            """Nothing is held."""

    kept.client(transport=Gone()).owner(ADA).disconnect()
    assert kept.store.get(ADA) is None


def test_a_car_that_somebody_disconnects_meanwhile_keeps_nobody_connected(kept: Kept) -> None:
    class Twice:
        clock = kept.simulator.clock

        def send(self, request: Request) -> Reply:
            if request.method == "DELETE":
                kept.host.send(request)  # another process was a moment before
            return kept.host.send(request)

        def close(self) -> None:
            """Nothing is held."""

    kept.client(transport=Twice()).owner(ADA).disconnect()
    assert kept.store.get(ADA) is None


async def test_who_is_disconnected_awaited_has_no_token_left(kept: Kept) -> None:
    owner = kept.aclient().owner(ADA)
    await owner.disconnect()
    assert kept.store.get(ADA) is None
    kept.connect(ADA, "ada@example.com")
    await owner.forget()
    assert kept.store.get(ADA) is None


# --- secrets --------------------------------------------------------------------------------------


def everything(*things: object) -> Iterator[str]:
    for thing in things:
        yield f"{thing!r} {thing!s} {thing}"


def test_no_object_and_no_error_shows_a_token(kept: Kept, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    secrets = [stored(kept).access_token, stored(kept).refresh_token]
    client = Smartcar(access_token=kept.owner, transport=kept.host)
    errors: list[SmartcarError] = []
    kept.expire()

    def quoting(status: int) -> Callable[[Request], Reply]:
        said = f"Invalid refresh_token: {secrets[1]}."
        return lambda _: reply({"error": "server_error", "error_description": said}, status)

    answers = [quoting(500), quoting(403), refusing("invalid_grant", f"Invalid: {secrets[1]}.")]
    for kept.host.answer in answers:
        with pytest.raises(SmartcarError) as caught:
            list(client.connections())
        errors.append(caught.value)
    owner = kept.owner
    things = [owner, owner._token, kept.auth, kept.store, client, client._session.tokens, *errors]
    for text in (*everything(*things, *(error.body for error in errors)), caplog.text):
        assert not [secret for secret in secrets if secret in text]
    for error in errors:
        context: BaseException | None = error
        while context is not None:
            assert secrets[1] not in f"{context!r} {context} {context.args}"
            context = context.__context__
    assert kept.arguments[1] not in f"{kept.auth!r} {owner!r}"


def test_an_owner_is_not_pickled(kept: Kept) -> None:
    with pytest.raises(TypeError, match="ask AuthClient for it again"):
        pickle.dumps(kept.owner)
