"""A table whose blocks a mapping states by sheet and range: arrays without labels, or any other layout."""

from __future__ import annotations

from collections.abc import Sequence

from ronghe.base.text import Text, same
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.folding import folded
from ronghe.data.intake.layout import text_of
from ronghe.data.intake.multiregional.figures import Part
from ronghe.data.intake.multiregional.places import Regions
from ronghe.data.intake.multiregional.plan import Pair, Plan
from ronghe.data.intake.multiregional.ranges import Range, lines_of, read_range, sheet_of
from ronghe.data.intake.multiregional.stated import GridMap
from ronghe.data.intake.sheet import Sheet
from ronghe.data.multiregional import CATEGORIES, COMPONENTS

_LAST = {"intermediate": "pairs", "final": "users"}


def explicit_plan(stated: GridMap, sheets: Sequence[Sheet], places: Regions, found: Findings) -> Plan | None:
    """Return where the blocks stand, None where that cannot be told; every fault of the statement is named."""
    before = len(found.errors)
    where = {block: _range(text, sheets, found) for block, text in stated.blocks.items()}
    if any(one is None for one in where.values()):
        return None
    held = {block: one for block, one in where.items() if one is not None}
    sheet, rows, columns = held["intermediate"]
    pairs, titles = _pairs(stated, sheets, places, len(rows), f"{sheet.file}!{sheet.name}", found)
    if not pairs or len(found.errors) > before:
        return None
    plan = Plan(tuple(dict.fromkeys(r for r, _ in pairs)), tuple(dict.fromkeys(s for _, s in pairs)), titles)
    order = {pair: at for at, pair in enumerate(pairs)}
    if len(order) < len(pairs) or len(plan.pairs) != len(pairs):
        found.add("E405_product", sheet.title, read=same(f"{len(plan.pairs)} ≠ {len(pairs)}"))
        return None
    plan.categories = stated.categories or CATEGORIES
    plan.components = stated.components or COMPONENTS
    plan.sheets = list({id(one[0]): one[0] for one in held.values()}.values())
    placing = _Placing(plan, stated, [order[pair] for pair in plan.pairs], found)
    for block, (sheet, rows, columns) in held.items():
        placing.add(block, sheet, rows, columns)
    return plan


Cells = tuple[Sheet, range, range]


def _range(text: str, sheets: Sequence[Sheet], found: Findings) -> Cells | None:
    """Return the cells that a text speaks of; a sheet there is not is told."""
    read = read_range(text, whole=True) or Range(text, None)
    sheet = sheet_of(read, sheets)
    if sheet is None:
        known = [one.name or one.file for one in sheets[:8]]
        found.add("E107_sheet", sheets[0].file if sheets else text, read=quoted(text),
                  known=Text("、".join(known) or "—", ", ".join(known) or "—"))  # fmt: skip
        return None
    return sheet, *lines_of(read, sheet)


def _pairs(
    stated: GridMap, sheets: Sequence[Sheet], places: Regions, count: int, place: str, found: Findings
) -> tuple[list[Pair], dict[str, str]]:
    """Return region and sector of each row, and the sectors' labels."""
    regions, where = _labels(stated.regions, sheets, place, found)
    sectors, _ = _labels(stated.sectors, sheets, place, found)
    if stated.separator and not sectors:
        split = [label.partition(stated.separator) for label in regions]
        regions, sectors = [one[0].strip() for one in split], [one[2].strip() for one in split]
    regions = _held(regions)
    together = (len(regions) == len(sectors) == count and isinstance(stated.sectors, str)) or stated.separator
    if not together and len(regions) * len(sectors) != count:
        made = f"{len(regions)} × {len(sectors)}"
        found.add("E405_shape", place, read=same(f"{count}"), wanted=same(made))
        return [], {}
    codes = {}
    for at, label in enumerate(regions):
        if label not in codes:
            codes[label] = places.code(label)
            if not codes[label]:
                places.tell(label, where[at] if at < len(where) else place, found)
    keys = {folded(label): key for label, key in stated.sector_keys.items()}
    named = [keys.get(folded(label), folded(label)) for label in sectors]
    titles = dict(zip(named, sectors, strict=True))
    if together:
        return [(codes[r], s) for r, s in zip(regions, named, strict=True)], titles
    if stated.order == "sector":
        return [(codes[r], s) for s in named for r in regions], titles
    return [(codes[r], s) for r in regions for s in named], titles


def _labels(
    told: tuple[str, ...] | str, sheets: Sequence[Sheet], place: str, found: Findings
) -> tuple[list[str], list[str]]:
    """Return labels and where they stand."""
    if not isinstance(told, str):
        return list(told), []
    cells = _range(told, sheets, found)
    if cells is None:
        return [], []
    sheet, rows, columns = cells
    texts = sheet.expanded()
    there = [(row, column) for row in rows for column in columns if row < len(texts) and column < len(texts[row])]
    return [text_of(texts[r][c]).strip() for r, c in there], [sheet.place(r, c) for r, c in there]


def _held(labels: Sequence[str]) -> list[str]:
    """Return labels with the one before in each empty place."""
    made: list[str] = []
    for label in labels:
        made.append(label or (made[-1] if made else ""))
    return made


class _Placing:
    """Blocks of one table by their shapes."""

    def __init__(self, plan: Plan, stated: GridMap, order: Sequence[int], found: Findings) -> None:
        self.plan, self.stated, self.order, self.found = plan, stated, order, found

    def add(self, block: str, sheet: Sheet, rows: range, columns: range) -> None:
        """Place one block, or tell that its shape is another."""
        first, last = self._axes(block)
        turned = self._turned(block, (len(first), len(last)), (len(rows), len(columns)))
        if turned is None:
            shape = f"{len(rows)} × {len(columns)}"
            place = f"{sheet.title}!{block}" if sheet.name else f"{sheet.file}!{block}"
            self.found.add("E405_shape", place, read=same(shape), wanted=same(f"{len(first)} × {len(last)}"))
            return
        down, across = (last, first) if turned else (first, last)
        unit = self.stated.unit if block != "employment" else self.stated.employment_unit or "人"
        name = "imports_column" if block == "imports" else block
        self.plan.parts[name] = Part(sheet, [rows[at] for at in down], [columns[at] for at in across], unit, turned)

    def _axes(self, block: str) -> tuple[Sequence[int], Sequence[int]]:
        """Return the places along the first and the second axes in the order of the table."""
        users = self._users()
        return {
            "intermediate": (self.order, self.order), "final": (self.order, users), "final_imports": ([0], users),
            "value_added": (range(len(self.plan.components)), self.order),
        }.get(block, (self.order, [0]))  # fmt: skip

    def _users(self) -> Sequence[int]:
        regions, categories = len(self.plan.regions), len(self.plan.categories)
        if self.stated.order == "sector":
            return [category * regions + region for region in range(regions) for category in range(categories)]
        return range(regions * categories)

    def _turned(self, block: str, wanted: tuple[int, int], shape: tuple[int, int]) -> bool | None:
        """Return whether the first axes run along the columns, None where the shape fits neither way."""
        columns_sell = self.stated.orientation == "columns sell"
        if block in ("intermediate", "final"):
            return columns_sell if shape == (wanted[::-1] if columns_sell else wanted) else None
        if shape == wanted:
            return block == "value_added" and columns_sell and wanted[0] == wanted[1]
        return True if shape == wanted[::-1] else None
