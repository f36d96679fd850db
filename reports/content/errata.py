"""The versions of a year's publications, and what each correction changed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from parindex import text
from parindex.components import File
from reports.content.levels import BY_LEVEL, Kind
from scoring.models import Publication, UnitResult


@dataclass(frozen=True)
class Changed:
    """A unit whose figures differ from the version before; None where it had none."""

    code: str
    name: str
    index_before: Decimal | None
    index: Decimal | None
    rank_before: int | None
    rank: int | None


@dataclass(frozen=True)
class Version:
    """One publication. ``changed`` is empty for the first; ``doubted``: it rests on a figure published anew later."""

    kind: Kind
    district: str
    publication: Publication
    changed: tuple[Changed, ...]
    doubted: bool

    @property
    def files(self) -> list[File]:
        """The open data of the whole level as it stood with this version."""
        year, level = self.publication.population.cycle.year, str(self.kind.level)
        return [
            File(
                kind.upper(),
                reverse("public:table", kwargs={"year": year, "level": level, "kind": kind})
                + f"?lan={self.publication.version}",
            )
            for kind in ("csv", "xlsx")
        ]


def versions_of(year: int) -> list[Version]:
    """Every publication of a year, corrections first, then by level and district: two queries and one for doubts."""
    rows = list(
        Publication.objects.filter(population__cycle__year=year)
        .select_related("population__parent", "population__cycle", "run")
        .prefetch_related("doubts")
        .order_by("version")
    )
    corrected = {row.population_id for row in rows if row.version > 1}
    runs = {row.run_id for row in rows if row.population_id in corrected}
    results: dict[int, dict[int, UnitResult]] = {}
    for result in UnitResult.objects.filter(run_id__in=runs):
        results.setdefault(result.run_id, {})[result.unit_id] = result
    found, before = [], {}
    for row in rows:
        old = before.get(row.population_id)
        changed = _changed(results.get(old, {}), results.get(row.run_id, {})) if old is not None else ()
        before[row.population_id] = row.run_id
        parent = row.population.parent
        found.append(
            Version(
                BY_LEVEL[row.population.level],
                parent.name if parent else "",
                row,
                changed,
                bool(row.doubts.all()),
            )
        )
    order = list(BY_LEVEL)
    found.sort(
        key=lambda v: (
            -v.publication.version,
            order.index(v.kind.level),
            text.sort_key(v.district),
            v.publication.pk,
        )
    )
    return found


def _changed(old: dict[int, UnitResult], new: dict[int, UnitResult]) -> tuple[Changed, ...]:
    found = []
    for unit_id in old.keys() | new.keys():
        was, now = old.get(unit_id), new.get(unit_id)
        figures_before = (was.points, was.max_points, was.index_percent, was.rank) if was else None
        figures = (now.points, now.max_points, now.index_percent, now.rank) if now else None
        named = now or was
        if figures_before != figures and named is not None:
            found.append(
                Changed(
                    named.unit_code,
                    named.unit_name,
                    was.index_percent if was else None,
                    now.index_percent if now else None,
                    was.rank if was else None,
                    now.rank if now else None,
                )
            )
    return tuple(
        sorted(found, key=lambda each: (each.rank is None, each.rank or 0, text.sort_key(each.name)))
    )
