"""What a function forgoes, as the model reads it: own revenue without the unit's limits less own revenue now.

    reading_u = max(0, own revenue of u with u's limits lifted - own revenue of u now)

It stands beside the key of the interest-balance fund (利益平衡基金), never in its place; one more solve a unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.status import WORDS, Status, weakest
from ronghe.base.text import Text
from ronghe.simulate.checks import Faults


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
        Of the limits, the trade table and the accounts.
    """
    with_, without = np.asarray(now, dtype=np.float64), np.asarray(lifted, dtype=np.float64)
    faults = Faults()
    if with_.shape != without.shape or not (np.isfinite(with_).all() and np.isfinite(without).all()):
        faults.add("S103", "revenue", f"{without.shape}, {with_.shape}",
                   Text("形状相同的有限的数", "finite numbers of the same shape"),
                   Text("未收敛的解没有数字。", "A solve that did not converge has no numbers."))  # fmt: skip
    faults.settle()
    label = weakest(statuses)
    gap: Floats = np.maximum(without - with_, 0.0)
    return Forgone(gap, label, label in ("estimated", "assumed"))
