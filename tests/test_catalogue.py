"""Every signal of the catalogue: what it knows of itself, and the value in its body."""

from __future__ import annotations

import ast
import copy
import importlib.util
import pickle
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
from readings import API, FACTS, MEMBERS, PLAIN, VEHICLE, asked, asked_all, one, resource
from transports import Canned, reply

from smartcar import AsyncSmartcar, signals

ROOT = Path(__file__).parent.parent


def test_the_catalogue_has_all_ninety_three() -> None:
    assert len(FACTS) == len(MEMBERS) == 93
    assert sorted(MEMBERS) == sorted(FACTS)


@pytest.mark.parametrize("code", FACTS)
def test_a_member_knows_what_the_catalogue_says(code: str) -> None:
    member, facts = MEMBERS[code], FACTS[code]
    assert member == member.code == code == str(member)
    assert (member.name, member.group) == (facts["name"], facts["group"])
    assert member.description == facts["description"]
    assert member.unit == (facts["unit"] or [None])[0]
    assert list(member.permissions) == facts["permission"]
    assert member.permissions
    assert list(member.powertrains) == facts["powertrains"]
    assert member.is_attribute == (facts["kind"] == "attribute")
    assert getattr(getattr(signals, member.group), member.name) is member
    assert repr(member) == f"{member.group}.{member.name}"
    assert signals.find(code) is member


@pytest.mark.parametrize("code", FACTS)
def test_a_member_survives_pickling_and_copying_as_itself(code: str) -> None:
    member = MEMBERS[code]
    assert pickle.loads(pickle.dumps(member)) is member
    assert copy.copy(member) is copy.deepcopy(member) is member


def test_a_code_that_is_not_in_the_catalogue_is_not_found() -> None:
    assert signals.find("battery-new") is None


@pytest.mark.parametrize("code", FACTS)
def test_its_example_gives_a_typed_value(code: str) -> None:
    facts = FACTS[code]
    signal = one(code, facts["example_body"])
    assert signal.error is None, signal.error
    if facts["body_shape"] == "structured":
        _assert_structured(signal.value, facts)
    else:
        assert type(signal.value) is PLAIN[facts["type"]]
        assert signal.value == facts["example_body"]["value"]
    assert signal.unit == facts["example_body"].get("unit", MEMBERS[code].unit)
    assert signal.body == facts["example_body"]
    assert (signal.code, signal.name, signal.group) == (code, facts["name"], facts["group"])
    assert str(signal)


def _assert_structured(value: Any, facts: dict[str, Any]) -> None:
    """Nothing of the example is lost on the way: what was sent is what can be read."""
    example = facts["example_body"]
    if isinstance(value, float):
        assert value == example["value"]
        return
    if isinstance(value, tuple):
        assert len(value) == len(example["values"])
        got: Any = msgspec.to_builtins(value)
        wanted: Any = example["values"]
    else:
        got, wanted = msgspec.to_builtins(value), example
    _assert_holds(got, wanted)


def _assert_holds(got: Any, wanted: Any) -> None:
    if isinstance(wanted, dict):
        for name, inner in wanted.items():
            assert name in got, name
            _assert_holds(got[name], inner)
    elif isinstance(wanted, list):
        assert len(got) == len(wanted)
        for each, inner in zip(got, wanted, strict=True):
            _assert_holds(each, inner)
    else:
        assert got == wanted


@pytest.mark.parametrize("code", FACTS)
async def test_it_is_the_same_asked_alone_or_with_others_blocking_or_awaiting(code: str) -> None:
    item = resource(code, FACTS[code]["example_body"])
    together = asked_all(resource("other-unknown", {"value": 1}), item)[code]
    answer = Canned(reply({"data": item, "included": {"vehicle": VEHICLE}}))
    awaited = await AsyncSmartcar(access_token="t", transport=answer).vehicle("v").signal(code)
    alone = asked({"data": item, "included": {"vehicle": VEHICLE}})
    assert together == awaited == alone
    assert together.value == awaited.value == alone.value
    for each in (together, awaited, alone):
        assert each.vehicle is not None
        assert str(each.vehicle) == "2023 KIA EV6"


@pytest.mark.parametrize("code", FACTS)
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"value": None},
        {"value": None, "unit": "km"},
        {"value": {"no": "thing"}, "values": 7, "status": [], "isOpen": "?", "capacity": "?"},
        {"value": [], "values": [17], "latitude": "north", "canonical": 5, "activeLimit": {}},
        {"nothing": "known"},
        {"value": "\ud800"[:0], "values": None},
    ],
    ids=["empty", "null", "null and unit", "wrong", "wrong too", "unknown", "blank"],
)
def test_no_body_makes_a_signal_raise(code: str, body: dict[str, Any]) -> None:
    signal = one(code, body)
    if signal.error is not None:
        assert signal.value is None
        assert signal.error.type == "DECODE"
    assert str(signal)
    assert signal.body == body


def _generator() -> ModuleType:
    path = ROOT / "tools" / "generate_catalogue.py"
    spec = importlib.util.spec_from_file_location("generate_catalogue", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["catalogue", "asking"])
def test_the_generated_files_are_what_the_generator_writes(name: str) -> None:
    """Whatever ruff has made of their layout since."""
    written: str = getattr(_generator(), name)()
    there = (API / f"{name}.py").read_text(encoding="utf-8")
    assert _told(written) == _told(there)


def _told(source: str) -> list[str]:
    """What the code says, less its layout."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = " ".join(node.value.split())
    return ast.dump(tree, indent=1).splitlines()
