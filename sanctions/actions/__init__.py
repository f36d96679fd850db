"""Everything that writes in sanctions, one module per noun: computing, publishing, results known by totals."""

from sanctions.actions.computing import compute
from sanctions.actions.levels import compute_level, publish_level
from sanctions.actions.publishing import Published, publish
from sanctions.actions.results import ResultRow, import_results

__all__ = ["Published", "ResultRow", "compute", "compute_level", "import_results", "publish", "publish_level"]
