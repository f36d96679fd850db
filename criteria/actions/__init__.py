"""Everything that writes in criteria, one module per noun."""

from criteria.actions.frameworks import import_framework
from criteria.actions.links import correct_link
from criteria.actions.populations import ensure_populations

__all__ = ["correct_link", "ensure_populations", "import_framework"]
