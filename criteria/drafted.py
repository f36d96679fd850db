"""The three frameworks that come with the product, and what must be said about them.

They were drafted with the counts and points of QĐ 152/QĐ-UBND (departments, districts) and after QĐ 884/QĐ-UBND
Điều 11–17 (communes); they are not the legal appendix. Wherever such a tree is shown, that is said.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FOLDER = Path(__file__).with_name("data")

LEVEL_NAMES = {
    "department": gettext_lazy("các sở, ban, ngành"),
    "district": gettext_lazy("UBND các huyện, thành phố"),
    "commune": gettext_lazy("UBND các xã, phường, thị trấn"),
}


@dataclass(frozen=True)
class Facts:
    """What is said about a framework beside its rows."""

    name: str = ""
    legal_basis: str = ""
    drafted_note: str = ""


def usual_name(year: int, level: str) -> str:
    """The name of a framework whose file gives none."""
    return _("Bộ tiêu chí xác định Chỉ số CCHC năm %(year)d của %(units)s") % {
        "year": year,
        "units": LEVEL_NAMES[level],
    }


def facts_of(level: str, rows: Iterable[tuple[str, str]]) -> Facts:
    """What must be said about a tree with these (code, name) rows; empty unless it is one of ours."""
    if frozenset(rows) != _outline(level):
        return Facts()
    if level == "commune":
        return Facts(
            legal_basis=_(
                "Quyết định số 884/QĐ-UBND ngày 10/4/2019 của UBND tỉnh Sơn La (Điều 11 đến Điều 17)."
            ),
            drafted_note=_(
                "Bộ tiêu chí do nhóm xây dựng soạn theo Điều 11–17 của QĐ 884/QĐ-UBND, không phải phụ lục pháp lý."
            ),
        )
    return Facts(
        legal_basis=_(
            "Quyết định số 152/QĐ-UBND ngày 22/01/2014 và Quyết định số 884/QĐ-UBND ngày 10/4/2019 của UBND tỉnh Sơn La."
        ),
        drafted_note=_(
            "Bộ tiêu chí do nhóm xây dựng soạn theo số lượng và thang điểm của QĐ 152/QĐ-UBND, không phải phụ lục pháp lý."
        ),
    )


def path_of(level: str) -> Path:
    """The file of a level."""
    return FOLDER / f"criteria-{level}.csv"


@lru_cache(maxsize=3)
def _outline(level: str) -> frozenset[tuple[str, str]]:
    with path_of(level).open(encoding="utf-8-sig", newline="") as file:
        return frozenset((row["code"], row["name"]) for row in csv.DictReader(file))
