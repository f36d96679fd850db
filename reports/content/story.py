"""The three sentences at the top of a unit's page."""

from __future__ import annotations

from reports.content import sentences
from reports.content.unit_page import UnitArea, UnitPage


def story(page: UnitPage) -> list[str]:
    """Where the unit stands out, where it lost most, and how it moved; what is unknown is left out."""
    known = [area for area in page.areas if area.points is not None]
    lossy = max(known, key=lambda area: area.lost, default=None)
    said = [
        sentences.best(page.areas),
        sentences.worst(page.areas, _costliest(lossy) if lossy is not None else ""),
        sentences.change(
            page.year,
            page.result.change,
            comparable=page.comparable,
            predecessors=len(page.kinship.predecessors),
        ),
    ]
    return [sentence for sentence in said if sentence]


def _costliest(area: UnitArea) -> str:
    """The component of an area that lost most points, "" when none lost any."""
    leaves = [leaf for criterion in area.criteria for leaf in criterion.leaves if leaf.applies]
    most = max(leaves, key=lambda leaf: leaf.lost, default=None)
    return most.name if most is not None and most.lost > 0 else ""
