"""The car brands an owner may choose from in Connect.

The exact list of makes that Smartcar accepts, and how each is written, is not in our reference:
it shows upper case (`TESLA`, `VOLKSWAGEN`, `CHEVROLET`), the rest is inferred from that. So
`find_brand` forgives case, spaces, hyphens and underscores. Which brands are unavailable here says
nothing about the real service: a couple are, so that an app's owner can meet that case.

Nothing here does I/O.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BrandRow:
    """One brand: its name on the wire, its name for people, and what else people call it."""

    make: str
    name: str
    available: bool = True
    aliases: tuple[str, ...] = ()

    @property
    def monogram(self) -> str:
        """Up to three letters that stand in for a logo, such as "LR" for Land Rover."""
        short = (text for text in (self.name, *self.aliases) if text.isupper() and len(text) <= 3)
        return next(short, None) or monogram(self.name)


BRANDS: tuple[BrandRow, ...] = (
    BrandRow("ACURA", "Acura"),
    BrandRow("ALFA_ROMEO", "Alfa Romeo"),
    BrandRow("AUDI", "Audi"),
    BrandRow("BMW", "BMW", aliases=("Bayerische Motoren Werke",)),
    BrandRow("BUICK", "Buick"),
    BrandRow("CADILLAC", "Cadillac"),
    BrandRow("CHEVROLET", "Chevrolet", aliases=("Chevy",)),
    BrandRow("CHRYSLER", "Chrysler"),
    BrandRow("CITROEN", "Citroën"),
    BrandRow("CUPRA", "Cupra"),
    BrandRow("DACIA", "Dacia"),
    BrandRow("DODGE", "Dodge"),
    BrandRow("DS", "DS", aliases=("DS Automobiles",)),
    BrandRow("FIAT", "Fiat"),
    BrandRow("FORD", "Ford", aliases=("FordPass",)),
    BrandRow("GENESIS", "Genesis"),
    BrandRow("GMC", "GMC"),
    BrandRow("HONDA", "Honda"),
    BrandRow("HYUNDAI", "Hyundai", aliases=("Bluelink",)),
    BrandRow("INFINITI", "Infiniti"),
    BrandRow("JAGUAR", "Jaguar"),
    BrandRow("JEEP", "Jeep"),
    BrandRow("KIA", "Kia"),
    BrandRow("LAND_ROVER", "Land Rover", aliases=("Range Rover",)),
    BrandRow("LEXUS", "Lexus"),
    BrandRow("LINCOLN", "Lincoln"),
    BrandRow("LUCID", "Lucid", aliases=("Lucid Motors",)),
    BrandRow("MAZDA", "Mazda"),
    BrandRow("MERCEDES-BENZ", "Mercedes-Benz", aliases=("Mercedes", "Benz", "Daimler")),
    BrandRow("MINI", "Mini", aliases=("Mini Cooper",)),
    BrandRow("MITSUBISHI", "Mitsubishi"),
    BrandRow("NISSAN", "Nissan"),
    BrandRow("OPEL", "Opel"),
    BrandRow("PEUGEOT", "Peugeot"),
    BrandRow("POLESTAR", "Polestar"),
    BrandRow("PORSCHE", "Porsche"),
    BrandRow("RAM", "Ram", aliases=("Dodge Ram",)),
    BrandRow("RENAULT", "Renault"),
    BrandRow("RIVIAN", "Rivian"),
    BrandRow("SAAB", "Saab", available=False),
    BrandRow("SEAT", "Seat"),
    BrandRow("SKODA", "Škoda"),
    BrandRow("SMART", "Smart"),
    BrandRow("SUBARU", "Subaru"),
    BrandRow("SUZUKI", "Suzuki", available=False),
    BrandRow("TESLA", "Tesla"),
    BrandRow("TOYOTA", "Toyota"),
    BrandRow("VAUXHALL", "Vauxhall"),
    BrandRow("VOLKSWAGEN", "Volkswagen", aliases=("VW",)),
    BrandRow("VOLVO", "Volvo"),
)


def find_brand(make: str) -> BrandRow | None:
    """The brand spelled *make*, whatever its case and separators; None for an unknown make."""
    wanted = _plain(make)
    return next((brand for brand in BRANDS if _plain(brand.make) == wanted), None)


def matching(search: str, brands: Iterable[BrandRow] = BRANDS) -> tuple[BrandRow, ...]:
    """The brands whose name, make or alias contains *search*; all of them for an empty search.

    Accents, case and punctuation do not count: "citroen" finds Citroën, "vw" finds Volkswagen.
    """
    wanted = _plain(search)
    if not wanted:
        return () if search.strip() else tuple(brands)
    return tuple(
        brand
        for brand in brands
        if any(wanted in _plain(text) for text in (brand.name, brand.make, *brand.aliases))
    )


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
