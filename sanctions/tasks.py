"""The job that computes a population. Importing this module registers it with ``parindex.jobs``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from criteria.models import Population
from parindex import jobs
from parindex.models import Job
from sanctions.actions.computing import compute
from scoring.actions.runs import COMPUTE
from units.models import User


@jobs.handler(COMPUTE)
def compute_population(job: Job, progress: jobs.Progress) -> Mapping[str, Any]:
    """Compute the population whose id is the job's subject.

    Everything is written in one transaction that holds the job's row, so a worker that lost its
    lease writes nothing; done twice, the second finds the same inputs and returns the same run.
    """
    progress.at(0, 2, "Đọc số liệu và tính điểm")
    population = Population.objects.get(pk=int(job.subject))
    by = User.objects.filter(pk=job.created_by_id).first()
    done = compute(population=population, by=by, origin="job", hold=progress.hold)
    progress.at(2, 2, "Đã lưu kết quả")
    return {"run": done.run.pk, "number": done.run.number, "digest": done.run.digest, "new": done.created}
