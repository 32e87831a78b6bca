"""What v2.0 tells simulated cars, and that v3 sees it."""

from __future__ import annotations

import pytest
from old_caller import Owner, owner_of

from smartcar.simulator import Simulator

DONE = {"status": "success", "message": "Successfully sent request to vehicle"}


@pytest.fixture
def bmw(simulator: Simulator) -> Owner:
    """The owner of a car that charges."""
    owner = owner_of(simulator, 2)
    for name, minutes in (("drive", 20), ("park", 1), ("plug-in", 10)):
        owner.by_hand(name)
        simulator.clock.advance(minutes * 60)
    assert owner.car("/charge").body == {"isPluggedIn": True, "state": "CHARGING"}
    return owner


def test_a_charge_stopped_and_started_on_v2_shows_on_v3(bmw: Owner) -> None:
    assert bmw.tell("/charge", action="STOP").body == DONE
    assert bmw.signal("charge-ischarging")["value"] is False
    assert bmw.tell("/charge", action="START").body == DONE
    assert bmw.signal("charge-ischarging")["value"] is True


def test_a_charge_stopped_on_v3_shows_on_v2(bmw: Owner) -> None:
    assert bmw.tell_v3("charge/stop") == 200

    assert bmw.car("/charge").body["state"] == "NOT_CHARGING"


@pytest.mark.parametrize("limit", [0.7, "0.7"], ids=["number", "text"])
def test_a_limit_is_a_number_or_a_number_as_text(bmw: Owner, limit: object) -> None:
    assert bmw.tell("/charge/limit", limit=limit).body == DONE
    assert bmw.car("/charge/limit").body == {"limit": 0.7}
    assert bmw.signal("charge-chargelimits")["activeLimit"] == 70


@pytest.mark.parametrize("limit", [0.49, 1.01, "much", None, [0.7]])
def test_any_other_limit_is_refused(bmw: Owner, limit: object) -> None:
    got = bmw.tell("/charge/limit", limit=limit)

    assert got.error == (400, "VALIDATION", None)
    assert got.body["detail"][0]["field"] == ["limit"]


def test_locks_are_the_same_on_both_versions(bmw: Owner) -> None:
    assert bmw.tell("/security", action="UNLOCK").body == DONE
    assert bmw.signal("closure-islocked")["value"] is False
    assert bmw.tell_v3("security/lock") == 200
    assert bmw.car("/security").body["isLocked"] is True


def test_a_destination_is_taken(bmw: Owner) -> None:
    path = "/navigation/destination"

    assert bmw.tell(path, latitude=47.6, longitude=-122.3).body == DONE
    assert bmw.tell(path, latitude=91, longitude=0).error == (400, "VALIDATION", None)
    assert bmw.tell(path, latitude=1).body["detail"] == [
        {"field": ["longitude"], "message": '"longitude" is required'}
    ]


def test_a_command_has_no_age_and_no_units(bmw: Owner) -> None:
    got = bmw.tell("/security", action="LOCK")

    assert {name for name in got.headers if name.startswith("sc-")} == {"sc-request-id"}


@pytest.mark.parametrize("body", [{}, {"action": "DANCE"}, {"action": "lock"}, [], "LOCK"])
def test_an_action_that_is_none_is_refused(bmw: Owner, body: object) -> None:
    got = bmw.car("/security", method="POST", body=body)

    assert got.error == (400, "VALIDATION", None)
    assert got.body["detail"] == [
        {"field": ["action"], "message": '"action" must be one of [LOCK, UNLOCK]'}
    ]


def test_a_body_that_is_no_json_is_refused(bmw: Owner) -> None:
    assert bmw.car("/security", method="POST", body=b"{").error == (400, "VALIDATION", None)


def test_what_a_car_will_not_do_is_said_in_the_words_of_v2(bmw: Owner) -> None:
    bmw.tell("/charge", action="STOP")
    not_charging = bmw.tell("/charge", action="STOP")
    bmw.by_hand("unplug")
    unplugged = bmw.tell("/charge", action="START")
    bmw.by_hand("drive")
    moving = bmw.tell("/security", action="LOCK")

    assert not_charging.error == (409, "VEHICLE_STATE", "NOT_CHARGING")
    assert unplugged.error == (409, "VEHICLE_STATE", "CHARGING_PLUG_NOT_CONNECTED")
    assert moving.error == (409, "VEHICLE_STATE", "IN_MOTION")


def test_a_car_without_a_plug_cannot_charge(simulator: Simulator) -> None:
    got = owner_of(simulator, 3).tell("/charge", action="START")

    assert got.error == (501, "COMPATIBILITY", "VEHICLE_NOT_CAPABLE")
