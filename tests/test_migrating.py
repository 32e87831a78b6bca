"""The migration tables are true: official SDKs and ours run each row, and it tells the same."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import parse_qs, urlsplit

import pytest
from migrating import Json, Ran, list_theirs, run_ours, run_theirs

from smartcar import METHODS_MAP
from smartcar.migration import ROWS, Row
from smartcar.migration.official import CALLS
from smartcar.migration.row import camel
from smartcar.simulator.classic.makes import SPECIALS

pytestmark = pytest.mark.once

RECORDED: Final = json.loads(
    (Path(__file__).parent / "samples" / "official_calls.json").read_text(encoding="utf-8")
)
Spelling = Literal["python", "node", "old", "v2", "stays", "v3"]
"""Who runs a row: an official SDK; ours as it was written, as it is now, so on v3, as v3 has it."""

SDKS: Final[tuple[Literal["python", "node"], ...]] = ("python", "node")
OURS: Final[tuple[Spelling, ...]] = ("v2", "stays", "v3")
NAMED: Final = {f"{row.call} #{number}": row for number, row in enumerate(ROWS)}


def code_of(row: Row, spelling: Spelling) -> str | None:
    """What runs."""
    return {
        "python": row.python,
        "node": row.node,
        "old": row.python,
        "v2": row.here,
        "stays": row.here if row.stays else None,
        "v3": row.v3,
    }[spelling]


@cache
def ran(spelling: Spelling) -> Ran:
    """What all rows gave in one spelling."""
    rows = [(name, code) for name, row in NAMED.items() if (code := code_of(row, spelling))]
    for sdk in SDKS:
        if spelling == sdk:
            return run_theirs(sdk, rows)
    return run_ours(rows, "3" if spelling in {"stays", "v3"} else "2.0")


# --- nothing is missing --------------------------------------------------------------------------


@pytest.mark.parametrize("sdk", SDKS)
def test_what_is_recorded_is_what_the_package_has(sdk: Literal["python", "node"]) -> None:
    assert list_theirs(sdk) == RECORDED[sdk]


@pytest.mark.parametrize("call", RECORDED["python"])
def test_every_call_of_the_official_python_sdk_has_a_row(call: str) -> None:
    rows = {row.call for row in ROWS if row.python} | {_asked(row) for row in ROWS}
    assert call in rows


@pytest.mark.parametrize("call", RECORDED["node"])
def test_every_call_of_the_official_node_sdk_has_a_row(call: str) -> None:
    rows = {_in_node(row.call) for row in ROWS if row.node}
    assert call in rows | {_asked(row) for row in ROWS}


@pytest.mark.parametrize("call", RECORDED["python"])
def test_what_official_calls_take_is_known(call: str) -> None:
    assert [each.name for each in CALLS[call]] == RECORDED["python"][call]


def test_every_method_of_v2_has_a_row() -> None:
    assert {f"Vehicle.{name}" for name in METHODS_MAP} - {row.call for row in ROWS} == set()


def test_every_path_of_a_make_has_a_row() -> None:
    answered = {f"{each.method} {make}/{each.path}" for each in SPECIALS for make in each.makes}
    assert answered - {row.call for row in ROWS} == set()


def _asked(row: Row) -> str:
    """Paths are asked with ``request``."""
    return "Vehicle.request" if " " in row.call else ""


def _in_node(call: str) -> str:
    if call == "SmartcarException":
        return "SmartcarError"
    owner, dot, name = call.rpartition(".")
    return f"{owner}{dot}{camel(name)}"


# --- every row runs ------------------------------------------------------------------------------

REFUSED: Final = {
    "GET mini/charge/records": "the simulated one keeps none",
    "PUT ford/charge/schedule_by_location": "what is sent must name a place",
    "PUT lincoln/charge/schedule_by_location": "as above",
}
"""Rows that the simulator refuses: it refuses every spelling alike."""

FAILS: Final = {
    ("Vehicle.set_unit_system", "python"): "ValueError",
    ("SmartcarException.retry_after", "python"): "AttributeError",
}
"""What fails in one spelling only, and how.

It always does; it is only there with 429; nothing here needs it.
"""


@pytest.mark.parametrize("name", NAMED)
def test_a_row_runs_in_every_spelling(name: str) -> None:
    row = NAMED[name]
    for spelling in ("python", "node", "old", *OURS):
        result = ran(spelling).results.get(name)
        fails = FAILS.get((row.call, spelling))
        if result is None:
            assert code_of(row, spelling) is None
        elif fails is not None:
            assert result["error"]["text"].startswith(fails), result
        elif row.call in REFUSED and spelling != "v3":
            assert result["error"]["type"] == refusal(name), result
        else:
            assert "value" in result, (spelling, result)


def refusal(name: str) -> str:
    """The type of the error with the official Python SDK."""
    kind: str = ran("python").results[name]["error"]["type"]
    assert kind
    return kind


@pytest.mark.parametrize("name", NAMED)
def test_only_an_old_spelling_warns(name: str) -> None:
    row = NAMED[name]
    for spelling in ("old", *OURS):
        result = ran(spelling).results.get(name)
        if result is not None and (row.call, spelling) not in FAILS:
            is_old = spelling == "old" and row.v2 is not None
            assert bool(result["warnings"]) is is_old, (spelling, result["warnings"])


# --- every row tells the same --------------------------------------------------------------------

MADE: Final = frozenset({"AuthClient", "Vehicle", "set_api_version"})
"""What other rows are about: they show that it is good."""

CHANGES: Final = frozenset(
    {
        *("Vehicle.stop_charge", "Vehicle.start_charge", "Vehicle.set_charge_limit"),
        *("Vehicle.unlock", "Vehicle.lock", "Vehicle.send_destination", "Vehicle.subscribe"),
        *("Vehicle.unsubscribe", "Vehicle.disconnect", "Vehicle.set_unit_system"),
        "delete_connections",
    }
)
"""What is compared by how the world ends."""

NEW_EACH_TIME: Final = frozenset(
    {
        *("meta.request_id", "SmartcarException.request_id"),
        *("AuthClient.exchange_code", "AuthClient.exchange_refresh_token"),
    }
)

ANOTHER_THING: Final = {
    "smartcar.smartcar.get_management_token(amt)": "the token is not seen here",
    "car.odometer()._asdict()": "its names are those of the wire here",
    "car.batch(paths)": "another row reads it",
}

V3_TELLS_OTHERWISE: Final = frozenset(
    {
        *("SmartcarException.code", "SmartcarException.description", "SmartcarException.message"),
        *("SmartcarException.doc_url", "get_api_version", "meta.unit_system"),
        *("GET tesla/charge/completion", "GET cadillac/charge/completion"),
        *("GET chevrolet/charge/completion", "GET tesla/charge/records", "GET bmw/charge/records"),
        *("GET tesla/charge/records/billing", "GET mini/charge/records", "GET tesla/attributes"),
        *("GET ford/charge/schedule_by_location", "GET lincoln/charge/schedule_by_location"),
        "GET nissan/charge/schedule",
    }
)
"""Of the same meaning, but another value: the note says which."""

WORDS: Final = {"OPEN": True, "CLOSED": False, "ON": True, "OFF": False, "ONLINE": True}


def is_compared(row: Row) -> bool:
    """Does it read something that stays as it is?"""
    is_read = row.call not in MADE | CHANGES and not row.call.startswith(("POST", "PUT", "DELETE"))
    return is_read and row.call not in REFUSED and row.python not in ANOTHER_THING


def is_same(one: Any, other: Any) -> bool:
    """Do they tell the same, however it is written?"""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, abs_tol=1e-9)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) if _has_objects(one + other) else _set(one) == _set(other)
    if isinstance(one, str) and isinstance(other, str):
        return _is_same_text(one, other)
    return bool(one == other)


def _is_same_text(one: str, other: str) -> bool:
    at, then = _moment(one), _moment(other)
    if at is not None and then is not None:
        return abs(at - then) < 600  # each SDK counts a token's life from when it asked
    if one.startswith("http://127.0.0.1"):
        return _asks(one) == _asks(other)
    return one == other


def _has_objects(values: list[Any]) -> bool:
    """Are they more than JSON holds, or than is the same for two hosts?  Then they are counted."""
    return any(isinstance(each, dict) or str(each).startswith("<") for each in values)


def _set(values: list[Any]) -> set[str]:
    return {json.dumps(each, sort_keys=True) for each in values}


def _moment(text: str) -> float | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def _asks(url: str) -> tuple[str, Json]:
    split = urlsplit(url)
    return split.path, parse_qs(split.query)


def values_of(name: str, *spellings: Spelling) -> dict[Spelling, Any]:
    """What a row gave in those *spellings* that it has and that do not fail."""
    results = {each: ran(each).results.get(name) for each in spellings}
    return {each: got["value"] for each, got in results.items() if got and "value" in got}


@pytest.mark.parametrize("name", [name for name, row in NAMED.items() if is_compared(row)])
def test_every_spelling_on_v2_tells_the_same(name: str) -> None:
    row = NAMED[name]
    told = values_of(name, "python", "node", "old", "v2")
    first, *others = told.values()
    if row.python == "auth.exchange_code(code).expires_in":
        assert (first, _moment(told.pop("v2")) is not None) == (7200, True)
    elif row.call in NEW_EACH_TIME and _moment(first) is None:
        assert all(len(each) == 36 for each in told.values()), told
    elif row.call == "SmartcarException.message":
        assert all(each.startswith(first) for each in others), told  # ours says what to do, too
    else:
        assert all(is_same(first, each) for each in others), told


@pytest.mark.parametrize(
    "name", [name for name, row in NAMED.items() if row.stays and is_compared(row)]
)
def test_what_stays_tells_the_same_on_v3(name: str) -> None:
    told = values_of(name, "v2", "stays")
    call = NAMED[name].call
    is_other = call in NEW_EACH_TIME or call.startswith("SmartcarException.")
    assert is_other or is_same(told["v2"], told["stays"]), told


@pytest.mark.parametrize(
    "name", [name for name, row in NAMED.items() if row.v3 is not None and is_compared(row)]
)
def test_v3_tells_the_same(name: str) -> None:
    row = NAMED[name]
    told = values_of(name, "v2", "v3")
    before, after = told["v2"], told["v3"]
    if row.call in NEW_EACH_TIME | V3_TELLS_OTHERWISE or "completionTime" in (row.python or ""):
        assert after != before or row.call == "GET nissan/charge/schedule"
    elif row.call == "Vehicle.permissions":
        assert set(before) <= set(after)  # v2.0 gives 25 at a time
    elif row.call == "GET tesla/charge/schedule":
        assert after == f"{before}:00"
    elif isinstance(before, str) and isinstance(after, bool):
        assert WORDS[before] is after
    elif isinstance(before, (int, float)) and not isinstance(before, bool):
        assert is_same(before * row.times, after), (before, row.times, after)
    else:
        assert is_same(before, after), told


@pytest.mark.parametrize("spelling", ["node", "old", "v2", "v3"])
def test_the_world_ends_alike_whoever_ran_the_rows(spelling: Spelling) -> None:
    assert ran(spelling).ending == ran("python").ending


def test_the_rows_change_the_world() -> None:
    ending, other = ran("python").ending, ran("stays").ending
    assert (ending["is charging"], ending["is locked"], ending["limit"]) == (True, True, 90)
    assert len(ending["connections"]) == len(other["connections"]) - 3
