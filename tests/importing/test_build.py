"""The builders stand on the models as they are."""

from decimal import Decimal

import pytest

from scoring.models import Score
from tests import build

pytestmark = pytest.mark.django_db


def test_a_dossier_can_be_built_in_any_state():
    draft = build.assessment_at("draft")
    closed = build.assessment_at("closed", population=draft.population)
    assert Score.objects.filter(assessment=draft, appraised_points=None).count() == 6
    assert Score.objects.filter(assessment=closed, appraised_points=None).count() == 0


def test_the_small_framework_has_100_points():
    rows = build.small_rows()
    parents = {row["parent_code"] for row in rows}
    assert sum(Decimal(row["max_points"]) for row in rows if row["code"] not in parents) == 100
    assert build.framework().nodes.filter(is_leaf=True).count() == 10


def test_people_have_their_role():
    department = build.standing_body()
    assert build.clerk(department).role_assignments.get().unit == department
    assert build.index_manager().role_assignments.get().role == "index_manager"
