"""One published result is corrected: a second version under its own decision, and both stay visible."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from criteria.rules import allowed_points
from reports.demo import cast
from reports.demo.accounts import username_of, username_of_role
from reports.demo.history import moment
from sanctions.actions import compute, publish
from scoring.actions.appraisal import Verdict, decide_score
from scoring.actions.moves import finish_appraisal, reopen_appraisal
from scoring.actions.populations import settle, unsettle
from scoring.models import Assessment, Score
from scoring.queries.leaves import rule_of
from units.authorization import Role
from units.models import Level, User

DAY = date(2024, 3, 5)
DECISION = "287/QĐ-UBND (minh họa)"
#: Shown to the public with the correction; what the appraiser wrote beside the component is not.
REASON = "Đính chính điểm một tiêu chí thành phần của Sở Xây dựng sau khi kiểm tra lại hồ sơ."
APPRAISAL_REASON = "Kiểm tra lại: tài liệu kiểm chứng ban hành sau thời hạn quy định."


def make(people: Mapping[str, User]) -> None:
    """Open the published departments again, lower one component, publish version 2."""
    year, code = cast.CORRECTED
    manager = people[username_of_role(Role.INDEX_MANAGER)]
    dossier = Assessment.objects.select_related("population__cycle").get(
        unit__code=code, population__cycle__year=year, population__level=Level.DEPARTMENT
    )
    population = unsettle(
        population=dossier.population, reason=REASON, by=manager, now=moment(DAY, 8), origin="demo"
    )
    reopen_appraisal(assessment_id=dossier.pk, reason=REASON, by=manager, now=moment(DAY, 8, 10))
    score = _full_marks(dossier)
    lower = (allowed_points(rule_of(score.node)) or ())[1]
    decide_score(
        assessment_id=dossier.pk,
        code=score.node.code,
        version=score.version,
        verdict=Verdict("points", points=lower, reason=APPRAISAL_REASON),
        by=people[username_of(Role.APPRAISER, "SNV25")],  # acts for the Sở Nội vụ of that year
        now=moment(DAY, 9),
    )
    finish_appraisal(assessment_id=dossier.pk, by=manager, now=moment(DAY, 9, 30))
    compute(population=population, by=manager, now=moment(DAY, 10), origin="demo")
    settle(population=population, by=manager, now=moment(DAY, 10, 30), origin="demo")
    publish(
        population=population, decision=DECISION, decided_on=DAY, reason=REASON, by=manager, now=moment(DAY, 15),
        origin="demo",
    )  # fmt: skip


def _full_marks(dossier: Assessment) -> Score:
    """The first choice of the area that Sở Nội vụ verifies with full marks."""
    rows = dossier.scores.filter(node__rule_kind="discrete", node__code__startswith="1.").select_related("node")
    return next(row for row in rows.order_by("node__position") if row.appraised_points == row.node.max_points)
