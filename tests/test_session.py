"""The conversation, as scripts: what is sent, how long is waited, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest
from documented import ERRORS, Row, v3_body
from transports import TOKEN, Canned, Counting, reply

from smartcar import (
    AuthenticationError,
    ConnectError,
    DecodeError,
    InvalidRequestError,
    Options,
    Origins,
    RateLimitError,
    Reply,
    Request,
    RequestTimeoutError,
    ServerError,
    Smartcar,
    SmartcarError,
    TransportError,
)
from smartcar.api.account import AccountEndpoints
from smartcar.api.vehicle import VehicleEndpoints
from smartcar.protocol.flow import Alone, Send, Sleep
from smartcar.protocol.oauth import Credentials
from smartcar.protocol.session import Session
from smartcar.simulator import Simulator

READ: Any = AccountEndpoints.connection.call({}, "c")
COMMAND: Any = VehicleEndpoints.lock.call({"vehicle_id": "v"})
FOUND = reply({"data": {"id": "c", "type": "connection"}})
DONE = reply({"data": {"id": "e", "attributes": {"status": {"value": "SUCCESS"}}}})
BROKEN = Reply(500)


class Time:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def session(time: Time | None = None, *, chance: float = 0.5, **options: Any) -> Session:
    """A conversation with a token of the caller's own."""
    made = Session(
        origins=Origins(), now=time or Time(), chance=lambda: chance, options=Options(**options)
    )
    made.use_token("given")
    return made


def sent(effect: object) -> Request:
    """The request that *effect* is to send."""
    assert isinstance(effect, Send)
    return effect.request


def result(flow: Any, outcome: object) -> Any:
    """What *flow* returns once it has *outcome*."""
    with pytest.raises(StopIteration) as finished:
        flow.send(outcome)
    return finished.value.value


# --- one request ----------------------------------------------------------------------------------


def test_a_request_carries_token_user_and_patience() -> None:
    time = Time()
    flow = session(time, connect_timeout=1.0, read_timeout=20.0, deadline=30.0).perform(READ, "u")
    request = sent(next(flow))
    assert request.headers["authorization"] == "Bearer given"
    assert request.headers["sc-user-id"] == "u"
    assert request.url == "https://vehicle.api.smartcar.com/v3/connections/c"
    assert (request.connect_timeout, request.timeout) == (1.0, 20.0)
    assert result(flow, FOUND).id == "c"


def test_without_a_user_no_user_is_named() -> None:
    assert "sc-user-id" not in sent(next(session().perform(READ))).headers


# --- retries --------------------------------------------------------------------------------------


def test_a_read_is_sent_three_times_with_growing_random_pauses() -> None:
    flow = session(chance=0.5).perform(READ)
    first = next(flow)
    assert flow.send(BROKEN) == Sleep(0.25)  # half of 0.5
    assert flow.send(None) == first
    assert flow.send(BROKEN) == Sleep(0.5)  # half of 1.0
    assert flow.send(None) == first
    with pytest.raises(ServerError):
        flow.send(BROKEN)


@pytest.mark.parametrize("chance", [0.0, 0.999])
def test_the_whole_pause_is_left_to_chance(chance: float) -> None:
    flow = session(chance=chance, retries=9).perform(READ)
    next(flow)
    pauses: list[float] = []
    for _ in range(9):
        effect = flow.send(BROKEN)
        assert isinstance(effect, Sleep)
        pauses.append(effect.seconds)
        flow.send(None)
    longest = [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0, 8.0]
    assert pauses == [pytest.approx(chance * each) for each in longest]


def test_a_retry_that_succeeds_is_a_success() -> None:
    flow = session().perform(READ)
    next(flow)
    flow.send(Reply(502))
    flow.send(None)
    assert result(flow, FOUND).id == "c"


@pytest.mark.parametrize("kind", [TransportError, ConnectError, RequestTimeoutError])
def test_a_read_without_a_reply_is_sent_again(kind: type[TransportError]) -> None:
    flow = session().perform(READ)
    first = next(flow)
    assert flow.throw(kind()) == Sleep(0.25)
    assert flow.send(None) == first
    assert result(flow, FOUND).id == "c"


def test_retries_can_be_forbidden() -> None:
    flow = session(retries=0).perform(READ)
    next(flow)
    with pytest.raises(ServerError):
        flow.send(BROKEN)


@pytest.mark.parametrize("row", ERRORS, ids=[row.label for row in ERRORS])
def test_a_read_is_repeated_only_after_what_passes_by_itself(row: Row) -> None:
    flow = session().perform(READ)
    next(flow)
    answer = reply(v3_body(row), row.status)
    if row.is_retryable and row.label != "RATE_LIMIT:VEHICLE":
        assert flow.send(answer) == Sleep(0.25)
    else:
        with pytest.raises(row.kind):
            flow.send(answer)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_read_is_repeated_after_a_gateways_wordless_failure(status: int) -> None:
    flow = session().perform(READ)
    next(flow)
    assert flow.send(Reply(status)) == Sleep(0.25)


@pytest.mark.parametrize("row", ERRORS, ids=[row.label for row in ERRORS])
def test_a_command_is_never_repeated_whatever_is_answered(row: Row) -> None:
    flow = session(retries=9).perform(COMMAND, "u")
    next(flow)
    with pytest.raises(row.kind):
        flow.send(reply(v3_body(row), row.status, {"retry-after": "1"}))


@pytest.mark.parametrize("kind", [TransportError, ConnectError, RequestTimeoutError])
def test_a_command_is_never_repeated_for_want_of_a_reply(kind: type[TransportError]) -> None:
    flow = session(retries=9).perform(COMMAND, "u")
    next(flow)
    with pytest.raises(kind):
        flow.throw(kind())


# --- Retry-After ----------------------------------------------------------------------------------


def test_retry_after_is_waited_for_to_the_second() -> None:
    flow = session(chance=0.0).perform(READ)
    next(flow)
    assert flow.send(Reply(429, {"retry-after": "7"})) == Sleep(7.0)


def test_a_retry_after_longer_than_a_minute_is_left_to_the_caller() -> None:
    flow = session().perform(READ)
    next(flow)
    with pytest.raises(RateLimitError) as caught:
        flow.send(Reply(429, {"retry-after": "61"}))
    assert caught.value.retry_after == 61.0


@pytest.mark.parametrize("text", ["soon", "-3", "nan", "inf", ""])
def test_a_retry_after_that_makes_no_sense_counts_for_nothing(text: str) -> None:
    flow = session().perform(READ)
    next(flow)
    assert flow.send(Reply(429, {"retry-after": text})) == Sleep(0.25)


def test_a_car_makers_limit_is_never_pressed() -> None:
    row = next(row for row in ERRORS if row.label == "RATE_LIMIT:VEHICLE")
    flow = session().perform(READ)
    next(flow)
    with pytest.raises(RateLimitError) as caught:
        flow.send(reply(v3_body(row), 429, {"retry-after": "1"}))
    assert caught.value.retry_after == 1.0


# --- deadline -------------------------------------------------------------------------------------


def test_no_retry_begins_after_the_deadline() -> None:
    time = Time()
    flow = session(time, deadline=10.0).perform(READ)
    next(flow)
    time.at += 9.9
    with pytest.raises(ServerError):  # a pause of 0.25 would end past it
        flow.send(BROKEN)


def test_a_retry_has_only_the_time_that_is_left() -> None:
    time = Time()
    flow = session(time, read_timeout=20.0, deadline=30.0).perform(READ)
    assert sent(next(flow)).timeout == 20.0
    time.at += 15.0
    assert flow.send(BROKEN) == Sleep(0.25)
    time.at += 0.25
    assert sent(flow.send(None)).timeout == pytest.approx(14.75)


def test_a_retry_after_past_the_deadline_is_not_waited_for() -> None:
    flow = session(deadline=5.0).perform(READ)
    next(flow)
    with pytest.raises(RateLimitError):
        flow.send(Reply(429, {"retry-after": "6"}))


def test_without_deadline_and_timeout_it_waits_for_ever() -> None:
    flow = session(deadline=None, read_timeout=None, connect_timeout=None).perform(READ)
    request = sent(next(flow))
    assert (request.connect_timeout, request.timeout) == (None, None)
    assert flow.send(BROKEN) == Sleep(0.25)


def test_the_deadline_of_reads_does_not_cut_a_command_short() -> None:
    """A command that takes longer than 175 s is streamed: its outcome must not be missed."""
    flow = session(read_timeout=310.0, deadline=5.0).perform(COMMAND, "u")
    assert sent(next(flow)).timeout == 310.0


@pytest.mark.parametrize("name", ["connect_timeout", "read_timeout", "deadline"])
@pytest.mark.parametrize("seconds", [0, -1.0])
def test_patience_is_more_than_nothing(name: str, seconds: float) -> None:
    with pytest.raises(ValueError, match=name):
        Options(**{name: seconds})
    with pytest.raises(ValueError, match="retries"):
        Options(retries=-1)


# --- a refused token ------------------------------------------------------------------------------


def logged_in() -> Session:
    """A conversation that has to ask for its token."""
    made = Session(origins=Origins(), now=Time(), chance=lambda: 0.5)
    made.log_in(Credentials("id", "secret"))
    return made


def granted(name: str) -> Reply:
    """A token host's answer."""
    return reply({"access_token": name, "token_type": "Bearer", "expires_in": 3600})


def let_in(flow: Any, alone: object, name: str) -> Any:
    """Run what is to run alone, granting the token *name*; go on with *flow*."""
    assert isinstance(alone, Alone)
    asking: Any = alone.flow
    assert sent(next(asking)).url == "https://iam.smartcar.com/oauth2/token"
    assert result(asking, granted(name)) is None
    return flow.send(None)


@pytest.mark.parametrize(
    ("call", "answer"), [(READ, FOUND), (COMMAND, DONE)], ids=["read", "command"]
)
def test_a_refused_token_is_renewed_once_and_the_request_sent_once_more(
    call: Any, answer: Reply
) -> None:
    flow = logged_in().perform(call, "u")
    first = sent(let_in(flow, next(flow), "old"))
    assert first.headers["authorization"] == "Bearer old"
    second = sent(let_in(flow, flow.send(Reply(401)), "new"))
    assert second.headers["authorization"] == "Bearer new"
    assert second.url == first.url
    assert result(flow, answer).id


def test_a_second_refusal_is_final() -> None:
    flow = logged_in().perform(READ)
    let_in(flow, next(flow), "old")
    let_in(flow, flow.send(Reply(401)), "new")
    with pytest.raises(AuthenticationError):
        flow.send(Reply(401))


def test_a_token_that_the_caller_brought_is_never_renewed() -> None:
    flow = session().perform(READ)
    next(flow)
    with pytest.raises(AuthenticationError):
        flow.send(Reply(401))


def test_a_server_that_fails_to_grant_is_asked_three_times_not_nine() -> None:
    transport = Canned(Reply(500))
    with pytest.raises(ServerError):
        Smartcar("id", "secret", transport=transport).connection("c")
    assert len(transport.requests) == 3


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Reply(200, {}, b"<html>"), DecodeError),
        (Reply(200, {}, b'{"token_type": "Bearer"}'), DecodeError),
        (Reply(200, {}, b""), DecodeError),
        (reply({"error": "invalid_client"}, 401), AuthenticationError),
        (reply({"error": "invalid_request", "error_description": "no"}, 400), InvalidRequestError),
        (Reply(302, {"location": "https://evil.example"}), SmartcarError),
    ],
    ids=["HTML", "no token", "empty", "client", "request", "redirect"],
)
def test_what_is_no_token_is_an_error_and_nothing_else_is_sent(
    answer: Reply, kind: type[SmartcarError]
) -> None:
    transport = Canned(answer)
    with pytest.raises(kind):
        Smartcar("id", "secret", transport=transport).connection("c")
    assert {request.path for request in transport.requests} == {"/oauth2/token"}
    assert len(transport.requests) == 1


# --- other options --------------------------------------------------------------------------------


def test_other_options_share_token_and_transport(simulator: Simulator) -> None:
    counting = Counting(simulator)
    client = Smartcar(transport=counting)
    patient = client.with_options(retries=5, deadline=None)
    assert [each.id for each in client.connections()] == [each.id for each in patient.connections()]
    assert counting.tokens_asked == 1
    assert (patient.options.retries, patient.options.deadline) == (5, None)
    assert (client.options.retries, client.options.deadline) == (2, 330.0)
    assert patient.options.read_timeout == client.options.read_timeout


def test_a_token_fetched_under_other_options_serves_the_first_client_too(
    simulator: Simulator,
) -> None:
    counting = Counting(simulator)
    client = Smartcar(transport=counting)
    client.with_options(retries=0).connection(next(iter(client.connections())).id)
    assert counting.tokens_asked == 1


def test_the_whole_script_over_a_transport_reads_the_same() -> None:
    transport = Canned(TOKEN, BROKEN, Reply(429, {"retry-after": "7"}), FOUND)
    began = transport.clock.now()
    assert Smartcar("id", "secret", transport=transport).connection("c").id == "c"
    assert [request.path for request in transport.requests] == [
        "/oauth2/token",
        *["/v3/connections/c"] * 3,
    ]
    assert 7.0 <= transport.clock.now() - began <= 7.5
