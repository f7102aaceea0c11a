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
from ronghe.base.errors import DataFault, NotIdentified
from ronghe.base.region import nearest
from ronghe.base.status import STATUSES, Status
from ronghe.base.text import Text, same
from ronghe.simulate.checks import Faults, is_number, numeric, shown

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
    units: Sequence[str],
    functions: Sequence[Function],
    today: Mapping[str, Floats],
    stated: Sequence[Limit],
    today_status: Status = "assumed",
) -> None:
    """Tell every fault of units, functions, today's levels and stated limits at once."""
    faults = Faults()
    for name, value, wanted in (("units", units, "names"), ("functions", functions, "functions"),
                                ("stated", stated, "limits")):  # fmt: skip
        if isinstance(value, str) or not isinstance(value, Sequence):
            faults.add("S170", name, shown(value), Text("列表", f"a list of {wanted}"),
                       Text("请写成列表。", "Write them as a list."))  # fmt: skip
    if not isinstance(today, Mapping):
        faults.add("S171", "today", shown(today), Text("按名称给出的水平", "levels by name of the quantity"),
                   Text("没有的请写 {}。", "Write {} where there are none."))  # fmt: skip
    faults.settle()
    _functions(units, functions, faults)
    for name, levels in today.items():
        _today(name, levels, len(units), faults)
    check_status(today_status, "today_status", faults)
    belongs = dict(zip(units, functions, strict=False))
    for limit in stated:
        _stated(limit, belongs, faults)
    faults.settle()


def check_status(status: object, place: str, faults: Faults) -> None:
    """Add a fault for a word that is no status."""
    if not isinstance(status, str) or status not in STATUSES:
        faults.add("S176", place, shown(status), Text("、".join(STATUSES), ", ".join(STATUSES)),
                   Text("请选一个状态。", "Choose one status."))  # fmt: skip


def known_quantity(name: object, place: str, faults: Faults) -> bool:
    """Add a fault, with the nearest names, for a quantity there is not."""
    if isinstance(name, str) and name in QUANTITIES:
        return True
    near = nearest(str(name), QUANTITIES)
    remedy = Text("请更正名称。", "Correct the name.")
    if near:
        remedy = Text(f"您是否要找：{'、'.join(near)}？", f"Did you mean {', '.join(near)}?")
    faults.add("S171", place, str(name), Text("、".join(QUANTITIES), ", ".join(QUANTITIES)), remedy)
    return False


def _functions(units: Sequence[str], functions: Sequence[Function], faults: Faults) -> None:
    if len(functions) != len(units) or len(set(map(str, units))) < len(units) or not len(units):
        expected = Text("每个单元一个功能，名称互不相同", "one function a unit, names that differ")
        remedy = Text("没有功能的单元请补上。", "Give every unit its function.")
        faults.add("S170", "zoning", f"{len(units)} units, {len(functions)} functions", expected, remedy)
    for unit, function in zip(units, functions, strict=False):
        if function not in FUNCTIONS:
            faults.add("S170", f"zoning [{unit}]", str(function), same(", ".join(FUNCTIONS)),
                       Text("请选一个功能。", "Choose one."))  # fmt: skip


def _today(name: object, levels: object, count: int, faults: Faults) -> None:
    place = f"today [{name}]"
    if not known_quantity(name, place, faults):
        return
    array = numeric(levels, place, faults)
    if array is not None and (array.shape != (count,) or not np.isfinite(array).all()):
        faults.add("S172", place, shown(array.tolist()), Text(f"{count}个有限的数", f"{count} finite numbers"),
                   Text("请核对单元次序和缺值。", "Check the order of units and missing values."))  # fmt: skip


def _stated(limit: object, belongs: Mapping[str, Function], faults: Faults) -> None:
    if not isinstance(limit, Limit):
        faults.add("S171", "limits", shown(limit), same("Limit(unit, quantity, value, document, status)"),
                   Text("请逐条写成 Limit。", "Write every row as a Limit."))  # fmt: skip
        return
    place = f"limits [{limit.unit}, {limit.quantity}]"
    check_status(limit.status, place, faults)
    if not isinstance(limit.document, Text):
        faults.add("S171", place, shown(limit.document), Text("依据，中英文各一", "a document, in both languages"),
                   Text("请写 Text(中文, 英文)。", "Write Text(zh, en)."))  # fmt: skip
    if not known_quantity(limit.quantity, place, faults):
        return
    if limit.unit not in belongs:
        near = nearest(str(limit.unit), list(map(str, belongs))) or list(map(str, belongs))
        faults.add("S171", place, str(limit.unit), Text("、".join(near), ", ".join(near)),
                   Text("请更正名称。", "Correct the name."))  # fmt: skip
    elif QUANTITIES[limit.quantity].function != belongs[limit.unit]:
        faults.add("S173", place, belongs[limit.unit], same(QUANTITIES[limit.quantity].function),
                   Text("该限制属于另一类功能；请删去或更正功能。",
                        "The limit belongs to another function; remove it or correct the function."))  # fmt: skip
    elif not is_number(limit.value) or limit.value < 0:
        faults.add("S172", place, shown(limit.value), Text("不小于0的有限数", "a finite number, 0 or more"),
                   Text("请更正该值。", "Correct this value."))  # fmt: skip


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
    faults = Faults()
    shares = np.full((len(units), 3), np.nan) if area_shares is None else numeric(area_shares, "area_shares", faults)
    if shares is None:
        raise DataFault(faults)
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
