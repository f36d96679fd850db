"""How long a save takes when history is twelve times as long: answers, revisions and audit rows of twelve years.

Two databases of one server, the second a copy of the first with eleven more years, take the same saves in turns
over the same road. Commits do not wait for the disk on either side, so that what is compared is our own work.
"""

from __future__ import annotations

import contextlib
import gc
import statistics
import time
from collections.abc import Iterator

from django.db import DatabaseError, connection, connections

from benchmarks import province, workspace
from benchmarks.measure import Outcome, outcome, say
from criteria.models import Cycle, Population
from criteria.stages import Stage
from scoring.models import Assessment, Score

ID = "save-history"
GOAL = "<= 1.2"
FOLD = 12
#: The year that both hold: 2020 answers of the units; the second database holds 24 240.
UNITS = 20
#: Saves on each side for every turn asked for.
SAVES = 20
#: Pairs before the first that counts.
WARM_UP = 10

REVISIONS = """
INSERT INTO scoring_scorerevision (score_id, version, kind, "values", at)
SELECT s.id, v, 'self', '{"answer":"x","explanation":"","self_points":"1.00"}', now()
FROM scoring_score s, generate_series(1, %s) v
"""
AUDIT = """
INSERT INTO parindex_auditevent (at, actor, action, subject_type, subject_id, unit_id, origin, data)
SELECT now(), 'clerk', 'score.saved', 'scoring.score', s.id::text, a.unit_id, 'web', '{"changed":{},"version":1}'
FROM scoring_score s JOIN scoring_assessment a ON a.id = s.assessment_id, generate_series(1, %s) v
"""


def run(turns: int) -> Outcome:
    """Save in both by turns, each first in every other pair; the value is the ratio of the medians."""
    start = time.perf_counter()
    assessment, client = prepare()
    say(f"  save-history: one year after {time.perf_counter() - start:.0f} s")
    with longer() as other:
        near, far = connections["default"], other
        say(f"  save-history: {FOLD} years after {time.perf_counter() - start:.0f} s")
        say(f"  save-history: {held(near)} against {held(far)} (answers, revisions, audit rows)")
        labels = workspace.choices(assessment)
        codes = list(labels)
        pairs = []
        gc.disable()  # the process ends with the measurement; a collection would fall on one side or the other
        for pair in range(-WARM_UP, turns * SAVES):
            code = codes[pair % len(codes)]
            times = {}
            for side in (near, far) if pair % 2 else (far, near):
                with using(side):
                    version = workspace.version_of(assessment, code)
                    option = labels[code][version % 2]
                    begun = time.perf_counter()
                    workspace.save(client, assessment, code, version=version, option=option)
                    times[side] = time.perf_counter() - begun
            if pair >= 0:
                pairs.append((times[near], times[far]))
    base, own = (statistics.median(column) for column in zip(*pairs, strict=True))
    size = max(len(pairs) // 10, 1)
    tenths = [pairs[start : start + size] for start in range(0, len(pairs) - size + 1, size)]
    ratios = [
        statistics.median(b for _a, b in part) / statistics.median(a for a, _b in part) for part in tenths
    ]
    say(f"  save-history: {len(pairs)} pairs; spread: the ratio in each tenth of them")
    return outcome(
        ID, value=own / base, baseline=base, ours=own, spread=(min(ratios), max(ratios)), goal=GOAL
    )


def prepare() -> tuple[Assessment, object]:
    """One year: every unit has answered everything; each answer has one revision and one audit row."""
    population = province.population(UNITS)
    type(population).objects.filter(pk=population.pk).update(stage=Stage.SELF_ASSESSMENT)
    Assessment.objects.filter(population=population).update(state="draft")
    Score.objects.update(appraised_points=None, appraised_at=None)
    assessment = Assessment.objects.filter(population=population).order_by("pk").last()
    with connection.cursor() as cursor:
        cursor.execute(REVISIONS, [1])
        cursor.execute(AUDIT, [1])
    return assessment, workspace.clerk_of(assessment.unit)


@contextlib.contextmanager
def longer() -> Iterator[object]:
    """A second database: a copy of this one with the years before; dropped in the end."""
    name = connection.settings_dict["NAME"]
    copy = f"{name}_long"
    connection.close()
    with admin() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
    other = connections["default"].copy()
    other.settings_dict = {**other.settings_dict, "NAME": copy}
    near = connections["default"]
    try:
        with using(other):
            lengthen()
        for side in (near, other):
            with using(side), connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
                cursor.execute("SET synchronous_commit = off")
        with near.cursor() as cursor, contextlib.suppress(DatabaseError):
            cursor.execute("CHECKPOINT")  # what loading left to be written must not fall into the measurement
        yield other
    finally:
        other.close()
        with admin() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')


def lengthen() -> None:
    """Add the years before, and eleven more revisions and audit rows to every answer of the running year."""
    population = Population.objects.get()
    with connection.cursor() as cursor:
        cursor.execute(f"{REVISIONS} WHERE v > 1", [FOLD])
        cursor.execute(f"{AUDIT} WHERE v > 1", [FOLD])
    Score.objects.update(version=FOLD)
    columns = [field.column for field in Score._meta.fields if field.column not in ("id", "assessment_id")]
    for past in range(1, FOLD):
        cycle = Cycle.objects.create(year=population.cycle.year - past)
        before = Population.objects.create(
            cycle=cycle,
            framework=population.framework,
            level=population.level,
            reference_date=population.reference_date.replace(year=cycle.year),
            stage=Stage.PUBLISHED,
            opened_at=province.NOW,
        )
        units = population.assessments.values_list("unit_id", flat=True)
        Assessment.objects.bulk_create(
            Assessment(population=before, unit_id=unit, state="closed") for unit in units
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"""INSERT INTO scoring_score (assessment_id, {", ".join(columns)})
                SELECT b.id, {", ".join(f"s.{column}" for column in columns)} FROM scoring_score s
                JOIN scoring_assessment a ON a.id = s.assessment_id AND a.population_id = %s
                JOIN scoring_assessment b ON b.unit_id = a.unit_id AND b.population_id = %s""",
                [population.pk, before.pk],
            )


@contextlib.contextmanager
def using(side: object) -> Iterator[None]:
    """Let ``side`` be the database of everything."""
    usual = connections["default"]
    connections["default"] = side
    try:
        yield
    finally:
        connections["default"] = usual


@contextlib.contextmanager
def admin() -> Iterator[object]:
    """A cursor of the server outside any transaction, connected to neither database."""
    own = connections["default"].copy()
    own.settings_dict = {**own.settings_dict, "NAME": "postgres"}
    try:
        with own.cursor() as cursor:
            yield cursor
    finally:
        own.close()


def held(side: object) -> str:
    """Rows of answers, revisions and audit in a database."""
    with using(side), connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM scoring_score), (SELECT count(*) FROM scoring_scorerevision), "
            "(SELECT count(*) FROM parindex_auditevent)"
        )
        return " + ".join(str(number) for number in cursor.fetchone())
