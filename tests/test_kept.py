"""An answer is a value: compared, hashed, copied, pickled, it keeps its reply and its meta."""

from __future__ import annotations

import copy
import inspect
import pickle
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, get_args, get_origin

import msgspec
import pytest
from old_caller import owner_of
from transports import Canned, reply

from smartcar import AsyncVehicle, Smartcar, Vehicle, models
from smartcar.api.account import AccountEndpoints
from smartcar.api.classic import ClassicReads
from smartcar.api.classic_account import ClassicAccount
from smartcar.api.classic_changes import ClassicAttributes, ClassicChanges
from smartcar.api.vehicle import VehicleEndpoints
from smartcar.protocol.documents import read_resource
from smartcar.protocol.endpoint import endpoints
from smartcar.simulator import Simulator

PLUG_IN_HYBRID = 2
"""A car of the fleet that has everything: tank, battery, locks."""


def asked(version: str) -> Vehicle:
    simulator = Simulator(seed=7)
    owner = owner_of(simulator, PLUG_IN_HYBRID)
    return Vehicle(owner.vehicle_id, owner.token, version=version, transport=simulator)


ID = {"sc-request-id": "r"}
ANSWERS: dict[str, Callable[[], Any]] = {
    "odometer of v2.0": lambda: asked("2.0").odometer(),
    "odometer of v3": lambda: asked("3").odometer(),
    "lock status of v3": lambda: asked("3").lock_status(),
    "attributes of v2.0": lambda: asked("2.0").attributes(),
    "attributes of v3": lambda: asked("3").attributes(),
    "service history of v2.0": lambda: asked("2.0").service_history(),
    "what no name is for": lambda: asked("2.0").request("GET", "odometer"),
    "command of v2.0": lambda: asked("2.0").lock(),
    "command of v3": lambda: asked("3").set_charge_limit(80),
    "signal": lambda: asked("3").signal("odometer-traveleddistance"),
    "signals": lambda: asked("3").signals(),
    "one of the signals": lambda: asked("3").signals().data[0],
    "car within signals": lambda: asked("3").signals().vehicle,
    "execution": lambda: asked("3").lock().execution,
    "connection of a listing": lambda: next(iter(Smartcar(transport=Simulator()).connections())),
    "page of a listing": lambda: next(Smartcar(transport=Simulator()).connections().pages()),
    "subscription being made": lambda: Smartcar(
        access_token="t", transport=Canned(reply({"meta": {"message": "m"}}, 202, ID))
    ).create_subscription(webhook_id="w", user_id="u", vehicle_id="v"),
}

WAYS: dict[str, Callable[[Any], Any]] = {
    "copied": copy.copy,
    "copied deeply": copy.deepcopy,
    "pickled": lambda answer: pickle.loads(pickle.dumps(answer)),
    "pickled by an old protocol": lambda answer: pickle.loads(pickle.dumps(answer, 2)),
    "replaced": lambda answer: answer.replace(),
    "copied by the model itself": lambda answer: answer.__replace__(),
}
if sys.version_info >= (3, 13):
    WAYS["replaced by copy"] = copy.replace


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ANSWERS)
def test_it_keeps_its_reply_and_meta(name: str, way: str) -> None:
    answer = ANSWERS[name]()
    same = WAYS[way](answer)

    assert same is not answer
    assert type(same) is type(answer)
    assert same == answer
    assert hash(same) == hash(answer)
    assert same.to_dict() == answer.to_dict()
    assert answer.meta.request_id
    assert same.meta == answer.meta
    assert same.reply == answer.reply
    assert same.headers["sc-request-id"] == answer.meta.request_id


def test_what_is_changed_is_changed_and_the_rest_kept() -> None:
    odometer = asked("2.0").odometer()
    other = odometer.replace(distance=1.0)

    assert (other.distance, other.meta) == (1.0, odometer.meta)
    assert odometer.distance != 1.0


def test_signals_are_found_by_code_in_a_changed_copy() -> None:
    signals = asked("3").signals()
    assert "odometer-traveleddistance" in signals

    fewer = signals.replace(data=signals.data[:1])

    assert "odometer-traveleddistance" not in fewer
    assert fewer[signals.data[0].code].vehicle == signals.vehicle


def test_a_deep_copy_is_not_changed_with_its_original() -> None:
    signals = asked("3").signals()
    same = copy.deepcopy(signals)

    signals.included.clear()

    assert same.vehicle is not None


def test_a_copied_command_still_waits_for_its_car_and_a_pickled_one_says_why_not() -> None:
    done = asked("3").lock()

    assert copy.deepcopy(done).wait_until_confirmed().value is True
    for without_a_car in (pickle.loads(pickle.dumps(done)), models.Execution(status="success")):
        with pytest.raises(ValueError, match="no car to ask"):
            without_a_car.wait_until_confirmed()


async def test_a_pickled_command_that_was_awaited_says_why_not() -> None:
    simulator = Simulator(seed=7)
    owner = owner_of(simulator, PLUG_IN_HYBRID)
    done = await AsyncVehicle(owner.vehicle_id, owner.token, transport=simulator).lock()

    with pytest.raises(ValueError, match="no car to ask"):
        await pickle.loads(pickle.dumps(done)).wait_until_confirmed()


# --- hashes ---------------------------------------------------------------------------------------

MODELS = [
    each
    for each in vars(models).values()
    if inspect.isclass(each) and issubclass(each, msgspec.Struct)
]
DICTIONARY = {"a": [1, {"b": None}], "c": {"d": "e"}}
NEEDED = {str: "text", datetime: datetime(2026, 6, 1, tzinfo=UTC), tuple: (), dict: DICTIONARY}


def made(kind: type[Any]) -> Any:
    """One of *kind*, with a mapping wherever it may have one."""
    fields: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        first = (get_args(field.type) or (field.type,))[0]
        plain = getattr(field.type, "__origin__", field.type)
        if plain is dict or field.type is Any:
            fields[field.name] = DICTIONARY
        elif field.required:
            fields[field.name] = NEEDED.get(plain, NEEDED.get(first, 1.0))
    return kind(**fields)


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.__name__)
def test_equal_models_have_equal_hashes_whatever_they_hold(kind: type[Any]) -> None:
    one, other = made(kind), made(kind)

    assert one == other
    assert len({one, other}) == 1


def test_what_an_answer_says_of_itself_has_a_hash() -> None:
    said = {"dataAge": "2026-01-05T09:58:00.000Z", "paging": {"counts": [1, 2]}}

    assert len({models.Meta(said), models.Meta(dict(said)), models.Meta()}) == 2


def test_models_that_differ_deep_within_differ() -> None:
    one = models.VehicleResource(id="v", links={"self": {"href": "a"}})
    other = models.VehicleResource(id="v", links={"self": {"href": "b"}})

    assert len({one, other, one.replace()}) == 2
    assert hash(one) != hash(other)


def test_models_of_two_kinds_are_two() -> None:
    assert len({models.Odometer(), models.Fuel()}) == 2


# --- what it says of itself -----------------------------------------------------------------------


def test_a_signal_says_how_old_it_is_by_names_of_both_versions() -> None:
    meta = asked("3").signal("odometer-traveleddistance").meta

    assert meta.data_age == meta.oem_updated_at is not None
    assert meta.fetched_at == meta.retrieved_at is not None
    assert meta.ingested_at is not None
    assert str(meta.oem_updated_at)[:10] == meta["oemUpdatedAt"][:10]
    assert meta.unit_system is None


def test_what_headers_say_is_not_written_as_what_the_document_said() -> None:
    said = {"id": "v", "type": "vehicle", "meta": {"oemUpdatedAt": "2026-06-01T10:00:00Z"}}
    answer = reply({"data": said}, headers={"sc-request-id": "r", "sc-unit-system": "imperial"})
    car = Vehicle("v", "t", version="3", transport=Canned(answer)).attributes()

    assert (car.meta.request_id, car.meta.unit_system) == ("r", "imperial")
    assert car.to_dict()["meta"] == said["meta"]
    assert car == read_resource(reply({"data": said}), models.VehicleResource)


def test_what_a_document_says_goes_before_headers() -> None:
    answer = reply({"id": "v", "meta": {"requestId": "inner"}}, headers={"sc-request-id": "outer"})

    assert read_resource(answer, models.VehicleResource).meta.request_id == "inner"


@pytest.mark.parametrize("odd", [7, None, [], {}], ids=repr)
def test_a_meta_that_makes_no_sense_says_nothing(odd: Any) -> None:
    meta = models.Meta(dict.fromkeys(["requestId", "unitSystem", "dataAge", "fetchedAt"], odd))

    assert (meta.request_id, meta.unit_system) == (None, None)
    assert odd == 7 or (meta.data_age, meta.fetched_at) == (None, None)


def test_what_was_made_by_hand_has_a_meta_too() -> None:
    assert models.VehicleResource(id="v").meta == models.Odometer().meta == {}
    assert models.VehicleResource(id="v", meta=models.Meta(a=1)).meta == {"a": 1}


RESOURCES = [
    *(VehicleEndpoints, AccountEndpoints),
    *(ClassicReads, ClassicChanges, ClassicAttributes, ClassicAccount),
]
ANSWERED = {
    get_origin(each.returns) or each.returns for kind in RESOURCES for each in endpoints(kind)
} - {type(None)}


@pytest.mark.parametrize("kind", sorted(ANSWERED, key=repr), ids=lambda kind: kind.__name__)
def test_every_answer_has_a_meta_and_headers(kind: type[Any]) -> None:
    answer = made(kind).kept(reply_=reply({}, headers=ID))

    assert isinstance(answer.meta, models.Meta)
    assert answer.meta.request_id == answer.headers["sc-request-id"] == "r"
    assert answer.meta.data_age is None
