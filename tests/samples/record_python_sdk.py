"""Records what the official Python SDK lets programs reach, for test_legacy_names.py.

python -m pip install smartcar==6.19.1 && python record_python_sdk.py > python_sdk_6.19.1.json
"""

import importlib
import inspect
import json
import sys
from typing import Any

import smartcar

MODULES = ["auth_client", "config", "exception", "helpers", "smartcar", "v2_response"]
MODULES += ["v3_response", "vehicle"]
PATHS = ["/", "/vin", "/permissions", "/odometer", "/location", "/fuel", "/battery", "/charge"]
PATHS += ["/battery/capacity", "/battery/nominal_capacity", "/charge/limit", "/tires/pressure"]
PATHS += ["/engine/oil", "/security", "/service/history", "/diagnostics/system_status"]
PATHS += ["/diagnostics/dtcs", "/tesla/speedometer", "/tesla/charge/chargePort"]
BODY = {
    **dict.fromkeys(("type", "code", "description", "requestId", "docURL", "detail"), "text"),
    "statusCode": 429,
    "resolution": {"type": "RETRY_LATER", "url": None},
    "suggestedUserMessage": "text",
}


def public(thing: object) -> dict[str, Any]:
    return {name: value for name, value in vars(thing).items() if not name.startswith("_")}


def parameters(function: Any) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name != "self"]


def methods(kind: type) -> dict[str, list[str]]:
    found = {name: value for name, value in public(kind).items() if inspect.isfunction(value)}
    return {name: parameters(value) for name, value in {"__init__": kind.__init__, **found}.items()}


def main() -> None:
    modules, functions, classes, tuples = {"smartcar": sorted(public(smartcar))}, {}, {}, {}
    for name in MODULES:
        module = importlib.import_module(f"smartcar.{name}")
        own = {
            key: value
            for key, value in public(module).items()
            if not inspect.ismodule(value)
            and getattr(value, "__module__", module.__name__) == module.__name__
        }
        modules[f"smartcar.{name}"] = sorted(own)
        for key, value in own.items():
            if inspect.isfunction(value):
                functions[f"smartcar.{name}.{key}"] = parameters(value)
            elif isinstance(value, type) and issubclass(value, tuple):
                tuples[key] = list(value._fields)
            elif isinstance(value, type) and key in {"AuthClient", "Vehicle"}:
                classes[key] = methods(value)
    factory = importlib.import_module("smartcar.exception").exception_factory
    headers = {"Content-Type": "application/json", "Retry-After": "1"}
    batch = importlib.import_module("smartcar.helpers").format_path_and_attribute_for_batch
    meta = importlib.import_module("smartcar.v2_response").build_meta
    told = ["sc-data-age", "sc-unit-system", "sc-request-id", "sc-fetched-at"]
    json.dump(
        {
            "source": "PyPI smartcar==6.19.1, recorded by record_python_sdk.py",
            "modules": modules,
            "functions": functions,
            "methods": classes,
            "attributes": {
                "AuthClient": sorted(public(smartcar.AuthClient("id", "secret"))),
                "Vehicle": sorted(public(smartcar.Vehicle("id", "token"))),
            },
            "tuples": tuples,
            "meta": list(meta(dict.fromkeys(told, "text"))._fields),
            "error": sorted(public(factory(429, headers, json.dumps(BODY)))),
            "resolution": sorted(factory(429, headers, json.dumps(BODY)).resolution),
            "batch": {path: batch(path)[1] for path in PATHS},
        },
        sys.stdout,
        indent=1,
    )
    sys.stdout.write("\n")


main()
