"""Any figure by any two dimensions, as a table whose cells open to exactly the rows that they count."""

from reports.crosstab.counting import CAN_BE_CROSSED
from reports.crosstab.dimensions import DIMENSIONS, Dimension
from reports.crosstab.table import Crosstab, crosstab

__all__ = ["CAN_BE_CROSSED", "DIMENSIONS", "Crosstab", "Dimension", "crosstab"]
