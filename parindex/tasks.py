"""Celery's door to the kernel: it carries ids, never work."""

from __future__ import annotations

from celery import shared_task

from parindex import heartbeat, jobs


@shared_task(name="parindex.run_job", ignore_result=True)
def run_job(job_id: int) -> None:
    """Do one job if nobody else has it."""
    jobs.run(job_id)


@shared_task(name="parindex.sweep_jobs", ignore_result=True)
def sweep_jobs() -> int:
    """Give back the jobs of dead workers and wake the waiting ones; sign that the portal lives."""
    heartbeat.sign()
    return jobs.sweep()
