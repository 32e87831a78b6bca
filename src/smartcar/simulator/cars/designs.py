"""The catalogue: makes and models with the figures that matter for driving and charging.

Figures are rounded from makers' data sheets of common trims; consumption is what owners
see on mixed roads in mild weather. What a model cannot report is ``capabilities``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Powertrain = Literal["BEV", "PHEV", "HEV", "ICE"]


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """A model as its maker built it."""

    make: str  # upper case, as Smartcar writes it
    model: str
    powertrain: Powertrain
    wmi: str  # first three characters of the VIN
    years: tuple[int, int]
    trims: tuple[str, ...]
    tyre_bar: float
    battery_kwh: float | None = None
    kwh_per_100km: float = 0.0
    ac_kw: float = 0.0
    dc_kw: float = 0.0
    tank_litres: float | None = None
    litres_per_100km: float = 0.0
    has: frozenset[str] = frozenset()  # extras, see capabilities.EXTRAS
    drive_mode: str = "Normal"
    wheels: str = "Alloy 18"
    volts_dc: int = 400  # of the battery, as a fast charger sees it
    rows: int = 2  # of doors


def _has(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _bev(  # noqa: PLR0917 - the columns of a table
    make: str,
    model: str,
    wmi: str,
    years: tuple[int, int],
    battery: float,
    per_100km: float,
    charge: tuple[float, float],
    trims: str,
    has: str = "",
    volts: int = 400,
    tyre: float = 2.6,
) -> Design:
    return Design(
        make,
        model,
        "BEV",
        wmi,
        years,
        tuple(trims.split("|")),
        tyre,
        battery_kwh=battery,
        kwh_per_100km=per_100km,
        ac_kw=charge[0],
        dc_kw=charge[1],
        has=_has(has + (" dc" if charge[1] else "")),
        wheels="Aero 19",
        volts_dc=volts,
    )


def _phev(  # noqa: PLR0917 - the columns of a table
    make: str,
    model: str,
    wmi: str,
    years: tuple[int, int],
    battery: tuple[float, float, float],
    fuel: tuple[float, float],
    trims: str,
    has: str = "",
) -> Design:
    return Design(
        make,
        model,
        "PHEV",
        wmi,
        years,
        tuple(trims.split("|")),
        2.4,
        battery_kwh=battery[0],
        kwh_per_100km=battery[1],
        ac_kw=battery[2],
        tank_litres=fuel[0],
        litres_per_100km=fuel[1],
        has=_has(has),
        drive_mode="Hybrid",
    )


def _fuel(  # noqa: PLR0917 - the columns of a table
    make: str,
    model: str,
    powertrain: Literal["HEV", "ICE"],
    wmi: str,
    years: tuple[int, int],
    fuel: tuple[float, float],
    trims: str,
    has: str = "",
) -> Design:
    return Design(
        make,
        model,
        powertrain,
        wmi,
        years,
        tuple(trims.split("|")),
        2.3,
        tank_litres=fuel[0],
        litres_per_100km=fuel[1],
        has=_has(has),
        wheels="Alloy 17",
    )


# The twelve of the showcase come first and in its order.
SHOWCASE: tuple[Design, ...] = (
    _bev(
        *("TESLA", "Model 3", "5YJ", (2019, 2024), 75.0, 14.5, (11.0, 170.0)),
        "Long Range AWD|Rear-Wheel Drive",
        "frunk glass-lock sentry key steering max-range schedules sunroof timers packages",
        tyre=2.9,
    ),
    _bev(
        *("VOLKSWAGEN", "ID.4", "WVG", (2021, 2024), 77.0, 17.5, (11.0, 135.0)),
        "Pro Performance|Pro",
        "steering timers packages latch",
    ),
    _phev(
        *("BMW", "330e", "WBA", (2020, 2024), (12.0, 18.0, 3.7), (40.0, 6.4)),
        "M Sport|Luxury Line",
        "sunroof key steering timers packages latch",
    ),
    _fuel(
        *("FORD", "F-150", "ICE", "1FT", (2019, 2021), (87.0, 10.8)),
        "Lariat 3.0 Power Stroke|XLT 3.0 Power Stroke",
        "tailgate diesel packages steering",
    ),
    _bev(
        *("HYUNDAI", "IONIQ 5", "KMH", (2022, 2024), 72.6, 16.8, (11.0, 220.0)),
        "Techniq|Uniq",
        "frunk steering sunroof latch heater",
        volts=800,
    ),
    _bev(
        *("KIA", "EV6", "KNA", (2022, 2024), 77.4, 16.6, (11.0, 230.0)),
        "GT-Line|Air",
        "frunk steering latch heater key",
        volts=800,
    ),
    _bev(
        *("VOLVO", "XC40 Recharge", "YV1", (2021, 2023), 75.0, 19.5, (11.0, 150.0)),
        "Twin Ultimate|Single Plus",
        "frunk sunroof steering schedules timers latch",
    ),
    _fuel(
        *("TOYOTA", "RAV4 Hybrid", "HEV", "2T3", (2019, 2024), (55.0, 5.8)),
        "XLE|Limited",
        "tailgate",
    ),
    _bev(
        *("MERCEDES-BENZ", "EQB 300", "W1N", (2022, 2024), 66.5, 18.9, (11.0, 100.0)),
        "4MATIC|AMG Line",
        "sunroof steering timers packages heater",
    ),
    _bev(
        *("AUDI", "Q4 e-tron", "WAU", (2021, 2024), 76.6, 18.0, (11.0, 135.0)),
        "50 quattro|40",
        "steering timers latch packages",
    ),
    _bev(
        *("NISSAN", "LEAF", "SJN", (2016, 2023), 40.0, 16.4, (6.6, 46.0)),
        "Acenta|Tekna",
        "timers heater steering",
        tyre=2.5,
    ),
    _phev(
        *("JEEP", "Wrangler 4xe", "1C4", (2021, 2024), (17.3, 27.0, 7.2), (65.0, 11.2)),
        "Rubicon|Sahara",
        "tailgate sunroof latch",
    ),
)

OTHERS: tuple[Design, ...] = (
    _bev(
        *("TESLA", "Model Y", "7SA", (2020, 2024), 75.0, 16.0, (11.0, 170.0)),
        "Long Range|Performance",
        "frunk glass-lock sentry key steering max-range schedules sunroof timers",
        tyre=2.9,
    ),
    _bev(
        *("TESLA", "Model S", "5YJ", (2018, 2023), 95.0, 18.0, (11.0, 200.0)),
        "Long Range|Plaid",
        "frunk sentry key steering max-range schedules sunroof timers",
    ),
    _bev(*("VOLKSWAGEN", "ID.3", "WVW", (2020, 2024), 58.0, 15.4, (11.0, 120.0)), "Pro", "timers"),
    _fuel(
        *("VOLKSWAGEN", "Golf", "ICE", "WVW", (2016, 2024), (50.0, 6.1)), "Life|Style", "packages"
    ),
    _bev(*("BMW", "i4", "WBY", (2022, 2024), 80.7, 16.8, (11.0, 200.0)), "eDrive40|M50", "sunroof"),
    _phev(*("BMW", "X5 xDrive45e", "5UX", (2020, 2023), (21.0, 25.0, 3.7), (69.0, 8.6)), "M Sport"),
    _fuel(
        *("BMW", "320d", "ICE", "WBA", (2018, 2024), (59.0, 5.6)), "Touring|Sport Line", "diesel"
    ),
    _bev(
        *("FORD", "Mustang Mach-E", "3FM", (2021, 2024), 88.0, 18.4, (10.5, 150.0)),
        "Premium|Select",
        "frunk sunroof latch",
    ),
    _bev(
        *("FORD", "F-150 Lightning", "1FT", (2022, 2024), 98.0, 27.0, (11.3, 120.0)),
        "XLT|Lariat",
        "frunk tailgate",
    ),
    _fuel(*("FORD", "Escape", "ICE", "1FM", (2018, 2024), (54.0, 8.2)), "SE|Titanium", "tailgate"),
    _bev(*("HYUNDAI", "Kona Electric", "KMH", (2019, 2024), 64.0, 15.2, (11.0, 77.0)), "Trend"),
    _phev(
        *("HYUNDAI", "Tucson PHEV", "KMH", (2021, 2024), (13.8, 20.0, 7.2), (42.0, 6.6)), "Prime"
    ),
    _bev(*("KIA", "Niro EV", "KNA", (2019, 2024), 64.8, 15.6, (11.0, 80.0)), "Vision|Spirit"),
    _fuel(*("KIA", "Sportage", "HEV", "U5Y", (2022, 2024), (52.0, 6.2)), "Spirit", "tailgate"),
    _bev(*("VOLVO", "EX30", "LPS", (2023, 2024), 64.0, 16.8, (11.0, 153.0)), "Plus", "schedules"),
    _phev(
        *("VOLVO", "XC60 T6", "YV1", (2020, 2024), (14.7, 21.0, 3.7), (71.0, 7.6)), "Inscription"
    ),
    _fuel(*("TOYOTA", "Corolla", "HEV", "SB1", (2019, 2024), (43.0, 4.7)), "Hybrid Design"),
    _phev(*("TOYOTA", "Prius PHEV", "JTD", (2017, 2024), (8.8, 12.0, 3.3), (43.0, 4.5)), "Prime"),
    _bev(*("TOYOTA", "bZ4X", "JTM", (2022, 2024), 64.0, 17.0, (6.6, 150.0)), "Active|Lounge"),
    _bev(*("MERCEDES-BENZ", "EQA 250", "W1N", (2021, 2024), 66.5, 17.4, (11.0, 100.0)), "AMG Line"),
    _fuel(*("MERCEDES-BENZ", "C 220 d", "ICE", "W1K", (2018, 2023), (50.0, 5.5)), "AMG", "diesel"),
    _bev(
        *("AUDI", "e-tron", "WA1", (2019, 2023), 86.5, 23.0, (11.0, 150.0)), "55 quattro", "timers"
    ),
    _phev(*("AUDI", "A3 TFSI e", "WAU", (2021, 2024), (10.6, 16.0, 3.6), (40.0, 5.8)), "40|45"),
    _bev(*("NISSAN", "Ariya", "JN1", (2022, 2024), 87.0, 19.4, (7.4, 130.0)), "Evolve|Advance"),
    _fuel(*("NISSAN", "Qashqai", "ICE", "SJN", (2017, 2024), (55.0, 7.0)), "Acenta|N-Connecta"),
    _fuel(*("JEEP", "Compass", "ICE", "3C4", (2018, 2024), (51.0, 8.0)), "Limited", "tailgate"),
    _bev(*("CHEVROLET", "Bolt EV", "1G1", (2018, 2023), 65.0, 15.8, (11.0, 55.0)), "LT|Premier"),
    _fuel(*("CHEVROLET", "Equinox", "ICE", "2GN", (2018, 2024), (56.0, 8.6)), "LT|RS", "tailgate"),
    _bev(*("RENAULT", "Zoe", "VF1", (2017, 2023), 52.0, 15.0, (22.0, 46.0)), "Intens|Zen"),
    _bev(*("RENAULT", "Megane E-Tech", "VF1", (2022, 2024), 60.0, 15.6, (22.0, 130.0)), "Techno"),
    _bev(*("PEUGEOT", "e-208", "VR3", (2020, 2024), 46.3, 14.8, (7.4, 100.0)), "Allure|GT"),
    _fuel(*("PEUGEOT", "308", "ICE", "VF3", (2017, 2024), (52.0, 5.9)), "Active|GT", "diesel"),
    _bev(*("POLESTAR", "2", "LPS", (2021, 2024), 75.0, 17.6, (11.0, 155.0)), "Long Range", "frunk"),
    _bev(*("SKODA", "Enyaq iV", "TMB", (2021, 2024), 77.0, 17.0, (11.0, 135.0)), "80|60", "timers"),
    _bev(*("MINI", "Cooper SE", "WMW", (2020, 2024), 28.9, 14.6, (11.0, 49.0)), "Classic|Level 2"),
    _fuel(*("SUBARU", "Outback", "ICE", "4S4", (2018, 2024), (70.0, 8.6)), "Premium", "sunroof"),
    _bev(
        *("RIVIAN", "R1S", "7PD", (2022, 2024), 131.0, 27.0, (11.3, 210.0)),
        "Adventure",
        "frunk tailgate sentry key",
    ),
    _bev(*("CUPRA", "Born", "VSS", (2021, 2024), 58.0, 15.8, (11.0, 120.0)), "V1|V2"),
)

DESIGNS: tuple[Design, ...] = SHOWCASE + OTHERS

# Cars of test mode that the official SDKs' own tests count on: a Chevrolet with both tank and plug,
# a Ford that is charged from afar and has a service history, a Kia that is charged.
_VOLT = _phev(
    *("CHEVROLET", "Volt", "1G1", (2016, 2019), (14.0, 19.0, 3.6), (33.7, 5.6)), "LT|Premier"
)
TESTED: dict[str, Design] = {
    "CHEVROLET": _VOLT,
    **{design.make: design for design in DESIGNS if design.model in {"Mustang Mach-E", "EV6"}},
}
