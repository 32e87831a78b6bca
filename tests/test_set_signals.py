"""Signals that were set or frozen: what v3 and v2.0 tell then, and what becomes of the car."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from old_caller import Owner, owner_of

from smartcar import Smartcar
from smartcar.models import Signal
from smartcar.simulator import Refused, Simulator, SqliteJournal
from smartcar.simulator.facts import IN_THE_CAR

CHARGE, RANGE = "tractionbattery-stateofcharge", "tractionbattery-range"
ODOMETER, LOCK, PLACE = "odometer-traveleddistance", "closure-islocked", "location-preciselocation"
FUEL, LITRES = "internalcombustionengine-fuellevel", "internalcombustionengine-amountremaining"
TESLA, BMW, FORD = 0, 2, 3


def id_of(simulator: Simulator, index: int = TESLA) -> str:
    return simulator.world.fleet.grant(index).vehicle_id


def told(simulator: Simulator, code: str, index: int = TESLA) -> Any:
    """The signal as v3 tells it to its owner's application."""
    grant = simulator.world.fleet.grant(index)
    with Smartcar(transport=simulator) as smartcar:
        return smartcar.vehicle(grant.vehicle_id, user_id=grant.user_id).signal(code)


@pytest.fixture
def bmw(simulator: Simulator) -> Owner:
    """The owner of a plug-in hybrid, who speaks v2.0."""
    return owner_of(simulator, BMW)


@pytest.mark.parametrize(
    ("code", "value", "path", "field", "said"),
    [
        (CHARGE, 37.5, "/battery", "percentRemaining", 0.375),
        (RANGE, 123, "/battery", "range", 123),
        (FUEL, 25, "/fuel", "percentRemaining", 0.25),
        (ODOMETER, 54321.5, "/odometer", "distance", 54321.5),
        (LOCK, False, "/security", "isLocked", False),
        ("charge-ischargingcableconnected", False, "/charge", "isPluggedIn", False),
        ("charge-detailedchargingstatus", "NOT_CHARGING", "/charge", "state", "NOT_CHARGING"),
        ("internalcombustionengine-oillife", 5, "/engine/oil", "lifeRemaining", 0.05),
        (PLACE, {"latitude": 50.1, "longitude": 14.5}, "/location", "latitude", 50.1),
        ("charge-chargelimits", {"activeLimit": 60}, "/charge/limit", "limit", 0.6),
    ],
)
def test_what_is_set_is_told_by_both_versions(  # noqa: PLR0917 -- the columns of a table
    simulator: Simulator, bmw: Owner, code: str, value: Any, path: str, field: str, said: Any
) -> None:
    simulator.set_signal(bmw.vehicle_id, code, value)

    body = told(simulator, code, BMW).body
    wanted = value if isinstance(value, dict) else {"value": value}
    assert {name: body[name] for name in wanted} == wanted
    assert bmw.car(path).body[field] == said


def test_a_list_of_parts_can_be_set_for_both_versions(simulator: Simulator, bmw: Owner) -> None:
    tyres = [
        {"row": row, "column": column, "tirePressure": 1.9} for row in (0, 1) for column in (0, 1)
    ]

    simulator.set_signal(bmw.vehicle_id, "wheel-tires", tyres)

    assert told(simulator, "wheel-tires", BMW).body["unit"] == "bar"
    assert bmw.car("/tires/pressure").body["backLeft"] == 190.0


def test_a_set_value_stands_until_the_next_report(simulator: Simulator) -> None:
    car = id_of(simulator)
    before = told(simulator, RANGE).value
    made = simulator.set_signal(car, RANGE, 12)
    assert made is not None
    assert told(simulator, RANGE).value == 12

    reports = simulator.car(car).reported_at
    while reports(simulator.clock.now()) <= made.at:
        assert told(simulator, RANGE).value == 12
        simulator.clock.advance("1min")

    assert told(simulator, RANGE).value != 12
    assert abs(told(simulator, RANGE).value - before) < 100
    assert simulator.overrides(car) == []


def test_a_frozen_value_stands_whatever_the_car_does(simulator: Simulator) -> None:
    car = id_of(simulator)
    simulator.set_signal(car, "motion-currentspeed", 250, frozen=True)

    simulator.command(car, "drive", minutes=20)
    simulator.clock.advance("5min")

    assert simulator.state(car).speed_kmh != 250
    assert told(simulator, "motion-currentspeed").value == 250
    assert simulator.release_signal(car, "motion-currentspeed")
    assert told(simulator, "motion-currentspeed").value != 250
    assert not simulator.release_signal(car, "motion-currentspeed")


def test_a_frozen_value_may_end_by_itself(simulator: Simulator) -> None:
    car, ends = id_of(simulator), simulator.clock.now() + 3600
    simulator.set_signal(car, RANGE, 1, frozen=True, until=ends)
    (upcoming,) = (
        each for each in simulator.agenda(50, vehicle_id=car) if each.kind == "signal-release"
    )
    assert upcoming.at == ends

    simulator.clock.advance(3599)
    assert told(simulator, RANGE).value == 1
    simulator.jump(upcoming)
    assert told(simulator, RANGE).value != 1


def test_a_signal_can_be_frozen_as_it_is(simulator: Simulator) -> None:
    car, before = id_of(simulator), told(simulator, ODOMETER).value

    simulator.set_signal(car, ODOMETER, frozen=True)
    simulator.clock.advance("5d")

    assert told(simulator, ODOMETER).value == before
    assert simulator.state(car).odometer_km > before + 10


def test_an_error_is_told_by_both_versions(simulator: Simulator, bmw: Owner) -> None:
    simulator.set_signal(bmw.vehicle_id, ODOMETER, error="vehicle_state:asleep")

    signal = told(simulator, ODOMETER, BMW)
    assert isinstance(signal, Signal)
    assert (signal.error.type, signal.error.code) == ("VEHICLE_STATE", "ASLEEP")
    assert bmw.car("/odometer").error == (409, "VEHICLE_STATE", "ASLEEP")


def test_a_car_can_be_made_to_tell_what_its_model_does_not(simulator: Simulator) -> None:
    simulator.set_signal(id_of(simulator, TESLA), LITRES, 33.5, frozen=True)

    assert told(simulator, LITRES).value == 33.5
    grant = simulator.world.fleet.grant(TESLA)
    with Smartcar(transport=simulator) as smartcar:
        everything = smartcar.vehicle(grant.vehicle_id, user_id=grant.user_id).signals()
        assert everything[LITRES].value == 33.5
    fuel = owner_of(simulator, TESLA).car("/fuel").body
    assert fuel == {"range": None, "percentRemaining": None, "amountRemaining": 33.5}


def test_a_body_that_v2_0_cannot_read_is_bad_data_of_the_maker(
    simulator: Simulator, bmw: Owner
) -> None:
    simulator.set_signal(bmw.vehicle_id, "wheel-tires", body={"values": [{"tirePressure": 2.0}]})

    assert told(simulator, "wheel-tires", BMW).body == {"values": [{"tirePressure": 2.0}]}
    assert bmw.car("/tires/pressure").error == (502, "UPSTREAM", "INVALID_DATA")


def test_a_permission_that_is_missing_hides_what_was_set(simulator: Simulator) -> None:
    reserved = 8  # keeps position and locks private
    simulator.set_signal(id_of(simulator, reserved), PLACE, {"latitude": 1.0, "longitude": 1.0})

    assert told(simulator, PLACE, reserved).error.type == "PERMISSION"


# --- the car itself ------------------------------------------------------------------------------


def test_a_charge_that_is_set_is_where_the_car_goes_on_from(simulator: Simulator) -> None:
    car = id_of(simulator)
    simulator.command(car, "plug-in")

    assert simulator.set_signal(car, CHARGE, 20) is None

    assert simulator.state(car).soc == pytest.approx(20)
    assert simulator.state(car).is_charging
    assert simulator.overrides(car) == []
    simulator.clock.advance("30min")
    assert 20 < simulator.state(car).soc < 60
    assert told(simulator, RANGE).value < 200


def test_an_odometer_that_is_set_counts_on(simulator: Simulator) -> None:
    car = id_of(simulator)
    simulator.set_signal(car, ODOMETER, 99_999.9)

    simulator.clock.advance("1d")

    assert 99_999.9 < simulator.state(car).odometer_km < 100_300


def test_a_car_that_is_put_elsewhere_finds_home_again(simulator: Simulator) -> None:
    car, spec = id_of(simulator), simulator.car(id_of(simulator)).spec
    there = spec.home.latitude + 0.05, spec.home.longitude
    simulator.set_signal(car, PLACE, {"latitude": there[0], "longitude": there[1]})
    assert simulator.state(car).point == there

    simulator.clock.advance("1d")

    line = simulator.trail(car)
    assert line[0] == there
    assert (spec.home.latitude, spec.home.longitude) in line


def test_a_place_too_far_for_the_car_is_told_only(simulator: Simulator) -> None:
    car = id_of(simulator)
    before = simulator.state(car).point

    made = simulator.set_signal(car, PLACE, {"latitude": -35.0, "longitude": 149.0})

    assert made is not None
    assert told(simulator, PLACE).body["latitude"] == -35.0
    assert simulator.state(car).point == before


def test_a_car_that_drives_tells_what_was_set_and_drives_on(simulator: Simulator) -> None:
    car = id_of(simulator)
    simulator.command(car, "drive", minutes=30)
    simulator.clock.advance("2min")
    before = simulator.state(car).soc

    assert simulator.set_signal(car, CHARGE, 3) is not None

    assert told(simulator, CHARGE).value == 3
    assert simulator.state(car).soc == before


@pytest.mark.parametrize("code", sorted(IN_THE_CAR))
def test_what_stands_for_the_car_itself_is_so_at_once(simulator: Simulator, code: str) -> None:
    index = BMW if code in {FUEL, LITRES} else TESLA
    if code == "charge-ischargingportflapopen":
        simulator.command(id_of(simulator), "unplug")
    own = told(simulator, code, index).body
    value = (
        {"latitude": own["latitude"] + 0.01}
        if code == PLACE
        else not own["value"]
        if isinstance(own["value"], bool)
        else own["value"] - 10
        if own["value"] > 10
        else 10
    )
    if code == "charge-ischarging":
        simulator.set_signal(id_of(simulator), CHARGE, 10)
        simulator.command(id_of(simulator), "plug-in")
        value = False

    assert simulator.set_signal(id_of(simulator, index), code, value) is None

    wanted = value if isinstance(value, dict) else {"value": value}
    assert wanted.items() <= {
        name: pytest.approx(said) if isinstance(said, float) else said
        for name, said in told(simulator, code, index).body.items()
    }.items() or told(simulator, code, index).body["latitude"] == pytest.approx(
        own["latitude"] + 0.01, abs=1e-5
    )


def test_a_new_value_of_the_car_itself_ends_what_was_frozen(simulator: Simulator) -> None:
    car = id_of(simulator)
    simulator.set_signal(car, CHARGE, 90, frozen=True)
    simulator.set_signal(car, CHARGE, 30)

    simulator.clock.advance("2d")

    assert simulator.overrides(car) == []
    assert told(simulator, CHARGE).value == pytest.approx(simulator.state(car).soc, abs=5)


# --- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "given", "why"),
    [
        (
            "tractionbattery-stateofchrge",
            {"value": 3},
            "did you mean tractionbattery-stateofcharge",
        ),
        (CHARGE, {"value": "full"}, "Expected `float`"),
        (CHARGE, {"value": 101}, "from 0 to 100"),
        (CHARGE, {"value": -1}, "from 0 to 100"),
        (RANGE, {"value": float("nan")}, "finite number"),
        (LOCK, {"value": 7}, "closure-islocked cannot be so"),
        (CHARGE, {"body": {"percent": 3}}, "cannot be so"),
        (PLACE, {"value": 48.1}, "no single value: give a mapping of latitude"),
        (PLACE, {"value": {"lat": 48.1}}, "has no lat; it has"),
        (PLACE, {"body": {"latitude": "north"}}, "cannot be so"),
        (CHARGE, {"error": "VEHICLE_STATE:NAPPING"}, "VEHICLE_STATE:ASLEEP"),
        (CHARGE, {"error": "NONSENSE"}, "is no error of Smartcar's; it is one of AUTHENTICATION"),
        (CHARGE, {"value": 3, "error": "VEHICLE_STATE:ASLEEP"}, "one of them"),
        (CHARGE, {}, "one of them"),
        (CHARGE, {"value": 3, "until": 2e9}, "freeze it"),
        (CHARGE, {"value": 3, "frozen": True, "until": 5.0}, "until a time to come"),
        (FUEL, {"frozen": True}, "nothing to freeze"),
    ],
)
def test_a_mistake_is_told_and_changes_nothing(
    simulator: Simulator, code: str, given: dict[str, Any], why: str
) -> None:
    car = id_of(simulator)
    before = simulator.export()

    with pytest.raises(ValueError, match=why):
        simulator.set_signal(car, code, **given)

    assert simulator.export() == before


def test_a_car_that_is_not_there_is_told(simulator: Simulator) -> None:
    for ask in (
        lambda: simulator.set_signal("nobody", CHARGE, 3),
        lambda: simulator.release_signal("nobody", CHARGE),
        lambda: simulator.command("nobody", "drive"),
        lambda: simulator.overrides("nobody"),
        lambda: simulator.agenda(vehicle_id="nobody"),
        lambda: simulator.history("nobody"),
        lambda: simulator.trail("nobody"),
        lambda: simulator.state("nobody"),
    ):
        with pytest.raises(LookupError, match="There is no car 'nobody'"):
            ask()


# --- somebody at the car -------------------------------------------------------------------------


def test_somebody_at_the_car_needs_no_permission(simulator: Simulator) -> None:
    reserved = id_of(simulator, 8)  # its owner keeps the locks to themselves

    assert simulator.command(reserved, "park").activity == "parked"
    assert simulator.command(reserved, "security-unlock").locked is False
    assert simulator.command(reserved, "drive", minutes=15).activity == "driving"
    assert simulator.command(reserved, "park").activity == "parked"
    assert simulator.command(reserved, "plug-in").plug == "AC"
    assert simulator.command(reserved, "unplug").plug is None
    assert simulator.command(reserved, "sleep").asleep
    assert not simulator.command(reserved, "wake").asleep


def test_what_the_car_refuses_is_not_kept(simulator: Simulator) -> None:
    car = id_of(simulator, FORD)
    before = simulator.export()

    with pytest.raises(Refused, match="VEHICLE_NOT_CAPABLE"):
        simulator.command(car, "plug-in")
    with pytest.raises(ValueError, match="No car knows the command 'fly'"):
        simulator.command(car, "fly")
    with pytest.raises(ValueError, match="from 1 to 240 minutes"):
        simulator.command(car, "drive", minutes=9999)
    with pytest.raises(ValueError, match="No car knows the command 'fly'"):
        simulator.command(car, "fly", height=10)

    assert simulator.export() == before


def test_what_was_set_frozen_and_done_outlives_the_process(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with Simulator(7, journal=SqliteJournal(path)) as simulator:
        car = id_of(simulator)
        simulator.set_signal(car, CHARGE, 20)
        simulator.set_signal(car, RANGE, 5, frozen=True)
        simulator.set_signal(car, LOCK, error="UPSTREAM:NO_RESPONSE", frozen=True)
        simulator.release_signal(car, LOCK)
        state, made = simulator.state(car), simulator.overrides(car)

    with Simulator(journal=SqliteJournal(path)) as simulator:
        assert simulator.state(car) == state
        assert simulator.overrides(car) == made
        assert [each.code for each in made] == [RANGE]


VIN, CHARGING = "vehicleidentification-vin", "charge-ischarging"


def test_both_versions_tell_a_vin_that_was_set(simulator: Simulator, bmw: Owner) -> None:
    simulator.set_signal(id_of(simulator, BMW), VIN, "WBA00000000000001", frozen=True)

    assert told(simulator, VIN, BMW).value == "WBA00000000000001"
    assert bmw.car("/vin").body["vin"] == "WBA00000000000001"


def test_both_versions_tell_a_charge_that_cannot_be(simulator: Simulator, bmw: Owner) -> None:
    car = id_of(simulator, BMW)
    if simulator.state(car).plug is not None:
        simulator.command(car, "unplug")
    simulator.set_signal(car, CHARGING, value=True)

    assert told(simulator, CHARGING, BMW).value is True
    assert bmw.car("/charge").body == {"isPluggedIn": False, "state": "CHARGING"}
    simulator.command(car, "plug-in")
    simulator.set_signal(car, CHARGING, value=False, frozen=True)
    assert bmw.car("/charge").body["state"] != "CHARGING"


def test_both_versions_tell_what_a_car_does_not_have(simulator: Simulator) -> None:
    simulator.set_signal(id_of(simulator, TESLA), FUEL, 30, frozen=True)
    simulator.set_signal(id_of(simulator, FORD), RANGE, 70, frozen=True)

    assert told(simulator, FUEL, TESLA).value == 30
    assert owner_of(simulator, TESLA).car("/fuel").body["percentRemaining"] == 0.3
    assert owner_of(simulator, FORD).car("/battery").body["range"] == 70


@pytest.mark.parametrize(
    ("code", "body", "why"),
    [
        (ODOMETER, {"value": 60000, "unit": "miles"}, "is told in km, not in 'miles'"),
        (ODOMETER, {"value": -1, "unit": "km"}, "0 km or more"),
        (PLACE, {"latitude": 91, "longitude": 0}, "latitude lies between -90 and 90"),
        (PLACE, {"latitude": 0, "longitude": -181}, "longitude lies between -180 and 180"),
    ],
)
def test_a_body_out_of_range_is_refused(
    simulator: Simulator, code: str, body: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        simulator.set_signal(id_of(simulator), code, body=body)
    assert simulator.overrides(id_of(simulator)) == []


def test_a_pin_is_set_at_the_car_and_not_kept(simulator: Simulator) -> None:
    simulator.command(id_of(simulator), "pin-set", pin="4071")

    assert b"4071" not in simulator.export()
    with pytest.raises(ValueError, match="four digits"):
        simulator.command(id_of(simulator), "pin-set")
    with pytest.raises(ValueError, match="four digits"):
        simulator.command(id_of(simulator), "pin-set", pin="12")
