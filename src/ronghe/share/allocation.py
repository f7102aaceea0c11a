"""An allocation: who receives what of the dividend, and which coalition complains most.

    e(S, x) = v(S) - x(S)

is the complaint of S: what it could secure less what it is given. x is in the core when
x(N) = v(N) and no coalition complains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import GameFault
from ronghe.base.status import Status
from ronghe.base.text import Text, joined
from ronghe.share.amounts import amount
from ronghe.share.coalitions import members, totals
from ronghe.share.game import CoalitionGame
from ronghe.share.transfers import Transfers, transfers_between

Label = Literal["certified", "exact"]
Rule = Literal["shapley", "nucleolus", "prenucleolus", "least compensation", "given"]

TOLERANCE = 1e-9
"""Share of the largest |v(S)| below which a complaint counts as none."""

LABELS: dict[Label, Text] = {
    "certified": Text("有理数验证", "certified in rational arithmetic"),
    "exact": Text("精确（浮点）", "exact, floating point"),
}
RULES: dict[Rule, Text] = {
    "shapley": Text("平均贡献（Shapley值）", "Shapley value"),
    "nucleolus": Text("核仁", "nucleolus"),
    "prenucleolus": Text("预核仁", "prenucleolus"),
    "least compensation": Text("最低补偿", "least compensation"),
    "given": Text("给定的分配", "given allocation"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Allocation:
    """Who receives what.

    Attributes
    ----------
    regions : tuple of str
        Codes, length n, in the game's order.
    payoffs : array, shape (n,)
        What each region receives, in ``unit``.
    rule : str
        The sharing rule, e.g. ``"shapley"``.
    label : {"certified", "exact"}
        What is guaranteed of the computation; ``status`` speaks of the data.
    excess : float, optional
        Largest complaint max e(S, x) over coalitions other than ∅ and N; None where no game is known.
    worst_coalition : tuple of str
        The coalition that complains most.
    in_core : bool, optional
        Whether nobody has a complaint.
    notes : tuple of Text
        Certificate, residual, what the reader should know.
    costs : array, shape (n,), optional
        c(i) - x_i of a cost game: what each one pays.
    rational : tuple of Fraction, optional
        The payoffs without rounding, where they were certified.
    """

    regions: tuple[str, ...]
    payoffs: Floats
    rule: Rule
    label: Label = "exact"
    excess: float | None = None
    worst_coalition: tuple[str, ...] = ()
    in_core: bool | None = None
    notes: tuple[Text, ...] = ()
    costs: Floats | None = None
    rational: tuple[Fraction, ...] | None = None
    unit: Text = Text("", "")
    status: Status = "user"
    names: tuple[Text, ...] = ()

    def of(self, code: str) -> float:
        """Return what one region receives."""
        return float(self.payoffs[self.regions.index(code)])

    def transfers(self, start: Floats | Sequence[float], *, step: float | None = None) -> Transfers:
        """Return who pays whom so that the untransferred gains ``start`` become the payoffs.

        Parameters
        ----------
        start : array, shape (n,)
            Gains at the grand coalition before any transfer; they must add up to the payoffs.
        step : float, optional
            Smallest amount paid; 分 of the unit if left out.
        """
        return transfers_between(start, self.payoffs, self.regions, unit=self.unit, step=step)

    @property
    def complaint(self) -> Text:
        """The largest complaint, in words."""
        if self.excess is None or not self.worst_coalition:
            return Text("没有可以抱怨的联盟。", "There is no coalition that could complain.")
        names = dict(zip(self.regions, self.names, strict=True))
        who = joined([names[code] for code in self.worst_coalition])
        size = amount(abs(self.excess), self.unit)
        if self.in_core:
            return Text(
                f"没有联盟抱怨；离抱怨最近的是{who.zh}，比自行联合多得{size.zh}。",
                f"No coalition complains; nearest to it is {who.en}, {size.en} above what it could secure alone.",
            )
        if self.excess <= 0:
            return Text("没有联盟抱怨，但合计不等于 v(N)。", "No coalition complains, but the sum is not v(N).")
        return Text(
            f"抱怨最大的联盟是{who.zh}：自行联合可多得{size.zh}。",
            f"The largest complaint is that of {who.en}: on its own it would have {size.en} more.",
        )


def allocate(
    game: CoalitionGame,
    payoffs: Floats | Sequence[float],
    *,
    rule: Rule = "given",
    label: Label = "exact",
    notes: tuple[Text, ...] = (),
    rational: tuple[Fraction, ...] | None = None,
) -> Allocation:
    """Return an allocation with its largest complaint, for any payoffs.

    Parameters
    ----------
    payoffs : array, shape (n,)
        In the order of ``game.regions``. They need not add up to v(N); then they are not in the core.

    Raises
    ------
    GameFault
        If the payoffs are not n finite numbers.
    """
    held = np.array(payoffs, dtype=np.float64)
    if held.shape != (len(game),) or not np.isfinite(held).all():
        raise GameFault(
            Text(
                f"分配应是{len(game)}个有限的数，读到形状 {held.shape}。",
                f"An allocation is {len(game)} finite numbers; read shape {held.shape}.",
            )
        )
    held.setflags(write=False)
    excess, worst = largest_complaint(game, held)
    slack = TOLERANCE * game.scale
    efficient = abs(float(held.sum()) - game.total) <= slack
    return Allocation(
        regions=game.regions,
        payoffs=held,
        rule=rule,
        label=label,
        excess=excess,
        worst_coalition=members(worst, game.regions),
        in_core=efficient and excess <= slack,
        notes=(*game.notes, *notes),
        costs=None if game.costs is None else game.costs - held,
        rational=rational,
        unit=game.unit,
        status=game.status,
        names=game.names,
    )


def largest_complaint(game: CoalitionGame, payoffs: Floats) -> tuple[float, int]:
    """Return max e(S, x) over coalitions other than ∅ and N, and the mask of the first that has it.

    A game of one region has no such coalition: (0, 0).
    """
    if len(game) == 1:
        return 0.0, 0
    excess = game.worth - totals(payoffs)
    worst = int(np.argmax(excess[1:-1])) + 1
    return float(excess[worst]), worst
