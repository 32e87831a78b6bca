"""When a Tesla, a Nissan or a Ford may charge, on v2.0: each make has its own way to say it."""

from __future__ import annotations

from typing import Any

import pytest
from old_caller import Owner, Said, encoded, new_owner, owner_of

from smartcar.protocol.wire import Request
from smartcar.simulator import Simulator

DONE = {"status": "success", "message": "Successfully sent request to vehicle"}
MALFORMED = (400, "VALIDATION", None)
NOT_CAPABLE = (501, "COMPATIBILITY", "VEHICLE_NOT_CAPABLE")
TESLA, FORD, NISSAN = 0, 3, 10
WEEK = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]


@pytest.fixture
def tesla(simulator: Simulator) -> Owner:
    return owner_of(simulator, TESLA)


@pytest.fixture
def leaf(simulator: Simulator) -> Owner:
    return owner_of(simulator, NISSAN)


@pytest.fixture
def ford(simulator: Simulator) -> Owner:
    """The owner of an electric one."""
    return new_owner(simulator, "0SCFORD1234567890@bev.smartcar.com", "FORD")


def timers(owner: Owner) -> list[dict[str, Any]]:
    values: list[dict[str, Any]] = owner.signal("charge-chargetimers")["values"]
    return values


def put(owner: Owner, path: str, body: object, **query: object) -> Said:
    asked = {name: str(value) for name, value in query.items()}
    return owner.car(path, asked, method="PUT", body=body)


# --- Tesla ---------------------------------------------------------------------------------------


def set_time(owner: Owner, kind: str, time: str, *, enable: bool = True) -> Said:
    return owner.tell("/tesla/charge/schedule", type=kind, enable=enable, time=time)


def test_a_tesla_has_no_times_at_first(tesla: Owner) -> None:
    off = {"enabled": False, "time": None}

    assert tesla.car("/tesla/charge/schedule").body == {"departureTime": off, "startTime": off}
    assert timers(tesla) == []


def test_a_tesla_begins_to_charge_at_a_time(simulator: Simulator, tesla: Owner) -> None:
    tesla.tell("/charge/limit", limit=1)
    assert tesla.car("/charge").body["state"] == "CHARGING"
    got = set_time(tesla, "START_TIME", "23:30")

    assert got.body == {
        "departureTime": {"enabled": False, "time": None},
        "startTime": {"enabled": True, "time": "23:30"},
    }
    assert tesla.car("/charge").body["state"] == "NOT_CHARGING"
    assert timers(tesla)[0]["schedules"] == [{"start": "23:30:00", "end": None, "days": WEEK}]
    simulator.clock.advance("1h")  # it is 22:00 in Sacramento when the clock begins
    assert tesla.car("/charge").body["state"] == "NOT_CHARGING"
    simulator.clock.advance("35m")
    assert tesla.car("/charge").body["state"] == "CHARGING"


def test_a_tesla_is_charged_by_a_time(simulator: Simulator, tesla: Owner) -> None:
    tesla.tell("/charge/limit", limit=1)
    set_time(tesla, "START_TIME", "23:30")
    got = set_time(tesla, "DEPARTURE_TIME", "07:30")

    assert got.body == {
        "departureTime": {"enabled": True, "time": "07:30"},
        "startTime": {"enabled": False, "time": "23:30"},
    }
    assert timers(tesla)[0]["departureTimers"] == [{"time": "07:30:00", "days": WEEK}]
    simulator.clock.advance("2h")
    bearer = owner_of(simulator, TESLA)
    assert bearer.car("/charge").body["state"] == "NOT_CHARGING"
    simulator.clock.advance("7h 20m")
    bearer = owner_of(simulator, TESLA)
    assert bearer.car("/battery").body["percentRemaining"] == 1


def test_a_time_is_switched_off(tesla: Owner) -> None:
    tesla.tell("/charge/limit", limit=1)
    set_time(tesla, "START_TIME", "23:30")

    got = set_time(tesla, "START_TIME", "23:30", enable=False)

    assert got.body["startTime"] == {"enabled": False, "time": "23:30"}
    assert tesla.car("/charge").body["state"] == "CHARGING"
    assert timers(tesla) == []


def test_a_schedule_of_v3_is_read_on_v2(tesla: Owner) -> None:
    path = f"/v3/vehicles/{tesla.vehicle_id}/charge-schedules/daily"
    home = tesla.signal("location-preciselocation")
    attributes = {
        "location": {name: home[name] for name in ("latitude", "longitude")},
        "startTime": "22:15",
        "stopTime": "06:00",
    }
    _post(tesla, path, {"data": {"attributes": attributes}})

    start = tesla.car("/tesla/charge/schedule").body["startTime"]
    assert start == {"enabled": True, "time": "22:15"}


def _post(owner: Owner, path: str, body: object) -> None:
    headers = {"authorization": f"Bearer {owner.token}"}
    reply = owner.simulator.send(Request("POST", path, {}, headers, encoded(body)))
    assert reply.status == 200, reply.body


@pytest.mark.parametrize(
    "body",
    [
        {"type": "SOMETIMES", "enable": True, "time": "23:30"},
        {"type": "START_TIME", "time": "23:30"},
        {"type": "START_TIME", "enable": "yes", "time": "23:30"},
        {"type": "START_TIME", "enable": True},
        {"type": "START_TIME", "enable": True, "time": "24:00"},
        {"type": "START_TIME", "enable": True, "time": "7:30"},
        {"type": "START_TIME", "enable": True, "time": 730},
    ],
    ids=str,
)
def test_what_is_no_time_is_refused(tesla: Owner, body: dict[str, object]) -> None:
    assert tesla.tell("/tesla/charge/schedule", **body).error == MALFORMED


# --- Nissan --------------------------------------------------------------------------------------

NIGHTS = {"start": "20:00", "end": "02:00", "days": ["MONDAY", "SUNDAY"]}
NOON = {"start": "12:00", "end": "13:00", "days": ["SATURDAY"]}
PATH = "/nissan/charge/schedule"


def test_a_nissan_keeps_a_list_that_is_written_as_a_whole(leaf: Owner) -> None:
    assert leaf.car(PATH).body == {"chargeSchedules": []}
    assert put(leaf, PATH, {"chargeSchedules": [NIGHTS, NOON]}).body == DONE
    assert leaf.car(PATH).body == {"chargeSchedules": [NIGHTS, NOON]}
    put(leaf, PATH, {"chargeSchedules": [NOON]})
    assert leaf.car(PATH).body == {"chargeSchedules": [NOON]}
    put(leaf, PATH, {"chargeSchedules": []})
    assert leaf.car(PATH).body == {"chargeSchedules": []}


def test_times_in_utc_are_those_of_the_cars_own_clock_on_v3(leaf: Owner) -> None:
    put(leaf, PATH, {"chargeSchedules": [NIGHTS]})  # in Kyoto, nine hours ahead

    (timer,) = timers(leaf)
    assert timer["type"] == "GLOBAL"
    assert timer["schedules"] == [
        {"start": "05:00:00", "end": "11:00:00", "days": ["MONDAY", "TUESDAY"]}
    ]


def test_a_nissan_charges_when_it_may(simulator: Simulator, leaf: Owner) -> None:
    leaf.by_hand("drive")
    simulator.clock.advance("20m")
    leaf.by_hand("park")
    leaf.by_hand("plug-in")
    assert leaf.car("/charge").body["state"] == "CHARGING"
    soon = {"start": "08:00", "end": "12:00", "days": WEEK}
    put(leaf, PATH, {"chargeSchedules": [soon]})

    assert leaf.car("/charge").body["state"] == "NOT_CHARGING"


@pytest.mark.parametrize(
    "schedules",
    [
        None,
        "always",
        [NOON] * 4,
        [{"start": "12:00", "end": "13:00"}],
        [{**NOON, "days": ["SOMEDAY"]}],
        [{**NOON, "start": "noon"}],
        [{**NOON, "end": "25:00"}],
    ],
    ids=str,
)
def test_what_is_no_list_of_times_is_refused(leaf: Owner, schedules: object) -> None:
    assert put(leaf, PATH, {"chargeSchedules": schedules}).error == MALFORMED
    assert put(leaf, PATH, {}).error == MALFORMED


# --- Ford and Lincoln ----------------------------------------------------------------------------

PLACES = "/ford/charge/schedule_by_location"
OFFICE_HOURS = [{"start": "09:00", "end": "17:00"}]


def home_of(owner: Owner) -> dict[str, Any]:
    home: dict[str, Any] = owner.car(PLACES).body["chargingLocations"][0]
    return home


def set_place(owner: Owner, limit: object, weekday: object, weekend: object) -> Said:
    windows = {"weekday": weekday, "weekend": weekend}
    body = {"chargingLocation": {"chargeLimit": limit, "chargingWindows": windows}}
    return put(owner, PLACES, body, **home_of(owner)["location"])


def test_a_ford_names_the_places_where_it_charges(ford: Owner) -> None:
    home = home_of(ford)
    here = ford.car("/location").body

    assert home["chargeLimit"] == ford.car("/charge/limit").body["limit"]
    assert home["chargingSchedules"] == {"weekday": [], "weekend": []}
    assert home["location"] == pytest.approx(here, abs=1e-5)


@pytest.mark.parametrize(
    ("weekday", "weekend"),
    [(OFFICE_HOURS, []), ([], OFFICE_HOURS), (OFFICE_HOURS * 2, OFFICE_HOURS), ([], [])],
    ids=["weekday", "weekend", "both", "none"],
)
def test_a_place_has_times_and_a_limit_of_its_own(
    ford: Owner, weekday: list[object], weekend: list[object]
) -> None:
    assert set_place(ford, 0.6, weekday, weekend).body == DONE
    home = home_of(ford)

    assert home["chargingSchedules"] == {"weekday": weekday, "weekend": weekend}
    assert home["chargeLimit"] == 0.6
    assert ford.car("/charge/limit").body == {"limit": 0.6}
    limits = ford.signal("charge-chargelimits")
    assert limits["activeLimit"] == 60
    place = next(each for each in limits["values"] if each["type"] == "LOCATION")
    assert (place["limit"], place["condition"]["name"]) == (60, "Home")


def test_a_limit_that_is_set_is_that_of_the_place(ford: Owner) -> None:
    set_place(ford, 0.6, [], [])

    assert ford.tell("/charge/limit", limit=0.9).body == DONE
    assert ford.car("/charge/limit").body == {"limit": 0.9}
    assert home_of(ford)["chargeLimit"] == 0.9


def test_the_words_of_reading_are_understood_too(ford: Owner) -> None:
    record = {
        "chargeLimit": "0.7",
        "chargingSchedules": {"weekday": OFFICE_HOURS, "weekend": []},
    }

    assert put(ford, PLACES, record, **home_of(ford)["location"]).body == DONE
    assert home_of(ford)["chargingSchedules"]["weekday"] == OFFICE_HOURS


def test_another_place_is_refused(ford: Owner) -> None:
    body = {"chargingLocation": {"chargeLimit": 0.6, "chargingWindows": {}}}

    assert put(ford, PLACES, body, latitude=0, longitude=0).error == MALFORMED
    assert put(ford, PLACES, body).body["detail"][0]["field"] == ["latitude"]


@pytest.mark.parametrize(
    ("limit", "weekday"),
    [(0.4, []), (1.1, []), ("much", []), (0.8, "always"), (0.8, [{"start": "9", "end": "10:00"}])],
    ids=str,
)
def test_what_is_no_record_of_a_place_is_refused(
    ford: Owner, limit: object, weekday: object
) -> None:
    assert set_place(ford, limit, weekday, []).error == MALFORMED


def test_a_lincoln_does_so_too_and_a_car_without_a_plug_cannot(simulator: Simulator) -> None:
    lincoln = new_owner(simulator, "0SCLINC1234567890@bev.smartcar.com", "LINCOLN")
    pickup = owner_of(simulator, FORD)
    path = "/lincoln/charge/schedule_by_location"

    assert lincoln.car(path).body["chargingLocations"]
    assert pickup.car(PLACES).error == NOT_CAPABLE


@pytest.mark.parametrize("make", ["nissan", "ford"])
def test_a_change_needs_its_permission(simulator: Simulator, make: str) -> None:
    reads = ("read_charge", "read_charge_locations")
    owner = new_owner(simulator, "a@example.com", make.upper(), reads)
    path = PATH if make == "nissan" else PLACES

    assert put(owner, path, {"chargeSchedules": []}).error == (403, "PERMISSION", None)
