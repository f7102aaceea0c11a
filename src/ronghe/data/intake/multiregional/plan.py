"""Where every block of one table stands, in one order of regions and sectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ronghe.base.text import Text
from ronghe.data.intake.multiregional.figures import Part
from ronghe.data.intake.sheet import Sheet
from ronghe.data.multiregional import CATEGORIES, COMPONENTS

Pair = tuple[str, str]
NAMED = 6
"""Regions and sectors that a fault names; the others are counted."""


@dataclass(frozen=True, slots=True, eq=False)
class Total:
    """A row or column of totals along the pairs.

    Attributes
    ----------
    item : str
        Block it sums.
    across : bool
        Whether it is a row, which sums what stands above.
    part : Part
    """

    item: str
    across: bool
    part: Part


@dataclass(eq=False)
class Plan:
    """Where one table stands.

    Attributes
    ----------
    regions, sectors, categories, components : tuple of str
    titles : mapping of sector to str
    parts : dict of block to Part
        ``imports`` as a row and as a column apart: ``imports_row``, ``imports_column``; ``inputs`` is total output
        below the columns.
    totals : list of Total
    sheets : list of Sheet
        All that belong to the table.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    titles: Mapping[str, str]
    categories: tuple[str, ...] = CATEGORIES
    components: tuple[str, ...] = COMPONENTS
    parts: dict[str, Part] = field(default_factory=dict)
    totals: list[Total] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)

    @property
    def pairs(self) -> list[Pair]:
        """Regions and sectors in the order of the table."""
        return [(region, sector) for region in self.regions for sector in self.sectors]


def named(pairs: Sequence[Pair], plan: Plan) -> Text:
    """Return regions and sectors in words, the first few and how many there are."""
    shown = [f"{region} {plan.titles.get(sector, sector)}" for region, sector in pairs[:NAMED]]
    more = len(pairs) - len(shown)
    return Text("、".join(shown) + (f" 等{len(pairs)}个" if more else ""),
                ", ".join(shown) + (f" and {more} more" if more else ""))  # fmt: skip
