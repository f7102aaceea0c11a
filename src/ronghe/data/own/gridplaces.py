"""Where the cells of a multi-regional table stand, as a record that can be kept with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ronghe.data.intake.multiregional.building import Where
from ronghe.data.intake.multiregional.figures import Part
from ronghe.data.intake.sheet import Sheet
from ronghe.data.multiregional import BLOCKS, MultiRegional

Place = Callable[[str, tuple[int, ...]], str]


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """Places of cells that were listed one by one, in the order of each block.

    Attributes
    ----------
    shapes : mapping of block to shape
    cells : mapping of block to tuple of str
    """

    shapes: Mapping[str, tuple[int, ...]]
    cells: Mapping[str, tuple[str, ...]]

    def __call__(self, block: str, index: tuple[int, ...]) -> str:
        """Return ``file!sheet!cell`` of one figure."""
        if block not in self.cells:
            return ""
        return self.cells[block][int(np.ravel_multi_index(index, self.shapes[block]))]


def places_record(grid: MultiRegional) -> Any:
    """Return what :func:`places_from` makes the same places of."""
    if isinstance(grid.place, Where):
        shapes = {block: [list(shape), first] for block, (shape, first) in grid.place.shapes.items()}
        return {"parts": {block: _part(part) for block, part in grid.place.parts.items()}, "shapes": shapes}
    arrays = {block: getattr(grid, block) for block in BLOCKS}
    held = {block: array for block, array in arrays.items() if array is not None}
    return {
        "shapes": {block: list(array.shape) for block, array in held.items()},
        "cells": {block: [grid.place(block, index) for index in np.ndindex(array.shape)]
                  for block, array in held.items()},
    }  # fmt: skip


def _part(part: Part) -> dict[str, Any]:
    sheet = part.sheet
    return {
        "file": sheet.file, "sheet": sheet.name, "lines": [int(one) for one in sheet.lines], "counted": sheet.counted,
        "rows": [int(row) for row in part.rows], "columns": [int(column) for column in part.columns],
        "unit": part.unit, "turned": part.turned,
    }  # fmt: skip


def places_from(record: Mapping[str, Any]) -> Place:
    """Return the places of a record."""
    if "cells" in record:
        shapes = {block: tuple(shape) for block, shape in record["shapes"].items()}
        return Listed(shapes, {block: tuple(cells) for block, cells in record["cells"].items()})
    parts = {
        block: Part(Sheet(one["file"], one["sheet"], (), lines=tuple(one["lines"]), counted=one["counted"]),
                    one["rows"], one["columns"], one["unit"], one["turned"])
        for block, one in record["parts"].items()
    }  # fmt: skip
    return Where(parts, {block: (tuple(shape), first) for block, (shape, first) in record["shapes"].items()})
