"""What saving one component costs in statements, through the view: session, rights, lock, rule, revision, audit."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks import province, workspace
from benchmarks.measure import Outcome, count, say
from parindex.models import AuditEvent
from scoring.models import ScoreRevision

ID = "save-queries"
GOAL = "<= 10"


def run(turns: int) -> Outcome:
    """Count the first and a later save of several components; the worst one is the value."""
    assessment = province.dossier()
    client = workspace.clerk_of(assessment.unit)
    counts = []
    for code, labels in list(workspace.choices(assessment).items())[: max(turns, 2)]:
        for option in labels[:2]:
            version = workspace.version_of(assessment, code)
            with CaptureQueriesContext(connection) as caught:
                workspace.save(client, assessment, code, version=version, option=option)
            counts.append(len(caught))
    revisions = ScoreRevision.objects.count()
    if revisions != len(counts) or AuditEvent.objects.filter(action="score.saved").count() != len(counts):
        raise RuntimeError("a save left no revision or no audit row")
    say(
        f"  save-queries: {len(counts)} saves, {min(counts)} to {max(counts)} statements, BEGIN and COMMIT included"
    )
    return count(ID, counts, goal=GOAL)
