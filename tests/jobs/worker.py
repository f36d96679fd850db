"""A real worker process on the test database, to be killed, and a sender that wakes it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from celery import Celery
from django.conf import settings
from django.db import connection

from parindex import jobs
from parindex.models import Job, JobState

ROOT = Path(__file__).resolve().parent.parent.parent


def database_url() -> str:
    """The address of the database this test runs on."""
    config = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{config['NAME']}"
    person = quote(config["USER"]) + (f":{quote(config['PASSWORD'])}" if config["PASSWORD"] else "")
    place = f"{config['HOST'] or '127.0.0.1'}:{config['PORT'] or 5432}"
    return f"postgres://{person}@{place}/{config['NAME']}"


class Broker:
    """Where wake-up calls go: the file system under ``folder``, or Redis under ``redis_url``."""

    def __init__(self, folder: Path, redis_url: str = "") -> None:
        self.environment = {
            **os.environ,
            "PARINDEX_ENV": "test",
            "PARINDEX_VAR": str(folder),
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "parindex.settings",
            "REDIS_URL": redis_url,
        }
        self.sender = Celery("sender")
        self.sender.conf.update(
            task_default_queue=settings.CELERY_TASK_DEFAULT_QUEUE, task_ignore_result=True
        )
        if redis_url:
            options = {"global_keyprefix": "parindex:", "socket_timeout": 1}
            self.sender.conf.update(broker_url=redis_url, broker_transport_options=options)
        else:
            for name in ("messages", "control"):
                (folder / "broker" / name).mkdir(parents=True, exist_ok=True)
            messages = str(folder / "broker" / "messages")
            self.sender.conf.update(
                broker_url="filesystem://",
                broker_transport_options={
                    "data_folder_in": messages,
                    "data_folder_out": messages,
                    "control_folder": str(folder / "broker" / "control"),
                },
            )
        self.processes: list[subprocess.Popen[bytes]] = []

    def start_worker(self) -> subprocess.Popen[bytes]:
        """A worker in a process group of its own."""
        command = [sys.executable, "-m", "celery", "-A", "parindex", "worker", "-P", "solo", "-l", "error"]
        command += [
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
            "-n",
            f"w{time.monotonic_ns()}@test",
        ]
        process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, start_new_session=True, stdout=subprocess.DEVNULL
        )
        self.processes.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a worker at once, as a power cut would."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)

    def close(self) -> None:
        """End every worker that is left."""
        for process in self.processes:
            self.kill(process)
        self.sender.close()


def wait_for(job: Job, reached: Callable[[Job], bool], *, seconds: float = 60) -> Job:
    """Look at the row until it says what is waited for; fails when it does not in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        job.refresh_from_db()
        if reached(job):
            return job
        time.sleep(0.005)
    raise AssertionError(f"job stays {job.state} ({job.step}, attempts {job.attempts}) {job.error}")


def done(job: Job) -> bool:
    """Finished well."""
    assert job.state != JobState.FAILED, job.error
    return job.state == JobState.DONE


def lease_runs_out() -> None:
    """What the sweeper finds a minute after a worker fell silent."""
    jobs.sweep(jobs.clock.now() + jobs.LEASE + jobs.timedelta(seconds=1))
