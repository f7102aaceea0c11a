"""Duplicated capacity as measured: what standing idle costs in projects that neighbours built as well.

    cost_p = outlay_p (rate_p + depreciation_p) max(0, normal_p - utilisation_p)

Only recorded projects and recorded utilisation enter; which industries count as duplicated, ``measure`` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import DataFault
from ronghe.base.status import Status
from ronghe.base.text import Text
from ronghe.simulate.checks import Faults, cells


@dataclass(frozen=True, slots=True, eq=False)
class Capacity:
    """Registered projects; arrays of shape (project,), or one number for all.

    Attributes
    ----------
    projects, regions : tuple of str
        Names, and codes of the regions that paid.
    outlay : array
        What was invested, 亿元.
    rate, depreciation : array or float
        Cost of capital and depreciation, shares a year.
    normal, utilisation : array or float
        Normal and recorded utilisation, shares of capacity.
    source : Text
    status : Status
    """

    projects: tuple[str, ...]
    regions: tuple[str, ...]
    outlay: Floats
    rate: Floats | float
    depreciation: Floats | float
    normal: Floats | float
    utilisation: Floats
    source: Text
    status: Status = "observed"

    @property
    def idle(self) -> Floats:
        """Yearly cost of each project's idle capacity, shape (project,), 亿元 a year."""
        return duplicated_capacity(
            outlay=self.outlay, rate=self.rate, depreciation=self.depreciation, normal=self.normal,
            utilisation=self.utilisation, projects=self.projects,
        )  # fmt: skip


def duplicated_capacity(
    *,
    outlay: Floats,
    rate: Floats | float,
    depreciation: Floats | float,
    normal: Floats | float,
    utilisation: Floats,
    projects: Sequence[str] | None = None,
) -> Floats:
    """Return the yearly cost of idle capacity, shape (project,), 亿元 a year (see :class:`Capacity`).

    Raises
    ------
    DataFault
        Every outlay or rate below 0, every utilisation that is no share, by project.

    Examples
    --------
    Two of 100 亿元, normally used at eight tenths: one at half, one above normal.

    >>> duplicated_capacity(outlay=np.array([100.0, 100.0]), rate=0.04, depreciation=0.06, normal=0.8,
    ...                     utilisation=np.array([0.5, 0.9])).round(12).tolist()
    [3.0, 0.0]
    """
    arrays = np.broadcast_arrays(outlay, rate, depreciation, normal, utilisation)
    paid, cost, worn, usual, used = (np.asarray(array, dtype=float) for array in arrays)
    names = (tuple(map(str, range(len(paid)))) if projects is None else tuple(projects),)
    if len(names[0]) != len(paid):
        raise _unequal(len(names[0]), len(paid))
    faults = Faults()
    least, share = Text("不小于0", "0 or more"), Text("0至1", "0 to 1")
    for name, array in (("outlay", paid), ("rate", cost), ("depreciation", worn)):
        cells(~(array >= 0) | ~np.isfinite(array), array, names, name, least, "S191", faults)
    for name, array in (("normal", usual), ("utilisation", used)):
        cells(~((array >= 0) & (array <= 1)), array, names, name, share, "S192", faults)
    faults.settle()
    idle: Floats = paid * (cost + worn) * np.maximum(0.0, usual - used)
    return idle


def _unequal(names: int, count: int) -> DataFault:
    faults = Faults()
    faults.add("S190", "projects", str(names), Text(f"{count}个", f"{count}"),
               Text("每个项目一个名称。", "One name a project."))  # fmt: skip
    return DataFault(faults)
