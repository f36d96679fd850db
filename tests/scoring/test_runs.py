"""Runs: what a population's inputs become."""

from decimal import Decimal

import pytest

from scoring.actions.runs import compute_run
from scoring.models import NodeResult
from tests import build

pytestmark = pytest.mark.django_db


def test_smoke():
    units = [build.unit(), build.unit()]
    population = build.open_population(units=units)
    first = population.assessments.get(unit=units[0])
    build.answered(first)
    done = compute_run(population=population)
    assert done.created
    assert NodeResult.objects.filter(result__run=done.run).count() == 30
    again = compute_run(population=population)
    assert not again.created and again.run == done.run
    assert done.results[0].figures.points == Decimal("61.00")  # 56 and 5 for exact self-assessment
