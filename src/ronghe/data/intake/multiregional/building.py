"""One table from the places of its blocks: figures read, signs judged, imports told apart, identities held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.text import Text, same
from ronghe.data.intake.findings import Findings
from ronghe.data.intake.multiregional.figures import Part, figures, tell_negative
from ronghe.data.intake.multiregional.identities import hold
from ronghe.data.intake.multiregional.plan import Plan
from ronghe.data.intake.multiregional.stated import NEEDED, GridMap
from ronghe.data.multiregional import MultiRegional

NEGATIVE = frozenset({"inventories", "formation", "taxes", "surplus"})
"""Categories and components that may be negative; capital formation as a whole holds the inventories."""


@dataclass(frozen=True, slots=True, eq=False)
class Where:
    """Place of a figure by block and index, by arithmetic."""

    parts: Mapping[str, Part]
    shapes: Mapping[str, tuple[tuple[int, ...], int]]

    def __call__(self, block: str, index: tuple[int, ...]) -> str:
        """Return ``file!sheet!cell``, empty where the block is not there."""
        part = self.parts.get(block)
        if part is None:
            return ""
        shape, first = self.shapes[block]
        flat = [int(np.ravel_multi_index(index[low:high], shape[low:high])) if high > low else 0
                for low, high in ((0, first), (first, len(shape)))]  # fmt: skip
        return part.place(flat[0], flat[1])


@dataclass(eq=False)
class Told:
    """What holds for a table as a whole.

    Attributes
    ----------
    year : int or None
    valuation : str
    stated : GridMap
    hashes : mapping of file to SHA-256
    titles : mapping of folded label to key
        Sectors that are known by name.
    """

    year: int | None
    valuation: str
    stated: GridMap
    hashes: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)


def build(plan: Plan, told: Told, found: Findings, *, sound: bool = True) -> MultiRegional | None:
    """Return the table, None where a block or a figure is missing; what is wrong is told either way.

    Parameters
    ----------
    sound : bool
        Whether every label has its place; where one has none, sums would miss figures and are not held.
    """
    before = len(found.errors)
    stated, main = told.stated, plan.sheets[0].title
    zeros = stated.blanks == "zero"
    for block in NEEDED:
        if block not in plan.parts and not (block == "output" and "inputs" in plan.parts):
            found.add("E108_block", main, block=same(block), wanted=same(", ".join(NEEDED)))
    if told.year is None:
        found.add("E404_no_year", main)
    if not stated.made_by:
        found.add("E511_mrio", main)
    arrays = {
        block: figures(part, found, zeros=zeros, target="人" if block == "employment" else "万元")
        for block, part in plan.parts.items()
    }
    treatment = _imports(plan, arrays, stated, found)
    _signs(plan, arrays, found)
    if (
        not sound
        or not treatment
        or told.year is None
        or any(block not in arrays for block in NEEDED if block != "output")
    ):
        return None
    if "output" not in arrays and "inputs" not in arrays:
        return None
    made = _table(plan, arrays, treatment, told)
    whole = all(np.isfinite(array).all() for array in arrays.values())
    hold(made, plan, arrays, found, broken=not whole or len(found.errors) > before)
    return made if whole else None


def _imports(plan: Plan, arrays: dict[str, Floats], stated: GridMap, found: Findings) -> str:
    """Return how imports are treated, and put them under their name; empty where it cannot be told."""
    row, column = arrays.get("imports_row"), arrays.get("imports_column")
    treatment = stated.import_treatment
    if not treatment:
        if row is not None and column is None:
            treatment = "separate"
        elif column is not None and row is None and np.nansum(column) < 0:
            treatment = "competitive"
        else:
            found.add("E115_imports", plan.sheets[0].title, read=_said(row is not None, column is not None))
            return ""
    first, second = ("imports_row", "imports_column") if treatment == "separate" else ("imports_column", "imports_row")
    name = first if first in arrays else second
    if name not in arrays:
        found.add("E108_block", plan.sheets[0].title, block=same("imports"), wanted=same(treatment))
        return ""
    values = arrays[name]
    if treatment == "competitive" and np.nansum(values) < 0:
        arrays[name] = values = -values
    arrays["imports"], plan.parts["imports"] = values, plan.parts[name]
    for other in ("imports_row", "imports_column"):
        arrays.pop(other, None)
        plan.parts.pop(other, None)
    return treatment


def _said(row: bool, column: bool) -> Text:
    if row and column:
        return Text("既有进口行，又有进口列", "a row of imports and a column of imports")
    if column:
        return Text("进口列不是负值", "a column of imports that is not negative")
    return Text("没有进口行，也没有进口列", "neither a row nor a column of imports")


def _signs(plan: Plan, arrays: Mapping[str, Floats], found: Findings) -> None:
    """Tell negative figures where there can be none."""
    categories = [key in NEGATIVE for key in plan.categories] * len(plan.regions)
    allowed = {"final": categories, "final_imports": categories}
    for block, values in arrays.items():
        part = plan.parts[block]
        if block == "residual":
            continue
        if block == "value_added":
            around = Part(part.sheet, part.rows, part.columns, part.unit, not part.turned)
            one_total = plan.components == ("value_added",)
            tell_negative(around, block, values.T, [key in NEGATIVE or one_total for key in plan.components], found)
        else:
            tell_negative(part, block, values, allowed.get(block, [False] * values.shape[1]), found)


def _table(plan: Plan, arrays: Mapping[str, Floats], treatment: str, told: Told) -> MultiRegional:
    r, s, c, v = len(plan.regions), len(plan.sectors), len(plan.categories), len(plan.components)
    shapes: dict[str, tuple[tuple[int, ...], int]] = {
        "intermediate": ((r, s, r, s), 2), "final": ((r, s, r, c), 2), "value_added": ((v, r, s), 1),
        "final_imports": ((r, c), 0), **dict.fromkeys(
            ("exports", "imports", "output", "inputs", "residual", "employment"), ((r, s), 2)),
    }  # fmt: skip
    cells = {block: np.ascontiguousarray(array).reshape(shapes[block][0]) for block, array in arrays.items()}
    if "output" not in cells:
        cells["output"] = cells["inputs"]
        plan.parts["output"] = plan.parts["inputs"]
    keys = dict(zip(plan.sectors, sector_keys(plan.sectors, told.titles), strict=True))
    stated = told.stated
    return MultiRegional(
        regions=plan.regions,
        sectors=tuple(keys[one] for one in plan.sectors),
        sector_titles={keys[one]: plan.titles.get(one, one) for one in plan.sectors},
        year=told.year or 0,
        intermediate=cells["intermediate"],
        final=cells["final"],
        exports=cells["exports"],
        imports=cells["imports"],
        value_added=cells["value_added"],
        output=cells["output"],
        categories=plan.categories,
        components=plan.components,
        import_treatment=treatment,
        final_imports=cells.get("final_imports"),
        residual=cells.get("residual"),
        employment=cells.get("employment"),
        made_by=stated.made_by or "unknown",
        valuation=stated.valuation or told.valuation or "unknown",
        status=stated.status or "user",
        source=stated.source,
        hashes={file: sha for file, sha in told.hashes.items() if file in {one.file for one in plan.sheets}},
        region_titles={code: label for label, code in stated.region_codes.items() if code in plan.regions},
        place=Where({block: part.without_cells() for block, part in plan.parts.items()}, shapes),
    )


def sector_keys(labels: Sequence[str], known: Mapping[str, str]) -> tuple[str, ...]:
    """Return keys of sectors: those of the known list where every one is in it, else the labels themselves."""
    keys = tuple(known.get(one, "") for one in labels)
    return keys if all(keys) and len(set(keys)) == len(keys) else tuple(labels)
