"""A worker killed at any moment leaves nothing half done, and the next one gives the same bytes."""

from __future__ import annotations

import os
import time
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis

from benchmarks import province
from parindex import canonical, jobs
from parindex.models import JobState
from sanctions.actions import compute
from sanctions.models import Outcome
from scoring.actions.runs import COMPUTE
from scoring.models import NodeResult, Run, UnitResult
from tests.jobs.worker import Broker, done, lease_runs_out, wait_for

pytestmark = [pytest.mark.chaos, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

#: Seconds between the worker's claim of the job and its death.
MOMENTS = (0.0, 0.04, 0.1, 0.2, 0.4)
#: A Redis database for each process of the test run, so that no worker takes the calls of another.
PROCESS = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
SERVER = urlsplit(os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379")
REDIS = urlunsplit(SERVER._replace(path=f"/{10 + PROCESS % 5}"))


def redis_or_skip(on_ci: bool) -> str:
    try:
        redis.Redis.from_url(REDIS, socket_timeout=1, socket_connect_timeout=1).ping()
    except redis.RedisError:
        if on_ci:
            raise
        pytest.skip("Redis does not answer")
    return REDIS


@pytest.fixture(params=["filesystem", "redis"])
def broker(request, tmp_path, on_ci, monkeypatch):
    made = Broker(tmp_path, redis_or_skip(on_ci) if request.param == "redis" else "")
    monkeypatch.setattr(jobs, "current_app", made.sender)
    yield made
    made.close()


def picture():
    """Every stored figure and proposal, without keys and times."""
    return canonical.digest(
        {
            "runs": [
                list(row)
                for row in Run.objects.order_by("number").values_list("number", "digest", "parameters")
            ],
            "units": [
                [
                    value if value is None or isinstance(value, str | int | bool) else str(value)
                    for value in row
                ]
                for row in UnitResult.objects.order_by("unit_code").values_list(
                    "unit_code",
                    "points",
                    "max_points",
                    "index_percent",
                    "rank",
                    "band",
                    "complete",
                    "missing",
                )
            ],
            "nodes": [
                [str(value) for value in row]
                for row in NodeResult.objects.order_by("result__unit_code", "node__position").values_list(
                    "result__unit_code", "node__code", "state", "max_points", "self_points", "points"
                )
            ],
            "outcomes": [
                list(row)
                for row in Outcome.objects.order_by("unit__code", "kind", "subject").values_list(
                    "unit__code", "kind", "article", "subject", "facts"
                )
            ],
        }
    )


def forget_runs():
    for model in (Outcome, NodeResult, UnitResult, Run):
        model.objects.all()._raw_delete(using="default")


def test_a_killed_worker_leaves_nothing_half_done_and_the_next_gives_the_same_bytes(broker):
    population = province.population(40)
    compute(population=population, origin="command")
    undisturbed, nodes = picture(), NodeResult.objects.count()
    worker = broker.start_worker()
    hit = 0

    for moment in MOMENTS:
        forget_runs()
        job = jobs.enqueue(COMPUTE, str(population.pk))
        wait_for(job, lambda row: row.state != JobState.WAITING)
        time.sleep(moment)
        broker.kill(worker)

        assert NodeResult.objects.count() in (0, nodes)
        assert Run.objects.count() == UnitResult.objects.count() / 40
        job.refresh_from_db()
        hit += job.state == JobState.RUNNING
        began = time.monotonic()
        worker = broker.start_worker()
        lease_runs_out()
        wait_for(job, done)

        assert time.monotonic() - began < 60
        assert picture() == undisturbed

    assert hit, "no moment met the worker at work"


def test_two_workers_and_a_job_told_twice_make_one_run(broker):
    population = province.population(5)
    for _each in range(2):
        broker.start_worker()

    job = jobs.enqueue(COMPUTE, str(population.pk))
    again = jobs.enqueue(COMPUTE, str(population.pk))
    jobs.wake(job.pk)
    wait_for(job, done)
    jobs.wake(job.pk)
    second = jobs.enqueue(COMPUTE, str(population.pk))
    wait_for(second, done)

    assert again.pk == job.pk
    assert Run.objects.count() == 1
    assert canonical.loads(second.result)["new"] is False
