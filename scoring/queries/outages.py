"""Outages: those recorded, those a dossier was given more time for, and whom a new one would concern."""

from __future__ import annotations

from datetime import datetime, timedelta

from criteria.models import Population
from criteria.stages import Stage
from scoring.models import Assessment, Outage, OutageExtension
from scoring.queries.ground import in_context

#: A deadline this long after the portal came back is still taken for one that the outage spoiled.
REACH = timedelta(hours=24)


def open_populations() -> list[Population]:
    """Populations still in self-assessment with a deadline."""
    rows = Population.objects.filter(stage=Stage.SELF_ASSESSMENT, self_assessment_ends_at__isnull=False)
    return list(in_context(rows))


def concerned(populations: list[Population], began: datetime, ended: datetime) -> list[int]:
    """Ids of those whose deadline lies in the outage or within a day after it."""
    return [
        each.pk
        for each in populations
        if each.self_assessment_ends_at is not None and began <= each.self_assessment_ends_at <= ended + REACH
    ]


def outages() -> list[Outage]:
    """Every recorded outage with what it moved, newest first."""
    return list(
        Outage.objects.select_related("by").prefetch_related("extensions__population__cycle", "extensions__population__parent")
    )


def extension_of(assessment: Assessment) -> OutageExtension | None:
    """The latest outage that moved the deadline of a dossier's population."""
    return latest_for(assessment.population_id)


def latest_for(population_id: int) -> OutageExtension | None:
    """The latest outage that moved the deadline of a population."""
    rows = OutageExtension.objects.filter(population=population_id)
    return rows.select_related("outage").order_by("-id").first()
