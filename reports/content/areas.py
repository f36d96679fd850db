"""How units did in each area of their framework, in percent of the applicable maximum."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from criteria.models import NodeLevel
from scoring import analysis
from scoring.models import NodeResult

LONGEST_SHORT = 28
#: What the areas of the index are called for short, by words of their name; the first that fits counts.
SHORT_NAMES = (
    (("chỉ đạo", "điều hành"), _("Chỉ đạo, điều hành")),
    (("thủ tục hành chính", "một cửa"), _("Thủ tục, một cửa")),
    (("pháp luật",), _("Văn bản pháp luật")),
    (("thủ tục hành chính",), _("Thủ tục hành chính")),
    (("tổ chức bộ máy",), _("Tổ chức bộ máy")),
    (("công chức",), _("Cán bộ, công chức")),
    (("tài chính",), _("Tài chính")),
    (("hiện đại hóa",), _("Hiện đại hóa")),
    (("một cửa",), _("Một cửa")),
)


@dataclass(frozen=True)
class Area:
    """An area of a framework. ``short`` is the part of the name that tells it apart."""

    code: str
    name: str
    max_points: Decimal

    @property
    def short(self) -> str:
        """A few words for a narrow column: the usual ones of this kind of area, else the name cut at a word."""
        lowered = self.name.lower()
        for signs, words in SHORT_NAMES:
            if all(sign in lowered for sign in signs):
                return str(words)
        return Truncator(self.name).chars(LONGEST_SHORT)


@dataclass(frozen=True)
class AreaTable:
    """Percent reached by result id, in the order of ``areas`` (None: does not apply)."""

    areas: tuple[Area, ...] = ()
    rows: Mapping[int, tuple[Decimal | None, ...]] = field(default_factory=dict)

    def of(self, result_id: int) -> tuple[Decimal | None, ...]:
        """The percents of one unit; empty where only totals are known."""
        return self.rows.get(result_id, ())

    def medians(self, result_ids: Collection[int]) -> list[Decimal | None]:
        """The median of each area over some units."""
        chosen = [self.rows[pk] for pk in result_ids if pk in self.rows]
        return [analysis.median(row[place] for row in chosen) for place in range(len(self.areas))]

    def lowest(self, result_id: int) -> Area | None:
        """The area with the smallest percent; of equals the first."""
        known = [(value, place) for place, value in enumerate(self.of(result_id)) if value is not None]
        return self.areas[min(known)[1]] if known else None


def area_table(run_ids: Collection[int]) -> AreaTable:
    """The areas of all units of some runs of one framework: one query."""
    found = NodeResult.objects.filter(
        result__run_id__in=list(run_ids), node__level=NodeLevel.AREA
    ).values_list(
        "result_id",
        "node_id",
        "node__position",
        "node__code",
        "node__name",
        "node__max_points",
        "points",
        "max_points",
    )
    areas: dict[int, tuple[int, Area]] = {}
    cells: dict[int, dict[int, Decimal | None]] = {}
    for result_id, node_id, position, code, name, most, points, maximum in found:
        if node_id not in areas:
            areas[node_id] = position, Area(code, name, most)
        cells.setdefault(result_id, {})[node_id] = analysis.percent(points, maximum)
    order = sorted(areas, key=lambda node_id: areas[node_id][0])
    rows = {result_id: tuple(row.get(node_id) for node_id in order) for result_id, row in cells.items()}
    return AreaTable(tuple(areas[node_id][1] for node_id in order), rows)
