"""What an owner's token opens in the simulator: what was agreed to on its way through Connect."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from smartcar import (
    AuthClient,
    AuthenticationError,
    MemoryTokens,
    NotFoundError,
    PermissionDeniedError,
    Request,
    Smartcar,
    Vehicle,
    models,
)
from smartcar.cli.browser import Browser
from smartcar.simulator import Simulator, SqliteJournal

CALLBACK = "https://app.example.com/callback"
THREE = "3-vehicles@smartcar.com"
BOTH = ("read_odometer", "read_vin")


class App:
    """An application that sends owners of three cars through Connect."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        known = simulator.credentials
        # The store tells the simulator's time, so that who waits for a lease is served at once.
        self.auth = AuthClient(
            *(known.client_id, known.client_secret, CALLBACK),
            transport=simulator,
            store=MemoryTokens(now=simulator.clock.now),
        )

    def begin(self, make: str = "TESLA", email: str = THREE, **link: Any) -> Browser:
        """An owner who has signed in."""
        url = urlsplit(self.auth.get_auth_url(BOTH, make_bypass=make, **link))
        browser = Browser(self.simulator, "http://127.0.0.1")
        browser.open(url.path, dict(parse_qsl(url.query)))
        browser.press("continue-button")
        browser.press("sign-in-button", username=email, password="any")
        return browser

    def code(self, make: str = "TESLA", *, single_select: bool = False, **chosen: str) -> str:
        """What an owner comes back with who grants *chosen*, else everything."""
        browser = self.begin(make, single_select=single_select, force_prompt=True)
        browser.press("approval-button", **chosen)
        return browser.sent_back["code"]

    def tokens(self, make: str = "TESLA", **chosen: Any) -> models.Access:
        """The tokens for that."""
        return self.auth.exchange_code(self.code(make, **chosen))

    def cars(self, access: models.Access) -> set[str]:
        """The cars that v2.0 lists."""
        headers = {"authorization": f"Bearer {access.access_token}"}
        reply = self.simulator.send(Request("GET", "/v2.0/vehicles", headers=headers))
        return set(json.loads(reply.body)["vehicles"])

    def car(self, vehicle_id: str, access: models.Access) -> Vehicle:
        """A car, with a token in hand."""
        return Vehicle(vehicle_id, access.access_token, transport=self.simulator)

    def opens(self, vehicle_id: str, access: models.Access) -> bool:
        """Does the token open the car?"""
        try:
            return bool(self.car(vehicle_id, access).vin().vin)
        except PermissionDeniedError:
            return False


@pytest.fixture
def app() -> App:
    return App(Simulator(seed=7))


@pytest.fixture
def three(app: App) -> list[str]:
    """The ids of an owner's cars, all of which are connected."""
    return sorted(app.cars(app.tokens()))


# --- cars ----------------------------------------------------------------------------------------


def test_a_token_of_single_select_opens_the_chosen_car_alone(app: App, three: list[str]) -> None:
    chosen, *others = three

    access = app.tokens(single_select=True, vehicle_id=chosen)

    assert app.cars(access) == {chosen}
    assert app.opens(chosen, access)
    for other in others:
        assert not app.opens(other, access)
        with pytest.raises(PermissionDeniedError):
            app.car(other, access).batch(Vehicle.odometer)
        with pytest.raises(PermissionDeniedError):
            app.car(other, access).disconnect()


def test_on_v3_it_opens_no_more(app: App, three: list[str]) -> None:
    chosen, other, _ = three

    access = app.tokens(single_select=True, vehicle_id=chosen)

    with Smartcar(access_token=access.access_token, transport=app.simulator) as client:
        (connection,) = client.connections()
        assert connection.vehicle_id == chosen
        assert client.connection(connection.id).vehicle_id == chosen
        assert client.vehicle(chosen).attributes().make == "TESLA"
        with pytest.raises(NotFoundError):
            client.vehicle(other).attributes()
    with Smartcar(transport=app.simulator) as whole:
        hidden = next(each for each in whole.connections() if each.vehicle_id == other)
    with (
        Smartcar(access_token=access.access_token, transport=app.simulator) as client,
        pytest.raises(NotFoundError),
    ):
        client.connection(hidden.id)


def test_each_single_select_gives_a_token_for_its_own_car(app: App, three: list[str]) -> None:
    tokens = [app.tokens(single_select=True, vehicle_id=car) for car in three]

    assert [app.cars(each) for each in tokens] == [{car} for car in three]
    opened = [[app.opens(car, access) for car in three] for access in tokens]
    assert opened == [[True, False, False], [False, True, False], [False, False, True]]


def test_who_has_several_cars_is_asked_which_though_all_is_granted(
    app: App, three: list[str]
) -> None:
    browser = app.begin(single_select=True)

    assert not browser.sent_back
    browser.press("approval-button", vehicle_id=three[2])
    access = app.auth.exchange_code(browser.sent_back["code"])
    assert app.cars(access) == {three[2]}


def test_who_has_one_car_and_has_granted_it_is_not_asked(app: App) -> None:
    app.begin(email="ada@example.com", force_prompt=True).press("approval-button")

    browser = app.begin(email="ada@example.com", single_select=True)

    assert app.cars(app.auth.exchange_code(browser.sent_back["code"]))


def test_to_remove_its_user_on_v3_ends_what_it_opens(app: App, three: list[str]) -> None:
    access = app.tokens(single_select=True, vehicle_id=three[0])

    with Smartcar(access_token=access.access_token, transport=app.simulator) as client:
        (connection,) = client.connections()
        client.remove_user(connection.user_id or "")

    with Smartcar(transport=app.simulator) as whole:
        assert {each.vehicle_id for each in whole.connections()} & {*three} == {*three[1:]}


def test_a_token_opens_what_was_ticked_and_nothing_of_another_account(app: App) -> None:
    teslas, ford = app.tokens(), app.tokens("FORD", single_select=True)
    (some_ford,), three = app.cars(ford), app.cars(teslas)

    one = app.tokens(vehicle_id=min(three))

    assert app.cars(one) == {min(three)}
    assert len(three) == 3
    assert some_ford not in three
    assert not app.opens(some_ford, teslas)
    assert not app.opens(min(three), ford)


def test_new_tokens_open_what_those_before_them_did(app: App, three: list[str]) -> None:
    access = app.tokens(single_select=True, vehicle_id=three[1])

    for _ in range(3):
        app.simulator.clock.advance("3h")
        access = app.auth.exchange_refresh_token(access.refresh_token)

    assert app.cars(access) == {three[1]}
    assert not app.opens(three[0], access)


def test_a_token_ends_with_the_connection_and_a_new_one_needs_a_new_code(
    app: App, three: list[str]
) -> None:
    car = three[0]
    old = app.tokens(single_select=True, vehicle_id=car)
    app.car(car, old).disconnect()
    assert not app.opens(car, old)

    new = app.tokens(single_select=True, vehicle_id=car)

    assert app.opens(car, new)
    assert not app.opens(car, old)
    assert app.cars(old) == set()


def test_to_disconnect_an_owner_ends_the_cars_of_the_token(app: App, three: list[str]) -> None:
    app.auth.exchange_code(app.code(single_select=True, vehicle_id=three[0]), owner="owner")
    other = app.tokens(single_select=True, vehicle_id=three[1])

    app.auth.owner("owner").disconnect()

    assert app.opens(three[1], other)
    with Smartcar(transport=app.simulator) as client:
        connected = {each.vehicle_id for each in client.connections()}
    assert three[0] not in connected
    assert {*three[1:]} <= connected


# --- permissions ---------------------------------------------------------------------------------


def test_a_token_has_the_permissions_of_its_own_code(app: App, three: list[str]) -> None:
    car = three[0]
    narrow = app.tokens(vehicle_id=car, permission="read_vin")
    wide = app.tokens(vehicle_id=car)
    narrow_too = app.tokens(vehicle_id=car, permission="read_vin")

    assert set(app.car(car, wide).permissions().permissions) == {*BOTH}
    assert app.car(car, wide).odometer().distance
    for access in (narrow, narrow_too):
        assert app.car(car, access).permissions().permissions == ("read_vin",)
        with pytest.raises(PermissionDeniedError):
            app.car(car, access).odometer()
        assert app.car(car, access).vin().vin


def test_new_tokens_have_the_permissions_of_those_before(app: App, three: list[str]) -> None:
    narrow = app.tokens(vehicle_id=three[0], permission="read_vin")
    app.tokens()

    later = app.auth.exchange_refresh_token(narrow.refresh_token)

    with pytest.raises(PermissionDeniedError):
        app.car(three[0], later).odometer()


# --- kept ----------------------------------------------------------------------------------------


def test_what_a_token_opens_outlives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with Simulator(seed=7, journal=SqliteJournal(path)) as simulator:
        app = App(simulator)
        first, second, third = sorted(app.cars(app.tokens()))
        held = app.tokens(single_select=True, vehicle_id=first)
        used = app.tokens(single_select=True, vehicle_id=second)
        code = app.code(single_select=True, vehicle_id=third)
    with Simulator(journal=SqliteJournal(path)) as simulator:
        app = App(simulator)
        renewed = app.auth.exchange_refresh_token(used.refresh_token)
        late = app.auth.exchange_code(code)
        assert [app.cars(each) for each in (held, renewed, late)] == [{first}, {second}, {third}]
        assert not app.opens(second, held)


ADDED = {
    "CodeIssued": {"connection_ids", "expires_at"},
    "TokenIssued": {"refresh_expires_at", "code"},
    "RefreshTokenUsed": {"dies_at"},
}
"""What these events did not say once."""


def as_it_was(path: Path) -> None:
    """Make the journal one that an older simulator wrote."""
    file = sqlite3.connect(path)
    for number, body in file.execute("SELECT number, body FROM event").fetchall():
        event = json.loads(body)
        added = ADDED.get(event["type"], set())
        assert added <= event.keys()
        old = {name: said for name, said in event.items() if name not in added}
        written = (json.dumps(old).encode(), number)
        file.execute("UPDATE event SET body = ? WHERE number = ?", written)
    file.commit()
    file.close()


def test_a_journal_of_before_is_read_as_it_was_meant(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with Simulator(seed=7, journal=SqliteJournal(path)) as simulator:
        app = App(simulator)
        three = app.cars(app.tokens())
        car = min(three)
        held = app.tokens(single_select=True, vehicle_id=car)
        used = app.tokens(single_select=True, vehicle_id=car)
        app.auth.exchange_refresh_token(used.refresh_token)
        code = app.code(single_select=True, vehicle_id=car)
        at = simulator.clock.now()
    as_it_was(path)

    with Simulator(journal=SqliteJournal(path)) as simulator:
        app = App(simulator)
        assert app.cars(held) == app.cars(app.auth.exchange_code(code)) == three
        simulator.clock.reach(at + 59)
        assert app.auth.exchange_refresh_token(used.refresh_token).access_token
        simulator.clock.reach(at + 60)
        with pytest.raises(AuthenticationError):
            app.auth.exchange_refresh_token(used.refresh_token)
        simulator.clock.reach(at + 60 * 86400 - 1)
        assert app.auth.exchange_refresh_token(held.refresh_token).access_token
