"""Several applications of one simulator: each sees and opens what is its own."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec
import pytest
from old_caller import basic

from smartcar import (
    AuthenticationError,
    NotFoundError,
    PermissionDeniedError,
    Reply,
    Request,
    Smartcar,
    SmartcarError,
)
from smartcar.cli.browser import Browser
from smartcar.simulator import FaultRule, FleetFile, Limits, Simulator, SqliteJournal
from smartcar.simulator.events import Counted, TokenEnded, TokenIssued, Used
from smartcar.simulator.fleet_file import ApplicationEntry
from smartcar.simulator.limits import UsageKept
from smartcar.simulator.world import World

CALLBACK = "https://garage.example.com/callback"
FILE = FleetFile(
    seed=7,
    fleet=3,
    applications=(
        ApplicationEntry(client_id="shop"),
        ApplicationEntry(
            client_id="garage",
            client_secret="wrench",
            management_token="amt-of-garage",
            name="The Garage",
            redirect_uris=(CALLBACK,),
        ),
    ),
)


@pytest.fixture
def simulator() -> Simulator:
    return Simulator(fleet=FILE)


def shop(simulator: Simulator) -> Smartcar:
    return Smartcar(transport=simulator)


def garage(simulator: Simulator) -> Smartcar:
    return Smartcar("garage", "wrench", transport=simulator)


def test_the_fleet_is_the_first_ones(simulator: Simulator) -> None:
    assert len(list(shop(simulator).connections())) == 3
    assert list(garage(simulator).connections()) == []
    assert [each.id for each in garage(simulator).applications()] != [
        each.id for each in shop(simulator).applications()
    ]


def test_an_owner_connects_a_car_with_each_for_itself(simulator: Simulator) -> None:
    simulator.connect("ada@example.com", "KIA", permissions=["read_odometer"], application="garage")

    (theirs,) = garage(simulator).connections()
    assert theirs.permissions == ("read_odometer",)
    assert len(list(shop(simulator).connections())) == 3
    car = garage(simulator).vehicle(theirs)
    assert car.signal("odometer-traveleddistance").value > 0
    with pytest.raises((PermissionDeniedError, NotFoundError)):
        shop(simulator).vehicle(theirs.vehicle_id, user_id=theirs.user_id).signals()
    with pytest.raises(NotFoundError):
        shop(simulator).remove_connection(theirs.id)
    fleets = next(iter(shop(simulator).connections()))
    with pytest.raises(NotFoundError):
        garage(simulator).remove_connection(fleets.id)
    garage(simulator).remove_connection(theirs.id)
    assert list(garage(simulator).connections()) == []


def test_one_ones_secret_is_not_the_others(simulator: Simulator) -> None:
    with pytest.raises(AuthenticationError):
        list(Smartcar("garage", "simulated-client-secret", transport=simulator).connections())
    with pytest.raises(AuthenticationError):
        list(Smartcar("shop", "wrench", transport=simulator).connections())
    with pytest.raises(ValueError, match="no application 'bakery'; there is shop, garage"):
        simulator.connect("ada@example.com", application="bakery")


def posted(simulator: Simulator, who: tuple[str, str], **fields: str) -> Reply:
    headers = {
        "authorization": basic(*who),
        "content-type": "application/x-www-form-urlencoded",
    }
    body = urlencode(fields).encode()
    return simulator.send(Request("POST", "/oauth/token", headers=headers, body=body))


def connected(
    simulator: Simulator, client_id: str, callback: str, owner: str = "ada@example.com"
) -> dict[str, str]:
    browser = Browser(simulator, "https://connect.smartcar.com")
    browser.open("/oauth/authorize", {"client_id": client_id, "redirect_uri": callback})
    browser.press("continue-button")
    browser.press("TESLA")
    browser.press("sign-in-button", username=owner, password="x")
    browser.press("approval-button")
    return browser.sent_back


def test_connect_names_the_application_and_its_code_is_its_own(simulator: Simulator) -> None:
    query = {"client_id": "garage", "redirect_uri": CALLBACK}
    page = simulator.send(Request("GET", "/oauth/authorize", query)).body.decode()
    assert "The Garage" in page
    code = connected(simulator, "garage", CALLBACK)["code"]
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}

    stolen = posted(simulator, ("shop", "simulated-client-secret"), **asked)
    own = posted(simulator, ("garage", "wrench"), **asked)

    assert (stolen.status, own.status) == (400, 200)
    tokens = json.loads(own.body)
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert posted(simulator, ("shop", "simulated-client-secret"), **refresh).status == 400
    assert posted(simulator, ("garage", "wrench"), **refresh).status == 200
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    cars = json.loads(simulator.send(Request("GET", "/v2.0/vehicles", headers=bearer)).body)
    assert len(cars["vehicles"]) == 1


def test_owners_are_sent_to_registered_addresses_only(simulator: Simulator) -> None:
    asked = {"client_id": "garage", "redirect_uri": "https://elsewhere.example.com/"}

    assert simulator.send(Request("GET", "/oauth/authorize", asked)).status == 400
    asked["client_id"] = "shop"  # has none registered
    assert simulator.send(Request("GET", "/oauth/authorize", asked)).status == 200


def test_a_management_token_manages_its_own_connections(simulator: Simulator) -> None:
    simulator.connect("ada@example.com", "KIA", application="garage")

    def listed(token: str) -> int:
        headers = {"authorization": basic("default", token)}
        reply = simulator.send(Request("GET", "/v2.0/management/connections", headers=headers))
        return len(json.loads(reply.body)["connections"]) if reply.status == 200 else -reply.status

    assert listed("amt-of-garage") == 1
    assert listed("simulated-management-token-shop") == 3
    assert listed("") == -401


def test_a_sign_in_again_is_with_the_application_that_asked(simulator: Simulator) -> None:
    broken = "CONNECTED_SERVICES_ACCOUNT.AUTHENTICATION_FAILED@smartcar.com"
    code = connected(simulator, "garage", CALLBACK, broken)["code"]
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    token = json.loads(posted(simulator, ("garage", "wrench"), **asked).body)["access_token"]
    bearer = {"authorization": f"Bearer {token}"}
    (car,) = garage(simulator).connections()

    path = f"/v2.0/vehicles/{car.vehicle_id}/odometer"
    problem = json.loads(simulator.send(Request("GET", path, headers=bearer)).body)

    where = urlsplit(problem["resolution"]["url"])
    assert parse_qs(where.query)["client_id"] == ["garage"]


def test_a_restart_knows_them_by_the_file_and_gives_no_secret_away(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with Simulator(fleet=FILE, journal=SqliteJournal(path)) as simulator:
        simulator.connect("ada@example.com", "KIA", application="garage")
        list(garage(simulator).connections())
    assert b"wrench" not in path.read_bytes()
    assert b"amt-of-garage" not in path.read_bytes()

    with Simulator(fleet=FILE, journal=SqliteJournal(path)) as again:
        assert len(list(garage(again).connections())) == 1
    with Simulator(journal=SqliteJournal(path)) as without:
        assert without.world.applications.called("garage") is not None
        for secret in ("wrench", "simulated-client-secret", ""):
            with pytest.raises((AuthenticationError, ValueError)):
                list(Smartcar("garage", secret, transport=without).connections())


def test_a_revoked_consent_is_that_with_the_application_that_asks(simulator: Simulator) -> None:
    car = simulator.world.fleet.grant(0)
    theirs = simulator.connect(car.owner_email, "TESLA", application="garage")
    assert theirs.vehicle_id == car.vehicle_id
    simulator.faults.add(FaultRule(consent="revoked", path="*/signals", times=1))

    with pytest.raises((PermissionDeniedError, NotFoundError)):
        garage(simulator).vehicle(theirs).signals()

    assert list(garage(simulator).connections()) == []
    assert shop(simulator).vehicle(car.vehicle_id, user_id=car.user_id).signals().data


def test_who_is_nobody_disconnects_nobody(simulator: Simulator) -> None:
    car = simulator.world.fleet.grant(0)
    simulator.faults.add(FaultRule(consent="revoked"))

    bearer = {"authorization": "Bearer nobody"}
    path = f"/v2.0/vehicles/{car.vehicle_id}/odometer"

    assert simulator.send(Request("GET", path, headers=bearer)).status == 401
    assert len(list(shop(simulator).connections())) == 3


def test_revoked_tokens_are_those_of_the_application_that_asks(simulator: Simulator) -> None:
    def tokens_of(name: str, secret: str, callback: str) -> dict[str, str]:
        code = connected(simulator, name, callback)["code"]
        asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": callback}
        tokens: dict[str, str] = json.loads(posted(simulator, (name, secret), **asked).body)
        return tokens

    def status(tokens: dict[str, str]) -> int:
        bearer = {"authorization": f"Bearer {tokens['access_token']}"}
        return simulator.send(Request("GET", "/v2.0/vehicles", headers=bearer)).status

    shops = tokens_of("shop", "simulated-client-secret", "https://shop.example.com/")
    garages = tokens_of("garage", "wrench", CALLBACK)
    refresh = {"grant_type": "refresh_token", "refresh_token": garages["refresh_token"]}
    renewed = json.loads(posted(simulator, ("garage", "wrench"), **refresh).body)
    simulator.faults.add(FaultRule(token="revoked", times=1))

    assert [status(each) for each in (garages, renewed, shops)] == [401, 401, 200]


def test_a_journal_of_before_ends_tokens_as_it_did() -> None:
    old = msgspec.json.decode(
        b'{"type":"TokenEnded","at":2,"token":"a","user_id":"u"}', type=TokenEnded
    )
    world = World()
    for token, whose in (("a", None), ("b", None), ("c", "garage")):
        world.record(TokenIssued(at=1, token=token, expires_at=9, user_id="u", application=whose))

    world.record(old)

    assert world.tokens == {}


def test_each_application_uses_up_its_own_limits(simulator: Simulator) -> None:
    car = simulator.world.fleet.grant(0)
    simulator.connect(car.owner_email, "TESLA", application="garage")
    simulator.limits.set(Limits(bucket=None, vehicle_requests=2, monthly_requests=3, vehicles=1))

    def odometer(client: Smartcar) -> int:
        try:
            client.with_options(retries=0).vehicle(car.vehicle_id, user_id=car.user_id).signal(
                "odometer-traveleddistance"
            )
        except SmartcarError as error:
            return error.status
        return 200

    assert [odometer(shop(simulator)) for _ in range(3)] == [200, 200, 429]
    assert [odometer(garage(simulator)) for _ in range(3)] == [200, 200, 429]
    simulator.clock.advance("10min")
    assert [odometer(shop(simulator)) for _ in range(2)] == [200, 430]
    assert odometer(garage(simulator)) == 200
    used = {
        name: simulator.limits.state(car.vehicle_id, name).vehicles[0].used_this_month
        for name in ("shop", "garage")
    }
    assert used == {"shop": 3, "garage": 3}
    with pytest.raises(ValueError, match="no application 'bakery'; there is shop, garage"):
        simulator.limits.state(application="bakery")


def test_what_was_used_up_outlives_a_restart_by_application(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with Simulator(fleet=FILE, journal=SqliteJournal(path), limits=Limits()) as simulator:
        world, at = simulator.world, simulator.clock.now()
        world.record(Counted(at=at, application="garage", vehicle_id="car", requests=7))
        copy = simulator.export()

    with Simulator(fleet=FILE, journal=SqliteJournal(path)) as again:
        used = again.limits.state("car", "garage").vehicles[0].used_this_month
        assert (used, again.limits.state("car").vehicles_used) == (7, 0)
    taken = Simulator.from_export(copy)
    assert taken.limits.state("car", "garage").vehicles[0].used_this_month == 7


def test_what_was_used_up_in_a_journal_of_before_is_used_up_for_each_application() -> None:
    old = (
        b'{"buckets":{"shop":[4.0,1.0],"garage":[5.0,1.0]},"windows":{"car":[99.0,2]},'
        b'"month":"1970-01","monthly":{"car":6}}'
    )
    world = World()
    world.record(Used(at=1, kept=msgspec.json.decode(old, type=UsageKept)))

    for name in ("shop", "garage"):
        (car,) = world.usage.state(2.0, name).vehicles
        assert (car.used_in_window, car.used_this_month) == (2, 6)


def test_the_controls_say_which_application_a_consent_is_with(simulator: Simulator) -> None:
    control = simulator.control
    made = control.connect("ada@example.com", "KIA", application="garage")

    assert made.application == "garage"
    assert [each.id for each in control.grants(application="garage")] == [made.id]
    assert {each.application for each in control.grants(application="shop")} == {"shop"}
    assert len(list(control.grants())) == 4
    assert control.limits(application="garage").application == "garage"
    assert control.limits().application == "shop"


def test_the_controls_know_no_other_application(simulator: Simulator) -> None:
    control = simulator.control
    for ask in (
        lambda: control.connect("ada@example.com", application="bakery"),
        lambda: list(control.grants(application="bakery")),
        lambda: control.limits(application="bakery"),
    ):
        with pytest.raises(NotFoundError, match="there is shop, garage"):
            ask()
