"""Duplicated capacity as measured: what standing idle costs in projects that neighbours built as well.

    cost_p = outlay_p (rate_p + depreciation_p) max(0, normal_p - utilisation_p)

Only recorded projects and recorded utilisation enter; which industries count as duplicated, ``measure`` says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.status import STATUSES, Status
from ronghe.base.text import Text
from ronghe.simulate.checks import Faults, cells, numeric, shape, shown

FIGURES = ("outlay", "rate", "depreciation", "normal", "utilisation")
BY_PROJECT = ("outlay", "utilisation")
"""Recorded project by project: one number does not stand for all."""
SHARES = ("normal", "utilisation")


@dataclass(frozen=True, slots=True, eq=False)
class Capacity:
    """Registered projects; all faults are told when it is made.

    Attributes
    ----------
    projects, regions : tuple of str
        Names, and codes of the regions that paid, one a project.
    outlay : array, shape (project,)
        What was invested, 亿元.
    rate, depreciation : array of shape (project,), or one number for all
        Cost of capital and depreciation, shares a year.
    normal : array of shape (project,), or one number for all
        Normal utilisation, a share of capacity.
    utilisation : array, shape (project,)
        Recorded utilisation, a share of capacity.
    source : Text
    status : Status

    Raises
    ------
    DataFault
        Every list or array that is not one a project, every number out of range, a word that is no status.
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

    def __post_init__(self) -> None:
        faults = Faults()
        _lists(self, faults)
        figures = {name: getattr(self, name) for name in FIGURES}
        _checked(figures, self.projects, faults)
        faults.settle()

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
        Every array that is not one a project, every outlay or rate below 0, every utilisation that is no share.

    Examples
    --------
    Two of 100 亿元, normally used at eight tenths: one at half, one above normal.

    >>> duplicated_capacity(outlay=np.array([100.0, 100.0]), rate=0.04, depreciation=0.06, normal=0.8,
    ...                     utilisation=np.array([0.5, 0.9])).round(12).tolist()
    [3.0, 0.0]
    """
    faults = Faults()
    count = np.size(outlay) if projects is None else len(projects)
    names = tuple(str(at + 1) for at in range(count)) if projects is None else tuple(map(str, projects))
    given = dict(zip(FIGURES, (outlay, rate, depreciation, normal, utilisation), strict=True))
    read = _checked(given, names, faults)
    faults.settle()
    idle: Floats = (
        read["outlay"] * (read["rate"] + read["depreciation"]) * np.maximum(0.0, read["normal"] - read["utilisation"])
    )
    return idle


def _checked(given: Mapping[str, object], names: Sequence[str], faults: Faults) -> dict[str, Floats]:
    """Return every figure by project; faults of shapes and numbers, by project."""
    found = {}
    for name, value in given.items():
        array = numeric(value, name, faults)
        single = array is not None and array.ndim == 0 and name not in BY_PROJECT
        if array is None or not (single or shape(array, (len(names),), name, faults)):
            continue
        array = np.full(len(names), array) if single else array
        if name in SHARES:
            cells(~((array >= 0) & (array <= 1)), array, (names,), name, Text("0至1", "0 to 1"), "S192", faults)
        else:
            wrong = ~(array >= 0) | ~np.isfinite(array)
            cells(wrong, array, (names,), name, Text("不小于0", "0 or more"), "S191", faults)
        found[name] = array
    return found


def _lists(capacity: Capacity, faults: Faults) -> None:
    """Add faults of names, regions, source and status."""
    for name, value in (("projects", capacity.projects), ("regions", capacity.regions)):
        listed = isinstance(value, Sequence) and not isinstance(value, str)
        if not listed or not all(isinstance(one, str) and one.strip() for one in value):
            faults.add("S190", name, shown(value), Text("名称的列表", "a list of names"),
                       Text("每个项目一个。", "One a project."))  # fmt: skip
    faults.settle()
    count, regions = len(capacity.projects), len(capacity.regions)
    if regions != count or len(set(capacity.projects)) < count:
        faults.add("S190", "projects, regions",
                   Text(f"{count}个项目，{regions}个地区", f"{count} projects, {regions} regions"),
                   Text("个数相同，项目名互不相同", "as many regions as projects, projects that differ"),
                   Text("每个项目写一个出资的地区。", "Give the region that paid, one a project."))  # fmt: skip
    if not isinstance(capacity.source, Text):
        faults.add("S193", "source", shown(capacity.source), Text("来源，中英文各一", "a source, in both languages"),
                   Text("请写 Text(中文, 英文)。", "Write Text(zh, en)."))  # fmt: skip
    if not isinstance(capacity.status, str) or capacity.status not in STATUSES:
        faults.add("S193", "status", shown(capacity.status), Text("、".join(STATUSES), ", ".join(STATUSES)),
                   Text("请选一个状态。", "Choose one status."))  # fmt: skip
