"""What is published: the publication in force of every population, in one query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Exists, Max, OuterRef

from reports.content.levels import KINDS, Kind
from scoring.models import Aftereffect, Publication


@dataclass(frozen=True)
class Shelf:
    """The publications in force, newest year first; a population has one, the latest."""

    publications: tuple[Publication, ...]

    @cached_property
    def years(self) -> list[int]:
        """Years with a publication, newest first."""
        return sorted({found.population.cycle.year for found in self.publications}, reverse=True)

    def of(self, year: int, level: str = "") -> list[Publication]:
        """Publications of a year, of one level where it is named; districts in Vietnamese order."""
        return [
            found
            for found in self.publications
            if found.population.cycle.year == year and level in ("", found.population.level)
        ]

    def kinds(self, year: int) -> Iterator[Kind]:
        """The levels that have a publication in a year, in the order of the province downwards."""
        return (kind for kind in KINDS if self.of(year, kind.level))

    def year_of_run(self) -> dict[int, Publication]:
        """Publications by the id of their run."""
        return {found.run_id: found for found in self.publications}


def shelf() -> Shelf:
    """Everything in force: one query. ``doubted`` says that a figure it rests on was published anew later."""
    in_force: dict[int, Publication] = {}
    rows = (
        Publication.objects.select_related("population__cycle", "population__parent", "run")
        .annotate(doubted=Exists(Aftereffect.objects.filter(affected_id=OuterRef("pk"))))
        .order_by("version")
    )
    for found in rows:
        in_force[found.population_id] = found

    def order(found: Publication) -> tuple[int, str, str]:
        parent = found.population.parent
        return -found.population.cycle.year, found.population.level, parent.sort_key if parent else ""

    return Shelf(tuple(sorted(in_force.values(), key=order)))


def edition() -> str:
    """A word that changes with every publication and every mark of doubt: one query."""
    counted = Publication.objects.aggregate(
        n=Count("pk", distinct=True), last=Max("pk"), doubt=Max("doubts__pk")
    )
    return f"{counted['n']}-{counted['last'] or 0}-{counted['doubt'] or 0}"
