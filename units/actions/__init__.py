"""Everything that changes units, heads and accounts, one module per noun."""

from units.actions.heads import HeadImport, add_tenure, change_tenure, import_heads
from units.actions.units import UnitImport, import_units

__all__ = ["HeadImport", "UnitImport", "add_tenure", "change_tenure", "import_heads", "import_units"]
