"""The accounts of a multi-regional table: what every sector of every region sells, what it spends, and its output.

    uses    sum of Z_rs,.. + sum of Y_rs,. = x_rs
    costs   sum of Z_..,rs + value added_rs + imported inputs_rs = x_rs

Rows sell to columns. Imports stand apart from the cells. Nothing is balanced: a table that does not add up is told,
cell by cell.

References
----------
.. [1] R. E. Miller, P. D. Blair, "Input-Output Analysis", 2009, chapter 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import NotIdentified, ParameterFault
from ronghe.base.status import STATUSES, Status, weakest
from ronghe.base.text import Text
from ronghe.data.identifies import MADE
from ronghe.data.multiregional import MultiRegional
from ronghe.measure.mrio import leontief_inverse, origins, technical_coefficients

BALANCE = 1e-6
"""Largest gap between a side of an identity and output, as a share of output."""
WORST = 10
"""So many cells are told of one kind of fault; the others are counted."""


@dataclass(frozen=True, eq=False)
class Accounts:
    """A multi-regional table that adds up, imports apart.

    Attributes
    ----------
    regions, sectors : tuple of str
        Length R and S.
    intermediate : array, shape (R, S, R, S)
        Sales of the first region and sector to the second, in one unit of money as all that follows.
    final : array, shape (R, S, D)
        Sales to final use by destination: the R regions in their order, then any others (abroad, residual).
    value_added : array, shape (R, S)
    imports : array, shape (R, S)
        Imported inputs of each using sector.
    output : array, shape (R, S)
    status : Status
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    intermediate: Floats
    final: Floats
    value_added: Floats
    imports: Floats
    output: Floats
    status: Status = "computed"

    @cached_property
    def coefficients(self) -> Floats:
        """A, shape (R, S, R, S)."""
        return technical_coefficients(intermediate=self.intermediate, output=self.output)

    @cached_property
    def inverse(self) -> Floats:
        """L, shape (R, S, R, S)."""
        names = [[f"{region} {sector}" for sector in self.sectors] for region in self.regions]
        return leontief_inverse(coefficients=self.coefficients, names=names)

    @cached_property
    def value_added_flows(self) -> Floats:
        """Value added by origin and destination, shape (R, D)."""
        return origins(cost=self.value_added, output=self.output, inverse=self.inverse, final=self.final)


def accounts(
    *,
    intermediate: Floats,
    final: Floats,
    value_added: Floats,
    output: Floats,
    imports: Floats | None = None,
    regions: Sequence[str] | None = None,
    sectors: Sequence[str] | None = None,
    status: Status = "computed",
    tolerance: float = BALANCE,
) -> Accounts:
    """Check that a table adds up and return it; nothing is balanced.

    Parameters
    ----------
    intermediate : array, shape (R, S, R, S)
    final : array, shape (R, S, D)
        By destination, the R regions first. Changes of inventories may be below 0.
    value_added, output : array, shape (R, S)
    imports : array, shape (R, S), optional
        Imported inputs; 0 where left out.
    regions, sectors : sequence of str, optional
        Names; numbers from 1 where left out.
    tolerance : float
        Largest gap allowed, as a share of output.

    Raises
    ------
    ParameterFault
        With every fault: shapes, figures that are missing or below 0, cells of output that uses or costs do not meet.
    """
    z, y = np.asarray(intermediate, dtype=np.float64), np.asarray(final, dtype=np.float64)
    x, added = np.asarray(output, dtype=np.float64), np.asarray(value_added, dtype=np.float64)
    bought = np.zeros_like(x) if imports is None else np.asarray(imports, dtype=np.float64)
    _check_shapes(z, y, added, bought, x, regions, sectors)
    names = tuple(map(str, range(1, x.shape[0] + 1))) if regions is None else tuple(regions)
    kinds = tuple(map(str, range(1, x.shape[1] + 1))) if sectors is None else tuple(sectors)
    _check_cells(z, y, added, bought, x, names, kinds, tolerance)
    return Accounts(names, kinds, z, y, added, bought, x, status)


def accounts_of(table: MultiRegional, *, tolerance: float = BALANCE) -> Accounts:
    """Return the accounts of a table of a data set; exports and a residual are destinations of their own.

    Parameters
    ----------
    table : MultiRegional
    tolerance : float
        As in :func:`accounts`. Loading lets pass gaps of up to 0.005; whoever accepts them says so here.

    Raises
    ------
    NotIdentified
        If imports stand inside the cells: what a region's sellers sold cannot be told from what came from abroad.
    ParameterFault
        As in :func:`accounts`.
    """
    if table.import_treatment != "separate":
        reason = Text(
            "进口包含在中间使用和最终使用之内（竞争型表），不能区分本国供应与进口；需要进口单列的非竞争型表",
            "imports stand inside intermediate and final use (competitive table), so domestic supply cannot be told "
            "from imports; a table with imports of their own is needed",
        )
        raise NotIdentified("supply_chain", reason, ("io_intermediate",))
    others = [table.exports] if table.residual is None else [table.exports, table.residual]
    return accounts(
        intermediate=table.intermediate,
        final=np.concatenate([table.final.sum(axis=3), np.stack(others, axis=2)], axis=2),
        value_added=table.value_added.sum(axis=0),
        imports=table.imports,
        output=table.output,
        regions=table.regions,
        sectors=[table.sector_titles.get(code, code) for code in table.sectors],
        status=_status(table),
        tolerance=tolerance,
    )


def _status(table: MultiRegional) -> Status:
    """Return the word of a table: one that a model made, or of which nobody says how it was made, is an estimate."""
    told: Status = next((word for word in STATUSES if word == table.status), "estimated")
    return told if table.made_by in MADE else weakest([told, "estimated"])


def _check_shapes(
    z: Floats,
    y: Floats,
    added: Floats,
    bought: Floats,
    x: Floats,
    regions: Sequence[str] | None,
    sectors: Sequence[str] | None,
) -> None:
    """Tell every array whose shape does not fit that of output."""
    count, kinds = x.shape if x.ndim == 2 else (0, 0)
    named = count if regions is None else len(regions), kinds if sectors is None else len(sectors)
    wanted = (
        ("output", x.shape, x.ndim == 2 and x.size > 0, "(R, S)"),
        ("intermediate", z.shape, z.shape == (count, kinds, count, kinds), f"{(count, kinds, count, kinds)}"),
        ("final", y.shape, y.ndim == 3 and y.shape[:2] == (count, kinds) and y.shape[2] >= count,
         f"({count}, {kinds}, D >= {count})"),
        ("value_added", added.shape, added.shape == (count, kinds), f"{(count, kinds)}"),
        ("imports", bought.shape, bought.shape == (count, kinds), f"{(count, kinds)}"),
        ("regions", named[:1], named[0] == count, f"({count},)"),
        ("sectors", named[1:], named[1] == kinds, f"({kinds},)"),
    )  # fmt: skip
    wrong = [(name, shape, expected) for name, shape, fits, expected in wanted if not fits]
    if wrong:
        raise ParameterFault(
            Text(
                "".join(f"{name} 的形状应为 {expected}，读到 {shape}。" for name, shape, expected in wrong),
                " ".join(f"{name} must have shape {expected}; read {shape}." for name, shape, expected in wrong),
            )
        )


def _check_cells(
    z: Floats,
    y: Floats,
    added: Floats,
    bought: Floats,
    x: Floats,
    regions: tuple[str, ...],
    sectors: tuple[str, ...],
    tolerance: float,
) -> None:
    """Tell every cell that is no figure, is below 0, or does not add up."""
    faults: list[Text] = []
    for name, array in (("intermediate", z), ("final", y), ("value_added", added), ("imports", bought), ("output", x)):
        lost = int((~np.isfinite(array)).sum())
        if lost:
            told = f"Figures of {name} missing or not finite: {lost}."
            faults.append(Text(f"{name} 有{lost}个数缺失或不是有限数。", told))
        below = 0 if name in ("final", "value_added") else int((array < 0).sum())
        if below:
            faults.append(Text(f"{name} 有{below}个数小于0。", f"Figures of {name} below 0: {below}."))
    if not faults:
        sold, spent = z.sum(axis=(2, 3)) + y.sum(axis=2), z.sum(axis=(0, 1)) + added + bought
        faults += _gaps(Text("使用合计", "uses add up to"), sold, x, regions, sectors, tolerance)
        faults += _gaps(Text("投入合计", "costs add up to"), spent, x, regions, sectors, tolerance)
    if faults:
        raise ParameterFault(Text("".join(one.zh for one in faults), " ".join(one.en for one in faults)))


def _gaps(
    what: Text, reached: Floats, x: Floats, regions: tuple[str, ...], sectors: tuple[str, ...], tolerance: float
) -> list[Text]:
    """Tell the cells of output that a side of the table does not meet, the worst first."""
    # Where there is no output a sum may only be what adding up floats leaves over.
    gap = np.abs(reached - x) / np.where(x > 0, x, max(float(x.max()), 1e-300) * 1e-6)
    over = [(int(r), int(s)) for r, s in np.argwhere(gap > tolerance)]
    over.sort(key=lambda at: -gap[at])
    told = [
        Text(
            f"{regions[at[0]]} {sectors[at[1]]}：{what.zh}{reached[at]:.10g}，总产出{x[at]:.10g}。",
            f"{regions[at[0]]} {sectors[at[1]]}: {what.en} {reached[at]:.10g}, output is {x[at]:.10g}.",
        )
        for at in over[:WORST]
    ]
    more = len(over) - WORST
    if more > 0:
        told.append(Text(f"另有{more}处同样不平。", f"Further cells that do not add up: {more}."))
    return told
