"""``smartcar migrate`` on a small web shop, and at a prompt."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner, Result

from smartcar.cli.migrate import command
from smartcar.migration.found import Finding, Report
from smartcar.migration.scan import scan

SHOP: Final = Path(__file__).parent / "samples" / "migrate" / "shop"
CALL: Final = "import smartcar\nsmartcar.get_user(token)\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with one call that counts."""
    (tmp_path / "main.py").write_text(CALL)
    return tmp_path


# --- a real program ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shop() -> Report:
    """What is found in a small web shop."""
    return scan([SHOP])


def at(report: Report, name: str, line: int) -> Finding:
    """What is found in the file *name* at *line*."""
    (one,) = [
        each for each in report.findings if Path(each.path).name == name and each.line == line
    ]
    return one


def test_every_call_of_a_program_is_found_with_its_line_and_column(shop: Report) -> None:
    told = [
        (each.line, each.column, each.call)
        for each in shop.findings
        if each.path.endswith("app.py")
    ]
    assert told == [
        (10, 10, "AuthClient"),
        (22, 21, "AuthClient.get_auth_url"),
        (28, 14, "AuthClient.exchange_code"),
        (34, 11, "get_vehicles"),
        (35, 13, "Vehicle"),
        (36, 13, "Vehicle.vehicle_id"),
        (40, 18, "Vehicle.attributes"),
        (44, 19, "Vehicle.odometer"),
        (45, 22, "Vehicle.tire_pressure"),
        (46, 23, "Vehicle.battery"),
        (48, 12, "SmartcarException"),
        (49, 49, "SmartcarException.resolution"),
    ]


def test_dictionaries_of_options_become_keywords(shop: Report) -> None:
    assert at(shop, "app.py", 22).v2 == (
        'client.get_auth_url(scope, force_prompt=True, state="shop")'
    )
    assert at(shop, "app.py", 34).v2 == (
        "smartcar.get_vehicles(access.access_token, limit=25).vehicles"
    )
    assert at(shop, "fleet.py", 22).v2 == ("SmartcarVehicle(vehicle_id, token, **(options or {}))")
    assert (at(shop, "app.py", 10).v2 or "").endswith('mode="test")')


def test_names_of_the_program_are_kept(shop: Report) -> None:
    kept = 'client.vehicle(vehicle_id, unit_system=(options or {}).get("unit_system"))'
    assert at(shop, "fleet.py", 22).v3 == kept
    assert at(shop, "fleet.py", 59).v2 == "vehicle.lock_status().doors[1].status"
    assert at(shop, "fleet.py", 49).v3 == (
        "for each in list(client.connections(vehicle_id=vehicle_id)):"
        " client.remove_connection(each.id)"
    )


def test_a_fraction_becomes_a_percentage_where_it_can_be_seen(shop: Report) -> None:
    assert at(shop, "fleet.py", 31).v3 == "self.spare.set_charge_limit(55)"
    assert at(shop, "fleet.py", 28).v3 == "self.car.set_charge_limit(round(LIMIT * 100))"


def test_what_v3_does_not_have_is_said(shop: Report) -> None:
    assert (at(shop, "fleet.py", 38).v3, at(shop, "fleet.py", 38).stays) == (None, False)
    assert at(shop, "fleet.py", 34).v3 == "self.car.signal(Climate.InternalTemperature)"


def test_a_method_that_is_passed_on_is_found(shop: Report) -> None:
    assert at(shop, "fleet.py", 60).old == "vehicle.fuel"


def test_a_method_of_who_knows_what_is_only_likely(shop: Report) -> None:
    assert at(shop, "fleet.py", 64).certainty == "likely"
    assert {each.certainty for each in shop.findings if each.path.endswith("app.py")} == {"sure"}


def test_the_dependency_is_found(shop: Report) -> None:
    assert (at(shop, "requirements.txt", 2).old, at(shop, "requirements.txt", 2).v2) == (
        "smartcar==6.19.1",
        "smartcar-sdk",
    )
    assert at(shop, "package.json", 5).old == '"smartcar": "^10.4.0"'


def test_a_cell_of_a_notebook_is_told(shop: Report) -> None:
    told = [(each.cell, each.line, each.call) for each in shop.findings if each.cell]
    assert told == [(2, 3, "Vehicle"), (4, 2, "Vehicle.battery")]


def test_typescript_is_understood(shop: Report) -> None:
    told = [each for each in shop.findings if each.path.endswith(".ts")]
    assert [(each.line, each.call) for each in told] == [
        (5, "AuthClient"),
        (8, "AuthClient.get_auth_url"),
        (12, "AuthClient.exchange_code"),
        (13, "get_vehicles"),
        (14, "Vehicle"),
        (16, "Vehicle.battery"),
        (17, "Vehicle.location"),
        (18, "POST tesla/security/trunk"),
        (21, "SmartcarException"),
    ]
    assert told[-2].old == "car.request('POST', 'tesla/security/trunk', {action: 'OPEN'})"
    assert {each.certainty for each in told} == {"sure"}


def test_a_file_that_is_not_understood_does_not_stop_it(shop: Report) -> None:
    told = {Path(path).name: why for path, why in shop.left_out.items()}
    assert set(told) == {"broken.py", "range.ipynb[3]"}
    assert told["broken.py"].startswith("not understood in line 3")


# --- at a prompt ---------------------------------------------------------------------------------


PLAIN: Final = {"NO_COLOR": "1", "COLUMNS": None, "FORCE_COLOR": None, "TTY_COMPATIBLE": None}
"""Nothing of what the terminal that runs the tests is like."""


def run(*arguments: str | Path, **variables: str) -> Result:
    """``smartcar migrate`` with *arguments*."""
    return CliRunner(env={**PLAIN, **variables}).invoke(command, list(map(str, arguments)))


@pytest.mark.parametrize("columns", ["40", "80", "120", "200"])
def test_nothing_is_cut_off_at_any_width(columns: str) -> None:
    done = run(SHOP, COLUMNS=columns)
    assert done.exit_code == 0
    assert max(map(len, done.output.splitlines())) <= int(columns)
    written = "".join(done.output.split())
    for each in scan([SHOP]).findings:
        for text in (each.old, each.v2, each.v3):
            shows = each.changes_now or each.differs_on_v3
            assert (
                not shows
                or text is None
                or "".join(text.split()) in written
                or text
                in {
                    each.v2,
                    each.old,
                }
            )


def test_each_call_is_told_with_its_place_and_what_it_becomes() -> None:
    lines = [line.split() for line in run(SHOP / "app.py").output.splitlines()]
    assert ["36:13", "car.vehicle_id"] in lines
    assert ["now", "car.id"] in lines
    assert ["v3", "the", "same,", "or", "car.signal(Odometer.TraveledDistance).value"] in lines


def test_it_ends_with_a_summary() -> None:
    assert re.search(
        r"\d+ calls in 6 files: \d+ change now, \d+ change on v3, \d+ may stay as they are\.",
        run(SHOP).output,
    )


def test_only_what_changes_now_is_listed_on_demand() -> None:
    output = run(SHOP / "app.py", "--only", "changes-now").output
    assert "car.id" in output
    assert "odometer" not in output
    assert "client.vehicle" not in output


def test_only_what_v3_says_otherwise_is_listed_on_demand() -> None:
    output = run(SHOP / "app.py", "--only", "v3").output
    assert "client.vehicle(each)" in output
    assert 'mode="test"' not in output


def test_calls_that_stay_are_listed_on_demand(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("import smartcar\nsmartcar.Vehicle(a, b).lock()")
    assert ".lock()" in run(tmp_path, "--all").output
    (tmp_path / "x.py").write_text("import smartcar\nsmartcar.hash_challenge(a, b)")
    assert "hash_challenge" not in run(tmp_path).output
    assert "hash_challenge" in run(tmp_path, "--all").output


def test_json_has_everything() -> None:
    told = json.loads(run(SHOP, "--json").output)
    assert set(told) == {"findings", "files", "left_out"}
    first = told["findings"][0]
    assert (first["line"], first["column"], first["call"]) == (10, 10, "AuthClient")
    assert first["changes_now"] is True
    assert len(told["left_out"]) == 2


@pytest.mark.parametrize(
    ("code", "only", "exit_code"),
    [
        ("smartcar.Vehicle(a, b)", (), 1),
        ("smartcar.Vehicle(a, b)", ("--only", "changes-now"), 0),
        ("smartcar.Vehicle(a, b, {'version': '2.0'})", ("--only", "changes-now"), 1),
        ("smartcar.hash_challenge(a, b)", (), 0),
        ("def f(x: smartcar.Vehicle): x.odometer()", (), 0),
        ("smartcar.Smartcar().vehicle(x).odometer()", (), 0),
    ],
)
def test_with_check_it_exits_with_1_where_a_call_must_change(
    tmp_path: Path, code: str, only: tuple[str, ...], exit_code: int
) -> None:
    (tmp_path / "x.py").write_text(f"import smartcar\n{code}\n")
    assert run(tmp_path, *only).exit_code == 0
    assert run(tmp_path, "--check", *only).exit_code == exit_code


def test_where_nothing_is_found_it_says_what_it_looked_for(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("print(1)")
    output = run(tmp_path).output
    assert output.startswith("No call to change in 1 file.")
    assert "import smartcar" in output


@pytest.mark.parametrize("arguments", [(), ("no/such/place",), (SHOP, "--only", "nonsense")])
def test_a_mistake_is_told(arguments: tuple[str | Path, ...]) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert "Error: " in done.output


def test_what_was_left_out_is_told_in_the_end(project: Path) -> None:
    (project / "node_modules").mkdir()
    for number in range(12):
        (project / f"broken{number}.py").write_text("import smartcar\ndef (")
    output = run(project).output
    assert output.count("Left out: ") == 10
    assert "… and 2 more" in output
    assert "Not looked into: 1 folder of tools" in output


def test_a_terminal_is_shown_how_far_it_is(project: Path) -> None:
    for number in range(3):
        (project / f"x{number}.py").write_text("")
    assert "files: " in run(project, FORCE_COLOR="1", TERM="xterm").output
    assert "files: " not in run(project, TERM="xterm").output


def test_odd_names_of_files_are_printed_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "[red]:car:.py").write_text("import smartcar\nsmartcar.get_user(x[':car:'])")
    output = run(tmp_path, COLUMNS="300").output
    assert "[red]:car:.py" in output
    assert 'x[":car:"]' in output


def test_a_pipe_gets_no_colours_and_no_blanks_at_the_ends() -> None:
    output = run(SHOP).output
    assert "\x1b" not in output
    assert all(line == line.rstrip() for line in output.splitlines())


def test_a_folder_that_is_not_named_fully_is_told_as_it_was_named(project: Path) -> None:
    before = Path.cwd()
    os.chdir(project)
    try:
        assert run(".").output.splitlines()[0] == "main.py"
    finally:
        os.chdir(before)
