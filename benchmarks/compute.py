"""Computing a population of 236 units × 121 components and storing it, against one INSERT … SELECT of the same rows.

The baseline writes the rows of a finished run (components, criteria, areas, units) into the same tables, with the
same indexes, keys and triggers, in one statement. Ours reads every answer, computes, ranks, proposes and writes.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from benchmarks import province
from benchmarks.measure import Outcome, ratio, say
from sanctions.actions import compute
from sanctions.models import Outcome as Proposal
from scoring.models import NodeResult, Run, UnitResult
from units.models import Level

ID = "compute"
GOAL = "<= 3"
UNITS = 236

UNIT_COLUMNS = (
    "unit_id, unit_code, unit_name, self_points, appraised_points, survey_points, points, max_points, index_percent, "
    "rank, band, previous_index_percent, change, comparable, complete, missing"
)
NODE_COLUMNS = "node_id, state, max_points, self_points, points"

BASELINE = f"""
WITH run AS (
  INSERT INTO scoring_run
    (population_id, number, digest, parameters, provisional, totals_only, computed_at, milliseconds)
  VALUES (%s, 1, '', '{{}}', true, false, now(), 0) RETURNING id
), result AS (
  INSERT INTO scoring_unitresult (run_id, {UNIT_COLUMNS})
  SELECT run.id, {UNIT_COLUMNS} FROM run, bench_units RETURNING id, unit_id
)
INSERT INTO scoring_noderesult (result_id, {NODE_COLUMNS})
SELECT result.id, {NODE_COLUMNS} FROM result JOIN bench_nodes ON bench_nodes.bench_unit = result.unit_id
"""


def forget_runs() -> None:
    """Empty the result tables, so that every turn begins alike."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE scoring_run, scoring_unitresult, scoring_noderesult, sanctions_outcome CASCADE"
        )
        cursor.execute("ANALYZE scoring_score, surveys_surveycount")


def run(turns: int) -> Outcome:
    """Measure the ratio, and check that the number of queries does not grow with the units."""
    small = province.population(20, level=Level.DEPARTMENT)
    population = province.population(UNITS)
    with CaptureQueriesContext(connection) as few:
        compute(population=small, origin="command")
    with CaptureQueriesContext(connection) as many:
        done = compute(population=population, origin="command")
    rows = NodeResult.objects.count(), UnitResult.objects.count(), Proposal.objects.count()
    say(
        f"  compute: {len(few)} queries for 20 units, {len(many)} for {UNITS}; rows {rows} in {Run.objects.count()} runs"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_units AS SELECT * FROM scoring_unitresult WHERE run_id = %s", [done.run.pk]
        )
        cursor.execute(
            "CREATE TABLE bench_nodes AS SELECT u.unit_id AS bench_unit, n.* FROM scoring_noderesult n "
            "JOIN bench_units u ON u.id = n.result_id"
        )

    def baseline() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(BASELINE, [population.pk])

    measured = ratio(
        ID,
        baseline=baseline,
        ours=lambda: compute(population=population, origin="command"),
        goal=GOAL,
        turns=turns,
        before=forget_runs,
    )
    if len(few) != len(many):
        raise RuntimeError(f"the number of queries grows: {len(few)} for 20 units, {len(many)} for {UNITS}")
    return measured
