"""Who plays what: the index each unit reaches each year, and the cases that must be seen. Pure.

Departments and districts are written down one by one; communes follow a bell around their district, except for
the few that a case needs. The real units have nothing to do with these figures.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from reports.demo.dice import Dice
from reports.demo.sheets import Part

YEARS = (2023, 2024, 2025)
RUNNING = 2026
#: From this year on there are 15 departments, 75 communes and no districts.
NEW_MAP_YEAR = 2025

#: Departments in 2023 and 2024 (the bodies to 28/02/2025); from 2025 on the second table.
OLD_DEPARTMENTS = {
    "SKHCN": ("88.43", "93.88"),
    "VPUB": ("91.81", "92.47"),
    "SNV": ("91.91", "91.91"),
    "STP": ("90.33", "91.63"),
    "STC": ("87.04", "90.00"),
    "SKHDT": ("89.17", "89.51"),
    "SCT": ("87.04", "89.40"),
    "SGTVT": ("89.89", "89.38"),
    "TTT": ("84.47", "88.20"),
    "STTTT": ("90.13", "88.32"),
    "SGDDT": ("87.92", "86.26"),  # a tie in 2024 …
    "SVHTTDL": ("81.53", "86.26"),  # … with this one: both 11th, nobody 12th
    "SXD": ("83.08", "83.86"),
    "SNNPTNT": ("85.51", "82.85"),
    "SNGV": ("77.57", "80.38"),
    "SLDTBXH": ("79.59", "78.45"),
    "SYT": ("80.81", "77.46"),
    "STNMT": ("75.63", "78.38"),
    "BDT": ("75.24", "76.96"),
    "BQLKCN": ("78.24", "75.12"),
}
NEW_DEPARTMENTS = {
    "SKHCN25": "92.36",
    "VPUB": "93.12",
    "SNV25": "90.74",
    "STP": "92.05",
    "STC25": "90.18",
    "SCT": "88.67",
    "TTT": "87.58",
    "SGDDT": "89.93",
    "SVHTTDL": "87.21",
    "SXD25": "83.94",
    "SNNMT": "82.49",
    "SNGV": "81.06",
    "SYT": "80.57",
    "SDTTG": "79.32",
    "BQLKCN": "76.88",
}
DISTRICTS = {
    "128": ("86.91", "90.34"),
    "118": ("85.20", "86.67"),
    "122": ("83.75", "86.36"),
    "121": ("84.62", "85.84"),
    "124": ("80.13", "82.75"),
    "116": ("83.02", "81.40"),
    "125": ("78.86", "80.19"),
    "123": ("79.93", "79.57"),
    "119": ("74.38", "77.02"),
    "126": ("76.25", "75.28"),
    "120": ("73.06", "74.41"),
    "127": ("70.94", "71.67"),
}

#: Communes that a case needs: code → index by year. What their heads do stands in ``people``.
TWO_YEARS_SAME_HEAD = "03838"  # Điều 20.7 in 2024
TWO_YEARS_NEW_HEAD = "03869"  # only Điều 20.6, with the unit's own two years as information
ACTING_THEN_APPOINTED = "04210"  # Điều 20.7: first acting, then appointed, is one person
MOVED_HEAD = "03862"  # below 50 under the person who headed 03869 the year before: information
UNKNOWN_HEAD = "04225"  # nobody known: Điều 20.7 cannot be judged
RECOVERED = "03802"  # below 50 once
RENAMED_TWO_YEARS = "04246"  # goes on as the new commune of 01/7/2025: Điều 20.7 in 2025
NEVER_SUBMITTED = {2024: "04162", 2025: "04171"}
COMMUNES = {
    TWO_YEARS_SAME_HEAD: {2023: "46.80", 2024: "48.35"},
    TWO_YEARS_NEW_HEAD: {2023: "47.25", 2024: "46.90"},
    ACTING_THEN_APPOINTED: {2023: "48.60", 2024: "49.15"},
    MOVED_HEAD: {2023: "57.30", 2024: "49.42"},
    UNKNOWN_HEAD: {2023: "48.05", 2024: "47.95"},
    RECOVERED: {2023: "49.21", 2024: "61.40"},
    RENAMED_TWO_YEARS: {2023: "58.75", 2024: "49.36", 2025: "48.72"},
    "03772": {2023: "88.15", 2024: "90.62"},
    "04000": {2023: "91.08", 2024: "92.56"},
    "04060": {2023: "90.45", 2024: "92.27"},
    "03655": {2023: "91.37", 2024: "91.02"},
    "03811": {2023: "86.30", 2024: "90.24"},
    "04231": {2023: "51.94", 2024: "50.00"},  # exactly 50 is not below 50
    "03922": {2023: "83.47", 2024: "84.15", 2025: "90.11"},
    "03646": {2023: "88.93", 2024: "89.99", 2025: "91.64"},  # 89,99 is not 90
    "03982": {2023: "84.20", 2024: "86.02", 2025: "90.87"},
    NEVER_SUBMITTED[2024]: {2023: "62.11", 2024: "55.00"},
    NEVER_SUBMITTED[2025]: {2025: "54.00"},
}
#: A tie that is wanted whatever the bell does, inside one district and in 2025.
TIED_COMMUNES = {2024: ("03730", "03757"), 2025: ("03907", "04123")}

#: Bodies without administrative procedures of their own: 80,50 points apply to them.
WITHOUT_PROCEDURES = ("TTT", "BDT")
NO_PROCEDURES = ("3.2.3", "3.3", "3.4.2", "3.5", "8")
NO_PROCEDURES_REASON = "Cơ quan không có thủ tục hành chính thuộc thẩm quyền giải quyết."

#: Whose published result is corrected afterwards, and in which year.
CORRECTED = (2023, "SXD")

#: Departments whose self-assessment is far too high (the derived component loses points).
CARELESS = ("SYT", "BQLKCN", "SLDTBXH", "126", "120")


class Someone(NamedTuple):
    """A unit that takes part in a year."""

    code: str
    level: str
    parent_code: str


def parts_of(year: int, units: Iterable[Someone]) -> dict[str, Part]:
    """What every unit plays in a year, by its code."""
    return {unit.code: _part(year, unit) for unit in units}


def grants_of(unit: Someone) -> tuple[str, ...]:
    """Codes of nodes that do not apply to a unit by the rule of the cycle."""
    return NO_PROCEDURES if unit.level == "department" and unit.code in WITHOUT_PROCEDURES else ()


def _part(year: int, unit: Someone) -> Part:
    tied = unit.code in TIED_COMMUNES.get(year, ()) or unit.code in ("SGDDT", "SVHTTDL")
    written = unit.level != "commune" or year in COMMUNES.get(unit.code, {})
    return Part(
        unit_code=unit.code,
        index=index_of(year, unit),
        grants=grants_of(unit),
        careless=unit.code in CARELESS,
        submitted=NEVER_SUBMITTED.get(year) != unit.code,
        requests=not (tied or written),
    )


def index_of(year: int, unit: Someone) -> Decimal:
    """The index a unit should reach, in percent."""
    if unit.level == "commune":
        return _commune(year, unit)
    if unit.level == "district":
        return Decimal(DISTRICTS[unit.code][year - YEARS[0]])
    if year >= NEW_MAP_YEAR:
        drift = Dice("drift", year, unit.code).between(-120, 190) if year > NEW_MAP_YEAR else 0
        return min(Decimal(NEW_DEPARTMENTS[unit.code]) + Decimal(drift).scaleb(-2), Decimal(94))
    return Decimal(OLD_DEPARTMENTS[unit.code][year - YEARS[0]])


def _commune(year: int, unit: Someone) -> Decimal:
    """A commune: written down, tied, or a bell around its district that drifts from year to year."""
    written = COMMUNES.get(unit.code, {}).get(year)
    if written is not None:
        return Decimal(written)
    if unit.code in TIED_COMMUNES.get(year, ()):
        return Decimal("78.43")
    level = 7750 + Dice("district", unit.parent_code).bell(520) + Dice("commune", unit.code, year >= NEW_MAP_YEAR).bell(2300)
    for drifted in range(YEARS[0] + 1, year + 1):
        level += 60 + Dice("drift", drifted, unit.code).bell(420)
    # Apart from the cases, nobody falls below 50, and few reach 90.
    if level > 8450:
        level = 8450 + (level - 8450) * 45 // 100
    return Decimal(min(max(level, 5260 + Dice("floor", unit.code, year).between(0, 380)), 9290)).scaleb(-2)
