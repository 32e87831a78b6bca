"""``smartcar migrate`` reads JavaScript and TypeScript as their own parser does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from smartcar.migration.scan import scan, scan_text

LOADED: Final = [
    "const smartcar = require('smartcar');",
    'var smartcar = require("smartcar")',
    "import smartcar from 'smartcar';",
    "import * as smartcar from 'smartcar';",
    "import smartcar = require('smartcar');",
    "const smartcar = await import('smartcar');",
]


@pytest.mark.parametrize("load", LOADED)
def test_the_node_sdk_is_found_however_it_is_loaded(load: str) -> None:
    said = scan_text(f"{load}\nawait smartcar.getUser(token);", "x.mjs")
    assert [(each.line, each.column, each.call) for each in said] == [(2, 7, "get_user")]


@pytest.mark.parametrize(
    "load",
    [
        "const {getUser: who, Vehicle} = require('smartcar');",
        "import {getUser as who, Vehicle} from 'smartcar';",
    ],
)
def test_names_that_are_taken_out_of_it_are_found(load: str) -> None:
    said = scan_text(f"{load}\nwho(t);\nnew Vehicle(a, b);\nlet v: Vehicle;", "x.ts")
    assert [each.call for each in said] == ["get_user", "Vehicle"]


def test_comments_and_texts_are_no_calls() -> None:
    code = (
        "const smartcar = require('smartcar');\n// smartcar.getUser(t)\n/* car.odometer() */\n"
        "const a = 'car.odometer()', b = `smartcar.getUser(t)`;"
    )
    assert scan_text(code, "x.js") == []


def test_a_script_without_the_sdk_is_left_alone() -> None:
    code = "// smartcar\nimport x from 'smartcar-ui';\ncar.odometer();"
    assert scan_text(code, "x.js") == []


# --- what is followed ----------------------------------------------------------------------------

HEAD: Final = "const smartcar = require('smartcar');\n"


def calls(code: str, name: str = "x.ts") -> list[str]:
    """What is called in *code*, with a question mark where it is not sure."""
    return [
        f"{each.call}{'?' if each.certainty == 'likely' else ''}"
        for each in scan_text(f"{HEAD}{code}", name)
    ]


FOLLOWED: Final = {
    "a class taken out of the module": (
        "const {Vehicle} = smartcar; const v = new Vehicle(1, 2); v.fuel()"
    ),
    "a class taken out under another name": (
        "const {Vehicle: Car} = smartcar; const v = new Car(1, 2); v.fuel()"
    ),
    "one that is set later": "let v; v = new smartcar.Vehicle(1, 2); v.fuel()",
    "one that another function sets": (
        "let v; function f() { v = new smartcar.Vehicle(1, 2); } function g() { v.fuel(); }"
    ),
    "one that a function in a function sets": (
        "test(() => { let v; before(() => { v = new smartcar.Vehicle(1, 2); });"
        " it(() => v.fuel()); })"
    ),
    "one that may be null": "let v: smartcar.Vehicle | null; new smartcar.Vehicle(1, 2); v!.fuel()",
    "one of many": "const vs = ids.map(i => new smartcar.Vehicle(i, t)); vs[0].fuel();",
    "each of many": (
        "const vs = ids.map(i => new smartcar.Vehicle(i, t)); for (const c of vs) { c.fuel(); }"
    ),
    "each of many by a function": (
        "const vs = [new smartcar.Vehicle(i, t)]; vs.forEach((c) => c.fuel());"
    ),
    "all at once": (
        "const vs = [new smartcar.Vehicle(i, t)]; await Promise.all(vs.map((c) => c.fuel()));"
    ),
    "what is pushed": "const vs = []; vs.push(new smartcar.Vehicle(i, t)); vs[0].fuel();",
    "what a Map holds": (
        "const m = new Map(); m.set(1, new smartcar.Vehicle(i, t));"
        " for (const [k, c] of m) { c.fuel(); }"
    ),
    "what an object holds": "const o = {c: new smartcar.Vehicle(i, t)}; o.c.fuel();",
    "a member by a text": "const v = new smartcar.Vehicle(1, 2); v['fuel']();",
    "a private field": (
        "class A { #v = new smartcar.Vehicle(1, 2); m() { return this.#v.fuel(); } }"
    ),
    "a field of a constructor": (
        "class A { constructor(private readonly v: smartcar.Vehicle) {"
        " new smartcar.Vehicle(1, 2); } m() { return this.v.fuel(); } }"
    ),
    "a getter": (
        "class A { get v() { return new smartcar.Vehicle(1, 2); } m() { this.v.fuel(); } }"
    ),
    "a subclass": (
        "class Mine extends smartcar.Vehicle { m() { return this.fuel(); } }\n"
        "new smartcar.Vehicle(1, 2)"
    ),
    "what a function gives": "const make = () => new smartcar.Vehicle(1, 2); make().fuel();",
    "what a function takes": "function f(v) { v.fuel(); } f(new smartcar.Vehicle(1, 2));",
    "what a promise gives": (
        "const make = async () => new smartcar.Vehicle(1, 2); make().then(v => v.fuel());"
    ),
    "a chain on new lines": "new smartcar\n  .Vehicle(1, 2)\n  .fuel()\n  .then(x => x);",
}


@pytest.mark.parametrize("code", FOLLOWED.values(), ids=list(FOLLOWED))
def test_a_car_is_followed(code: str) -> None:
    assert sorted(calls(code)) == ["Vehicle", "Vehicle.fuel"]


@pytest.mark.parametrize(
    "code",
    [
        "smartcar\n  .getUser('t')\n  .then(r => r.id);",
        "const text = `of ${await smartcar.getUser('t')} and ${x}`;",
        "const re = /['`\"]/; smartcar.getUser('t');",
        "if (x) /`/.test(y); smartcar.getUser('t'); // `",
        "const h = xs.map(x => /'/.test(x)); smartcar.getUser('t');",
        "export const A = () => <p onClick={() => smartcar.getUser('t')}>it's</p>;",
        "const o = {smartcar}; o.smartcar.getUser('t');",
    ],
)
def test_a_call_is_found_wherever_it_stands(code: str) -> None:
    assert calls(code, "x.tsx") == ["get_user"]


def test_what_is_in_the_script_of_a_component_is_found() -> None:
    code = (
        f"<template><p>it's {{{{ x }}}}</p></template>\n"
        f"<script>\n{HEAD}smartcar.getUser(t)</script>"
    )
    (found,) = scan_text(code, "x.vue")
    assert (found.line, found.column) == (4, 1)


def test_a_name_that_python_does_not_have_is_made_one() -> None:
    code = f"{HEAD}const $from = new smartcar.Vehicle(1, 2);\nconst is = $from; is.fuel();"
    assert (scan_text(code, "x.js")[-1].v2) == "is_.fuel()"


# --- how it is told ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "old", "here"),
    [
        (
            "const {getVehicles: gv} = smartcar; gv('t', { limit: 3 })",
            "gv('t', { limit: 3 })",
            'smartcar.get_vehicles("t", limit=3)',
        ),
        (
            "smartcar.getVehicles(t, {limit: n, offset: m * 2})",
            "smartcar.getVehicles(t, {limit: n, offset: m * 2})",
            "smartcar.get_vehicles(t, limit=n, offset=m * 2)",
        ),
        (
            "smartcar.getVehicles(req.query.t, {limit: await f(function () { return 1; })})",
            "smartcar.getVehicles(req.query.t, {limit: await f(function () { return 1; })})",
            "smartcar.get_vehicles(req.query.t, limit=f(...))",
        ),
        (
            "(await smartcar\n  .getUser(t)).id",
            "smartcar.getUser(t).id",
            "smartcar.get_user(t).id",
        ),
        (
            "new smartcar.AuthClient({clientId: process.env.ID, testMode: true})",
            "new smartcar.AuthClient({clientId: process.env.ID, testMode: true})",
            'smartcar.AuthClient(client_id=process.env.ID, mode="test")',
        ),
    ],
)
def test_the_programs_own_arguments_are_told(code: str, old: str, here: str) -> None:
    (found,) = scan_text(f"{HEAD}{code}", "x.js")
    assert (found.old, found.v2) == (old, here)


def test_columns_are_counted_in_letters() -> None:
    assert scan_text(f"{HEAD}/* äöü */ smartcar.getUser(t)", "x.js")[0].column == 11


# --- files ---------------------------------------------------------------------------------------


def test_a_client_is_followed_from_file_to_file(tmp_path: Path) -> None:
    for name, text in {
        "lib/client.js": (
            f"{HEAD}const auth = new smartcar.AuthClient(); module.exports = {{auth}};"
        ),
        "lib/cars.mjs": (
            "import smartcar from 'smartcar'; export default new smartcar.Vehicle(1, 2);"
        ),
        "login.ts": "import {auth as mine} from './lib/client.js';\nmine.getAuthUrl([]);",
        "web/app.ts": "const c = require('../lib/client');\nc.auth.getAuthUrl([]);",
        "web/car.ts": "import car from '../lib/cars';\ncar.lock();",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = [
        (Path(each.path).name, each.call, each.certainty) for each in scan([tmp_path]).findings
    ]
    assert sorted(found) == [
        ("app.ts", "AuthClient.get_auth_url", "sure"),
        ("car.ts", "Vehicle.lock", "sure"),
        ("cars.mjs", "Vehicle", "sure"),
        ("client.js", "AuthClient", "sure"),
        ("login.ts", "AuthClient.get_auth_url", "sure"),
    ]


def test_a_script_that_is_understood_in_part_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.js").write_text(f"{HEAD}smartcar.getUser(t);\nfunction (((")
    report = scan([tmp_path])
    assert len(report.findings) == 1
    assert report.left_out == {str(tmp_path / "x.js"): "understood in part: see line 3"}


def test_without_the_parser_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "x.js").write_text(f"{HEAD}smartcar.getUser(t);")
    (tmp_path / "y.py").write_text("import smartcar\nsmartcar.get_user(t)")
    program = (
        "import sys; sys.modules['tree_sitter'] = None\n"
        "from smartcar.cli.migrate import command; command()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert "pip install 'smartcar-sdk[migrate]'" in " ".join(done.stdout.split())
    assert "1 call in 1 file" in done.stdout
