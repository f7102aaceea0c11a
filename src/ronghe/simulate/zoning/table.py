"""The table of functional zoning: functions of units, what each function limits, and where a province counts.

=============  =================================================================================
ecological     construction land, subsidy to listed sectors, industry output, pollutant load: at most
farm           farmland, constant-price farm output: at least
urbanised      planned land in total: at most
=============  =================================================================================

A province is not of one function. It counts as the function that covers two thirds of its area where area shares by
function are loaded; otherwise the question cannot be computed at that resolution.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import NotIdentified
from ronghe.base.status import Status
from ronghe.base.text import Text, same
from ronghe.simulate.checks import Faults

Function = Literal["urbanised", "farm", "ecological"]
FUNCTIONS: tuple[Function, ...] = get_args(Function)
When = Literal["before", "after"]

WORDS: dict[Function, Text] = {
    "urbanised": Text("城市化地区", "urbanised area"),
    "farm": Text("农产品主产区", "farm-product area"),
    "ecological": Text("重点生态功能区", "ecological area"),
}
COVERING = 2.0 / 3.0
"""A province counts as the function that covers this share of its area."""
ROUNDING = 1e-9
"""Area shares may sum to 1 within this."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something a function limits.

    Attributes
    ----------
    function : Function
    most : bool
        Whether the limit is a ceiling; otherwise a floor.
    when : {"before", "after"}
        Read from the scenario's inputs, or from its outcome.
    title : Text
    """

    function: Function
    most: bool
    when: When
    title: Text


QUANTITIES: dict[str, Quantity] = {
    "construction_land": Quantity("ecological", True, "before", Text("建设用地", "construction land")),
    "listed_subsidy": Quantity("ecological", True, "before", Text("对限制类行业的补贴", "subsidy to listed sectors")),
    "industry_output": Quantity("ecological", True, "after", Text("工业产出", "industry output")),
    "pollutant_load": Quantity("ecological", True, "after", Text("污染物排放量", "pollutant load")),
    "farmland": Quantity("farm", False, "before", Text("耕地", "farmland")),
    "farm_output": Quantity("farm", False, "after", Text("农产品不变价产出", "constant-price farm output")),
    "planned_land": Quantity("urbanised", True, "before", Text("规划用地总量", "planned land in total")),
}


@dataclass(frozen=True, slots=True)
class Limit:
    """One row of the table of limits.

    Attributes
    ----------
    unit : str
    quantity : str
        A key of ``QUANTITIES``.
    value : float
        In the unit of the quantity: 亩, 亿元 at constant prices, 吨.
    document : Text
        What states it; today's level where nothing does.
    status : Status
    """

    unit: str
    quantity: str
    value: float
    document: Text
    status: Status


def check_table(
    units: Sequence[str], functions: Sequence[Function], today: Mapping[str, Floats], stated: Sequence[Limit]
) -> None:
    """Tell every fault of units, functions, today's levels and stated limits at once."""
    faults = Faults()
    known = Text("、".join(QUANTITIES), ", ".join(QUANTITIES))
    if len(functions) != len(units) or len(set(units)) < len(units):
        expected = Text("每个单元一个功能，名称互不相同", "one function a unit, names that differ")
        remedy = Text("没有功能的单元请补上。", "Give every unit its function.")
        faults.add("S170", "zoning", f"{len(units)} units, {len(functions)} functions", expected, remedy)
    for unit, function in zip(units, functions, strict=False):
        if function not in FUNCTIONS:
            faults.add("S170", f"zoning [{unit}]", str(function), same(", ".join(FUNCTIONS)),
                       Text("请选一个功能。", "Choose one."))  # fmt: skip
    for name, levels in today.items():
        if name not in QUANTITIES:
            faults.add("S171", f"today [{name}]", name, known, Text("请更正名称。", "Correct the name."))
        elif np.shape(levels) != (len(units),) or not np.isfinite(levels).all():
            expected = Text(f"{len(units)}个有限的数", f"{len(units)} finite numbers")
            faults.add("S172", f"today [{name}]", f"{np.asarray(levels).tolist()}", expected,
                       Text("请核对单元次序和缺值。", "Check the order of units and missing values."))  # fmt: skip
    belongs = dict(zip(units, functions, strict=False))
    for limit in stated:
        place = f"limits [{limit.unit}, {limit.quantity}]"
        if limit.quantity not in QUANTITIES or limit.unit not in belongs:
            read = limit.quantity if limit.quantity not in QUANTITIES else limit.unit
            expected = known if limit.quantity not in QUANTITIES else Text("、".join(units), ", ".join(units))
            faults.add("S171", place, read, expected, Text("请更正名称。", "Correct the name."))
        elif QUANTITIES[limit.quantity].function != belongs[limit.unit]:
            faults.add("S173", place, belongs[limit.unit], same(QUANTITIES[limit.quantity].function),
                       Text("该限制属于另一类功能；请删去或更正功能。",
                            "The limit belongs to another function; remove it or correct the function."))  # fmt: skip
        elif not (np.isfinite(limit.value) and limit.value >= 0):
            faults.add("S172", place, f"{limit.value:g}", Text("不小于0的有限数", "a finite number, 0 or more"),
                       Text("请更正该值。", "Correct this value."))  # fmt: skip
    faults.settle()


def functions_by_area(*, units: Sequence[str], area_shares: Floats | None) -> tuple[Function, ...]:
    """Return the function that covers two thirds of each province.

    Parameters
    ----------
    area_shares : array, shape (unit, function), or None
        Shares of the unit's area, in the order urbanised, farm, ecological; NaN where not known.

    Raises
    ------
    NotIdentified
        Without area shares, or where no function covers two thirds: load the list of counties.
    DataFault
        For shares below 0 or that sum to more than 1.
    """
    shares = np.full((len(units), 3), np.nan) if area_shares is None else np.asarray(area_shares, dtype=np.float64)
    faults = Faults()
    if shares.shape != (len(units), 3):
        faults.add("S103", "area_shares", str(shares.shape), same(f"({len(units)}, 3)"),
                   Text("请核对行列。", "Check rows and columns."))  # fmt: skip
        faults.settle()
    for unit, row in zip(units, shares, strict=True):
        if (row < 0).any() or row.sum() > 1 + ROUNDING:
            faults.add("S174", f"area_shares [{unit}]", str(row.tolist()), Text("不小于0，合计不超过1",
                       "0 or more, with a sum of 1 at most"), Text("请核对面积。", "Check the areas."))  # fmt: skip
    faults.settle()
    largest = np.where(np.isnan(shares), 0.0, shares).max(axis=1)
    open_units = [unit for unit, share in zip(units, largest, strict=True) if share < COVERING - ROUNDING]
    if open_units:
        raise NotIdentified(
            "zoning",
            Text(
                f"在这一级区划上无法计算（{'、'.join(open_units)}没有一类功能占面积三分之二）；请装入县级名录。",
                f"not computable at this resolution ({', '.join(open_units)}: no function is known to cover two thirds "
                "of the area); load the list of counties.",
            ),
            ("zoning",),
        )
    return tuple(FUNCTIONS[at] for at in np.nan_to_num(shares).argmax(axis=1))
