"""What a request sees that had to wait for a dossier's lock (docs/locking.md). Only PostgreSQL lets two wait."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, transaction

from criteria.models import Population
from criteria.stages import Stage
from scoring.actions.populations import lock_dossiers, lock_population
from scoring.actions.scores import lock_dossier
from scoring.models import Assessment
from tests import build

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def somebody_waits():
    """Whether another session waits for a row that this one holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return cursor.fetchone()[0] > 0


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one transaction write at a time")
def test_a_save_that_waited_while_the_result_was_settled_sees_it_settled():
    build.open_population(units=[build.unit()])
    assessment = Assessment.objects.get()
    Population.objects.update(stage=Stage.COUNCIL)
    seen = []

    def save():
        try:
            with transaction.atomic():
                seen.append(lock_dossier(assessment.pk).population.stage)
        finally:
            connection.close()

    waiting = threading.Thread(target=save)
    with transaction.atomic():
        population = lock_population(assessment.population_id)
        lock_dossiers(population)
        waiting.start()
        until = time.monotonic() + 20
        while not somebody_waits():
            assert time.monotonic() < until, "the other request never came to wait"
        population.stage = Stage.SETTLED
        population.save(update_fields=["stage"])
    waiting.join(timeout=20)

    assert seen == [Stage.SETTLED]
