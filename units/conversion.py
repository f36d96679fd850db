"""The official lists of Sơn La turned into one file in the columns of ``import_units``.

Four lists go in: the departments, the communes and districts of 2024, the communes of 01/7/2025,
and which commune went into which. Rows come out with their validity, so that every day between
2010 and today has its units. What the lists do not say, or say differently, is never filled in
silently: it stands in ``remark``, which every page shows beside the unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from parindex import text

Row = Mapping[str, str]

COLUMNS = (
    "code",
    "name",
    "short_name",
    "level",
    "parent_code",
    "valid_from",
    "valid_to",
    "predecessor_codes",
    "remark",
)

#: "Since before the years kept here": the lists give no founding dates.
LONG_AGO = "2010-01-01"
#: Last day before the regrouping of communes of February 2025, and its first day.
BEFORE_REGROUPING, REGROUPING = "2025-01-31", "2025-02-01"
#: Last day of the districts and old communes, and first day of the two-level map.
LAST_OF_DISTRICTS, TWO_LEVELS = "2025-06-30", "2025-07-01"

#: Remarks of the list of departments, in the language of the pages.
REMARKS = {
    "": "",
    "unconfirmed after 2025": "Chưa xác nhận còn là một sở riêng sau năm 2025.",
    "inferred date": "Ngày thành lập suy ra từ NĐ 45/2025/NĐ-CP, chưa xác nhận.",
}
#: Capitals lost in the list of 2024, by code; the list of 2025 writes them.
NAMES = {"03712": "Xã Nậm Ét", "03727": "Xã Mường É", "03742": "Xã É Tòng"}
#: Code of a commune of 2025 in the list of lineage → its code in the list of communes.
CODES = {("03664", "Phường Chiềng An"): "03667"}

ENDED = "Kết thúc theo đợt sắp xếp tháng 02/2025; đơn vị kế tục chưa xác nhận."
NEW_WARD = "Phường lập tháng 02/2025 ở thị xã Mộc Châu; tên và nguồn gốc chưa xác nhận."
UNIT_REMARKS = {
    "123": "Từ đầu năm 2025 là thị xã Mộc Châu; ngày chuyển chưa xác nhận.",
    "03997": "Tên từ tháng 02/2025 chưa xác nhận: nghị quyết năm 2025 đã gọi là xã Tân Yên.",
}
REMARKS_2025 = {"03667": "Bảng chuyển đổi ghi mã 03664; mã ở đây theo danh mục đơn vị, cần đối chiếu."}
SHORT = (("Thành phố ", "TP "), ("Huyện ", ""), ("Phường ", "P. "), ("Thị trấn ", "TT "))


class ListsDisagree(Exception):
    """Two lists contradict each other in a way nobody has decided yet; the message names the row."""


@dataclass(frozen=True)
class Unit:
    """One row of the contract. Dates are ISO; ``valid_to`` is the last valid day, empty while valid."""

    code: str
    name: str
    short_name: str
    level: str
    parent_code: str = ""
    valid_from: str = LONG_AGO
    valid_to: str = ""
    predecessors: tuple[str, ...] = field(default=())
    remark: str = ""

    def row(self) -> dict[str, str]:
        """The row under the contract's column names."""
        return {
            "code": self.code,
            "name": self.name,
            "short_name": self.short_name,
            "level": self.level,
            "parent_code": self.parent_code,
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
            "predecessor_codes": ";".join(self.predecessors),
            "remark": self.remark,
        }


def convert(
    *,
    departments: Iterable[Row],
    units_2024: Iterable[Row],
    units_2025: Iterable[Row],
    lineage: Iterable[Row],
) -> list[dict[str, str]]:
    """The rows of ``import_units``: departments, districts, old communes, communes of 01/7/2025."""
    old, new, arrows = list(units_2024), list(units_2025), list(lineage)
    units = [
        *[_department(row) for row in departments],
        *_districts(old),
        *_communes_to_june_2025(old, arrows),
        *_communes_from_july_2025(new, arrows),
    ]
    return [unit.row() for unit in units]


def _department(row: Row) -> Unit:
    return Unit(
        code=row["code"],
        name=text.clean_line(row["name"]),
        short_name=text.clean_line(row["short_name"]),
        level="department",
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        predecessors=tuple(filter(None, row["predecessor_codes"].split(";"))),
        remark=REMARKS[row["remark"]],
    )


def _districts(rows: Iterable[Row]) -> list[Unit]:
    found = [_named(row, "district", valid_to=LAST_OF_DISTRICTS) for row in rows if len(row["code"]) == 3]
    return sorted(found, key=lambda unit: unit.code)


def _communes_to_june_2025(rows: Iterable[Row], arrows: list[Row]) -> list[Unit]:
    """The 204 of before the February regrouping, the ended ones cut off, and the new wards."""
    surviving = {row["old_code"]: row["old_name"] for row in arrows if row["old_name"]}
    found = []
    for row in rows:
        if len(row["code"]) != 5:
            continue
        code = row["code"]
        if code in surviving and surviving[code] != row["name"]:
            raise ListsDisagree(f"{code} is {row['name']} in 2024 and {surviving[code]} in the lineage.")
        ended = code not in surviving
        unit = _named(row, "commune", parent_code=row["parent"], valid_to=LAST_OF_DISTRICTS)
        found.append(replace(unit, valid_to=BEFORE_REGROUPING, remark=ENDED) if ended else unit)
    found += [_new_ward(row) for row in arrows if not row["old_name"]]
    missing = set(surviving) - {unit.code for unit in found}
    if missing:
        raise ListsDisagree(f"The lineage names communes that the list of 2024 does not: {sorted(missing)}.")
    return sorted(found, key=lambda unit: unit.code)


def _new_ward(row: Row) -> Unit:
    name = f"Phường mới {row['old_code']}"
    return Unit(
        code=row["old_code"],
        name=name,
        short_name=_short(name),
        level="commune",
        parent_code=row["old_district_code"],
        valid_from=REGROUPING,
        valid_to=LAST_OF_DISTRICTS,
        remark=NEW_WARD,
    )


def _communes_from_july_2025(rows: Iterable[Row], arrows: list[Row]) -> list[Unit]:
    """The 75, each with the communes that went into it. All are new rows: the district above them is gone."""
    names = {row["code"]: row["name"] for row in rows if len(row["code"]) == 5}
    before: dict[str, list[str]] = {code: [] for code in names}
    for row in arrows:
        code = CODES.get((row["new_code"], row["new_name"]), row["new_code"])
        if names.get(code) != row["new_name"]:
            raise ListsDisagree(
                f"{row['old_code']} went into {row['new_code']} {row['new_name']}, "
                f"but that code is {names.get(code, 'in no list')}."
            )
        before[code].append(row["old_code"])
    return [
        Unit(
            code=code,
            name=text.clean_line(name),
            short_name=_short(name),
            level="commune",
            valid_from=TWO_LEVELS,
            predecessors=tuple(sorted(before[code])),
            remark=REMARKS_2025.get(code, ""),
        )
        for code, name in sorted(names.items())
    ]


def _named(row: Row, level: str, *, parent_code: str = "", valid_to: str) -> Unit:
    name = NAMES.get(row["code"], text.clean_line(row["name"]))
    return Unit(
        code=row["code"],
        name=name,
        short_name=_short(name),
        level=level,
        parent_code=parent_code,
        valid_to=valid_to,
        remark=UNIT_REMARKS.get(row["code"], ""),
    )


def _short(name: str) -> str:
    """The name as tables shorten it: TP Sơn La, Mộc Châu, P. Tô Hiệu, TT Yên Châu, Xã Nà Mường."""
    for long, short in SHORT:
        if name.startswith(long):
            return short + name.removeprefix(long)
    return name
