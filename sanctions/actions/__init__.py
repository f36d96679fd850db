"""Everything that writes in sanctions, one module per noun: computing, publishing, results known by totals."""

from sanctions.actions.computing import compute
from sanctions.actions.publishing import Published, publish

__all__ = ["Published", "compute", "publish"]
