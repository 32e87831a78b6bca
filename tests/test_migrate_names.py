"""``smartcar migrate`` follows cars through a program, and leaves other things alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from smartcar.migration.official import CALLS, MOVED
from smartcar.migration.scan import scan, scan_text

EVERYTHING: Final = "".join(
    f"{each}(x)\n" for each in CALLS if "." not in each and each != "get_management_token"
)
"""A call of every function and class of the official SDK, but of one that is not needed here."""


def found(code: str) -> list[tuple[int, str, str | None, str | None]]:
    """Line, old call and what it becomes, of everything in *code*."""
    return [(each.line, each.old, each.v2, each.v3) for each in scan_text(code, "x.py")]


def calls(code: str) -> list[str]:
    """What is called in *code*, with a question mark where it is not sure."""
    return [
        f"{each.call}{'?' if each.certainty == 'likely' else ''}"
        for each in scan_text(code, "x.py")
    ]


FOLLOWED: Final = {
    "an alias": "import smartcar as sc\nsc.Vehicle(a, b).odometer()",
    "a class under another name": (
        "from smartcar import Vehicle as Car\nmine = Car(a, b)\nmine.odometer()"
    ),
    "a part of the package": "import smartcar.vehicle\nsmartcar.vehicle.Vehicle(a, b).odometer()",
    "a star": "from smartcar import *\nx = Vehicle(a, b)\nx.odometer()",
    "an import in a function": (
        "def f():\n    import smartcar\n    x = smartcar.Vehicle(a, b)\n    x.odometer()"
    ),
    "an attribute of self": (
        "import smartcar\nclass A:\n    def __init__(self):\n"
        "        self.x = smartcar.Vehicle(a, b)\n"
        "    def f(self):\n        self.x.odometer()"
    ),
    "what is set after it is used": (
        "import smartcar\nclass A:\n    def f(self):\n        self.x.odometer()\n"
        "    def g(self):\n        self.x = smartcar.Vehicle(a, b)"
    ),
    "an attribute of the class": (
        "import smartcar\nclass A:\n    x: smartcar.Vehicle\n"
        "    def f(self):\n        smartcar.Vehicle(a, b)\n        self.x.odometer()"
    ),
    "a list": (
        "import smartcar\ncars = [smartcar.Vehicle(i, t) for i in ids]\n"
        "for x in cars:\n    x.odometer()"
    ),
    "a dictionary": (
        "import smartcar\nd = {i: smartcar.Vehicle(i, t) for i in ids}\n"
        "for k, x in d.items():\n    x.odometer()"
    ),
    "one of a dictionary": (
        "import smartcar\nd = {}\nd[1] = smartcar.Vehicle(i, t)\nd[1].odometer()"
    ),
    "a counted list": (
        "import smartcar\nfor n, x in enumerate([smartcar.Vehicle(i, t)]):\n    x.odometer()"
    ),
    "what a function gives": (
        "import smartcar\ndef make():\n    return smartcar.Vehicle(a, b)\nx = make()\nx.odometer()"
    ),
    "what an awaited function gives": (
        "import smartcar\nasync def make():\n    return smartcar.Vehicle(a, b)\n"
        "async def f():\n    (await make()).odometer()"
    ),
    "what a function is given": (
        "import smartcar\ndef f(x):\n    x.odometer()\nf(smartcar.Vehicle(a, b))"
    ),
    "what is named on the way": (
        "import smartcar\nif (x := smartcar.Vehicle(a, b)):\n    x.odometer()"
    ),
    "one or the other": (
        "import smartcar\nx = None if n else smartcar.Vehicle(a, b)\nx.odometer()"
    ),
    "one of several at once": (
        "import smartcar\nall = [smartcar.Vehicle(i, t)]\na, *b = all\na.odometer()"
    ),
    "a dictionary made by its name": (
        'import smartcar\ndict(x=smartcar.Vehicle(i, t))["x"].odometer()'
    ),
    "what is put into a list": (
        "import smartcar\nall = []\nall.append(smartcar.Vehicle(i, t))\n"
        "for x in all:\n    x.odometer()"
    ),
    "cars and one more": (
        "import smartcar\nall = [smartcar.Vehicle(i, t)]\nfor x in others + all:\n    x.odometer()"
    ),
    "cars to which more are added": (
        "import smartcar\nall = []\nall += [smartcar.Vehicle(i, t)]\n"
        "for x in all:\n    x.odometer()"
    ),
    "a dictionary in a dictionary": (
        'import smartcar\nall = {"a": {"b": smartcar.Vehicle(i, t)}}\nall["a"]["b"].odometer()'
    ),
    "a dictionary in a dictionary, gone through": (
        'import smartcar\nall = {"a": {"b": smartcar.Vehicle(i, t)}}\n'
        "for x in all.values():\n    for y in x.values():\n        y.odometer()"
    ),
    "a name that a function has of the module": (
        "import smartcar\ndef f():\n    global X\n    X = smartcar.Vehicle(a, b)\n"
        "def g():\n    X.odometer()"
    ),
    "a name that a function has of the one around": (
        "import smartcar\ndef f():\n    x = None\n    def g():\n        nonlocal x\n"
        "        x = smartcar.Vehicle(a, b)\n    x.odometer()"
    ),
    "a manager of a context": (
        "import smartcar\n@contextlib.contextmanager\ndef f():\n"
        "    yield smartcar.Vehicle(a, b)\nwith f() as x:\n    x.odometer()"
    ),
    "a method of the class": (
        "import smartcar\nx = smartcar.Vehicle(a, b)\nsmartcar.Vehicle.odometer(x)"
    ),
    "a method of the class, passed on": (
        "import smartcar\nmap(smartcar.Vehicle.odometer, [smartcar.Vehicle(a, b)])"
    ),
    "another name of the class": (
        "import smartcar\nCar: TypeAlias = smartcar.Vehicle\nsmartcar.Vehicle(a, b)\n"
        "def f(x: Car):\n    x.odometer()"
    ),
    "a property": (
        "import smartcar\nclass A:\n    @property\n    def x(self):\n"
        "        return smartcar.Vehicle(a, b)\n    def f(self):\n        self.x.odometer()"
    ),
    "a subclass": (
        "import smartcar\nclass Mine(smartcar.Vehicle):\n"
        "    def f(self):\n        self.odometer()\nsmartcar.Vehicle(a, b)"
    ),
    "what a subclass calls above": (
        "import smartcar\nclass Mine(smartcar.Vehicle):\n    def odometer(self):\n"
        "        return super().odometer()\nsmartcar.Vehicle(a, b)"
    ),
    "an import by a function": (
        'import importlib\nx = importlib.import_module("smartcar").Vehicle(a, b)\nx.odometer()'
    ),
    "a name as a text": ('import smartcar\nx = smartcar.Vehicle(a, b)\ngetattr(x, "odometer")()'),
}


@pytest.mark.parametrize("code", FOLLOWED.values(), ids=list(FOLLOWED))
def test_a_car_is_followed(code: str) -> None:
    assert sorted(calls(code)) == ["Vehicle", "Vehicle.odometer"]


@pytest.mark.parametrize(
    "annotation",
    [
        "smartcar.Vehicle",
        '"smartcar.Vehicle"',
        "smartcar.Vehicle | None",
        "typing.Optional[smartcar.Vehicle]",
        "Annotated[smartcar.Vehicle, 1]",
    ],
)
def test_an_annotation_tells_a_car(annotation: str) -> None:
    assert calls(f"import smartcar\ndef f(x: {annotation}):\n    x.fuel()") == ["Vehicle.fuel"]


def test_an_annotation_tells_many_cars() -> None:
    code = "import smartcar\ndef f(all: list[smartcar.Vehicle]):\n    [x.fuel() for x in all]"
    assert calls(code) == ["Vehicle.fuel"]


LEFT_ALONE: Final = {
    "a file without the package": "car.odometer()\nvehicle.start_charge()",
    "a package with a longer name": "import smartcar_utils\ncar.odometer()",
    "a module of the program's own": "from .smartcar import Vehicle\nVehicle(a, b).odometer()",
    "a comment and a text": 'import smartcar\n# car.odometer()\ntext = "car.odometer()"',
    "common names of unknown things": (
        "import smartcar\nbattery.charge()\nself.lock.lock()\nx.request('GET', y)\nz.location()"
    ),
    "a field of a row": "import smartcar\nprint(row.odometer, row.engine_oil)",
    "a name of another function": (
        "import smartcar\ndef f():\n    x = smartcar\ndef g(x):\n    x.fuel()"
    ),
    "cars of this SDK's own client": (
        "from smartcar import Smartcar\nclient = Smartcar()\ncar = client.vehicle(i)\n"
        "car.odometer()\ncar.lock()\nfor c in client.connections():\n"
        "    client.vehicle(c).start_charge()"
    ),
}


@pytest.mark.parametrize("code", LEFT_ALONE.values(), ids=list(LEFT_ALONE))
def test_other_things_are_left_alone(code: str) -> None:
    assert calls(code) == []


def test_a_car_like_name_is_likely_where_the_package_is_imported() -> None:
    assert calls("import smartcar\ndef f(my_car):\n    my_car.fuel()") == ["Vehicle.fuel?"]


def test_a_car_made_on_the_spot_is_made_on_the_spot_on_v3() -> None:
    _, read = scan_text("import smartcar\nsmartcar.Vehicle(a.id, t).vin().vin", "x.py")
    assert read.v3 == "client.vehicle(a.id).signal(VehicleIdentification.VIN).value"


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ('{"unit_system": "imperial"}', '"imperial"'),
        ('options={"unit_system": units}', "units"),
        ("unit_system=units", "units"),
        ("options", '(options or {}).get("unit_system")'),
        ("options=self.how", '(self.how or {}).get("unit_system")'),
    ],
)
def test_a_car_keeps_its_units_on_v3(given: str, asked: str) -> None:
    (made,) = scan_text(f"import smartcar\nsmartcar.Vehicle(a, b, {given})", "x.py")
    assert made.v3 == f"client.vehicle(a, unit_system={asked})"


@pytest.mark.parametrize(
    ("code", "v3"),
    [
        ("Vehicle.battery(x).range", "x.signal(TractionBattery.Range).value"),
        ("Vehicle.set_charge_limit(x.y, 0.8)", "x.y.set_charge_limit(80)"),
        ("map(Vehicle.vin, all)", "car.signal(VehicleIdentification.VIN)"),
        ("Vehicle.request(x, 'GET', 'odometer')", "x.signal(Odometer.TraveledDistance)"),
    ],
)
def test_a_method_of_the_class_is_one_of_the_car_that_it_is_given(code: str, v3: str) -> None:
    (said,) = scan_text(f"from smartcar import Vehicle\n{code}", "x.py")
    assert (said.v2, said.v3) == (None, v3)


def test_units_that_are_set_later_are_set_on_v3_as_well() -> None:
    code = "import smartcar\ndef f(x: smartcar.Vehicle):\n    x.set_unit_system(units)"
    assert [each[2:] for each in found(code)] == [
        ("x.unit_system = units", "x.unit_system = units")
    ]


def test_expressions_are_kept_together() -> None:
    (limit,) = scan_text(
        "import smartcar\ndef f(x: smartcar.Vehicle):\n    x.set_charge_limit(a + b)", "x.py"
    )
    assert limit.v3 == "x.set_charge_limit(round((a + b) * 100))"


def test_what_holds_together_by_itself_gets_no_brackets() -> None:
    code = "import smartcar\nsmartcar.Vehicle(a + b, c if d else e)\nauth = 1\n"
    assert [each[3] for each in found(code)] == ["client.vehicle(a + b)"]
    code = "import smartcar\ndef f(x: smartcar.Vehicle):\n    x.set_charge_limit(g(1) + h(2))"
    assert [each[3] for each in found(code)] == ["x.set_charge_limit(round((g(1) + h(2)) * 100))"]


def test_names_are_not_replaced_twice() -> None:
    code = (
        "import smartcar\ndef f(x: smartcar.Vehicle):\n    x.send_destination(longitude, latitude)"
    )
    assert [each[3] for each in found(code)] == ["x.send_destination(longitude, latitude)"]
    code = "import smartcar\nsmartcar.Vehicle(access_token, vehicle_id)"
    assert [each[3] for each in found(code)] == ["client.vehicle(access_token)"]


def test_options_of_the_program_are_kept_on_v3() -> None:
    code = 'import smartcar\nsmartcar.AuthClient().get_auth_url(s, {"single_select": x, "user": u})'
    _, url = scan_text(code, "x.py")
    assert url.v2 == url.v3 == "smartcar.AuthClient().get_auth_url(s, single_select=x, user=u)"
    code = 'from smartcar.smartcar import *\nget_compatibility_matrix(r, m, {"type": kind})'
    matrix = scan_text(code, "x.py")[-1]
    assert matrix.v3 == "client.compatible_vehicles(region=r, make=m, powertrain_type=kind)"


def test_a_request_of_an_unknown_path_is_told_to_have_none_on_v3() -> None:
    code = "import smartcar\ndef f(x: smartcar.Vehicle, path):\n    x.request('GET', path)"
    assert found(code) == [(3, 'x.request("GET", path)', None, None)]


def test_imports_from_parts_of_the_package_are_mended() -> None:
    code = "from smartcar.exception import SmartcarException as Oops"
    assert found(code) == [
        (
            1,
            code,
            "from smartcar import SmartcarError as Oops",
            "from smartcar import SmartcarError as Oops",
        )
    ]


@pytest.mark.parametrize(
    "code",
    [
        "import smartcar.config",
        "from smartcar import helpers",
        "from smartcar.v3_response import x",
    ],
)
def test_parts_that_are_not_here_are_told(code: str) -> None:
    assert found(code) == [(1, code, "import smartcar", "import smartcar")]


@pytest.mark.parametrize("how", ["functools.partial", "pool.submit", "asyncio.to_thread"])
def test_arguments_that_are_passed_beside_a_function_are_hers(how: str) -> None:
    code = f"import smartcar\n{how}(smartcar.get_vehicles, t, paging={{'limit': 1}})"
    assert [each[1:3] for each in found(code)] == [
        (
            f'{how}(smartcar.get_vehicles, t, paging={{"limit": 1}})',
            f"{how}(smartcar.get_vehicles, t, limit=1)",
        )
    ]


def test_arguments_that_are_unpacked_are_kept_so() -> None:
    code = "import smartcar\nsmartcar.Vehicle(*a, {'unit_system': x}).set_charge_limit(*b, **c)"
    made, limit = found(code)
    assert made[1:] == (
        'smartcar.Vehicle(*a, {"unit_system": x})',
        None,
        "client.vehicle(vehicle_id, unit_system=x)",
    )
    assert (
        limit[3] == "client.vehicle(vehicle_id, unit_system=x).set_charge_limit(round(limit * 100))"
    )


@pytest.mark.parametrize("part", sorted(MOVED - {"v2_response", "types"}))
def test_a_star_of_a_part_becomes_one_that_has_all_that_is_told_of(part: str) -> None:
    (star, *rest) = scan_text(f"from smartcar.{part} import *\n{EVERYTHING}", "x.py")
    assert (star.v2, star.stays) == ("from smartcar import *", True)
    names: dict[str, object] = {}
    exec(star.v2 or "", names)
    told = {re.match(r"\w+", each.v2 or each.old) for each in rest}
    assert {each[0] for each in told if each} <= names.keys()
    assert len(rest) == EVERYTHING.count("\n")


def test_a_program_is_never_run(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    program = tmp_path / "program.py"
    program.write_text(
        f"import smartcar, pathlib\npathlib.Path({str(trace)!r}).touch()\n"
        f"smartcar.get_user(pathlib.Path({str(trace)!r}).touch())"
    )
    assert len(scan([program]).findings) == 1
    assert not trace.exists()


def test_what_python_would_warn_of_is_not_repeated() -> None:
    assert calls('import smartcar\nx = "\\d" is 1\nsmartcar.get_user(t)') == ["get_user"]


HEAD: Final = "import smartcar\ndef f(auth: smartcar.AuthClient, car: smartcar.Vehicle):\n    "
TIMES: Final = {
    "a = auth.exchange_code(x)\n    a.expiration > y": ("a.expiration.replace(tzinfo=None)", ""),
    "class A:\n        def f(self):\n            self.a = auth.exchange_refresh_token(x)"
    "\n            self.a.refresh_expiration": (
        "self.a.refresh_expiration.replace(tzinfo=None)",
        "",
    ),
    "kept_access.expiration": ("kept_access.expiration.replace(tzinfo=None)", "?"),
    "x.refresh_expiration": ("x.refresh_expiration.replace(tzinfo=None)", "?"),
    "b = car.battery()\n    b.meta.data_age": ('b.meta["dataAge"]', ""),
    "x.meta.fetched_at": ('x.meta["fetchedAt"]', "?"),
    "b = car.batch(x)\n    b.battery().meta.data_age": ('b.battery().meta["dataAge"]', "?"),
    "car.battery().meta.data_age": ('car.battery().meta["dataAge"]', ""),
}


@pytest.mark.parametrize(("code", "told"), TIMES.items(), ids=TIMES)
def test_times_that_are_of_another_type_here_are_told_as_they_were(
    code: str, told: tuple[str, str]
) -> None:
    last = scan_text(f"{HEAD}{code}", "x.py")[-1]

    assert (last.v2, "?" if last.certainty == "likely" else "") == told
    assert "here" in last.note or ".battery().meta" in code


@pytest.mark.parametrize(
    "code",
    [
        "x.expiration",
        "x.meta.unit_system",
        "kept_access.expiration = x",
        "car.expiration",
        "x.meta",
    ],
)
def test_other_times_are_left_alone(code: str) -> None:
    assert found(f"{HEAD}{code}") == []


def test_times_are_left_alone_where_there_is_nothing_of_the_sdk() -> None:
    assert found("access.expiration\nx.meta.data_age\nx.refresh_expiration") == []


@pytest.mark.parametrize(
    ("code", "v3"), [("a.meta.data_age", 'a.meta["dataAge"]'), ("a_access.expiration", None)]
)
def test_what_times_become_on_v3(code: str, v3: str | None) -> None:
    (said,) = scan_text(f"{HEAD}{code}", "x.py")

    assert (said.v3, said.stays) == (v3, v3 is not None)
    assert said.changes_now
