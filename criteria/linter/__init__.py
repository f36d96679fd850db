"""What is wrong with a framework before anybody works with it.

Reads the raw rows of the criteria file and reports every problem at once, each with its row, column and a
Vietnamese sentence. A framework with an error is never opened; warnings are listed and let through.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from criteria.linter.content import check_leaf
from criteria.linter.links import check_links
from criteria.linter.rows import COLUMNS, ERROR, WARNING, Problem, RawRow, check_cells, numbered, read
from criteria.linter.shape import check_codes, check_parent, check_sums, connect
from criteria.tree import AREA, COMPONENT, CRITERION, EXTRA_LEVELS

__all__ = ["COLUMNS", "ERROR", "WARNING", "Problem", "Summary", "has_errors", "lint", "summary"]


@dataclass(frozen=True)
class Summary:
    """What a framework holds: how many nodes of each level, and points by source over the leaves."""

    areas: int
    criteria: int
    components: int
    leaves: int
    self_points: Decimal
    survey_points: Decimal

    @property
    def total(self) -> Decimal:
        """All points, self and survey."""
        return self.self_points + self.survey_points


def lint(
    rows: Iterable[RawRow], *, numbers: Sequence[int] | None = None, previous: Collection[str] | None = None
) -> tuple[Problem, ...]:
    """Every problem of a framework, in the order of its rows.

    `rows` are the raw cells by header, in the order of the file; `numbers` their row numbers where blank lines were
    left out (otherwise 2, 3, …); `previous` the codes of the year before where they are known. An empty result, or one of warnings only, may be opened.
    """
    framework = [read(number, raw) for number, raw in numbered(rows, numbers)]
    if not framework:
        return (Problem(1, "", "code", ERROR, _("Không có tiêu chí nào.")),)
    found = [problem for row in framework for problem in check_cells(row)]
    found += check_codes(framework)
    found += connect(framework)
    found += check_sums(framework)
    found += check_links(framework, previous)
    for row in (row for row in framework if not row.in_ring):
        found += check_leaf(row) if row.is_leaf or row["level"] in EXTRA_LEVELS else check_parent(row)
    order = {column: place for place, column in enumerate(COLUMNS)}
    return tuple(sorted(found, key=lambda problem: (problem.row, order[problem.column])))


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether anything found forbids opening the framework."""
    return any(problem.severity == ERROR for problem in problems)


def summary(rows: Iterable[RawRow]) -> Summary:
    """Counts and points of a framework, whatever is wrong with it."""
    framework = [read(number, raw) for number, raw in numbered(rows, None)]
    for row in framework:
        list(check_cells(row))
    connect(framework)
    levels = [row["level"] for row in framework]
    leaves = [row for row in framework if row.is_leaf]
    points = {
        source: sum((row.max_points or Decimal(0) for row in leaves if row["source"] == source), Decimal(0))
        for source in ("self", "survey")
    }
    return Summary(
        areas=levels.count(AREA),
        criteria=levels.count(CRITERION),
        components=levels.count(COMPONENT),
        leaves=len(leaves),
        self_points=points["self"],
        survey_points=points["survey"],
    )
