"""``smartcar migrate`` follows cars and clients from file to file, and through notebooks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from smartcar.migration.scan import scan


def found(root: Path, files: dict[str, str]) -> list[tuple[str, int, str]]:
    """File, line and call of everything in *files*; a question mark where it is not sure."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return [
        (
            Path(each.path).relative_to(root).as_posix(),
            each.line,
            f"{each.call}{'?' if each.certainty == 'likely' else ''}",
        )
        for each in scan([root]).findings
    ]


MODELS: Final = """\
import smartcar
client = smartcar.AuthClient()
def make(i) -> smartcar.Vehicle: ...
class MyCar(smartcar.Vehicle):
    def level(self):
        return self.battery()
"""
IN_MODELS: Final = [("AuthClient", 2), ("Vehicle.battery", 6)]

IMPORTED: Final = {
    "by name": "from models import client\nclient.exchange_code(c)",
    "under another name": "from models import client as auth\nauth.exchange_code(c)",
    "all at once": "from models import *\nclient.exchange_code(c)",
    "as a module": "import models\nmodels.client.exchange_code(c)",
    "from here": "from .models import client\nclient.exchange_code(c)",
    "a module from here": "from . import models\nmodels.client.exchange_code(c)",
    "in a function": "def f():\n    from models import client\n    client.exchange_code(c)",
    "by a function": (
        'import importlib\nimportlib.import_module("models").client.exchange_code(c)'
    ),
}


@pytest.mark.parametrize("code", IMPORTED.values(), ids=list(IMPORTED))
def test_what_another_file_has_is_followed(tmp_path: Path, code: str) -> None:
    told = found(tmp_path, {"models.py": MODELS, "use.py": code})
    assert ("use.py", code.count("\n") + 1, "AuthClient.exchange_code") in told
    assert [(call, line) for name, line, call in told if name == "models.py"] == IN_MODELS


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("from models import make\nmake(1).fuel()", "Vehicle.fuel"),
        ("import models\nmodels.make(1).fuel()", "Vehicle.fuel"),
        ("from models import MyCar\nMyCar(1, 2).fuel()", "Vehicle.fuel"),
        ("from models import MyCar\nclass C(MyCar):\n    def f(self): self.fuel()", "Vehicle.fuel"),
    ],
)
def test_functions_and_subclasses_of_another_file_are_followed(
    tmp_path: Path, code: str, call: str
) -> None:
    told = found(tmp_path, {"models.py": MODELS, "use.py": code})
    assert [each for name, _, each in told if name == "use.py"] == [call]


def test_packages_and_what_they_hand_on_are_followed(tmp_path: Path) -> None:
    told = found(
        tmp_path,
        {
            "src/shop/models/__init__.py": "from .auth import client",
            "src/shop/models/auth.py": MODELS,
            "src/shop/views.py": "from shop.models import client\nclient.exchange_code(c)",
            "src/shop/jobs.py": "import shop.models.auth\nshop.models.auth.client.exchange_code(c)",
        },
    )
    assert ("src/shop/views.py", 2, "AuthClient.exchange_code") in told
    assert ("src/shop/jobs.py", 2, "AuthClient.exchange_code") in told


def test_what_a_function_of_another_file_is_given_is_followed(tmp_path: Path) -> None:
    told = found(
        tmp_path,
        {
            "charging.py": "def top_up(it):\n    it.set_charge_limit(0.8)",
            "main.py": (
                "import smartcar\nfrom charging import top_up\ntop_up(smartcar.Vehicle(i, t))"
            ),
        },
    )
    assert ("charging.py", 2, "Vehicle.set_charge_limit") in told


def test_an_unmistakable_name_is_likely_where_another_file_has_the_sdk(tmp_path: Path) -> None:
    use = "def f(app, row):\n    app.auth.get_auth_url(s)\n    row.tire_pressure()\n    row.fuel()"
    assert found(tmp_path, {"use.py": use}) == []
    told = found(tmp_path, {"models.py": MODELS, "use.py": use})
    assert [(line, call) for name, line, call in told if name == "use.py"] == [
        (2, "AuthClient.get_auth_url?"),
        (3, "Vehicle.tire_pressure?"),
    ]


def test_files_that_import_each_other_come_to_an_end(tmp_path: Path) -> None:
    told = found(
        tmp_path,
        {
            "a.py": "import smartcar, b\nx = smartcar.Vehicle(i, t)\nb.y.fuel()",
            "b.py": "from a import x as y\ny.charge()",
        },
    )
    assert [call for _, _, call in told] == ["Vehicle", "Vehicle.fuel", "Vehicle.charge"]


def test_a_file_of_the_same_name_elsewhere_is_not_taken_for_it(tmp_path: Path) -> None:
    told = found(
        tmp_path,
        {
            "one/models.py": MODELS,
            "two/models.py": "client = 1",
            "two/use.py": "from models import client\nclient.exchange_code(c)",
        },
    )
    assert [name for name, _, _ in told if name.startswith("two")] == []


# --- notebooks -----------------------------------------------------------------------------------


def notebook(path: Path, *cells: str) -> Path:
    """A notebook with these *cells* of code."""
    document = {"cells": [{"cell_type": "code", "source": each} for each in cells]}
    path.write_text(json.dumps(document))
    return path


START: Final = "import smartcar\nv = smartcar.Vehicle(a, b)"


@pytest.mark.parametrize(
    "cell",
    [
        "x = !ls\nv.fuel()",
        "files = %sx ls\nv.fuel()",
        "!pip install \\\n  smartcar\nv.fuel()",
        "if a:\n    !ls\nv.fuel()",
        "?v.vin\nv.fuel()",
        "v.lock_status?\nv.fuel()",
        "%%time\nv.fuel()",
        "%time v.fuel()",
        "%timeit v.fuel()",
        "if a:\n    %time x = v.fuel()",
        "x = await f()\nv.fuel()",
        "%timeit -n 10 v.fuel()",
        "%timeit -n10 -r 3 -q v.fuel()",
        "x = %time v.fuel()",
        "r = %timeit -o v.fuel()",
        "%prun -l 5 -s cumulative v.fuel()",
        "%time --no-raise-error v.fuel()",
        "%%timeit -n 10\nv.fuel()",
        "%%timeit -n 10 v.fuel()",
        "label = 'a\u2028b'\nv.fuel()",
        "label = 'a\x0cb'\nv.fuel()",
        "!ls\nlabel = 'a\x85b'\nv.fuel()",
    ],
)
def test_a_cell_with_magic_is_read(tmp_path: Path, cell: str) -> None:
    report = scan([notebook(tmp_path / "x.ipynb", START, cell)])
    last = report.findings[-1]
    assert (last.call, last.cell, last.line) == ("Vehicle.fuel", 2, cell.count("\n") + 1)
    assert report.left_out == {}


def test_a_cell_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = notebook(tmp_path / "x.ipynb", START, "broken (", "v.fuel()", "%%bash\nls 'smartcar")
    report = scan([path])
    assert [each.call for each in report.findings] == ["Vehicle", "Vehicle.fuel"]
    assert report.left_out == {f"{path}[2]": "not understood in line 1: '(' was never closed"}
    assert report.files == 1


def test_what_a_magic_runs_is_found_where_it_stands(tmp_path: Path) -> None:
    for cell in ("x = %time v.fuel()", "  %timeit -n 10 v.fuel()", "%time v.fuel()"):
        report = scan([notebook(tmp_path / "x.ipynb", START, f"if a:\n  pass\n{cell}")])
        assert report.findings[-1].column == cell.index("v.fuel") + 1


def test_lines_of_later_cells_are_counted_in_those_cells(tmp_path: Path) -> None:
    cells = (START, "broken (\nand\nmore", "%%bash\nls\n", "a = 'x\u2028y'\r\nb = 1", "\nv.fuel()")
    last = scan([notebook(tmp_path / "x.ipynb", *cells)]).findings[-1]
    assert (last.call, last.cell, last.line) == ("Vehicle.fuel", 5, 2)


@pytest.mark.parametrize("cell", ["x = " + "1 + " * 400 + "1", "x = '\0'", "(" * 500])
def test_a_cell_that_cannot_be_gone_through_leaves_the_others(tmp_path: Path, cell: str) -> None:
    path = notebook(tmp_path / "x.ipynb", START, cell, "v.fuel()")
    report = scan([path])
    assert [each.call for each in report.findings] == ["Vehicle", "Vehicle.fuel"]
    assert list(report.left_out) == [f"{path}[2]"]


def test_a_notebook_of_an_old_format_is_read(tmp_path: Path) -> None:
    cells = [{"cell_type": "markdown"}, {"cell_type": "code", "input": [*START.splitlines(True)]}]
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3}))
    (found,) = scan([path]).findings
    assert (found.cell, found.line) == (2, 2)
