"""Celery's door to the mail of notices: it carries no work, what waits stands in the rows."""

from __future__ import annotations

from celery import shared_task

from units.actions.mail import TASK, send_waiting_mail


@shared_task(name=TASK, ignore_result=True)
def send_mail() -> int:
    """Send what waits; run twice at once, each notice goes out once."""
    return send_waiting_mail()
