"""Every shape of an event that Smartcar is known to have sent is read; none is lost."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from deliveries import CAR, NAMES, body_of, compact, document

from smartcar import AccountError, MalformedEventError, VehicleBusyError
from smartcar.signals import (
    Charge,
    InternalCombustionEngine,
    TractionBattery,
    VehicleIdentification,
)
from smartcar.webhooks import (
    Dynamic,
    Event,
    EventBased,
    LegacyEvent,
    Schedule,
    UnknownEvent,
    VehicleError,
    VehicleState,
    Verify,
    parse,
)

CHARGE = "tractionbattery-stateofcharge"
AT_EIGHT = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)

KINDS = {
    "unknown": UnknownEvent,
    "vehicle_state": VehicleState,
    "vehicle_error": VehicleError,
    "verify": Verify,
    "verify_thin": Verify,
    "v2_dynamic": Dynamic,
    "v2_event_based": EventBased,
    "v2_event_based_vehicles": EventBased,
    "v2_schedule": Schedule,
    "v2_scheduled": Schedule,
    "v2_test": Schedule,
    "v2_verify": Verify,
}
"""What each sample is; those that are named for it are left out."""


def state(name: str = "vehicle_state") -> VehicleState:
    event = parse(body_of(name))
    assert isinstance(event, VehicleState)
    return event


def fault(name: str) -> VehicleError:
    event = parse(body_of(name))
    assert isinstance(event, VehicleError)
    return event


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_is_read_as_what_it_is(name: str) -> None:
    kind = VehicleState if name.startswith("state") else VehicleError
    event = parse(body_of(name))
    assert type(event) is KINDS.get(name, kind)
    assert event.id
    assert event.raw == event.to_dict() == document(name)


@pytest.mark.parametrize("name", NAMES)
def test_an_event_is_a_value(name: str) -> None:
    event = parse(body_of(name))
    for other in (copy.copy(event), copy.deepcopy(event), pickle.loads(pickle.dumps(event))):
        assert other == event
        assert hash(other) == hash(event)
    assert event.type in str(event)
    assert type(event).__name__ in repr(event)


# --- VEHICLE_STATE --------------------------------------------------------------------------------


def test_a_state_has_its_car_its_owner_and_what_is_said_of_the_delivery() -> None:
    event = state()
    assert event.id == "ffffffff-6666-4666-8666-000000000006"
    assert event.user.id == "bbbbbbbb-2222-4222-8222-000000000002"
    assert event.user.external_id is None
    assert (event.vehicle.id, event.vehicle.make, event.vehicle.year) == (CAR, "VOLKSWAGEN", 2023)
    assert (event.vehicle.powertrain_type, event.vehicle.mode) == ("BEV", "live")
    assert event.meta.delivered_at == AT_EIGHT + timedelta(seconds=6)
    assert event.meta.sequence == 1780300805900
    assert (event.meta.version, event.meta.mode, event.meta.signal_count) == ("4.0", "LIVE", 3)
    assert event.meta.application_id == "eeeeeeee-5555-4555-8555-000000000005"
    assert event.meta.webhook_name == "fleet hook"
    assert not event.is_test


def test_signals_are_those_that_a_car_answers_with() -> None:
    signals = state().signals
    charge = signals[TractionBattery.StateOfCharge]
    assert (charge.value, charge.unit, charge.status) == (61.0, "percent", "SUCCESS")
    assert charge.oem_updated_at == AT_EIGHT
    assert charge.retrieved_at == AT_EIGHT + timedelta(seconds=5)
    assert charge.age == timedelta(seconds=6)
    assert charge.vehicle == state().vehicle
    rate = signals[Charge.ChargeRate]
    assert rate.value is None
    assert str(rate.error) == "VEHICLE_STATE:NOT_CHARGING"
    fuel = signals[InternalCombustionEngine.FuelLevel]
    assert fuel.value is None
    assert fuel.oem_updated_at is None
    assert str(fuel.error) == "COMPATIBILITY:VEHICLE_NOT_CAPABLE"


def test_a_fixed_trait_has_no_time() -> None:
    vin = state("state_static").signals[VehicleIdentification.VIN]
    assert vin.value == "5YJSA1CN5DFP00101"
    assert vin.oem_updated_at is None
    assert vin.age is None


def test_the_docs_name_for_when_it_was_fetched_is_read() -> None:
    charge = state("state_fetched_at").signals[TractionBattery.StateOfCharge]
    assert charge.retrieved_at == AT_EIGHT + timedelta(seconds=5)


@pytest.mark.parametrize("name", ["vehicle_state", "state_triggers_in_data"])
def test_triggers_are_read_wherever_they_stand(name: str) -> None:
    event = state(name)
    assert event.changed == {CHARGE}
    assert not event.is_first
    (trigger,) = event.triggers
    assert trigger.type == "SIGNAL_UPDATED"
    assert (trigger.name, trigger.group) == ("StateOfCharge", "TractionBattery")
    assert event.vehicle.id == CAR


@pytest.mark.parametrize("name", ["state_first_delivery", "state_first_in_data"])
def test_a_first_delivery_is_known(name: str) -> None:
    assert state(name).is_first
    assert state(name).changed == frozenset()


def test_a_signal_that_is_named_in_one_word_is_found_in_the_catalogue() -> None:
    event = state("state_signal_as_text")
    assert event.changed == {"odometer-traveleddistance"}
    assert event.meta.delivered_at == AT_EIGHT + timedelta(seconds=6)


def test_a_state_without_status_triggers_and_times_is_read() -> None:
    event = state("state_bare")
    assert event.triggers == ()
    charge = event.signals[TractionBattery.StateOfCharge]
    assert (charge.value, charge.status, charge.oem_updated_at) == (61.0, "SUCCESS", None)


def test_a_signal_that_is_none_does_not_spoil_the_others() -> None:
    content = document("vehicle_state")
    content["data"]["signals"][1] = {"code": CHARGE + "x", "name": 7}
    content["data"]["signals"].append("nonsense")
    event = parse(compact(content))
    assert isinstance(event, VehicleState)
    assert event.signals[TractionBattery.StateOfCharge].value == 61.0
    assert len(event.signals) == 4


# --- VEHICLE_ERROR --------------------------------------------------------------------------------


def test_a_fault_says_what_to_do() -> None:
    event = fault("vehicle_error")
    (each,) = event.errors
    assert event.open == (each,)
    assert (each.type, each.code) == ("CONNECTED_SERVICES_ACCOUNT", "AUTHENTICATION_FAILED")
    assert each.resolution.type == "REAUTHENTICATE"
    assert each.suggested_user_message == "Please reconnect your car."
    assert (each.doc_url or "").endswith("#authentication-failed")
    assert [signal.code for signal in each.signals] == [CHARGE]
    assert isinstance(each.error, AccountError)
    assert "sign in to the car maker" in each.error.advice


def test_a_fault_that_is_over_is_resolved() -> None:
    event = fault("error_resolved")
    assert event.open == ()
    assert [each.is_resolved for each in event.resolved] == [True]
    assert event.errors[0].resolution.type is None


def test_several_faults_and_signals_in_one_word_are_read() -> None:
    first, second = fault("error_signals_as_text").errors
    assert [signal.code for signal in first.signals] == [CHARGE]
    assert (second.type, second.code, second.signals) == ("PERMISSION", None, ())


# --- v2.0 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["v2_schedule", "v2_scheduled", "v2_dynamic"])
def test_what_v2_read_is_typed_as_the_cars_own_reads_are(name: str) -> None:
    event = parse(body_of(name))
    assert isinstance(event, LegacyEvent)
    (car,) = event.vehicles
    assert car.vehicle_id == CAR
    assert car.request_id == "99999999-7777-4777-8777-000000000009"
    assert car.batch.battery().percent_remaining == 0.61
    assert car.batch.battery().meta.data_age == AT_EIGHT
    with pytest.raises(VehicleBusyError):
        car.batch.location()
    with pytest.raises(KeyError):
        car.batch.odometer()
    assert [(each.path, each.code) for each in car.data] == [("/battery", 200), ("/location", 409)]
    assert car.data[0].headers["sc-unit-system"] == "metric"


def test_both_shapes_of_an_event_of_charging_are_read() -> None:
    event = parse(body_of("v2_event_based"))
    assert isinstance(event, EventBased)
    assert event.id == "ffffffff-6666-4666-8666-00000000000a"
    assert (event.vehicle_id, event.event, event.at) == (CAR, "CHARGING_STARTED", AT_EIGHT)
    assert event.vehicles == ()
    other = parse(body_of("v2_event_based_vehicles"))
    assert isinstance(other, EventBased)
    assert other.vehicles[0].batch.battery().percent_remaining == 0.61


def test_an_event_without_an_id_has_the_same_one_each_time_it_is_sent() -> None:
    once, again = parse(body_of("v2_schedule")), parse(body_of("v2_schedule"))
    assert once.id == again.id
    assert once.id != parse(body_of("v2_dynamic")).id


# --- what is not known ----------------------------------------------------------------------------


def test_an_event_of_an_unknown_type_is_kept_as_it_came() -> None:
    event = parse(body_of("unknown"))
    assert isinstance(event, UnknownEvent)
    assert (event.type, event.reason) == ("VEHICLE_TELEPORTED", "")
    assert event.raw["data"]["vehicle"]["id"] == CAR


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"eventType": "VEHICLE_STATE", "data": {}}, "no list"),
        ({"eventType": "VEHICLE_STATE", "data": {"signals": []}}, "which car"),
        ({"eventType": "VEHICLE_ERROR", "data": []}, "no list"),
        ({"eventType": "VEHICLE_ERROR", "data": {"errors": [], "vehicle": {"id": 7}}}, "which car"),
        ({"eventType": "VERIFY", "data": {"challenge": 7}}, "no challenge"),
        ({"eventName": "schedule", "payload": None}, "no list"),
        ({"eventName": "verify", "payload": {}}, "no challenge"),
    ],
)
def test_an_event_of_another_shape_than_its_types_is_kept_and_says_why(
    content: dict[str, Any], reason: str
) -> None:
    event = parse(compact(content))
    assert isinstance(event, UnknownEvent)
    assert reason in event.reason
    assert event.raw == content


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe{\x00}\x00", b'{"a":NaN}', b"<html>"]
)
def test_what_is_no_json_object_is_no_event(body: bytes) -> None:
    with pytest.raises(MalformedEventError) as caught:
        parse(body)
    assert caught.value.status == 400


def test_what_is_nested_too_deep_is_no_event() -> None:
    for body in (b"[" * 100_000, b'{"a":' * 100_000):
        with pytest.raises(MalformedEventError):
            parse(body)


def test_text_is_no_delivery() -> None:
    with pytest.raises(TypeError, match="bytes"):
        parse("{}")  # type: ignore[arg-type]


@pytest.mark.parametrize("said", ["", "x" * 300, 7, None, "a\nb", {"a": 1}])
def test_an_id_that_is_none_is_made_from_the_body(said: object) -> None:
    content = document("vehicle_state") | {"eventId": said}
    assert parse(compact(content)).id.startswith("sha256:")


def test_all_kinds_are_events() -> None:
    assert all(isinstance(parse(body_of(name)), Event) for name in NAMES)
