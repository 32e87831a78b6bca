"""``smartcar migrate`` follows cars through the program's own classes, from file to file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from smartcar.migration.scan import scan, scan_text

GARAGE: Final = """\
from smartcar import Vehicle
class Garage:
    def __init__(self):
        self.car = Vehicle("a", "b")
        self.thing = self.car
        self.cars = [self.car]
    def get_it(self):
        return self.car
    @staticmethod
    def first():
        return Vehicle("a", "b")
    @classmethod
    def make(cls):
        return cls()
    @property
    def best(self):
        return self.car
    def all(self):
        for each in self.cars:
            yield each
    def others(self):
        yield from self.cars
    def __getitem__(self, number):
        return self.cars[number]
    def __iter__(self):
        return iter(self.cars)
    def __enter__(self):
        return self
    def __call__(self):
        return self.car
    def charge(self):
        return self.nothing
"""
USES: Final = {
    "an attribute": "g.car.fuel()",
    "another name for it": "g.thing.fuel()",
    "a method": "x = g.get_it()\nx.fuel()",
    "a static method": "Garage.first().fuel()",
    "a class method": "Garage.make().thing.fuel()",
    "a property": "g.best.fuel()",
    "a generator": "for x in g.all(): x.fuel()",
    "a generator of another's": "[x.fuel() for x in g.others()]",
    "an attribute that is set from outside": "g.new = g.car\ng.new.fuel()",
    "an item": "g[0].fuel()",
    "the object itself, gone through": "for x in g: x.fuel()",
    "the object itself, called": "g().fuel()",
    "the object itself, entered": "with Garage() as h: h.thing.fuel()",
    "a subclass": "class Sub(Garage):\n    def go(self):\n        return self.thing.fuel()",
    "what is above a subclass": (
        "class Sub(Garage):\n    def get_it(self):\n        super().get_it().fuel()"
    ),
    "a subclass of a subclass": (
        "class Sub(Garage): ...\nclass Low(Sub):\n    def go(self):\n        self.get_it().fuel()"
    ),
    "an object of a subclass": "class Sub(Garage): ...\nSub().thing.fuel()",
    "an annotation": "def f(it: 'Garage'):\n    it.thing.fuel()",
    "a list of them": "all = [Garage()]\nfor h in all: h.thing.fuel()",
}


def calls(root: Path, files: dict[str, str]) -> list[tuple[str, str]]:
    """File and call of everything in *files*; a question mark where it is not sure."""
    for name, text in files.items():
        (root / name).write_text(text)
    report = scan([root])
    assert report.left_out == {}
    return [
        (Path(each.path).name, f"{each.call}{'?' if each.certainty == 'likely' else ''}")
        for each in report.findings
    ]


@pytest.mark.parametrize("use", USES.values(), ids=list(USES))
@pytest.mark.parametrize(
    "load", ["from garage import Garage", "import garage\nGarage = garage.Garage"]
)
def test_what_a_class_of_another_file_has_is_followed(tmp_path: Path, load: str, use: str) -> None:
    told = calls(tmp_path, {"garage.py": GARAGE, "main.py": f"{load}\ng = Garage()\n{use}"})
    assert told[2:] == [("main.py", "Vehicle.fuel")]


@pytest.mark.parametrize("use", USES.values(), ids=list(USES))
def test_what_a_class_of_the_same_file_has_is_followed(use: str) -> None:
    told = scan_text(f"{GARAGE}g = Garage()\n{use}", "x.py")
    assert [each.call for each in told][2:] == ["Vehicle.fuel"]
    assert told[-1].certainty == "sure"


def test_a_file_that_has_cars_by_a_class_only_is_one_of_the_sdks(tmp_path: Path) -> None:
    main = "from garage import Garage\ndef f(my_car):\n    Garage().car.vin()\n    my_car.fuel()"
    told = calls(tmp_path, {"garage.py": GARAGE, "main.py": main})
    assert told[2:] == [("main.py", "Vehicle.vin"), ("main.py", "Vehicle.fuel?")]


def test_a_method_of_the_programs_own_is_not_taken_for_a_cars(tmp_path: Path) -> None:
    main = "from garage import Garage\nvehicle = Garage()\nvehicle.charge()"
    assert len(calls(tmp_path, {"garage.py": GARAGE, "main.py": main})) == 2


def test_a_class_that_has_nothing_of_the_sdk_tells_nothing(tmp_path: Path) -> None:
    garage = "import smartcar\nclass Garage:\n    car = 1\nsmartcar.get_user(t)"
    main = "from garage import Garage\nGarage().car.fuel()\nGarage().vehicle.charge()"
    told = calls(tmp_path, {"garage.py": garage, "main.py": main})
    assert told == [("garage.py", "get_user")]


def test_what_a_class_of_another_file_is_made_with_is_followed(tmp_path: Path) -> None:
    service = (
        "class Service:\n    def __init__(self, it):\n        self.it = it\n"
        "    def set(self, other):\n        other.lock()\n"
        "    def go(self):\n        self.it.fuel()"
    )
    main = (
        "import smartcar\nfrom service import Service\nv = smartcar.Vehicle(i, t)\n"
        "s = Service(v)\ns.it.vin()\ns.set(v)"
    )
    assert calls(tmp_path, {"main.py": main, "service.py": service}) == [
        *(("main.py", "Vehicle"), ("main.py", "Vehicle.vin")),
        *(("service.py", "Vehicle.lock"), ("service.py", "Vehicle.fuel")),
    ]


def test_classes_that_are_derived_from_each_other_come_to_an_end(tmp_path: Path) -> None:
    files = {
        "a.py": "import smartcar\nfrom b import B\nclass A(B):\n    it = smartcar.Vehicle(i, t)",
        "b.py": "from a import A\nclass B(A):\n    pass\nB().it.fuel()",
    }
    assert calls(tmp_path, files) == [("a.py", "Vehicle"), ("b.py", "Vehicle.fuel")]


# --- scripts -------------------------------------------------------------------------------------

SCRIPT: Final = """\
const smartcar = require('smartcar');
class Garage {
  constructor() { this.car = new smartcar.Vehicle('a', 'b'); this.thing = this.car; }
  getIt() { return this.car; }
  get best() { return this.car; }
  async make() { return this.car; }
  static first() { return new smartcar.Vehicle('a', 'b'); }
  *all() { for (const each of [this.car]) { yield each; } }
  *others() { yield* [this.car]; }
}
"""
LOADS: Final = {
    "one of what is required": (
        "module.exports = {Garage};",
        "const {Garage} = require('./garage');",
    ),
    "what is required": ("module.exports = Garage;", "const Garage = require('./garage');"),
    "a part of what is exported": (
        "exports.Garage = Garage;",
        "const {Garage} = require('./garage');",
    ),
    "one of what is imported": ("export {Garage};", "import {Garage} from './garage';"),
    "what is imported": ("export default Garage;", "import Garage from './garage';"),
}
SCRIPT_USES: Final = {
    "an attribute": "g.thing.fuel();",
    "a method": "const x = g.getIt(); x.fuel();",
    "a getter": "g.best.fuel();",
    "a promise": "g.make().then(x => x.fuel());",
    "what is awaited": "(await g.make()).fuel();",
    "a static method": "Garage.first().fuel();",
    "a generator": "for (const x of g.all()) { x.fuel(); }",
    "a generator of another's": "for (const x of g.others()) { x.fuel(); }",
    "a subclass": "class Sub extends Garage { go() { return this.thing.fuel(); } }",
    "what is taken apart": "const {thing} = g; thing.fuel();",
}


@pytest.mark.parametrize(("export", "load"), LOADS.values(), ids=list(LOADS))
@pytest.mark.parametrize("use", SCRIPT_USES.values(), ids=list(SCRIPT_USES))
def test_what_a_class_of_another_script_has_is_followed(
    tmp_path: Path, export: str, load: str, use: str
) -> None:
    main = f"{load}\nconst g = new Garage();\n{use}"
    told = calls(tmp_path, {"garage.js": f"{SCRIPT}{export}", "main.js": main})
    assert told[2:] == [("main.js", "Vehicle.fuel")]


def test_a_class_that_is_exported_where_it_stands_is_followed(tmp_path: Path) -> None:
    for export, load in (("export", "{Garage}"), ("export default", "Garage")):
        garage = SCRIPT.replace("class Garage", f"{export} class Garage")
        main = f"import {load} from './garage';\nnew Garage().thing.fuel();"
        told = calls(tmp_path, {"garage.ts": garage, "main.ts": main})
        assert told[2:] == [("main.ts", "Vehicle.fuel")]


@pytest.mark.parametrize(
    ("export", "load"),
    [
        ("module.exports = {make};", "const {make} = require('./cars');"),
        ("module.exports = {make};", "const {make: mine} = require('./cars'); const make = mine;"),
        ("module.exports = make;", "const make = require('./cars');"),
        ("export {make};", "import {make} from './cars';"),
        ("export default make;", "import make from './cars';"),
    ],
)
def test_a_function_of_another_script_is_followed(tmp_path: Path, export: str, load: str) -> None:
    make = "const make = () => new smartcar.Vehicle(1, 2);"
    cars = f"import smartcar from 'smartcar';\n{make}\n{export}"
    told = calls(tmp_path, {"cars.js": cars, "main.js": f"{load}\nmake().fuel();"})
    assert told[1:] == [("main.js", "Vehicle.fuel")]


def test_types_are_followed_to_where_they_are_imported(tmp_path: Path) -> None:
    types = (
        "import smartcar from 'smartcar';\nexport type Car = smartcar.Vehicle;\n"
        "export interface Context { it: smartcar.Vehicle; }"
    )
    use = (
        "import {Car, Context} from './types';\n"
        "const f = (one: Car, all: Car[], c: Context) => {\n"
        "  one.fuel(); all[0].vin(); c.it.lock(); };"
    )
    told = calls(tmp_path, {"types.ts": types, "use.ts": use})
    assert told == [("use.ts", f"Vehicle.{each}") for each in ("fuel", "vin", "lock")]
