"""Can a car be connected, and what can it do?  By VIN, and as a matrix of models.

Source: https://smartcar.com/docs/api-reference/compatibility.  What is known of models is
``compatibility.json``; what Smartcar is known to say of some VINs is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final

import msgspec

from smartcar.api.classic_account import ClassicAccount, Mode, Powertrain, Region
from smartcar.api.classic_account_models import Capability as Verdict
from smartcar.api.classic_account_models import (
    Compatibility,
    CompatibilityMatrix,
    CompatibilityMatrixEntry,
)
from smartcar.simulator.connect.brands import find_brand
from smartcar.simulator.connect.vins import is_made_up, is_vin, make_of, model_year
from smartcar.simulator.fleet import ALL_PERMISSIONS

from .capabilities import CAPABILITIES, TABLE, Capability
from .problems import Malformed
from .visit import ClassicVisit, answers

Judge = Callable[[Capability], str | None]
"""Why a car cannot; None if it can."""


class Known(msgspec.Struct, frozen=True):
    """A model of the table."""

    make: str
    model: str
    type: str
    years: tuple[int, int]
    wmi: str | None
    regions: tuple[str, ...]
    cannot: frozenset[str]

    def reason(self, capability: Capability) -> str | None:
        """Why it cannot; None if it can."""
        return "VEHICLE_NOT_CAPABLE" if capability.id in self.cannot else None


@cache
def models() -> tuple[Known, ...]:
    """The whole table."""
    return msgspec.json.decode(TABLE.read_bytes(), type=tuple[Known, ...])


def _all(_: Capability) -> str | None:
    return None


def _nothing(_: Capability) -> str | None:
    return "VEHICLE_NOT_CAPABLE"


def _but(reason: str, *endpoints: str) -> Judge:
    return lambda capability: reason if capability.endpoint in endpoints else None


_ELECTRIC: Final = ("/battery", "/battery/capacity", "/battery/nominal_capacity", "/charge")

_SAMPLES: Final[Mapping[str, Judge | str]] = {
    "5YJXCDE22HF068739": _but("VEHICLE_NOT_CAPABLE", "/fuel", "/engine/oil"),
    "WAUAFAFL1GN014882": _nothing,
    "WBAKE5C58DJ107700": "VEHICLE_NOT_COMPATIBLE",
    "0SCGMCT0386A85356": _but("VEHICLE_NOT_CAPABLE", "/fuel"),
    "5YJSA1E29LF403082": _but("SMARTCAR_NOT_CAPABLE", "/fuel"),
}
"""VINs of the documentation and of the SDKs' own tests: what is wrong with them, if anything."""

_LEVELS: Final[Mapping[str, Judge | str]] = {
    "compatible": _all,
    "phev": _all,
    "incompatible": "VEHICLE_NOT_COMPATIBLE",
    "fuel": _but("VEHICLE_NOT_CAPABLE", *_ELECTRIC, "/charge/limit"),
    "dinosaur": _nothing,
    "bev": _but("VEHICLE_NOT_CAPABLE", "/fuel", "/engine/oil"),
}
"""What test mode answers whatever the VIN; what each level can do is unconfirmed."""


@answers(ClassicAccount.compatibility)
def compatibility(
    visit: ClassicVisit,
    client_id: str,
    client_secret: str,
    *,
    vin: str,
    scope: str,
    country: str = "US",
    mode: Mode | None = None,
    test_mode_compatibility_level: str | None = None,
    flags: str | None = None,
) -> Compatibility:
    """By VIN.  Capabilities are told for the US only."""
    del client_id, client_secret, flags
    wanted = _wanted(scope)
    vin = vin.upper()
    # Those of test cars are no live VINs, but for the one that the SDKs' own tests ask about.
    if not is_vin(vin) or (mode in {None, "live"} and is_made_up(vin) and vin not in _SAMPLES):
        raise Malformed(["vin"], '"vin" must be a valid VIN')
    if mode == "test":
        judged = _LEVELS.get(test_mode_compatibility_level or "")
        if judged is None:
            levels = ",".join(_LEVELS)
            told = f"Field must be one of: [{levels}]"
            raise Malformed("test_mode_compatibility_level", told)
    else:
        judged = _SAMPLES.get(vin) or _judged(visit, vin)
    if isinstance(judged, str):
        return Compatibility(compatible=False, reason=judged)
    listed = [each for name in wanted for each in CAPABILITIES if each.permission == name]
    return Compatibility(
        compatible=True,
        capabilities=tuple(
            Verdict(
                permission=each.permission,
                endpoint=each.endpoint,
                capable=judged(each) is None,
                reason=judged(each),
            )
            for each in (listed if country.upper() == "US" else [])
        ),
    )


@answers(ClassicAccount.compatibility_matrix)
def compatibility_matrix(
    visit: ClassicVisit,
    client_id: str,
    client_secret: str,
    *,
    region: Region,
    scope: str | None = None,
    make: str | None = None,
    type: Powertrain | None = None,  # noqa: A002 -- the declaration's own name
    mode: Mode | None = None,
    flags: str | None = None,
) -> CompatibilityMatrix:
    """Models that have every permission of *scope*."""
    del client_id, client_secret, mode, flags
    wanted = frozenset(_wanted(scope or ""))
    makes = _makes(make or "")
    found: dict[str, list[CompatibilityMatrixEntry]] = {}
    for known in models():
        entry = _entry(known)
        if (
            region in known.regions
            and type in {None, known.type}
            and (makes is None or known.make in makes)
            and wanted <= frozenset(entry.permissions)
        ):
            found.setdefault(known.make, []).append(entry)
    return CompatibilityMatrix(makes={name: tuple(entries) for name, entries in found.items()})


def _entry(known: Known) -> CompatibilityMatrixEntry:
    able = [each for each in CAPABILITIES if known.reason(each) is None]
    return CompatibilityMatrixEntry(
        model=known.model,
        start_year=known.years[0],
        end_year=known.years[1],
        type=known.type,
        endpoints=tuple(each.name for each in able),
        permissions=tuple(dict.fromkeys(each.permission for each in able)),
    )


def _makes(said: str) -> frozenset[str] | None:
    """Makes with spaces between; ``alfa romeo`` is one of two words.  None for all of them."""
    words = said.split()
    runs = ("".join(words[i : i + n]) for i in range(len(words)) for n in (1, 2))
    return frozenset(each.make for each in map(find_brand, runs) if each) if words else None


def _wanted(scope: str) -> Iterable[str]:
    """Names of permissions, each once, in their order."""
    names = dict.fromkeys(word.removeprefix("required:") for word in scope.split())
    for name in names:
        if name not in ALL_PERMISSIONS:
            # That an unknown name is refused is unconfirmed.
            raise Malformed(["scope"], f'"scope" has no permission {name}')
    return names


def _judged(visit: ClassicVisit, vin: str) -> Judge | str:
    """What the table says: of the very car if it is one of ours, else of one built alike."""
    spec = visit.world.garage.spec_of_vin(vin)
    if spec is not None:
        design = spec.design
        return lambda capability: None if capability.is_of(design) else "VEHICLE_NOT_CAPABLE"
    # Models that are known to begin so; then the others of the make, which errs to the bright side.
    alike = [known for known in models() if known.wmi == vin[:3]]
    alike += [known for known in models() if known.make == make_of(vin)]
    if not alike:
        return "MAKE_NOT_COMPATIBLE"
    year = model_year(vin)
    built = next((known for known in alike if known.years[0] <= year <= known.years[1]), None)
    return built.reason if built else "VEHICLE_NOT_COMPATIBLE"
