"""Run rows of the migration tables with whichever SDK is called ``smartcar`` here.

``python rows.py < rows.json`` prints results as JSON: each row's code is run by itself, in order,
with the names that the tables use.  Where Smartcar is comes from environment variables only.  The
official Python SDK runs this file, and our tests do so with ours: nothing but the standard library
is used.
"""

from __future__ import annotations

import ast
import json
import sys
import warnings
from typing import Any

import smartcar

Json = dict[str, Any]


def run(told: Json, more: Json | None = None) -> Json:
    """What each row gave: ``{id: {"value" or "error", "warnings"}}``."""
    facts: Json = {"__name__": "program", "smartcar": smartcar, **told["facts"]}
    return {row["id"]: _result(row, told["cars"], facts, more or {}) for row in told["rows"]}


def listing() -> Json:
    """Every function, class and method of the SDK, and what it takes."""
    import inspect  # noqa: PLC0415 -- only here

    modules = {"smartcar": smartcar, "smartcar.smartcar": sys.modules["smartcar.smartcar"]}
    found: Json = {}
    for module in modules.values():
        for name, value in vars(module).items():
            if name.startswith("_") or not getattr(value, "__module__", "").startswith("smartcar"):
                continue
            if inspect.isfunction(value):
                found[name] = list(inspect.signature(value).parameters)
            elif inspect.isclass(value):
                found[name] = list(inspect.signature(value).parameters)
                for member, method in vars(value).items():
                    if not member.startswith("_") and callable(method):
                        _, *parameters = inspect.signature(method).parameters
                        found[f"{name}.{member}"] = parameters
    return dict(sorted(found.items()))


def _result(row: Json, cars: Json, facts: Json, more: Json) -> Json:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            names = {**facts, **cars[row["make"]], **row["facts"]}
            names |= _things(names, row["code"], more)
            got: Json = {"value": _evaluated(row["code"], names)}
        except Exception as error:  # noqa: BLE001 -- whatever it is belongs into the report
            kind, text = getattr(error, "type", None), f"{type(error).__name__}: {error}"
            got = {"error": {"type": kind, "text": text}}
    said = [
        f"{each.category.__name__}: {each.message}"
        for each in warned
        if issubclass(each.category, DeprecationWarning)
    ]
    return {**got, "warnings": said}


def _things(names: Json, code: str, more: Json) -> Json:
    """What the row's code calls ``car``, ``auth`` and ``error``, where it does."""
    made: Json = {}
    for name, make in {"auth": _auth, "car": _car, "error": _error, **more}.items():
        if name in code or (name == "car" and code.startswith("except")):
            made[name] = make(names | made)
    return made


def _auth(names: Json) -> Any:
    return smartcar.AuthClient(names["client_id"], names["client_secret"], names["redirect_uri"])


def _car(names: Json) -> Any:
    # The official Python SDK keeps the first car's token in a default of ``request`` for all later
    # cars: each row is to begin as a program of its own would.
    defaults = getattr(smartcar.Vehicle.request, "__defaults__", None) or ()
    for default in defaults:
        if isinstance(default, dict):
            default.clear()
    return smartcar.Vehicle(names["vehicle_id"], names["access_token"])


def _error(names: Json) -> Any:
    try:
        _car(names).request("GET", "nonsense")
    except Exception as error:  # noqa: BLE001 -- its facts are what the row asks for
        return error
    raise AssertionError("a path that is not there was answered")


def _evaluated(code: str, names: Json) -> Any:
    """The value of *code*; an ``except`` clause catches what a path that is not there raises."""
    if code.startswith("except"):
        caught = f'try:\n    car.request("GET", "nonsense")\n{code}:\n    caught = True\n'
        exec(caught, names)
        return names["caught"]
    if not isinstance(ast.parse(code).body[0], ast.Expr):
        exec(code, names)
        return None
    return json.loads(json.dumps(eval(code, names), default=_plain))


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else f"<{type(value).__name__}>"


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    json.dump(run(asked) if asked else listing(), sys.stdout)
