"""Names and numbers of cars and owners, all made from a seed and a place in the fleet.

A car's id looks like a random UUID but carries its index, so that a fleet of any size is
searched without being built. Nothing here knows what a car is.
"""

from __future__ import annotations

from functools import lru_cache

from .hashing import choose, digest

INDEX_BITS = 40  # a million million cars
TAG_BITS = 82  # what a version 4 UUID has left: 128 - 6 fixed - 40
VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"  # I, O and Q are not allowed (ISO 3779)
# Model years from 1980 on; I, O, Q, U, Z and 0 are not used (49 CFR 565.15).
VIN_YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
VIN_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
) | {str(number): number for number in range(10)}

# Cars with a lower index are the showcase, each with an owner of its own.
SHOWCASE_SIZE = 12
# Which owner of a block of eight has the car: six have one, one has two, one has three.
OWNERSHIP = (0, 1, 2, 3, 4, 5, 6, 6, 7, 7, 7)
OWNERS_PER_BLOCK = 8

FIRST_NAMES = (
    *("ada", "amir", "ana", "ben", "carla", "chen", "dora", "elif", "emil", "farah"),
    *("felix", "grace", "hana", "ines", "ivan", "jana", "kofi", "lena", "luca", "maja"),
    *("marco", "mina", "nils", "nora", "omar", "petra", "rosa", "sam", "tara", "yuki"),
)
LAST_NAMES = (
    *("adler", "bauer", "costa", "duarte", "evans", "fischer", "garcia", "haas", "ito"),
    *("jansen", "kim", "lopez", "moreau", "novak", "okafor", "park", "quinn", "rossi"),
    *("silva", "tanaka", "ueda", "vogel", "wagner", "young", "zeman"),
)
QUALITIES = ("Blue", "Quiet", "Lucky", "Silver", "Little", "Brave", "Sunny", "Swift", "Gentle")
ANIMALS = ("Whale", "Fox", "Heron", "Otter", "Badger", "Swallow", "Panda", "Lynx", "Beetle")


UUID_LENGTH = 36


def uuid_text(number: int) -> str:
    """A version 4 UUID holding a number of 122 bits."""
    high, middle, low = number >> 74, number >> 62 & 0xFFF, number & (1 << 62) - 1
    digits = f"{high:012x}{0x4000 | middle:04x}{1 << 63 | low:016x}"
    parts = digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]
    return "-".join(parts)


def _number(uuid: str) -> int | None:
    """The 122 bits of a UUID written the usual way; ``None`` for any other text."""
    digits = uuid.replace("-", "")
    if len(digits) != 32 or set(digits) - set("0123456789abcdef"):
        return None
    high, middle, low = int(digits[:12], 16), int(digits[13:16], 16), int(digits[16:], 16)
    number = high << 74 | middle << 62 | low & (1 << 62) - 1
    return number if uuid_text(number) == uuid else None


def vehicle_id(seed: int, index: int) -> str:
    """The id of a car of the fleet: a tag, and the index behind a mask made of the tag."""
    tag = digest("id", seed, index, bits=TAG_BITS)
    return uuid_text(tag << INDEX_BITS | index ^ digest("mask", seed, tag, bits=INDEX_BITS))


@lru_cache(maxsize=8192)
def find_index(seed: int, vehicle_id: str) -> int | None:
    """The index of the car with *vehicle_id*; ``None`` when it is not of this fleet."""
    return _index(seed, vehicle_id) if len(vehicle_id) == UUID_LENGTH else None


@lru_cache(maxsize=16_384)
def _index(seed: int, vehicle_id: str) -> int | None:
    number = _number(vehicle_id)
    if number is None:
        return None
    tag, masked = number >> INDEX_BITS, number & (1 << INDEX_BITS) - 1
    index = masked ^ digest("mask", seed, tag, bits=INDEX_BITS)
    return index if digest("id", seed, index, bits=TAG_BITS) == tag else None


def vin(wmi: str, year: int, serial: int, *words: object) -> str:
    """A VIN with a valid check digit. *serial* takes six digits; *words* draw the rest."""
    letters = [choose(VIN_LETTERS, "vin", place, *words) for place in range(6)]
    head, plant = wmi + "".join(letters[:5]), letters[5]
    tail = f"{VIN_YEARS[(year - 1980) % 30]}{plant}{serial % 1_000_000:06d}"
    total = sum(
        weight * VIN_VALUES[letter]
        for weight, letter in zip(VIN_WEIGHTS, f"{head}0{tail}", strict=True)
    )
    return f"{head}{'0123456789X'[total % 11]}{tail}"


def made_up_vin(make: str, vin: str, *words: object, is_test: bool) -> str:
    """The VIN of a test car, or the one that a simulated car has in place of *vin*.

    Both forms are read off the few that are known: 0SCAUDI037A5ADB1C, 1SCW111B6BNL61XYD.
    """
    if not is_test:
        return f"1SC{vin[3:]}"
    word = "".join(letter for letter in make if letter.isalpha())[:4]
    return f"0SC{word:0<4}0{digest('test vin', *words, bits=36):09X}"


def owner_number(index: int) -> int:
    """Which owner has the car *index*."""
    if index < SHOWCASE_SIZE:
        return index
    block, seat = divmod(index - SHOWCASE_SIZE, len(OWNERSHIP))
    return SHOWCASE_SIZE + block * OWNERS_PER_BLOCK + OWNERSHIP[seat]


def owner_email(seed: int, owner: int) -> str:
    """The address of an owner; it ends with the owner's number, so no two are alike."""
    first, last = choose(FIRST_NAMES, "first", seed, owner), choose(LAST_NAMES, "l", seed, owner)
    return f"{first}.{last}.{owner}@example.com"


def cars_of(seed: int, email: str) -> tuple[int, ...]:
    """Indexes of the cars of the owner with *email*, at once: the address holds the number."""
    word = email.partition("@")[0].rpartition(".")[2]
    if not (word.isascii() and word.isdigit()) or owner_email(seed, int(word)) != email:
        return ()
    owner = int(word)
    if owner < SHOWCASE_SIZE:
        return (owner,)
    block, within = divmod(owner - SHOWCASE_SIZE, OWNERS_PER_BLOCK)
    first = SHOWCASE_SIZE + block * len(OWNERSHIP)
    return tuple(first + seat for seat, own in enumerate(OWNERSHIP) if own == within)


def nickname(*words: object) -> str:
    """What an owner calls a car."""
    return f"{choose(QUALITIES, 'quality', *words)} {choose(ANIMALS, 'animal', *words)}"
