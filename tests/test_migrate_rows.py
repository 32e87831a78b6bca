"""Of each old call, ``smartcar migrate`` says what the tables say."""

from __future__ import annotations

import re
from typing import Final

import pytest

from smartcar.migration import ROWS, Row
from smartcar.migration.scan import scan_text

HEAD: Final = """\
import smartcar
import smartcar.smartcar
def f(car: smartcar.Vehicle, auth: smartcar.AuthClient):
    try:
        pass
    except smartcar.SmartcarException as error:
"""
PYTHON_ROWS: Final = [row for row in ROWS if row.python and row.call.partition(".")[0] != "meta"]


@pytest.mark.parametrize("row", PYTHON_ROWS, ids=lambda row: row.python)
def test_of_each_old_call_it_says_what_the_table_says(row: Row) -> None:
    code = row.python or ""
    if code.startswith("except"):
        (said,) = scan_text(f"{HEAD}        pass", "x.py")
        assert (said.line, said.v2, said.v3) == (6, "smartcar.SmartcarError", said.v2)
        return
    said = [each for each in scan_text(f"{HEAD}        {code}\n", "x.py") if each.line == 7]
    if row.v2 is None and row.v3 == code and not said:
        return  # nothing changes
    assert (said[-1].v2, said[-1].v3, said[-1].stays) == (row.v2, row.v3, row.stays)


META: Final = [row for row in ROWS if row.call.startswith("meta.")]


@pytest.mark.parametrize("row", META, ids=lambda row: row.call)
def test_of_an_answers_age_it_says_where_a_signal_has_it(row: Row) -> None:
    (said,) = scan_text(f"import smartcar\nsmartcar.Vehicle\ncar.odometer().{row.call}", "x.py")
    assert said.v3 == row.v3


NODE_HEAD: Final = """\
const smartcar = require('smartcar');
const car = new smartcar.Vehicle(vehicleId, token);
const auth = new smartcar.AuthClient();
"""
NODE_ROWS: Final = [
    row for row in ROWS if row.node and re.search(r"(car|auth|smartcar)\.\w+\(", row.node)
]


@pytest.mark.parametrize("row", NODE_ROWS, ids=lambda row: row.node)
def test_of_each_node_call_it_says_what_the_table_says(row: Row) -> None:
    said = [each for each in scan_text(f"{NODE_HEAD}{row.node};\n", "x.js") if each.line == 4]
    assert said
    if row.call.startswith("meta.") or ".odometer().distance" in row.here:
        return  # an answer's age, and what a batch answers, are not followed there
    assert _plain(said[0].v2) in _plain(row.here)
    assert (_plain(said[0].v3), said[0].stays) == (_plain(row.v3), row.stays)


def _plain(code: str | None) -> str:
    """*code* without what is named as what it is given: ``make=make``."""
    return re.sub(r"\b(\w+)=\1\b", r"\1", str(code))
