"""The car brands an owner may choose from in Connect.

The exact list of makes that Smartcar accepts, and how each is written, is not in our reference:
it shows upper case (`TESLA`, `VOLKSWAGEN`, `CHEVROLET`), the rest is inferred from that. So
`find_brand` forgives case, spaces, hyphens and underscores. Which brands are unavailable here says
nothing about the real service: a couple are, so that an app's owner can meet that case.

The first three characters of VINs (ISO 3780) and the regions are common knowledge of the makes, not
Smartcar's.

Nothing here does I/O.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from .words import COUNTRY_NAMES


@dataclass(frozen=True, slots=True)
class BrandRow:
    """One brand: its name on the wire, its name for people, and what else people call it."""

    make: str
    name: str
    available: bool = True
    aliases: tuple[str, ...] = ()
    wmis: str = ""
    """What its VINs begin with; not of all its factories."""
    regions: tuple[str, ...] = ("CA", "US", "EUROPE")
    """Where it is sold."""

    @property
    def monogram(self) -> str:
        """Up to three letters that stand in for a logo, such as "LR" for Land Rover."""
        short = (text for text in (self.name, *self.aliases) if text.isupper() and len(text) <= 3)
        return next(short, None) or monogram(self.name)

    @property
    def words(self) -> str:
        """All that it is found by, in letters and digits, with a space between."""
        return " ".join(dict.fromkeys(map(_plain, (self.name, self.make, *self.aliases))))


_AMERICA = ("CA", "US")
_EUROPE = ("EUROPE",)

BRANDS: tuple[BrandRow, ...] = (
    BrandRow("ACURA", "Acura", wmis="19U 5J8 JH4", regions=_AMERICA),
    BrandRow("ALFA_ROMEO", "Alfa Romeo", wmis="ZAR ZAS"),
    BrandRow("AUDI", "Audi", wmis="WA1 WAU WUA"),
    BrandRow(
        "BMW", "BMW", aliases=("Bayerische Motoren Werke",), wmis="5UM 5UX 5YM WBA WBS WBX WBY"
    ),
    BrandRow("BUICK", "Buick", wmis="1G4 2G4 5GA KL4 LRB", regions=_AMERICA),
    BrandRow("CADILLAC", "Cadillac", wmis="1G6 1GY", regions=_AMERICA),
    BrandRow(
        "CHEVROLET",
        "Chevrolet",
        aliases=("Chevy",),
        wmis="1G1 1GC 1GN 2G1 2GN 3GC 3GN KL7 KL8",
        regions=_AMERICA,
    ),
    BrandRow("CHRYSLER", "Chrysler", wmis="1C3 2C4", regions=_AMERICA),
    BrandRow("CITROEN", "Citroën", wmis="VF7 VR7", regions=_EUROPE),
    BrandRow("CUPRA", "Cupra", regions=_EUROPE),
    BrandRow("DACIA", "Dacia", wmis="UU1", regions=_EUROPE),
    BrandRow("DODGE", "Dodge", wmis="1B3 2B3 2C3 2D3 3D4", regions=_AMERICA),
    BrandRow("DS", "DS", aliases=("DS Automobiles",), wmis="VR1", regions=_EUROPE),
    BrandRow("FIAT", "Fiat", wmis="3C3 ZFA"),
    BrandRow("FORD", "Ford", aliases=("FordPass",), wmis="1FA 1FM 1FT 2FM 3FA 3FM NM0 WF0"),
    BrandRow("GENESIS", "Genesis", wmis="KMT"),
    BrandRow("GMC", "GMC", wmis="1GK 1GT 2GK 3GK 3GT", regions=_AMERICA),
    BrandRow("HONDA", "Honda", wmis="19X 1HG 2HG 2HK 5FN 5J6 JHM SHH"),
    BrandRow("HYUNDAI", "Hyundai", aliases=("Bluelink",), wmis="5NM 5NP KM8 KMH TMA"),
    BrandRow("INFINITI", "Infiniti", wmis="3PC 5N3 JNK", regions=_AMERICA),
    BrandRow("JAGUAR", "Jaguar", wmis="SAD SAJ"),
    BrandRow("JEEP", "Jeep", wmis="1C4 1J4 1J8 3C4 ZAC"),
    BrandRow("KIA", "Kia", wmis="3KP 5XX 5XY KNA KND U5Y"),
    BrandRow("LAND_ROVER", "Land Rover", aliases=("Range Rover",), wmis="SAL"),
    BrandRow("LEXUS", "Lexus", wmis="2T2 58A JTH JTJ"),
    BrandRow("LINCOLN", "Lincoln", wmis="1LN 2LM 3LN 5LM", regions=_AMERICA),
    BrandRow("LUCID", "Lucid", aliases=("Lucid Motors",), wmis="50E"),
    BrandRow("MAZDA", "Mazda", wmis="3MV 3MZ 7MM JM1 JM3 JMZ"),
    BrandRow(
        "MERCEDES-BENZ",
        "Mercedes-Benz",
        aliases=("Mercedes", "Benz", "Daimler"),
        wmis="4JG 55S W1K W1N WDB WDC WDD",
    ),
    BrandRow("MINI", "Mini", aliases=("Mini Cooper",), wmis="WMW WMZ"),
    BrandRow("MITSUBISHI", "Mitsubishi", wmis="JA3 JA4 JMB"),
    BrandRow("NISSAN", "Nissan", wmis="1N4 1N6 3N1 5N1 JN1 JN8 SJN VSK"),
    BrandRow("OPEL", "Opel", wmis="W0L W0V", regions=_EUROPE),
    BrandRow("PEUGEOT", "Peugeot", wmis="VF3 VR3", regions=_EUROPE),
    BrandRow("POLESTAR", "Polestar", wmis="YSM"),
    BrandRow("PORSCHE", "Porsche", wmis="WP0 WP1"),
    BrandRow("RAM", "Ram", aliases=("Dodge Ram",), wmis="1C6 3C6 3C7", regions=_AMERICA),
    BrandRow("RENAULT", "Renault", wmis="VF1 VNV", regions=_EUROPE),
    BrandRow("RIVIAN", "Rivian", wmis="7FC 7PD", regions=_AMERICA),
    BrandRow("SAAB", "Saab", available=False),
    BrandRow("SEAT", "Seat", wmis="VSS", regions=_EUROPE),
    BrandRow("SKODA", "Škoda", wmis="TMB", regions=_EUROPE),
    BrandRow("SMART", "Smart", wmis="HES WME", regions=_EUROPE),
    BrandRow("SUBARU", "Subaru", wmis="4S3 4S4 JF1 JF2"),
    BrandRow("SUZUKI", "Suzuki", available=False),
    BrandRow("TESLA", "Tesla", wmis="5YJ 7SA LRW XP7"),
    BrandRow(
        "TOYOTA", "Toyota", wmis="2T1 2T3 3TM 4T1 4T3 5TD 5TF JT2 JT3 JTD JTM JTN NMT SB1 VNK"
    ),
    BrandRow("VAUXHALL", "Vauxhall", wmis="VXK", regions=_EUROPE),
    BrandRow("VOLKSWAGEN", "Volkswagen", aliases=("VW",), wmis="1V2 1VW 3VV 3VW WV1 WV2 WVG WVW"),
    BrandRow("VOLVO", "Volvo", wmis="7JR LVY YV1 YV4"),
)


def find_brand(make: str) -> BrandRow | None:
    """The brand spelled *make*, whatever its case and separators; None for an unknown make."""
    wanted = _plain(make)
    return next((brand for brand in BRANDS if _plain(brand.make) == wanted), None)


def sold_in(country: str | None) -> tuple[BrandRow, ...]:
    """The brands of a country's region; all of them for no country, or one without Connect."""
    code = (country or "").upper()
    if code not in COUNTRY_NAMES:
        return BRANDS
    region = code if code in _AMERICA else "EUROPE"
    return tuple(brand for brand in BRANDS if region in brand.regions)


def matching(search: str, brands: Iterable[BrandRow] = BRANDS) -> tuple[BrandRow, ...]:
    """The brands whose name, make or alias contains *search*; all of them for an empty search.

    Accents, case and punctuation do not count: "citroen" finds Citroën, "vw" finds Volkswagen.
    """
    wanted = _plain(search)
    if not wanted:
        return () if search.strip() else tuple(brands)
    return tuple(brand for brand in brands if any(wanted in word for word in brand.words.split()))


def monogram(name: str) -> str:
    """The initials of a name of several words, or the first two letters of a single word."""
    words = re.findall(r"\w+", name)
    if len(words) > 1:
        return "".join(word[0] for word in words[:2]).upper()
    return name.strip()[:2].capitalize()


def _plain(text: str) -> str:
    """*text* as letters and digits only, without case or accents."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in letters if letter.isalnum())
