"""Vehicle identification numbers: real ones, and those of test and simulated cars.

A test car's begins with 0SC and a word for its make, a simulated one's with 1SC:
0SCAUDI037A5ADB1C, 1SCW111B6BNL61XYD.  Beyond these beginnings their form is unconfirmed.
"""

from __future__ import annotations

import re
from typing import Final

from smartcar.simulator.cars.designs import DESIGNS
from smartcar.simulator.cars.identity import VIN_YEARS
from smartcar.simulator.cars.spec import Mode

from .brands import BRANDS

_ANY: Final = re.compile(r"[A-Z0-9]{17}")
_REAL: Final = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_LATEST: Final = 2030
"""A VIN's letter for the year means one in thirty: the last that is not after this."""
_TEST, _SIMULATED = "0SC", "1SC"
_ABBREVIATED: Final = {"LR": "LAND_ROVER", "TSLA": "TESLA"}


def is_vin(text: str) -> bool:
    """Has *text* the form of one?  Those of test cars may have letters that real ones may not."""
    return (_ANY if is_made_up(text) else _REAL).fullmatch(text) is not None


def is_made_up(vin: str) -> bool:
    """Is it of a test car or a simulated one?"""
    return vin.startswith((_TEST, _SIMULATED))


def misplaced(vin: str, mode: Mode) -> str | None:
    """What an owner is told who comes with this VIN in a *mode* where there is none such.

    The words for a test VIN are Smartcar's.
    Source: https://smartcar.com/docs/errors/connect-errors/configuration-error
    """
    if not is_vin(vin):
        return "You have entered an invalid VIN."
    if vin.startswith(_TEST) and mode == "live":
        return (
            "You have entered a test mode VIN. Please enter a VIN that belongs to a real vehicle."
        )
    if vin.startswith(_SIMULATED) and mode != "simulated":
        return "You have entered a simulated VIN. It can be used in simulated mode only."
    return None


def make_of(vin: str) -> str | None:
    """Which make has built the car, as far as its VIN tells."""
    if vin.startswith(_TEST):
        return _make_called(vin[3:7])
    wmi = vin[:3]
    found = (design.make for design in DESIGNS if design.wmi == wmi)
    listed = (brand.make for brand in BRANDS if wmi in brand.wmis.split())
    return next(found, None) or next(listed, None)


def incompatible(make: str, vin: str | None) -> dict[str, str | None]:
    """What the app learns of a car that cannot be connected: with a VIN, its make and year too.

    The real Connect asks the owner first whether to share it.
    """
    if vin is None:
        return {"make": make}
    year = model_year(vin)
    return {"vin": vin, "make": make, "year": str(year) if year else None}


def model_year(vin: str) -> int:
    """The model year that a VIN's tenth character stands for; 0 for none."""
    if vin[9] not in VIN_YEARS:
        return 0
    year = 1980 + VIN_YEARS.index(vin[9])
    return year + (_LATEST - year) // 30 * 30


def _make_called(word: str) -> str | None:
    """The make that the four characters after 0SC stand for, of which the longest match counts."""
    for short, make in _ABBREVIATED.items():
        if word.startswith(short):
            return make
    fitting = [brand.make for brand in BRANDS if word.startswith(brand.make.replace("_", "")[:4])]
    return max(fitting, key=len, default=None)
