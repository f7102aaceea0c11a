"""Supply chains of a data set: the door from its observed multi-regional table to extraction and dependence.

Only an observed table tells a chain. In an estimated one the pattern of pairs is distance and margins, and every chain
would be read back from that assumption: asked of such a table, the question is refused with the table that answers it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ronghe.base.area import Area
from ronghe.base.arrays import Bools
from ronghe.base.errors import NotIdentified
from ronghe.base.text import Text
from ronghe.data import Dataset
from ronghe.data.identifies import MADE, OBSERVED
from ronghe.data.multiregional import MultiRegional
from ronghe.measure.accounts import BALANCE, Accounts, accounts_of
from ronghe.measure.dependence import (
    COSTLY,
    SINGLE,
    Completeness,
    Dependence,
    Sources,
    completeness,
    single_source,
    sources,
)
from ronghe.measure.extraction import Links, links

KEY = "supply_chain"


@dataclass(frozen=True, slots=True, eq=False)
class SupplyChains:
    """Supply chains of one observed table.

    Attributes
    ----------
    accounts : Accounts
    year : int
    members : array of bool, shape (R,)
        Regions of the area asked for; all where none was.
    links : Links
        Every link, for :func:`ronghe.measure.extraction.extraction`.
    dependence : Dependence
    completeness : Completeness
    sources : Sources
    notes : tuple of Text
    """

    accounts: Accounts
    year: int
    members: Bools
    links: Links
    dependence: Dependence
    completeness: Completeness
    sources: Sources
    notes: tuple[Text, ...]


def supply_chains(
    data: Dataset,
    area: str | Sequence[str] | Area | None = None,
    *,
    year: int | None = None,
    final: bool = False,
    single: float = SINGLE,
    costly: float = COSTLY,
    tolerance: float = BALANCE,
) -> SupplyChains:
    """Return the supply chains that a data set's observed multi-regional table tells.

    Parameters
    ----------
    data : Dataset
    area : str, sequence of str or Area, optional
    year : int, optional
        Of the table; the newest observed one where left out.
    final : bool
        Whether extraction also stops deliveries to final use.
    single, costly : float
        Thresholds of :func:`ronghe.measure.dependence.single_source`.
    tolerance : float
        Largest gap of an identity, as a share of output.

    Raises
    ------
    NotIdentified
        Without an observed table, or if its imports stand inside the cells.
    ParameterFault
        If the table does not add up.
    """
    found = data.identification(KEY, area=area)
    if not found.value:
        raise NotIdentified(KEY, found.reason, found.unlocks)
    table = _observed(data, year)
    held = accounts_of(table, tolerance=tolerance)
    codes = table.regions if area is None else data.area(area).regions
    members = np.isin(table.regions, codes)
    if not members.any():
        reason = Text("该区域没有成员在观测表内", "no member of the area is in the observed table")
        raise NotIdentified(KEY, reason, ("io_intermediate",))
    z, x, added = held.intermediate, held.output, held.value_added
    every = links(
        intermediate=z, coefficients=held.coefficients, inverse=held.inverse, output=x, value_added=added,
        final=held.final if final else None,
    )  # fmt: skip
    return SupplyChains(
        accounts=held,
        year=table.year,
        members=members,
        links=every,
        dependence=single_source(intermediate=z, imports=held.imports, output=x, single=single, costly=costly),
        completeness=completeness(intermediate=z, imports=held.imports, area=members),
        sources=sources(intermediate=z, imports=held.imports, output=x, value_added=added, inverse=held.inverse),
        notes=_notes(table.year, final, single, costly, tolerance),
    )


def _observed(data: Dataset, year: int | None) -> MultiRegional:
    """Return the observed table of a year: a set may hold estimated ones beside it."""
    seen = [one for one in data.own.grids if one.made_by in MADE and one.status in OBSERVED]
    fitting = [one for one in seen if year is None or one.year == year]
    if fitting:
        return max(fitting, key=lambda one: one.year)
    asked = Text("", "") if year is None else Text(f"{year}年", f" of {year}")
    reason = Text(f"没有{asked.zh}观测的区域间投入产出表", f"no observed interregional input-output table{asked.en}")
    raise NotIdentified(KEY, reason, ("io_intermediate",))


def _notes(year: int, final: bool, single: float, costly: float, tolerance: float) -> tuple[Text, ...]:
    what = Text("中间使用和最终使用", "intermediate and final use") if final else Text("中间使用", "intermediate use")
    told = [
        Text(
            f"假设抽取法（{year}年表）：停止一个供应方对一个地区{what.zh}的供货，投入结构不变、不作替代；"
            "这是核算份额，不是断供预测。",
            f"Hypothetical extraction (table of {year}): one supplier's deliveries to a region's {what.en} stop, "
            "recipes unchanged, no substitutes; an accounting share, not a forecast of a stop.",
        ),
        Text(
            f"单一来源：区外最大来源占比不低于{100 * single:g}%、且该投入占总产出不低于{100 * costly:g}%时标出；"
            "两个界限是设定的参数。",
            f"Single source: marked where the largest outside source has at least {100 * single:g}% and the input is "
            f"at least {100 * costly:g}% of output; both limits are set parameters.",
        ),
        Text(
            "进口只有一行，不分产品：来源占比是国内来源之间的占比，另列假定全部进口都是该产品时的最低占比；"
            "国外作为一个来源。",
            "Imports are one row, not by product: shares are among domestic sources, with the lowest they can be if "
            "all imports were of that product; abroad is one source.",
        ),
    ]
    if tolerance > BALANCE:
        told.append(
            Text(
                f"表内收支允许相差总产出的{100 * tolerance:g}%，未作平衡；来源份额之和可差同样多。",
                f"Sides of the table may differ by {100 * tolerance:g}% of output; nothing was balanced, and shares of "
                "sources may fall short of 1 by as much.",
            )
        )
    return tuple(told)
