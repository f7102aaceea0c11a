"""A multi-regional input-output table as arrays, every cell knowing where it stands.

Rows sell to columns. Money in 万元 of one year, as the schema of ``io`` stores it. Nothing is balanced here: gaps
between the sides of an identity are handed on as they were read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.canonical import array_hash, content_hash

BLOCKS = (
    "intermediate", "final", "exports", "imports", "value_added", "output", "final_imports", "residual", "employment",
)  # fmt: skip
"""The arrays of a table, by name."""
CATEGORIES = ("rural", "urban", "government", "capital", "inventories")
COMPONENTS = ("compensation", "taxes", "depreciation", "surplus")


def _nowhere(_block: str, _at: tuple[int, ...]) -> str:
    return ""


@dataclass(frozen=True, eq=False)
class MultiRegional:
    """One table of R regions and S sectors.

    Attributes
    ----------
    regions, sectors : tuple of str
        Codes; keys of the sectors as the table has them.
    sector_titles : mapping of str to str
        What the table calls each sector.
    year : int
    intermediate : array, shape (R, S, R, S)
        Sales of the first region and sector to the second.
    final : array, shape (R, S, R, C)
        Sales to final use of a region by category.
    exports : array, shape (R, S)
    imports : array, shape (R, S)
        ``separate``: imported inputs of each sector (a row of the table). ``competitive``: imports of each product
        that stand inside ``intermediate`` and ``final``, as a positive figure.
    value_added : array, shape (V, R, S)
        By component.
    output : array, shape (R, S)
    categories, components : tuple of str
    import_treatment : str
        ``separate`` or ``competitive``.
    final_imports : array, shape (R, C), or None
        Imports for final use, where a separate table has them.
    residual : array, shape (R, S), or None
        A published column of errors or others, kept as it is.
    employment : array, shape (R, S), or None
        Persons.
    made_by, valuation, status : str
    source : str
    hashes : mapping of file to SHA-256
    place : function (block, index) -> str
        ``file!sheet!cell`` of one cell of a block.
    region_titles : mapping of code to str
        What the table calls regions whose codes a mapping states.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    sector_titles: Mapping[str, str]
    year: int
    intermediate: Floats
    final: Floats
    exports: Floats
    imports: Floats
    value_added: Floats
    output: Floats
    categories: tuple[str, ...] = CATEGORIES
    components: tuple[str, ...] = COMPONENTS
    import_treatment: str = "separate"
    final_imports: Floats | None = None
    residual: Floats | None = None
    employment: Floats | None = None
    made_by: str = "unknown"
    valuation: str = "producer"
    status: str = "user"
    source: str = ""
    hashes: Mapping[str, str] = field(default_factory=dict)
    place: Callable[[str, tuple[int, ...]], str] = _nowhere
    region_titles: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of labels and cells; the order of regions and sectors is no part of it."""
        by_region, by_sector = np.argsort(self.regions), np.argsort(self.sectors)
        axes = {
            "intermediate": "RSRS", "final": "RSR.", "exports": "RS", "imports": "RS", "value_added": ".RS",
            "output": "RS", "final_imports": "R.", "residual": "RS", "employment": "RS",
        }  # fmt: skip
        parts: dict[str, str] = {}
        for name, along in axes.items():
            array: Floats | None = getattr(self, name)
            if array is None:
                continue
            for axis, letter in enumerate(along):
                if letter != ".":
                    array = array.take(by_region if letter == "R" else by_sector, axis=axis)
            # 0.0 and -0.0 are one figure.
            parts[name] = array_hash(np.ascontiguousarray(array + 0.0))
        told = {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if one.name in ("year", "import_treatment", "made_by", "valuation", "status", "categories", "components")
        }
        named = {"regions": sorted(self.regions), "sectors": sorted(self.sectors)}
        return content_hash({"cells": parts, **told, **named})

    @property
    def gaps(self) -> tuple[Floats, Floats]:
        """Return uses less output, and costs less output, each of shape (R, S): 0 where the table adds up."""
        uses = self.intermediate.sum(axis=(2, 3)) + self.final.sum(axis=(2, 3)) + self.exports
        costs = self.intermediate.sum(axis=(0, 1)) + self.value_added.sum(axis=0)
        if self.import_treatment == "competitive":
            uses = uses - self.imports
        else:
            costs = costs + self.imports
        if self.residual is not None:
            uses = uses + self.residual
        return uses - self.output, costs - self.output
