"""What v2.0 tells a Tesla besides, and that v3 sees it."""

from __future__ import annotations

from pathlib import Path

import pytest
from old_caller import Owner, new_owner, owner_of

from smartcar.simulator import Simulator, SqliteJournal
from smartcar.simulator.classic.makes import SPECIALS

DONE = {"status": "success", "message": "Successfully sent request to vehicle"}
MALFORMED = (400, "VALIDATION", None)
COMMANDS = [each for each in SPECIALS if each.method != "GET" and "tesla" in each.makes]


@pytest.fixture
def tesla(simulator: Simulator) -> Owner:
    return owner_of(simulator, 0)


@pytest.mark.parametrize("special", COMMANDS, ids=lambda s: f"{s.method} {s.path}")
def test_every_command_needs_its_permission(simulator: Simulator, special: object) -> None:
    reads = ("read_charge", "read_climate", "read_security")
    owner = new_owner(simulator, "a@example.com", permissions=reads)
    got = owner.car(f"/tesla/{special.path}", method=special.method, body={})

    assert got.error == (403, "PERMISSION", None)


@pytest.mark.parametrize(
    "special", [each for each in COMMANDS if each.method == "POST"], ids=lambda s: s.path
)
def test_a_command_without_words_is_refused(tesla: Owner, special: object) -> None:
    got = tesla.car(f"/tesla/{special.path}", method="POST", body={})

    assert got.error == MALFORMED
    assert got.body["detail"][0]["message"]


def test_the_cabin_is_heated_and_cooled(tesla: Owner) -> None:
    path = "/tesla/climate/cabin"
    started = tesla.tell(path, action="START", temperature=23.5)

    assert started.body == {"status": "ON", "temperature": 23.5}
    assert tesla.signal("hvac-iscabinhvacactive")["value"] is True
    assert tesla.signal("hvac-cabintargettemperature")["value"] == 23.5
    assert tesla.tell(path, action="SET", temperature="19").body["temperature"] == 19
    assert tesla.tell(path, action="STOP").body == {"status": "OFF", "temperature": 19}
    assert tesla.car(path).body == {"status": "OFF", "temperature": 19}
    assert tesla.signal("hvac-iscabinhvacactive")["value"] is False


def test_a_cabin_nears_its_temperature(simulator: Simulator, tesla: Owner) -> None:
    tesla.tell("/tesla/climate/cabin", action="START", temperature=16)
    simulator.clock.advance("45m")

    assert tesla.car("/tesla/thermometer/interior").body["temperature"] == 16
    assert tesla.signal("climate-internaltemperature")["value"] == 16


def test_a_temperature_is_told_in_the_units_of_the_request(tesla: Owner) -> None:
    path, body = "/tesla/climate/cabin", {"action": "SET", "temperature": 68}
    got = tesla.car(path, method="POST", body=body, sc_unit_system="imperial")

    assert (got.body["temperature"], got.headers["sc-unit-system"]) == (68, "imperial")
    assert tesla.signal("hvac-cabintargettemperature")["value"] == 20
    assert tesla.car(path).body["temperature"] == 20


@pytest.mark.parametrize(
    ("units", "wrong", "bounds"),
    [("metric", 68, "between 15 and 28"), ("imperial", 20, "between 59 and 82.4")],
)
def test_a_temperature_past_the_dial_is_refused_with_its_bounds(
    tesla: Owner, units: str, wrong: int, bounds: str
) -> None:
    body = {"action": "START", "temperature": wrong}
    got = tesla.car("/tesla/climate/cabin", method="POST", body=body, sc_unit_system=units)

    assert got.error == MALFORMED
    assert bounds in got.body["detail"][0]["message"]
    assert tesla.signal("hvac-iscabinhvacactive")["value"] is False


@pytest.mark.parametrize(
    "body",
    [
        {"action": "DANCE"},
        {"action": "SET"},
        {"action": "SET", "temperature": "warm"},
        {"action": "SET", "temperature": "nan"},
        {"action": "SET", "temperature": None},
    ],
    ids=str,
)
def test_what_makes_no_sense_to_a_cabin_is_refused(tesla: Owner, body: dict[str, object]) -> None:
    assert tesla.tell("/tesla/climate/cabin", **body).error == MALFORMED


def test_windows_and_steering_wheel_are_heated(tesla: Owner) -> None:
    for action, is_on in (("START", True), ("STOP", False)):
        word = "ON" if is_on else "OFF"
        assert tesla.tell("/tesla/climate/defroster", action=action).body == {"status": action}
        assert tesla.car("/tesla/climate/defroster").body == {
            "frontStatus": word,
            "rearStatus": word,
        }
        assert tesla.signal("hvac-isfrontdefrosteractive")["value"] is is_on
        assert tesla.signal("hvac-isreardefrosteractive")["value"] is is_on
        wheel = "/tesla/climate/steering_wheel"
        assert tesla.tell(wheel, action=action).body == {"status": action}
        assert tesla.car(wheel).body == {"status": word}
        assert tesla.signal("hvac-issteeringheateractive")["value"] is is_on


def test_a_steering_wheel_that_cannot_be_heated_is_unavailable(simulator: Simulator) -> None:
    owner = new_owner(simulator, "0SCTSLA1234567890@phev.smartcar.com")
    path = "/tesla/climate/steering_wheel"

    assert owner.car(path).body == {"status": "UNAVAILABLE"}
    assert owner.tell(path, action="START").body == {"status": "UNAVAILABLE"}


def test_a_command_has_no_age(tesla: Owner) -> None:
    got = tesla.tell("/tesla/climate/cabin", action="START")
    plain = tesla.tell("/tesla/security/trunk", action="OPEN")

    assert {name for name in got.headers if name.startswith("sc-")} == {
        *("sc-request-id", "sc-unit-system")
    }
    assert {name for name in plain.headers if name.startswith("sc-")} == {"sc-request-id"}


def test_the_current_is_set_as_far_as_the_charger_gives_it(tesla: Owner) -> None:
    path = "/tesla/charge/ammeter"
    tesla.tell("/charge/limit", limit=1)
    most = tesla.car("/tesla/charge").body["amperageMaxCharger"]
    set_ = tesla.tell(path, amperage=12)

    assert set_.body == {
        "status": "success",
        "message": "Successfully sent the following amperage: 12",
    }
    assert tesla.car(path).body == {"amperage": 12}
    assert tesla.signal("charge-amperagerequested")["value"] == 12
    assert tesla.signal("charge-amperage")["value"] == 12
    assert tesla.tell(path, amperage=999).body["message"].endswith(f": {most}")
    assert tesla.tell(path, amperage=0).error == MALFORMED


def test_the_current_is_of_a_cable(tesla: Owner) -> None:
    tesla.by_hand("unplug")

    got = tesla.tell("/tesla/charge/ammeter", amperage=12)

    assert got.error == (409, "VEHICLE_STATE", "CHARGING_PLUG_NOT_CONNECTED")


def test_the_charge_port_opens_and_shuts(tesla: Owner) -> None:
    path, code = "/tesla/charge/charge_port_door", "charge-ischargingportflapopen"
    plugged = tesla.tell(path, action="CLOSE")
    tesla.by_hand("unplug")

    assert plugged.error == (409, "VEHICLE_STATE", "CHARGING_PLUG_CONNECTED")
    assert tesla.tell(path, action="OPEN").body == DONE
    assert tesla.signal(code)["value"] is True
    assert tesla.tell(path, action="CLOSE").body == DONE
    assert tesla.signal(code)["value"] is False
    assert tesla.tell(path, action="SLAM").error == MALFORMED


@pytest.mark.parametrize(
    ("path", "code", "place"),
    [("trunk", "closure-reartrunk", "rear"), ("frunk", "closure-fronttrunk", "front")],
)
def test_trunks_open_and_shut(tesla: Owner, path: str, code: str, place: str) -> None:
    for action, word in (("OPEN", "OPEN"), ("CLOSE", "CLOSED")):
        assert tesla.tell(f"/tesla/security/{path}", action=action).body == DONE
        assert tesla.signal(code)["isOpen"] is (action == "OPEN")
        storage = tesla.car("/security").body["storage"]
        assert {"type": place, "status": word} in storage


def test_trunks_stay_as_they_are_on_the_way(tesla: Owner) -> None:
    tesla.by_hand("drive")

    for path in ("trunk", "frunk"):
        got = tesla.tell(f"/tesla/security/{path}", action="OPEN")
        assert got.error == (409, "VEHICLE_STATE", "IN_MOTION")


def test_a_pin_is_set_and_cleared_and_nowhere_kept(simulator: Simulator, tesla: Owner) -> None:
    assert tesla.tell("/tesla/pin", pin="4071").body == DONE
    assert "4071" not in str(simulator.world.garage.told(tesla.vehicle_id)[-1].arguments)
    for _ in range(2):
        assert tesla.car("/tesla/pin", method="DELETE").body == DONE


@pytest.mark.parametrize("pin", ["123", "12345", "12a4", 1234, "", "\u0661\u0662\u0663\u0664"])
def test_a_pin_has_four_digits(tesla: Owner, pin: object) -> None:
    assert tesla.tell("/tesla/pin", pin=pin).error == MALFORMED


def test_what_a_tesla_was_told_outlives_the_simulator(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with Simulator(seed=7, journal=SqliteJournal(path)) as before:
        owner = owner_of(before, 0)
        owner.tell("/tesla/climate/cabin", action="START", temperature=25)
        owner.tell("/tesla/charge/schedule", type="START_TIME", enable=True, time="01:15")
    with Simulator(journal=SqliteJournal(path)) as after:
        again = owner_of(after, 0)
        assert again.car("/tesla/climate/cabin").body == {"status": "ON", "temperature": 25}
        assert again.car("/tesla/charge/schedule").body["startTime"]["time"] == "01:15"
