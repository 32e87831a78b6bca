"""All that the official Python SDK lets programs reach is here, or on a list with a reason."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import subprocess
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from transports import Canned, reply

import smartcar
from smartcar import AuthClient, PermissionDeniedError, SmartcarError, Vehicle, models
from smartcar.legacy import calls, names

RECORDED = json.loads((Path(__file__).parent / "samples" / "python_sdk_6.19.1.json").read_text())

INTERNAL = "how the official SDK does its work, which programs have no use for"
SETTINGS = "the environment's variables of the same names say it: SMARTCAR_API_ORIGIN and its kin"
LEFT_OUT: Mapping[str, str] = {
    "smartcar.config": SETTINGS,
    "smartcar.helpers": INTERNAL,
    "smartcar.v3_response": "a type for annotations only: an answer of v3 is a model",
    "smartcar.v2_response.ServiceDetail": "never made: the details come as they are",
    "smartcar.v2_response.format_capabilities": INTERNAL,
    "smartcar.v2_response.generate_named_tuple": INTERNAL,
    "smartcar.v2_response.select_named_tuple": INTERNAL,
}
"""What is not here, and why."""

OF_THE_OLDER_NAME = {"Compatibility", "make_access_object", "User", "Vehicles"}
"""Some of what ``smartcar.types`` had, as ``v2_response`` was called before."""


def all_names() -> list[str]:
    modules: dict[str, list[str]] = RECORDED["modules"]
    return [f"{module}.{name}" for module, found in modules.items() for name in found]


def is_left_out(name: str) -> bool:
    return name in LEFT_OUT or name.rpartition(".")[0] in LEFT_OUT


@pytest.fixture
def quiet() -> Any:
    """Old spellings are the point here, not their warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


@pytest.mark.parametrize("name", all_names())
def test_a_name_is_here_or_left_out_for_a_reason(quiet: None, name: str) -> None:
    module, _, own = name.rpartition(".")

    if is_left_out(name):
        with pytest.raises((AttributeError, ModuleNotFoundError)):
            getattr(importlib.import_module(module), own)
    else:
        assert getattr(importlib.import_module(module), own) is not None


def test_nothing_is_left_out_that_never_was() -> None:
    assert {*LEFT_OUT} <= {*all_names(), *RECORDED["modules"]}


@pytest.mark.parametrize("name", sorted(OF_THE_OLDER_NAME))
def test_the_older_name_of_the_module_of_tuples_is_here(quiet: None, name: str) -> None:
    assert getattr(importlib.import_module("smartcar.types"), name) is not None


@pytest.mark.parametrize("module", sorted(names._NAMES))
def test_an_old_name_tells_the_new_one_and_is_it(module: str) -> None:
    found = importlib.import_module(module)

    for name, new in names._NAMES[module].items():
        say = re.escape(f"{module}.{name} is deprecated: say {new}") + "$"
        with pytest.warns(DeprecationWarning, match=say) as warned:
            value = getattr(found, name)
        assert warned[0].filename == __file__
        assert value == eval(new, {"smartcar": smartcar})


def test_the_old_error_is_every_error() -> None:
    with pytest.warns(DeprecationWarning, match=r"say smartcar\.SmartcarError"):
        old = smartcar.SmartcarException  # type: ignore[attr-defined]

    assert old is SmartcarError


@pytest.mark.parametrize(
    ("program", "say"),
    [
        ("from smartcar import SmartcarException", "smartcar.SmartcarError"),
        ("from smartcar.exception import SmartcarException", "smartcar.SmartcarError"),
        ("import smartcar; smartcar.exception.SmartcarException", "smartcar.SmartcarError"),
        ("import smartcar.types; smartcar.types.Vin", "smartcar.models.Vin"),
        ("import smartcar.types as types; types.Action", "smartcar.models.Execution"),
        ("import smartcar.v2_response as v2; v2.Door", "smartcar.models.Part"),
        ("import smartcar; smartcar.smartcar.API_VERSION", "smartcar.get_api_version()"),
        ("from smartcar.smartcar import get_vehicle", "smartcar.get_vehicle"),
        ("from smartcar.vehicle import Vehicle", "smartcar.Vehicle"),
        ("from smartcar.auth_client import AuthClient", "smartcar.AuthClient"),
    ],
)
def test_a_program_is_warned_where_it_says_the_old_name(program: str, say: str) -> None:
    run = [sys.executable, "-W", "default", "-c", program]
    out = subprocess.run(run, capture_output=True, text=True, check=True)

    # From 3.13 on, the line of the program follows.
    told = [line for line in out.stderr.splitlines() if line.startswith("<string>:1: ")]
    assert told[-1].startswith("<string>:1: DeprecationWarning: smartcar.")
    assert told[-1].endswith(f" is deprecated: say {say}")


STARS = [
    ("smartcar", "SmartcarException is SmartcarError and exception.SmartcarException"),
    ("smartcar", "AuthClient and Vehicle and auth_client and vehicle and v2_response"),
    ("smartcar", "smartcar.get_vehicles is get_vehicles"),
    ("smartcar.smartcar", "get_vehicles and set_api_version and API_VERSION == '2.0'"),
    ("smartcar.smartcar", "get_management_token('amt') == 'ZGVmYXVsdDphbXQ='"),
    ("smartcar.vehicle", "Vehicle"),
    ("smartcar.auth_client", "AuthClient"),
    ("smartcar.exception", "SmartcarException and exception_factory"),
    ("smartcar.types", "Vin and Access and Reason and make_access_object"),
    ("smartcar.v2_response", "Vin and Vehicles and Reason and build_meta"),
    ("smartcar.aio", "get_user and get_vehicles and get_compatibility"),
]


def starred(module: str, program: str, *, warned: str = "ignore") -> tuple[list[str], list[str]]:
    """What a program printed that begins with a star, and what it was warned of in that line."""
    run = [sys.executable, "-W", warned, "-c", f"from {module} import *\n{program}"]
    out = subprocess.run(run, capture_output=True, text=True, check=True)
    return out.stdout.splitlines(), [
        line for line in out.stderr.splitlines() if line.startswith("<string>:1: ")
    ]


@pytest.mark.parametrize(("module", "holds"), STARS)
def test_a_star_brings_the_old_names(module: str, holds: str) -> None:
    assert starred(module, f"print(bool({holds}))") == (["True"], [])


@pytest.mark.parametrize("module", sorted({module for module, _ in STARS}))
def test_a_star_warns_once_of_a_module_that_is_old_and_of_no_other(module: str) -> None:
    brought, told = starred(module, "print(*dir())", warned="always")

    is_old = module not in {"smartcar", "smartcar.aio"}
    where = "smartcar.models" if "types" in module or "v2" in module else "smartcar"
    say = f"from {module} import * is deprecated: say from {where} import … with names"
    assert told == [f"<string>:1: DeprecationWarning: {say}"] * is_old
    assert not {"TYPE_CHECKING", "old_names", "starred", "Callable", "Any"} & {*brought[0].split()}


def test_an_old_program_catches_what_a_star_brought() -> None:
    program = "try: raise NotFoundError(404)\nexcept SmartcarException as e: print(e.status_code)"

    assert starred("smartcar", program, warned="error") == (["404"], [])


def test_a_reply_makes_an_error_as_the_old_factory_did() -> None:
    module: Any = importlib.import_module("smartcar.exception")
    body = json.dumps({"type": "PERMISSION", "code": None, "description": "No.", "statusCode": 403})

    with pytest.warns(DeprecationWarning, match=r"say smartcar\.SmartcarError\(status, body"):
        error = module.exception_factory(403, {"Content-Type": "application/json"}, body)

    assert isinstance(error, PermissionDeniedError)
    assert (error.status_code, error.type) == (403, "PERMISSION")


def test_headers_make_a_meta_as_they_did() -> None:
    module: Any = importlib.import_module("smartcar.v2_response")

    with pytest.warns(DeprecationWarning, match=r"say answer\.meta"):
        meta = module.build_meta({"SC-Request-Id": "26c14915", "SC-Unit-System": "metric"})

    assert (meta.request_id, meta.unit_system) == ("26c14915", "metric")
    with pytest.warns(DeprecationWarning, match="meta is a mapping itself"):
        assert meta._fields == ("request_id", "unit_system")


def test_an_answer_is_replaced_as_a_tuple_was() -> None:
    car: Any = Vehicle("v", "t", transport=Canned(reply({"distance": 5.0})))

    with pytest.warns(DeprecationWarning, match=r"say replace\(distance=…\)"):
        changed = car.odometer()._replace(distance=7.0)

    assert (changed.distance, changed.reply.status) == (7.0, 200)


def test_an_answer_is_true_though_it_has_a_length() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert models.Odometer()
        assert models.VehicleIds()
        assert not models.ServiceHistory()
        with pytest.raises(TypeError, match="iterates over what it lists"):
            len(models.VehicleIds())  # type: ignore[arg-type]  # that is what is tried


def test_importing_the_package_warns_of_nothing() -> None:
    loaded = "import smartcar, sys; print('smartcar.exception' in sys.modules)"
    run = [sys.executable, "-W", "error", "-c", loaded]
    out = subprocess.run(run, capture_output=True, check=False)

    assert (out.returncode, out.stdout.strip(), out.stderr) == (0, b"False", b"")


def test_reasons_are_texts() -> None:
    answer = models.Compatibility(reason="MAKE_NOT_COMPATIBLE")
    types: Any = importlib.import_module("smartcar.types")

    with pytest.warns(DeprecationWarning, match='say "MAKE_NOT_COMPATIBLE"'):
        reason = types.Reason

    assert answer.reason == reason.MAKE_NOT_COMPATIBLE


# --- calls ----------------------------------------------------------------------------------------

SHAPES = {
    shape.name: shape
    for shape in [*vars(calls).values(), *calls._DECLARED.values()]
    if isinstance(shape, calls.Shape)
}


def takes(method: Any, name: str, parameters: list[str]) -> bool:
    """Does *method* take the official SDK's parameters, as its own or in the old shape?"""
    own = list(inspect.signature(method).parameters)
    shape = SHAPES.get(name)
    return own[: len(parameters)] == parameters or (
        shape is not None and list(shape.parameters) == parameters
    )


@pytest.mark.parametrize(
    "name", sorted(name for name in RECORDED["functions"] if not is_left_out(name))
)
def test_a_function_takes_the_same_parameters(quiet: None, name: str) -> None:
    module, _, own = name.rpartition(".")
    if is_left_out(module):
        return

    assert takes(getattr(importlib.import_module(module), own), own, RECORDED["functions"][name])


def a_car() -> Any:
    return Vehicle("v", "t", transport=Canned(reply({})))


BY_NAME_ONLY = {"batch", "set_charge_limit"}
"""Calls that take another parameter first, and the official SDK's by its name."""


@pytest.mark.parametrize("name", sorted({*RECORDED["methods"]["Vehicle"]} - BY_NAME_ONLY))
def test_a_car_has_the_same_methods_with_the_same_parameters(quiet: None, name: str) -> None:
    method = Vehicle if name == "__init__" else getattr(a_car(), name)

    parameters = RECORDED["methods"]["Vehicle"][name]
    assert takes(method, "Vehicle" if name == "__init__" else name, parameters)


@pytest.mark.parametrize("say", [{"limit": 0.8}, {"percent": 80}], ids=str)
def test_a_charge_limit_is_a_fraction_by_its_old_name(say: dict[str, Any]) -> None:
    canned = Canned(reply({"status": "success"}))

    assert Vehicle("v", "t", transport=canned).set_charge_limit(**say).status == "success"
    assert json.loads(canned.requests[0].body) == {"limit": 0.8}


@pytest.mark.parametrize("name", sorted(RECORDED["methods"]["AuthClient"]))
def test_a_client_has_the_same_methods_with_the_same_parameters(quiet: None, name: str) -> None:
    method = AuthClient if name == "__init__" else getattr(AuthClient("id", "secret"), name)

    parameters = RECORDED["methods"]["AuthClient"][name]
    assert takes(method, "AuthClient" if name == "__init__" else name, parameters)


def test_cars_and_clients_have_the_same_attributes(quiet: None) -> None:
    client, car = AuthClient("id", "secret"), a_car()

    assert all(hasattr(client, name) for name in RECORDED["attributes"]["AuthClient"])
    assert all(hasattr(car, name) for name in RECORDED["attributes"]["Vehicle"])


# --- answers --------------------------------------------------------------------------------------

ALWAYS_GIVEN: Mapping[str, dict[str, Any]] = {
    "Access": dict.fromkeys(models.Access.__struct_fields__, "text"),
    "PagingCursor": {"cursor": "text"},
    "Paging": {"count": 1},
}
"""What some models are made of, at the least."""

SHORTER: Mapping[str, str] = {"CompatibilityV1": "v1.0 was switched off: the model is that of v2.0"}
NO_TUPLES: Mapping[str, str] = {
    "Vehicles": "it iterates over the ids",
    "ServiceHistory": "it iterates over the records",
    **dict.fromkeys(
        ("Door", "Window", "Sunroof", "Storage", "ChargingPort", "SelectedCapacity"),
        "the official SDK gives plain dictionaries in their place",
    ),
}
"""Tuples that are not unpacked, and why."""


def made(name: str) -> Any:
    kind = getattr(importlib.import_module("smartcar.v2_response"), name)
    return kind(**ALWAYS_GIVEN.get(name, {}))


@pytest.mark.parametrize("name", sorted(RECORDED["tuples"]))
def test_an_answer_has_the_same_fields(quiet: None, name: str) -> None:
    answer, fields = made(name), RECORDED["tuples"][name]

    assert [field for field in fields if not hasattr(answer, field)] == []
    if name not in {*NO_TUPLES, *SHORTER}:
        assert len(answer) == len(tuple(answer)) == len(fields)
        assert answer._fields == tuple(fields)
        assert list(answer._asdict()) == fields


def test_meta_an_error_and_its_resolution_have_the_same_attributes(quiet: None) -> None:
    meta, error = models.Meta(), SmartcarError()

    assert all(hasattr(meta, name) for name in RECORDED["meta"])
    assert all(hasattr(error, name) for name in RECORDED["error"])
    assert all(error.resolution[name] is None for name in RECORDED["resolution"])  # type: ignore[index]


def test_a_batch_has_the_same_methods(quiet: None) -> None:
    answers = [{"path": path, "code": 200, "body": {}} for path in RECORDED["batch"]]
    car: Any = Vehicle("v", "t", transport=Canned(reply({"responses": answers})))

    batch = car.batch(list(RECORDED["batch"]))

    assert all(callable(getattr(batch, name)) for name in RECORDED["batch"].values())
    with pytest.raises(AttributeError, match="was not asked"):
        batch.tesla_compass  # noqa: B018 -- it is the attribute that is asked for
