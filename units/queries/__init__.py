"""Reads about units and people, one module per noun. The questions other apps ask are named here."""

from units.queries.bodies import acting_body, ended_predecessors, lineage, standing_body

__all__ = ["acting_body", "ended_predecessors", "lineage", "standing_body"]
