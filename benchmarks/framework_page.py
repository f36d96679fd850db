"""What the forms of a framework of 121 components cost in statements."""

from __future__ import annotations

from django.urls import reverse

from benchmarks import province, workspace
from benchmarks.measure import Outcome, count, say

ID = "framework-page"
GOAL = "<= 12"
LEAVES = 121


def run(turns: int) -> Outcome:
    """Open the table of the dossier, each area as cards and the framework to read; the worst one is the value."""
    assessment = province.dossier()
    client = workspace.clerk_of(assessment.unit)
    for code, labels in workspace.choices(assessment).items():
        workspace.save(client, assessment, code, version=0, option=labels[0])
    framework = assessment.population.framework
    leaves = list(framework.nodes.filter(is_leaf=True).values_list("code", flat=True))
    if len(leaves) != LEAVES:
        raise RuntimeError(f"the framework has {len(leaves)} components, not {LEAVES}")
    areas = framework.nodes.filter(level="area").values_list("code", flat=True)
    pages = {
        "table": reverse("scoring:table", args=[assessment.pk]),
        **{f"area {code}": reverse("scoring:sheet", args=[assessment.pk, code]) for code in areas},
        "framework": reverse("criteria:framework", args=[assessment.population.cycle.year, framework.level]),
    }
    counts = {}
    for name, address in pages.items():
        counts[name], answer = workspace.queries_of(client, address)
        text = answer.content.decode()
        if name in ("table", "framework") and not all(code in text for code in leaves):
            raise RuntimeError(f"{name} does not show every component")
        say(f"  framework-page: {name}: {counts[name]} statements, {len(answer.content) / 1000:.1f} KB")
    return count(ID, list(counts.values()), goal=GOAL)
