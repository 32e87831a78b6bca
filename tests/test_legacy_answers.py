"""What programs read off the tuples and dictionaries of the official Python SDK is here."""

from __future__ import annotations

import copy
import json
import pickle
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from old_caller import owner_of
from transports import Canned, reply

import smartcar
from smartcar import AuthClient, PermissionDeniedError, SmartcarError, Vehicle, models
from smartcar.protocol.wire import Reply
from smartcar.simulator import Simulator

BMW = 2
HEADERS = {"sc-request-id": "r", "sc-data-age": "2026-01-02T03:04:05.678Z"}
GRANTED = {"access_token": "first", "refresh_token": "second", "expires_in": 7000}


@pytest.fixture
def car(simulator: Simulator) -> Any:
    """A simulated BMW, to whoever does not check types."""
    owner = owner_of(simulator, BMW)
    return Vehicle(owner.vehicle_id, owner.token, transport=simulator)


def told(read: Callable[[], Any], *say: str) -> Any:
    """What *read* gives; it must warn of nothing but that *say* is to be said, right here."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        answer = read()
    assert [str(each.message).partition(" say ")[2] for each in caught] == list(say)
    assert {(each.category, each.filename) for each in caught} <= {(DeprecationWarning, __file__)}
    return answer


# --- named tuples ---------------------------------------------------------------------------------

TUPLES: dict[str, tuple[Callable[[Any], Any], tuple[str, ...]]] = {
    "Vin": (lambda car: car.vin(), ("vin", "meta")),
    "Charge": (lambda car: car.charge(), ("is_plugged_in", "state", "meta")),
    "Battery": (lambda car: car.battery(), ("percent_remaining", "range", "meta")),
    "Fuel": (lambda car: car.fuel(), ("range", "percent_remaining", "amount_remaining", "meta")),
    "Location": (lambda car: car.location(), ("latitude", "longitude", "meta")),
    "Attributes": (lambda car: car.attributes(), ("id", "make", "model", "year", "meta")),
    "Permissions": (lambda car: car.permissions(), ("permissions", "paging", "meta")),
    "Paging": (lambda car: car.permissions().paging, ("count", "offset")),
    "DiagnosticSystem": (
        lambda car: car.diagnostic_system_status().systems[0],
        ("system_id", "status", "description"),
    ),
    "Action": (lambda car: car.unlock(), ("status", "message", "meta")),
    "Response": (lambda car: car.request("GET", "odometer"), ("body", "meta")),
}


@pytest.mark.parametrize("name", TUPLES)
def test_an_answer_is_unpacked_in_the_old_order(car: Any, name: str) -> None:
    read, fields = TUPLES[name]
    answer = read(car)
    attributes = ", ".join(f"answer.{each}" for each in fields)

    unpacked = told(lambda: tuple(answer), attributes)

    assert unpacked == tuple(getattr(answer, each) for each in fields)


def test_an_answer_has_items_and_slices(car: Any) -> None:
    place = car.location()

    assert told(lambda: place[0], ".latitude") == place.latitude
    assert told(lambda: place[-1], ".meta") == place.meta
    assert told(lambda: place["longitude"], ".longitude") == place.longitude
    assert told(lambda: place[:2], "its attributes") == (place.latitude, place.longitude)
    with pytest.raises(KeyError):
        place["altitude"]
    with pytest.raises(IndexError):
        place[3]


def test_an_answer_becomes_a_dictionary(car: Any) -> None:
    charge = car.charge()
    say = "to_dict(), which has the names of the wire"

    assert told(charge._asdict, say) == {
        "is_plugged_in": charge.is_plugged_in,
        "state": charge.state,
        "meta": charge.meta,
    }
    assert told(lambda: charge._fields, "Charge.__struct_fields__")[0] == "is_plugged_in"


def test_meta_becomes_a_dictionary_of_texts(car: Any) -> None:
    with pytest.warns(DeprecationWarning, match="meta is a mapping itself"):
        texts = car.odometer().meta._asdict()

    assert texts.keys() == {"data_age", "fetched_at", "request_id", "unit_system"}
    assert texts["data_age"].endswith("Z")


def test_what_lists_goes_on_listing(simulator: Simulator, car: Any) -> None:
    history = car.service_history()

    assert [*history] == [*history.items]
    with pytest.raises(TypeError, match="iterates over what it lists"):
        history[0]


def test_an_answer_has_no_attribute_that_nobody_has(car: Any) -> None:
    with pytest.raises(AttributeError, match="'Location' object has no attribute 'altitude'"):
        car.location().altitude  # noqa: B018 -- it is the attribute that is asked for
    assert not hasattr(car.location(), "camelCase")


def test_names_of_the_wire_that_were_attributes_still_are() -> None:
    size = {"capacity": 80, "description": None}
    body = {"availableCapacities": [size], "capacity": {"nominal": 80, "source": "SMARTCAR"}}
    car: Any = Vehicle("v", "t", transport=Canned(reply({**body, "url": None}, 200, HEADERS)))
    answer = car.nominal_capacity()

    assert told(lambda: answer.availableCapacities, ".available_capacities")[0].capacity == 80
    assert told(lambda: answer.capacity["nominal"], ".nominal") == 80
    say = ", ".join(f"answer.{n}" for n in ("available_capacities", "capacity", "url", "meta"))
    assert told(lambda: tuple(answer), say)[0] == answer.available_capacities


def test_tokens_are_subscripted_and_unpacked() -> None:
    client = AuthClient("id", "secret", transport=Canned(reply(GRANTED)))
    access: Any = client.exchange_code("code")
    parts = ("access_token", "expiration", "refresh_token", "refresh_expiration")

    assert told(lambda: access["refresh_token"], ".refresh_token") == "second"
    assert told(lambda: access.expires_in, ".expiration") == 7000
    assert told(lambda: access.token_type, ".expiration") == "Bearer"
    assert told(lambda: tuple(access), ", ".join(f"answer.{part}" for part in parts)) == (
        *("first", "Bearer", 7000, access.expiration),
        *("second", access.refresh_expiration),
    )
    shown = told(lambda: repr(access))
    assert "first" not in shown


def test_what_no_answer_says_of_tokens_is_as_documented() -> None:
    said = {**GRANTED, "expires_in": None, "token_type": None}
    access: Any = AuthClient("id", "secret", transport=Canned(reply(said))).exchange_code("code")

    assert told(lambda: access.expires_in, ".expiration") == 7200
    assert told(lambda: access.token_type, ".expiration") == "Bearer"


def test_tokens_that_a_program_kept_become_tokens_again() -> None:
    ends = datetime(2026, 1, 2, tzinfo=UTC)
    kept = {**GRANTED, "expiration": ends, "refresh_expiration": ends, "token_type": "Bearer"}
    types: Any = smartcar.types  # type: ignore[attr-defined]

    access = told(lambda: types.make_access_object, "smartcar.models.Access(access_token=…, …)")(
        kept
    )

    assert isinstance(access, models.Access)
    assert (access.refresh_token, access.expiration) == ("second", ends)
    assert told(lambda: access.expires_in, ".expiration") == 7200


def test_connections_have_three_fields_and_a_cursor_is_alone() -> None:
    connection: Any = models.ManagedConnection(vehicle_id="v", user_id="u", mode="live")
    paging: Any = models.Paging(cursor="next")
    say = "answer.vehicle_id, answer.user_id, answer.connected_at"

    assert told(lambda: tuple(connection), say) == ("v", "u", None)
    assert told(lambda: tuple(paging), "answer.cursor") == ("next",)


def test_the_matrix_is_read_as_a_dictionary() -> None:
    entry = models.CompatibilityMatrixEntry(model="Model 3", start_year=2017)
    matrix: Any = models.CompatibilityMatrix(makes={"TESLA": (entry,)})

    assert told(lambda: [*matrix.items()], ".makes.items()") == [("TESLA", (entry,))]
    assert told(lambda: [*matrix.keys()], ".makes.keys()") == ["TESLA"]
    assert told(lambda: [*matrix.values()], ".makes.values()") == [(entry,)]
    assert told(lambda: matrix.get("KIA", []), ".makes.get()") == []
    assert told(lambda: matrix["TESLA"][0].startYear, ".start_year") == 2017


# --- dictionaries ---------------------------------------------------------------------------------


def test_doors_are_dictionaries(car: Any) -> None:
    door = car.lock_status().doors[0]
    say = ".type, .status"

    assert told(lambda: door["type"], ".type") == "frontLeft"
    assert told(lambda: door.get("status"), ".status") == door.status
    assert told(lambda: door.get("colour", "red"), "the attributes") == "red"
    assert told(lambda: "status" in door, say)
    assert told(lambda: [*door], say) == ["type", "status"]
    assert told(door.items, say) == [("type", "frontLeft"), ("status", door.status)]
    assert told(door.values, say) == ["frontLeft", door.status]
    with pytest.raises(KeyError):
        door["colour"]


def test_a_visit_to_a_workshop_is_a_dictionary_of_the_wire(car: Any) -> None:
    visit = car.service_history().items[0]

    assert told(lambda: visit["serviceCost"]["currency"], ".service_cost", ".currency") == "CZK"
    assert told(lambda: visit.get("odometerDistance"), ".odometer_distance") > 0


def test_what_is_missing_in_a_dictionary_is_the_default() -> None:
    record: Any = models.ServiceRecord(service_id="1")

    assert told(lambda: record.get("serviceCost", {}), ".service_cost") == {}


def test_signals_are_a_body_and_headers(car: Any) -> None:
    signals, code = car.get_signals(), "odometer-traveleddistance"
    attributes = "the attributes, or json.loads(answer.reply.body)"
    headers = ".headers, whose names are in lower case"

    body = told(lambda: signals["body"], attributes)

    assert body == json.loads(signals.reply.body)
    assert told(lambda: signals.get("body"), attributes) == body
    assert told(lambda: signals.body, attributes) == body
    assert told(lambda: signals["headers"]["SC-Request-Id"], headers) == signals.request_id
    assert told(lambda: "Sc-Request-Id" in signals["headers"], headers)
    assert told(lambda: signals["headers"].get("NONE", "none"), headers) == "none"
    assert told(lambda: signals[code]).code == code
    assert told(lambda: signals.get("nothing")) is None
    with pytest.raises(KeyError):
        signals["nothing"]


def test_a_signal_and_a_car_are_a_body_and_headers(simulator: Simulator, car: Any) -> None:
    attributes = "the attributes, or json.loads(answer.reply.body)"
    new: Any = Vehicle(car.id, car.token, version="3", transport=simulator)

    for answer in (car.get_signal("odometer-traveleddistance"), new.attributes()):
        body = told(lambda answer=answer: answer["body"], attributes)
        assert body == json.loads(answer.reply.body)
        assert told(lambda answer=answer: dict(answer), *_both()).keys() == {"body", "headers"}
        assert told(lambda answer=answer: answer.get("other", 1)) == 1
        with pytest.raises(KeyError):
            answer["other"]
    assert told(lambda: new.attributes().body, attributes)["data"]["id"] == car.id
    with pytest.raises(AttributeError, match="colour"):
        new.attributes().colour  # noqa: B018 -- as above


def _both() -> tuple[str, str]:
    return (
        "the attributes, or json.loads(answer.reply.body)",
        ".headers, whose names are in lower case",
    )


def test_what_was_read_from_no_reply_has_a_body_too() -> None:
    car: Any = models.VehicleResource(id="v")

    with pytest.warns(DeprecationWarning, match="say the attributes"):
        assert car["body"]["id"] == "v"


# --- batches --------------------------------------------------------------------------------------


def test_a_batch_has_the_old_names(car: Any) -> None:
    paths = ["/", "/tires/pressure", "/charge/limit", "/security", "/battery/nominal_capacity"]
    batch = car.batch([*paths, "/diagnostics/dtcs", "/diagnostics/system_status"])

    assert told(batch.attributes).make == "BMW"
    assert told(batch.tire_pressure).front_left > 0
    assert told(batch.get_charge_limit).limit == 1
    assert told(batch.lock_status).doors
    assert told(batch.diagnostic_trouble_codes).active_codes == ()
    assert told(batch.diagnostic_system_status).systems
    old = told(lambda: batch.battery_nominal_capacity, "batch.nominal_capacity()")
    assert old().capacity.nominal == 12


def test_a_batch_is_the_old_tuple_too(car: Any) -> None:
    names = ("odometer", "tire_pressure", "battery_nominal_capacity", "attributes", "meta")
    batch = car.batch(["/odometer", "/tires/pressure", "/battery/nominal_capacity", "/"])

    assert told(lambda: batch._fields, "batch.paths") == names
    answers = told(batch._asdict, "{path: batch[path] for path in batch}")
    assert tuple(answers) == names
    assert answers["odometer"]() == batch.odometer()
    assert answers["battery_nominal_capacity"]() == batch.nominal_capacity()
    assert answers["meta"] == batch.meta
    assert told(lambda: batch[0], "batch[path]")() == batch.odometer()
    assert told(lambda: batch[3], "batch[path]")().make == "BMW"
    assert told(lambda: batch[-1], "batch[path]") == batch.meta
    assert [each() for each in told(lambda: batch[:2], "batch[path]")] == [
        batch.odometer(),
        batch.tire_pressure(),
    ]
    with pytest.raises(IndexError), pytest.warns(DeprecationWarning, match=r"say batch\[path\]"):
        batch[5]


def test_each_function_of_the_old_tuple_raises_its_own_error() -> None:
    refused = {"path": "/odometer", "code": 403, "body": {"type": "PERMISSION", "code": None}}
    car: Any = Vehicle("v", "t", transport=Canned(reply({"responses": [refused]})))
    ask = told(car.batch(["/odometer"])._asdict, "{path: batch[path] for path in batch}")[
        "odometer"
    ]

    with pytest.raises(PermissionDeniedError):
        ask()


def test_a_private_name_that_a_batch_has_not_is_an_attribute_it_has_not(car: Any) -> None:
    batch = car.batch(["/odometer"])

    assert not hasattr(batch, "_fuel")
    with pytest.raises(AttributeError, match="'Batch' object has no attribute '_replace'"):
        batch._replace  # noqa: B018 -- as above


def test_whether_something_was_asked_is_a_question_to_the_batch(car: Any) -> None:
    batch = car.batch(["/odometer"])

    assert Vehicle.odometer in batch
    assert "/odometer" in batch
    assert Vehicle.fuel not in batch
    assert list(batch) == ["/odometer"]
    with pytest.raises(KeyError, match="/fuel was not asked"):
        batch.fuel()


def test_what_a_make_answers_in_a_batch_has_the_bodys_names() -> None:
    speedometer = {
        "path": "/tesla/speedometer",
        "code": 200,
        "body": {"speed": 84.3, "unitName": "k"},
    }
    port = {"path": "/tesla/charge/chargePort", "code": 200, "body": {"state": "OPEN"}}
    canned = Canned(reply({"responses": [speedometer, port]}))
    car: Any = Vehicle("v", "t", transport=canned)
    batch = car.batch(["/tesla/speedometer", "/tesla/charge/chargePort"])

    speed = told(batch.tesla_speedometer)
    say = "batch.tesla_charge_charge_port()"

    assert told(lambda: speed.speed, '.body["speed"]') == 84.3
    assert told(lambda: speed.unit_name, '.body["unitName"]') == "k"
    assert told(lambda: batch.tesla_charge_chargePort, say)().body == {"state": "OPEN"}
    with pytest.raises(AttributeError, match="colour"):
        speed.colour  # noqa: B018 -- as above


# --- errors ---------------------------------------------------------------------------------------


def test_an_error_has_its_resolution_as_a_dictionary() -> None:
    resolution: Any = SmartcarError(403, {"resolution": {"type": "CONTACT_SUPPORT"}}).resolution
    refused: Any = SmartcarError(
        403, {"type": "PERMISSION", "resolution": {"type": "REAUTHENTICATE", "url": "https://x"}}
    ).resolution

    assert resolution.type is None  # no type, no code: nothing that anybody answers
    assert told(lambda: refused["type"], ".type") == "REAUTHENTICATE"
    assert told(lambda: refused.get("url"), ".url") == "https://x"


def test_a_resolution_that_is_a_text_is_kept() -> None:
    error: Any = SmartcarError(403, {"type": "PERMISSION", "resolution": "REAUTHENTICATE"})

    assert told(lambda: error.resolution["type"], ".type") == "REAUTHENTICATE"
    assert told(lambda: error.resolution["url"], ".url") is None


def test_how_long_to_wait_is_known_in_a_batch_too() -> None:
    body = {"type": "RATE_LIMIT", "code": "VEHICLE"}
    refused = {"path": "/odometer", "code": 429, "body": body, "headers": {"retry-after": "120"}}
    car = Vehicle("v", "t", transport=Canned(reply({"responses": [refused]})))

    with pytest.raises(SmartcarError) as raised:
        car.batch(["/odometer"]).odometer()

    assert raised.value.retry_after == 120


def test_an_error_is_made_by_hand() -> None:
    old: Any = smartcar.SmartcarError
    facts = {
        "type": "RATE_LIMIT",
        "code": "VEHICLE",
        "description": "Too often.",
        "detail": [1],
        "request_id": "r",
        "doc_url": "https://x",
        "suggested_user_message": "Wait.",
    }

    error = told(
        lambda: old(status_code=429, retry_after=7, resolution="RETRY_LATER", **facts),
        "SmartcarError(status, body, headers)",
    )

    assert {name: getattr(error, name) for name in facts} == facts
    assert (error.status_code, error.retry_after) == (429, 7.0)
    assert error.resolution.type == "RETRY_LATER"
    assert error.message.startswith("RATE_LIMIT:VEHICLE - Too often.")


def test_an_error_is_made_of_a_message_alone() -> None:
    old: Any = smartcar.SmartcarError

    error = told(lambda: old(message="SDK_ERROR"), "SmartcarError(status, body, headers)")

    assert error.message.startswith("SDK_ERROR.")
    with pytest.raises(TypeError):
        old(colour="red")


def test_a_model_is_compared_copied_and_written_as_before() -> None:
    place = models.Location(latitude=1.0, longitude=2.0).kept(reply_=Reply(200, {}, b"{}"))

    assert told(lambda: place == models.Location(latitude=1.0, longitude=2.0))
    assert told(lambda: bool(place))
    assert told(place.to_dict) == {"latitude": 1.0, "longitude": 2.0}
    assert told(lambda: repr(place)) == "Location(latitude=1.0, longitude=2.0)"
    assert told(lambda: copy.deepcopy(place)) == place
    assert told(lambda: pickle.loads(pickle.dumps(place))) == place
