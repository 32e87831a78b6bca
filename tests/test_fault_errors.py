"""Every documented error can be caused by a rule and by its special login, and has its class.

What there is, is read from the tables of ``documented``; a row that is missing there or in the
simulator fails.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from documented import CONNECT, ERRORS, FIRST_VERSION, OAUTH, Named, Row
from old_caller import ONE_FORM, Owner, code_at, new_owner, owner_of
from owners import RETURN_TO

import smartcar
from smartcar import (
    AsyncSmartcar,
    AuthClient,
    AuthenticationError,
    DecodeError,
    Request,
    ServerError,
    Smartcar,
    SmartcarError,
)
from smartcar.errors.kinds import error_from
from smartcar.simulator import FaultRule, Simulator
from smartcar.simulator.classic.problems import BEFORE_V3
from smartcar.simulator.connect.fates import FIRST_VERSION as FIRST_CODES
from smartcar.simulator.faults import names
from smartcar.simulator.faults.rule import TokenFate
from smartcar.simulator.problems import KNOWN

ROWS = [pytest.param(row, id=row.label) for row in ERRORS]
OWN = {("RESOURCE_NOT_FOUND", "NOT_FOUND")}
"""Errors that the simulator answers with where the reference names none."""


def name_of(row: Row) -> str:
    """What a rule calls it."""
    return row.type if row.code is None else f"{row.type}:{row.code}"


def facts_of(error: SmartcarError) -> tuple[type, int, str | None, str | None]:
    return type(error), error.status, error.type, error.code


def told_before_v3(row: Row) -> tuple[int, str, str | None]:
    """As v2.0 says it: a code that it never had becomes the nearest that it had."""
    kind = BEFORE_V3.get((row.type, row.code), (row.type, row.code))
    return KNOWN[kind].status, *kind


# --- the tables are whole -------------------------------------------------------------------------


def test_the_tables_and_the_simulator_name_the_same_errors() -> None:
    assert {(row.type, row.code) for row in ERRORS} == set(KNOWN) - OWN
    assert {row.error for row in OAUTH} == set(names.OAUTH)
    assert set(CONNECT) == set(names.CONNECT)
    assert {row.code for row in FIRST_VERSION} - {None} == set(FIRST_CODES)


def test_every_name_is_understood_and_nothing_else() -> None:
    assert all(names.find_error(name) is not None for name in names.names())
    for name in ("", "ASLEEP", "vehicle_state:asleep", "VEHICLE_STATE:", "SERVER:null", "x:y"):
        assert names.find_error(name) is None


# --- by a rule ------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS)
async def test_a_rule_causes_it_on_v3_and_it_has_its_class(simulator: Simulator, row: Row) -> None:
    simulator.faults.add(FaultRule(path="/v3/*", error=name_of(row)))
    client = Smartcar(transport=simulator).with_options(retries=0)
    awaiting = AsyncSmartcar(transport=simulator).with_options(retries=0)
    car = simulator.world.fleet.grant(0)

    with pytest.raises(SmartcarError) as caught:
        client.vehicle(car.vehicle_id, user_id=car.user_id).signals()
    with pytest.raises(SmartcarError) as awaited:
        await awaiting.vehicle(car.vehicle_id, user_id=car.user_id).lock()

    for error in (caught.value, awaited.value):
        assert facts_of(error) == (row.kind, row.status, row.type, row.code)
        assert error.resolution.type == row.resolution
        assert error.is_retryable == row.is_retryable
        assert error.request_id


@pytest.mark.parametrize("row", ROWS)
def test_a_rule_causes_it_on_v2_in_its_words(simulator: Simulator, row: Row) -> None:
    owner = owner_of(simulator, 0)
    simulator.faults.add(FaultRule(api="v2", vehicle_id=owner.vehicle_id, error=name_of(row)))
    status, kind, code = told_before_v3(row)

    said = owner.car("/odometer")
    error = _error_of_v2(owner)

    assert said.error == (status, kind, code)
    assert {"docURL", "description", "requestId", "resolution"} <= said.body.keys()
    expected = error_from(status, said.body, said.headers)
    assert facts_of(error) == facts_of(expected)
    if (row.type, row.code) not in BEFORE_V3:
        assert type(error) is row.kind


@pytest.mark.parametrize("row", FIRST_VERSION, ids=lambda row: row.code or row.error)
def test_a_rule_causes_it_on_v1_in_its_words(simulator: Simulator, row: Named) -> None:
    owner = owner_of(simulator, 0)
    simulator.faults.add(FaultRule(api="v1", error=row.rule))

    reply = simulator.send(_of_v1(owner))

    error = error_from(reply.status, reply.body, reply.headers)
    assert facts_of(error) == (row.kind, row.status, row.error, row.code)


@pytest.mark.parametrize("row", OAUTH, ids=lambda row: row.error)
def test_a_rule_causes_what_a_token_endpoint_says(simulator: Simulator, row: Named) -> None:
    simulator.faults.add(FaultRule(api="token", error=row.rule))
    client, auth = Smartcar(transport=simulator), _auth(simulator)

    with pytest.raises(SmartcarError) as of_application:
        next(iter(client.connections()))
    with pytest.raises(SmartcarError) as of_owner:
        auth.exchange_code("any")
    with pytest.raises(SmartcarError) as of_renewal:
        auth.exchange_refresh_token("any")

    for caught in (of_application, of_owner, of_renewal):
        assert isinstance(caught.value, row.kind)
        assert (caught.value.status, caught.value.type) == (row.status, row.error)


@pytest.mark.parametrize("error", CONNECT)
def test_a_rule_causes_what_connect_sends_the_owner_back_with(
    simulator: Simulator, error: str
) -> None:
    simulator.faults.add(FaultRule(api="connect", error=error))

    reply = simulator.send(Request("GET", "/oauth/authorize", _asked(simulator)))

    assert reply.status == 302
    back = parse_qs(urlsplit(reply.headers["location"]).query)
    assert back["error"] == [error]
    assert back["state"] == ["mine"]
    assert back["error_description"][0]


GATEWAY: dict[str, tuple[FaultRule, type[SmartcarError], int]] = {
    "504 HTML": (FaultRule(status=504, body="html"), ServerError, 504),
    "504 text": (FaultRule(status=504, body="text"), ServerError, 504),
    "500 empty": (FaultRule(status=500), ServerError, 500),
    "500 null": (FaultRule(status=500, body="null"), ServerError, 500),
    "401 empty": (FaultRule(status=401), AuthenticationError, 401),
    "401 null": (FaultRule(status=401, body="null"), AuthenticationError, 401),
    "captive portal": (FaultRule(body="portal"), DecodeError, 200),
    "HTML called JSON": (FaultRule(body="mislabelled"), DecodeError, 200),
    "an array": (FaultRule(body="array"), DecodeError, 200),
    "half of the JSON": (FaultRule(body="cut"), DecodeError, 200),
    "nothing at all": (FaultRule(body="empty"), DecodeError, 200),
}


@pytest.mark.parametrize("what", GATEWAY)
def test_a_rule_causes_what_is_not_smartcars_own_answer(simulator: Simulator, what: str) -> None:
    rule, kind, status = GATEWAY[what]
    client = Smartcar(transport=simulator).with_options(retries=0)
    car = simulator.world.fleet.grant(0)
    vehicle = client.vehicle(car.vehicle_id, user_id=car.user_id)
    vehicle.signals()  # has its token
    simulator.faults.add(rule)

    with pytest.raises(SmartcarError) as caught:
        vehicle.signals()

    assert type(caught.value) is kind
    assert caught.value.status == status


# --- by its special login -------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS)
def test_its_login_causes_the_same_as_the_rule(row: Row) -> None:
    login = f"{row.type}.{row.code or 'NULL'}@smartcar.com"
    by_login, by_rule = Simulator(seed=7), Simulator(seed=7)
    fated, free = new_owner(by_login, login), new_owner(by_rule, "free@example.com")
    by_rule.faults.add(FaultRule(owner=free.email, error=name_of(row)))

    for path in (
        "/v3/vehicles/{}/signals",
        "/v2.0/vehicles/{}/odometer",
        "/v1.0/vehicles/{}/odometer",
    ):
        replies = [
            simulator.send(Request("GET", path.format(owner.vehicle_id), {}, _bearer(owner)))
            for simulator, owner in ((by_login, fated), (by_rule, free))
        ]
        first, second = (error_from(each.status, each.body, each.headers) for each in replies)
        assert facts_of(first) == facts_of(second)
        assert first.retry_after == second.retry_after


@pytest.mark.parametrize("row", [row for row in FIRST_VERSION if row.code])
def test_its_login_causes_what_v1_says(simulator: Simulator, row: Named) -> None:
    kind, _, number = (row.code or "").lower().partition("_")
    domain = {"vs": "vehicle-state-error", "voa": "vehicle-owner-action-required"}[kind]
    owner = new_owner(simulator, f"smartcar@{kind}-{number}.{domain}.com")

    reply = simulator.send(_of_v1(owner))

    error = error_from(reply.status, reply.body, reply.headers)
    assert facts_of(error) == (row.kind, row.status, row.error, row.code)


@pytest.mark.parametrize(("error", "login"), [each for each in CONNECT.items() if each[1]])
def test_its_login_causes_what_connect_says(simulator: Simulator, error: str, login: str) -> None:
    back = _sign_in(simulator, login)

    assert back["error"] == [error]
    assert back["error_description"][0]


@pytest.mark.parametrize("fate", ["expired", "revoked"])
def test_a_refresh_token_that_a_rule_kills_is_dead(simulator: Simulator, fate: TokenFate) -> None:
    access = _exchanged(simulator)
    simulator.faults.add(FaultRule(api="token", token=fate, times=1))

    for _ in range(2):
        with pytest.raises(AuthenticationError) as caught:
            _auth(simulator).exchange_refresh_token(access.refresh_token)
        assert caught.value.type == "invalid_grant"


# --- the ways there -------------------------------------------------------------------------------


def _error_of_v2(owner: Owner) -> SmartcarError:
    car = smartcar.Vehicle(owner.vehicle_id, owner.token, transport=owner.simulator)
    with pytest.raises(SmartcarError) as caught:
        car.odometer()
    return caught.value


def _of_v1(owner: Owner) -> Request:
    return Request("GET", f"/v1.0/vehicles/{owner.vehicle_id}/odometer", {}, _bearer(owner))


def _bearer(owner: Owner) -> dict[str, str]:
    return {"authorization": f"Bearer {owner.token}", "sc-user-id": owner.user_id}


def _asked(simulator: Simulator) -> dict[str, str]:
    client_id = simulator.world.application.client_id
    return {
        "client_id": client_id,
        "response_type": "code",
        "redirect_uri": RETURN_TO,
        "scope": "read_odometer",
        "state": "mine",
    }


def _sign_in(simulator: Simulator, login: str) -> dict[str, list[str]]:
    """What the owner of a Tesla who signs in so is sent back with."""
    query = {**_asked(simulator), "make": "TESLA"}
    page = simulator.send(Request("GET", "/oauth/authorize", query)).body.decode()
    (interaction,) = set(re.findall(r'name="interaction" value="([^"]+)"', page))
    for answer in ({"step": "brands"}, {"username": login, "password": "x"}):
        form = urlencode({"interaction": interaction, **answer}).encode()
        reply = simulator.send(Request("POST", "/oauth/authorize", {}, ONE_FORM, form))
    return parse_qs(urlsplit(reply.headers["location"]).query)


def _auth(simulator: Simulator) -> AuthClient:
    own = simulator.world.application
    return AuthClient(own.client_id, own.client_secret, RETURN_TO, transport=simulator)


def _exchanged(simulator: Simulator) -> smartcar.models.Access:
    code = code_at(simulator, _asked(simulator), "owner@example.com")
    return _auth(simulator).exchange_code(code)
