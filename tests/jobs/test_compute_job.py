"""The job that computes a population, without a worker: what it says, and what a lost lease prevents."""

import pytest

from parindex import canonical, jobs
from parindex.models import Job, JobState
from sanctions import tasks
from scoring.actions.runs import COMPUTE
from scoring.models import Run
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def silent_broker(monkeypatch):
    monkeypatch.setattr(jobs, "wake", lambda job_id: None)


def waiting(population, by=None):
    return jobs.enqueue(COMPUTE, str(population.pk), by=by)


def test_the_job_stores_one_run_and_says_which():
    population = build.open_population(units=[build.unit()])
    person = build.index_manager()
    job = waiting(population, by=person)

    jobs.run(job.pk)

    job.refresh_from_db()
    made = Run.objects.get()
    assert (job.state, job.percent, job.error) == (JobState.DONE, 100, "")
    assert canonical.loads(job.result) == {"run": made.pk, "number": 1, "digest": made.digest, "new": True}
    assert made.computed_by == person


def test_done_again_it_finds_the_same_run():
    population = build.open_population(units=[build.unit()])
    for _each in range(2):
        jobs.run(waiting(population).pk)

    assert Run.objects.count() == 1
    assert [canonical.loads(job.result)["new"] for job in Job.objects.order_by("pk")] == [True, False]


def test_a_refusal_becomes_the_sentence_of_the_job():
    job = waiting(build.population())

    jobs.run(job.pk)

    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "chưa mở" in job.error


def test_a_worker_that_lost_its_lease_writes_nothing():
    population = build.open_population(units=[build.unit()])
    job = jobs.claim(waiting(population).pk)
    stale = jobs.Progress(job)
    taken = Job.objects.filter(pk=job.pk)

    def taken_over():
        taken.update(lease_token="another")
        return jobs.Progress.hold(stale)

    stale.hold = taken_over
    with pytest.raises(jobs.LeaseLost):
        tasks.compute_population(job, stale)

    assert not Run.objects.exists()
    assert taken.get().state == JobState.RUNNING
