"""What a function forgoes, as the model reads it: own revenue without the unit's limits less own revenue now.

    reading_u = max(0, own revenue of u with u's limits lifted - own revenue of u now)

It stands beside the key of the interest-balance fund (利益平衡基金), never in its place; one more solve a unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import DataFault
from ronghe.base.status import WORDS, Status, weakest
from ronghe.base.text import Text
from ronghe.simulate.checks import Faults, numeric, shown
from ronghe.simulate.zoning.table import check_status


@dataclass(frozen=True, slots=True, eq=False)
class Forgone:
    """The model's reading of what a function forgoes.

    Attributes
    ----------
    revenue : array, shape (unit,) or (draw, unit)
        Own revenue with the unit's limits lifted less own revenue now, at least 0, 亿元 a year.
    label : Status
    band : bool
        Whether it may be shown only as a scenario band: some figure behind it is estimated or assumed.
    """

    revenue: Floats
    label: Status
    band: bool

    @property
    def status_text(self) -> Text:
        """How the reading may be shown, in one sentence."""
        word = WORDS[self.label]
        if self.band:
            return Text(
                f"模型读数（{word.zh}），只作情景带，不代替基金的口径",
                f"the model's reading ({word.en}), a scenario band only, never in place of the fund's key",
            )
        return Text(
            f"模型读数（{word.zh}），不代替基金的口径",
            f"the model's reading ({word.en}), never in place of the fund's key",
        )


def forgone_revenue(*, lifted: Floats, now: Floats, statuses: Sequence[Status]) -> Forgone:
    """Return the revenue that each unit's function forgoes.

    Parameters
    ----------
    lifted : array, shape (unit,) or (draw, unit)
        Own revenue of each unit in the solve with that unit's limits lifted, 亿元 a year.
    now : array, shape (unit,) or (draw, unit)
        Own revenue of each unit with all limits.
    statuses : sequence of Status
        Of the limits, the trade table and the accounts; one at least.

    Raises
    ------
    DataFault
        With every fault: shapes that differ, what is no finite number, words that are no status.
    """
    faults = Faults()
    with_, without = (_revenue(name, value, faults) for name, value in (("now", now), ("lifted", lifted)))
    if with_ is not None and without is not None and with_.shape != without.shape:
        faults.add("S103", "revenue", f"{without.shape}, {with_.shape}", Text("形状相同", "the same shape"),
                   Text("两次求解的单元应相同。", "Both solves are of the same units."))  # fmt: skip
    listed = not isinstance(statuses, str) and isinstance(statuses, Sequence) and len(statuses) > 0
    for at, status in enumerate(statuses if listed else ()):
        check_status(status, f"statuses [{at + 1}]", faults)
    if not listed:
        faults.add("S176", "statuses", shown(statuses),
                   Text("状态的列表，至少一个", "a list of statuses, one at least"),
                   Text('请写成列表，如 ["observed"]。', 'Write a list, for example ["observed"].'))  # fmt: skip
    faults.settle()
    if with_ is None or without is None:
        raise DataFault(faults)
    label = weakest(statuses)
    gap: Floats = np.maximum(without - with_, 0.0)
    return Forgone(gap, label, label in ("estimated", "assumed"))


def _revenue(name: str, given: object, faults: Faults) -> Floats | None:
    """Return revenue by unit, or by draw and unit; None with a fault."""
    array = numeric(given, name, faults)
    if array is not None and (array.ndim not in (1, 2) or not np.isfinite(array).all()):
        faults.add("S103", name, f"{array.shape}", Text("各单元（或各次抽样、各单元）的有限的数",
                   "finite numbers by unit, or by draw and unit"),
                   Text("未收敛的解没有数字。", "A solve that did not converge has no numbers."))  # fmt: skip
        return None
    return array
